from __future__ import annotations

import pytest

from tests.steps.tag.tables import evidence, shipped_tables, tags
from workers.model import Article, Tag, TagKind
from workers.steps.tag import BadTable
from workers.steps.tag import Tag as TagStep

ENGLISH = (
    "The solar farm near the town will feed ten thousand homes. The solar farm cost forty million, said the mayor. "
    "Farmers had fought the solar farm for years. A judge ruled for the mayor, and the farmers gave up."
)


def keyphrases(text: str, language: str = "en", title: str | None = None) -> list[Tag]:
    step = TagStep({"stopwords": shipped_tables()["stopwords"]}, identify=lambda _: (language, 1.0))
    return tags(Article("a-0", "a", text=text, title=title), TagKind.KEYPHRASE, step)


def test_a_phrase_that_comes_again_and_again_is_the_best_key() -> None:
    assert keyphrases(ENGLISH)[0] == Tag(
        TagKind.KEYPHRASE, "solar farm", "solar farm", 1.0, ((4, 14), (63, 73), (133, 143))
    )


def test_the_words_of_a_chosen_phrase_are_not_keys_by_themselves() -> None:
    assert {"solar", "farm"}.isdisjoint(tag.id for tag in keyphrases(ENGLISH))


def test_a_word_that_comes_again_outside_of_it_is() -> None:
    assert {"mayor", "farmers"} <= {tag.id for tag in keyphrases(ENGLISH)}


def test_a_word_of_the_title_is_a_better_key() -> None:
    text = "A judge came late. A clerk came early."
    assert keyphrases(text, title="Late clerk")[0].id == "clerk"


def test_keys_come_with_falling_scores_from_one() -> None:
    scores = [tag.score for tag in keyphrases(ENGLISH)]
    assert scores == sorted(scores, reverse=True)
    assert (scores[0], len(scores), scores[-1] > 0) == (1.0, 10, True)


@pytest.mark.parametrize(
    ("language", "text", "key"),
    [
        ("fr", "La centrale solaire nourrit la ville. Le maire a payé la centrale solaire.", "centrale solaire"),
        ("de", "Der Solarpark versorgt die Stadt. Die Stadt hat den Solarpark bezahlt.", "solarpark"),
        ("es", "La planta solar alimenta la ciudad. El alcalde pagó la planta solar.", "planta solar"),
        ("pt", "A usina solar alimenta a cidade. O prefeito pagou a usina solar.", "usina solar"),
        ("it", "Il parco solare nutre la città. Il sindaco ha pagato il parco solare.", "parco solare"),
        ("ar", "تغذي محطة شمسية المدينة. دفع العمدة ثمن محطة شمسية.", "محطة شمسية"),
        ("zh", "太阳能电站为城市供电。市长表示，太阳能电站很贵。", "太阳能"),
    ],
)
def test_keys_are_found_in_the_articles_language(language: str, text: str, key: str) -> None:
    assert any(key in tag.id for tag in keyphrases(text, language)[:3])


def test_stop_words_and_numbers_are_never_keys() -> None:
    assert keyphrases("This is what they would have said, and 2024 was 2024.") == []


def test_a_phrase_keeps_to_one_paragraph() -> None:
    assert "farm judge" not in {tag.id for tag in keyphrases("Solar farm\n\nJudge ruled. Solar farm\n\nJudge left.")}


def test_an_article_without_text_has_the_keys_of_its_title() -> None:
    article = Article("a-0", "a", title="Bridge closed")
    found = keyphrases("", title="Bridge closed")
    assert [evidence(article, tag) for tag in found] == [["Bridge"], ["closed"]]


def test_stop_words_that_are_no_string_are_refused() -> None:
    with pytest.raises(BadTable, match="en must be words in one string, not 3"):
        TagStep({"stopwords": {"en": 3}}, identify=lambda _: ("en", 1.0))
