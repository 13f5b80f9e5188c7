from __future__ import annotations

import pytest

from tests.steps.tag.tables import evidence, tag, tags
from workers.model import Article, Tag, TagKind

NAMES = (TagKind.PERSON, TagKind.ORGANISATION, TagKind.PLACE)


def found(text: str, title: str | None = None, language: str = "en") -> dict[str, Tag]:
    article = Article("a-0", "a", text=text, title=title, language=language)
    return {each.label: each for each in tag(article).tags if each.kind in NAMES}


def written(text: str, label: str, title: str | None = None) -> list[str]:
    return evidence(Article("a-0", "a", text=text, title=title), found(text, title)[label])


def test_persons_organisations_and_places_are_told_apart() -> None:
    text = "Maria Keller of the University of Leeds told the Reuters news agency that she lives in Manchester."
    assert {label: each.kind for label, each in found(text).items()} == {
        "Maria Keller": TagKind.PERSON, "University of Leeds": TagKind.ORGANISATION, "Reuters": TagKind.ORGANISATION,
        "Manchester": TagKind.PLACE,
    }


def test_a_later_surname_belongs_to_the_full_name() -> None:
    text = "Eric Zheng opened the talks. Later Zheng said that they went well. Mr Zheng left early."
    assert written(text, "Eric Zheng") == ["Eric Zheng", "Zheng", "Zheng"]


def test_a_headline_in_capitals_follows_the_text() -> None:
    text = "The mayor, Anna Lindqvist, met workers in Rotterdam on Monday. Lindqvist promised help."
    assert written(text, "Anna Lindqvist", "ANNA LINDQVIST PROMISES HELP") == [
        "Anna Lindqvist", "Lindqvist", "ANNA LINDQVIST"
    ]


@pytest.mark.parametrize("text", [
    "However, they came on Monday. The Germans left in December.", "Nobody knew why. It was late.",
    "NOBODY CAME TO THE GREAT OLD HALL", "", "?!",
])
def test_days_peoples_and_first_words_are_no_names(text: str) -> None:
    assert found(text) == {}


def test_a_full_stop_that_belongs_to_a_name_is_part_of_it() -> None:
    text = "She moved to the U.S. in May. Shares of Acme Widgets Inc. fell, said John Smith."
    assert written(text, "U.S.") == ["U.S."]
    assert {"Acme Widgets Inc.", "John Smith"} <= set(found(text))


def test_a_given_name_with_a_small_second_part_is_whole() -> None:
    assert "Leung Che-cheung" in found("The lawmaker Leung Che-cheung said that London-based banks agreed.")


@pytest.mark.parametrize(
    ("text", "id", "coordinates"),
    [
        ("The mayor of Paris spoke in Paris on Monday.", "geonames:2988507", (48.8534, 2.3488)),
        ("The mayor lives in Paris, Texas, and works there.", "geonames:4717560", (33.6609, -95.5555)),
        ("The port of London in Canada: Canada, Canada.", "geonames:6058560", (42.9834, -81.233)),
    ],
)
def test_a_city_is_the_one_that_its_surroundings_mean(text: str, id: str, coordinates: tuple[float, float]) -> None:
    (city,) = [each for each in tags(Article("a-0", "a", text=text, language="en"), TagKind.PLACE) if each.latitude]
    assert city.id == id
    assert (city.latitude, city.longitude) == pytest.approx(coordinates, abs=0.01)


@pytest.mark.parametrize(
    ("language", "text", "city"),
    [
        ("fr", "Le ministre s'est rendu au Caire mardi.", "geonames:360630"),
        ("de", "Die Ministerin reiste nach Moskau.", "geonames:524901"),
        ("ar", "وصل الوزير إلى القاهرة يوم الثلاثاء.", "geonames:360630"),
        ("ru", "Министр прибыл в Киев.", "geonames:703448"),
        ("ja", "大臣は北京を訪問した。", "geonames:1816670"),
        ("zh", "部长星期二访问了北京。", "geonames:1816670"),
    ],
)
def test_large_cities_are_found_by_the_names_other_languages_have_for_them(language: str, text: str, city: str) -> None:
    assert city in {each.id for each in tags(Article("a-0", "a", text=text, language=language), TagKind.PLACE)}


@pytest.mark.parametrize(
    ("language", "text", "person"),
    [
        ("fr", "Le président Emmanuel Macron a parlé mardi.", "Emmanuel Macron"),
        ("es", "La ministra María Gómez habló el martes.", "María Gómez"),
        ("de", "Der Vorsitzende Christian Weber sprach am Dienstag.", "Christian Weber"),
    ],
)
def test_persons_are_found_in_other_languages(language: str, text: str, person: str) -> None:
    assert found(text, language=language)[person].kind is TagKind.PERSON


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("de", "Die Vereinten Nationen warnen die Regierungen Europas, teilte die WHO mit.",
         {"Vereinten Nationen": "organisation", "Europa": "place", "WHO": "organisation"}),
        ("de", "Der Streit um Albaniens Grenze dauert an.", {"Albanien": "place"}),
        ("zh", "联合国星期二表示，欧洲的情况正在改善。", {"联合国": "organisation", "欧洲": "place"}),
        ("ja", "国連は火曜日、ヨーロッパの状況を発表した。", {"国連": "organisation", "ヨーロッパ": "place"}),
        ("ko", "유엔은 화요일 구글을 비판했다.", {"유엔": "organisation", "구글": "organisation"}),
        ("he", "ראש הממשלה אמר כי האיחוד האירופי יסייע.", {"האיחוד האירופי": "organisation"}),
        ("fr", "Pour Merkel, la Deutsche Bank tarde.", {"Merkel": "person", "Deutsche Bank": "organisation"}),
        ("ru", "Вчера Путин уехал, сообщает ТАСС.", {"Путин": "person", "ТАСС": "organisation"}),
        ("fr", "UN HOMME EST MORT HIER SOIR", {}),
        ("fr", "Un homme est mort, et qui le sait ?", {}),
    ],
    ids=["de", "genitive", "zh", "ja", "ko", "he", "fr", "ru", "capitals", "small"],
)
def test_names_that_are_known_are_found_in_every_language(language: str, text: str, names: dict[str, str]) -> None:
    assert {label: str(each.kind.value) for label, each in found(text, language=language).items()} == names


@pytest.mark.parametrize(
    ("language", "text", "person"),
    [
        ("de", "Das ist ein gutes Ergebnis für alle, sagte Hopkow am Dienstag.", "Hopkow"),
        ("de", "Es war die Zeit von Kaiser Mutsuro.", "Mutsuro"),
        ("es", "Todo va bien, dijo Ferrandi el martes.", "Ferrandi"),
    ],
)
def test_who_speaks_or_bears_a_title_is_a_person(language: str, text: str, person: str) -> None:
    assert found(text, language=language)[person].kind is TagKind.PERSON


@pytest.mark.parametrize(
    ("language", "text", "persons"),
    [
        ("zh", "州长韦明远星期二访问了港口。韦明远说，一切顺利。", ["韦明远"]),
        ("zh", "美国作家哈里·邓伯顿的书，高铁和江苏的报道称。韩国表示满意。", ["哈里·邓伯顿"]),
        ("ja", "佐藤貴之市長は火曜日に会見した。その後、佐藤貴之は帰った。", ["佐藤貴之"]),
        ("ja", "トーマス・ベルクと東京・渋谷のショッピング・センターで会った。", ["トーマス・ベルク"]),
        ("ko", "이도현 시장은 화요일 회의를 열었다. 민주당 의원과 국방부 장관, 한국의 대표가 왔다.", ["이도현"]),
        ("th", "นายกรัฐมนตรี และ นายวิชัย ทองดี กล่าวว่า นายอำเภอ มา", ["วิชัย ทองดี"]),
        ("hi", "प्रधानमंत्री विमल शर्मा ने कहा कि मंत्री से बात हुई।", ["विमल शर्मा"]),
        ("he", "יואב מרקוביץ לא הגיב. ד\"ר זיוה קסטלר אמרה כי יואב הודיע אתמול.", ["זיוה קסטלר", "יואב מרקוביץ"]),
    ],
    ids=["zh", "transliterated", "ja", "katakana", "ko", "th", "hi", "he"],
)
def test_persons_are_found_where_no_capitals_tell_them(language: str, text: str, persons: list[str]) -> None:
    article = Article("a-0", "a", text=text, language=language)
    assert [each.label for each in tags(article, TagKind.PERSON)] == persons


def test_an_arabic_name_keeps_its_article_and_what_stands_before() -> None:
    text = "Mr Hassan al-Hashidi spoke on Friday. Later Al-Hashidi left Baghdad."
    assert written(text, "Hassan al-Hashidi") == ["Hassan al-Hashidi", "Al-Hashidi"]


def test_a_city_speaks_for_its_country() -> None:
    text = "Thousands marched through Nairobi on Monday. The police closed roads."
    article = Article("a-0", "a", text=text, language="en")
    (country,) = tags(article, TagKind.COUNTRY)
    assert (country.id, evidence(article, country)) == ("KE", ["Nairobi"])


def test_a_thousand_names_give_sixty() -> None:
    text = ". ".join(f"The mayor met Anna {first}{second}son" for first in "BCDFGKLM" for second in
                     ("ara", "ere", "iri", "oro", "unu", "ala", "ele", "ili", "olo", "ulu"))
    assert len(found(text)) == 60


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("التقى الرئيس عبد الفتاح السيسي وزير الخارجية في القاهرة.", ["عبد الفتاح السيسي"]),
        ("قال محمد بن سلمان إن الاجتماع مع جو بايدن كان مفيدا. وأضاف بايدن أنه سعيد.", ["محمد بن سلمان", "جو بايدن"]),
        ("وصل محمود عباس إلى عمان يوم الثلاثاء.", ["محمود عباس"]),
        ("وصل الوزير إلى المدينة.", []),
    ],
    ids=["titles", "two", "verbs", "none"],
)
def test_persons_in_arabic_are_told_by_their_given_names(text: str, persons: list[str]) -> None:
    told = [label for label, each in found(text, language="ar").items() if each.kind is TagKind.PERSON]
    assert sorted(told) == sorted(persons)


def test_a_later_surname_in_arabic_belongs_to_the_full_name() -> None:
    text = "التقى جو بايدن رئيس الوزراء. وقال بايدن إن اللقاء كان مفيدا."
    article = Article("a-0", "a", text=text, language="ar")
    (person,) = tags(article, TagKind.PERSON)
    assert evidence(article, person) == ["جو بايدن", "بايدن"]


REPORT = (
    "England won 2-1 in Spain on Tuesday. Spain had scored an early goal, but the England coach, Anna Moore, said "
    "that the goalkeeper had saved the match. England beat Italy last week and lost 0-1 to Spain before."
)


def test_in_the_report_of_a_match_places_that_play_are_organisations() -> None:
    kinds = {(each.label, each.kind): len(each.evidence) for each in tag(Article("a-0", "a", text=REPORT)).tags
             if each.kind in NAMES}
    assert kinds == {
        ("England", TagKind.ORGANISATION): 3, ("Spain", TagKind.ORGANISATION): 2, ("Spain", TagKind.PLACE): 1,
        ("Italy", TagKind.ORGANISATION): 1, ("Anna Moore", TagKind.PERSON): 1,
    }


def test_a_place_stays_one_where_no_match_is_reported() -> None:
    kinds = {label: each.kind for label, each in found("England beat Spain to the contract, ministers said.").items()}
    assert kinds == {"England": TagKind.PLACE, "Spain": TagKind.PLACE}


@pytest.mark.parametrize(("text", "label", "kind"), [
    ("The Sydney Morning Herald reported that ministers had agreed.", "Sydney Morning Herald", TagKind.ORGANISATION),
    ("Critics say Scientology harmed them, wrote the Toronto Star.", "Toronto Star", TagKind.ORGANISATION),
    ("He joined the Massachusetts Institute of Technology in May.", "Massachusetts Institute of Technology",
     TagKind.ORGANISATION),
])
def test_a_known_name_is_whole_though_it_begins_with_a_place(text: str, label: str, kind: TagKind) -> None:
    assert found(text)[label].kind is kind


def test_a_longer_name_is_not_cut_by_a_known_one() -> None:
    names = found("She spoke for the Google Workers Union of Ireland, said Peter Smith.")
    assert set(names) == {"Google Workers Union of Ireland", "Peter Smith"}


def test_a_word_with_a_number_or_a_small_first_letter_is_no_person() -> None:
    text = "Jack Herrick, wikiHow founder, said on Monday that wikiHow and IE6 had grown."
    assert [label for label, each in found(text).items() if each.kind is TagKind.PERSON] == ["Jack Herrick"]


def test_a_known_surname_belongs_to_the_full_name() -> None:
    text = "Gestern sprach Wladimir Putin mit der Presse. Viel war es nicht, denn Putin ging bald."
    names = found(text, language="de")
    assert [label for label, each in names.items() if each.kind is TagKind.PERSON] == ["Wladimir Putin"]
    assert evidence(Article("a-0", "a", text=text), names["Wladimir Putin"]) == ["Wladimir Putin", "Putin"]
