from __future__ import annotations

import pytest

from tests.steps.tag.tables import evidence, shipped_tables, shipped_weights, tag, tags
from workers.model import Article, TagKind
from workers.steps.tag import BadTable
from workers.steps.tag import Tag as TagStep

SPORT, ECONOMY, POLITICS, HEALTH = "medtop:15000000", "medtop:04000000", "medtop:11000000", "medtop:07000000"
SCIENCE, RELIGION, WEATHER = "medtop:13000000", "medtop:12000000", "medtop:17000000"

STORIES = {
    ("en", SPORT): "The striker scored twice in the second half and the goalkeeper saved a penalty in the final.",
    ("en", ECONOMY): "Shares fell after the central bank raised interest rates and inflation stayed above target.",
    ("en", POLITICS): "The prime minister lost a vote in parliament and voters go to the polls in an early election.",
    ("en", HEALTH): "Doctors at the hospital vaccinated patients against measles after an outbreak of the disease.",
    ("en", WEATHER): "Heavy rain and gusts of wind are forecast, and the weather service warns of thunderstorms.",
    ("fr", SPORT): "L'attaquant a marqué deux buts en finale et le gardien de but a arrêté un penalty.",
    ("fr", POLITICS): "Le premier ministre a perdu un vote au parlement, et des élections auront lieu en juin.",
    ("de", ECONOMY): "Die Aktien fielen, nachdem die Zentralbank die Zinsen erhöht hatte; die Inflation bleibt hoch.",
    ("de", SPORT): "Der Stürmer traf zweimal, und der Torhüter hielt im Endspiel der Bundesliga einen Elfmeter.",
    ("es", HEALTH): "Los médicos del hospital vacunaron a los pacientes contra el sarampión tras el brote.",
    ("es", SCIENCE): "Los astrónomos observaron una galaxia con el telescopio espacial, según los investigadores.",
    ("pt", ECONOMY): "As ações caíram depois de o banco central subir os juros; a inflação continua alta.",
    ("ar", SPORT): "سجل المهاجم هدفين في المباراة النهائية وفاز الفريق بكأس البطولة.",
    ("ar", RELIGION): "أدى المصلون صلاة العيد في المسجد بعد شهر رمضان.",
}


def topics(text: str, language: str = "en", **fields: str) -> list[str]:
    return [each.id for each in tags(Article("a-0", "a", text=text, language=language, **fields), TagKind.TOPIC)]


@pytest.mark.parametrize(("language", "top"), STORIES, ids=lambda value: value.replace(":", "-"))
def test_a_plain_story_has_its_topic_in_each_language(language: str, top: str) -> None:
    assert topics(STORIES[language, top], language)[0] == top


def test_a_deeper_topic_follows_its_parents_and_names_them_up_to_the_top() -> None:
    article = Article("a-0", "a", text=STORIES["en", ECONOMY], language="en")
    found = {each.id: each for each in tags(article, TagKind.TOPIC)}
    economy = found["medtop:20000344"]
    assert (economy.label, economy.broader) == ("economy", (ECONOMY,))
    assert list(found).index(ECONOMY) < list(found).index("medtop:20000344")
    assert economy.score <= found[ECONOMY].score


def test_evidence_is_the_words_that_decided() -> None:
    article = Article("a-0", "a", text="The hospital opened. Nobody came.", title="Hospital", language="en")
    (found, *_) = tags(article, TagKind.TOPIC)
    assert (found.id, evidence(article, found)) == (HEALTH, ["hospital", "Hospital"])


def test_a_text_about_nothing_in_particular_has_no_topic() -> None:
    assert topics("She came in, sat down and said that it was late.") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "She who came in and he who sat down said who was late, and nobody knew who."),
        ("en", "WHO CAME IN AND WHO SAT DOWN AND WHO WAS LATE AND NOBODY KNEW WHO."),
        ("fr", "Une can de plus, et une can encore, dit-elle, sans la can."),
        ("es", "La meta de esa tarde era esa, y esa otra meta también, con pan y más pan."),
    ],
    ids=["small", "headline", "fr", "es"],
)
def test_a_small_word_is_no_abbreviation_and_no_name(language: str, text: str) -> None:
    assert topics(text, language) == []


def test_the_evidence_of_an_abbreviation_is_in_capitals() -> None:
    text = "Those who met the WHO said that the WHO, which many who were ill had asked, would help the NHS and the WHO."
    article = Article("a-0", "a", text=text, language="en")
    (found,) = [each for each in tags(article, TagKind.TOPIC) if each.id == HEALTH]
    assert set(evidence(article, found)) >= {"WHO"}
    assert "who" not in evidence(article, found)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"section": "Sport"}, ["Sport"]),
        ({"url": "https://a.example/sport/she-came-in-and-sat-down"}, ["sport"]),
        ({"url": "/news/uk-politics-62510834", "section": "Rugby"}, ["Rugby"]),
    ],
)
def test_section_and_address_are_evidence_that_points_there(fields: dict[str, str], words: list[str]) -> None:
    article = Article("a-0", "a", text="She came in, sat down and said that it was late.", language="en", **fields)
    found = next(each for each in tags(article, TagKind.TOPIC) if each.id == SPORT)
    assert evidence(article, found) == words


def test_the_title_of_an_article_in_its_address_is_no_section() -> None:
    assert topics("She came in.", url="https://a.example/2026/why-we-love-sport-so-much") == []


def test_labels_are_in_the_articles_language() -> None:
    article = Article("a-0", "a", text=STORIES["de", ECONOMY], language="de")
    assert tags(article, TagKind.TOPIC)[0].label == "Wirtschaft und Finanzen"


def test_arabic_words_are_found_behind_what_is_written_together_with_them() -> None:
    article = Article("a-0", "a", text="وبالمستشفى والأطباء للمرضى", language="ar")
    found = tags(article, TagKind.TOPIC)[0]
    assert (found.id, evidence(article, found)) == (HEALTH, ["وبالمستشفى", "والأطباء", "للمرضى"])


def test_a_language_without_words_and_labels_has_only_the_topics_of_its_section() -> None:
    assert topics("Bwana alikuja nyumbani.", "sw", section="Politics") == [POLITICS]


@pytest.mark.parametrize(
    ("lexicon", "problem"),
    [
        ({"medtop:1": {"sure": "ball"}}, "topics/en.toml: medtop:1 is no IPTC Media Topic"),
        ({SPORT: {"certain": "ball"}}, "certain is none of sure, likely, hint"),
        ({SPORT: {"sure": ["ball"]}}, "sure must be terms in one string, not"),
        ({SPORT: {"sure": "ball, ?!"}}, "'.!' holds no word"),
        ({SPORT: "ball"}, f"{SPORT} must be a table"),
    ],
)
def test_a_bad_lexicon_is_refused_naming_file_topic_and_term(lexicon: dict[str, object], problem: str) -> None:
    with pytest.raises(BadTable, match=problem):
        TagStep({"topics": {"en": lexicon}}, shipped_weights(), identify=lambda _: ("en", 1.0))


def test_without_weights_there_are_no_topics_and_no_names() -> None:
    step = TagStep(shipped_tables(), identify=lambda _: ("en", 1.0))
    kinds = {each.kind for each in tag(Article("a-0", "a", text=STORIES["en", SPORT]), step).tags}
    assert kinds.isdisjoint([TagKind.TOPIC, TagKind.PERSON, TagKind.ORGANISATION])
