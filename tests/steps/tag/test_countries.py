from __future__ import annotations

import pytest

from tests.steps.tag.tables import evidence, shipped_tables, tags
from workers.model import Article, Dateline, Tag, TagKind
from workers.steps.tag import BadTable
from workers.steps.tag import Tag as TagStep

# Hears nothing, so that the language an article declares holds.
STEP = TagStep({name: shipped_tables()[name] for name in ("countries", "regions")}, identify=lambda _: ("und", 0.0))


def countries(text: str, language: str = "en", title: str | None = None, place: str | None = None) -> list[str]:
    dateline = Dateline(place) if place else None
    article = Article("a-0", "a", text=text, title=title, language=language, dateline=dateline)
    return [tag.id for tag in tags(article, TagKind.COUNTRY, STEP)]


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("en", "Talks between Germany and Japan", ["DE", "JP"]),
        ("en", "French and Brazilian ministers", ["BR", "FR"]),
        ("en", "South Korea, Papua New Guinea and Northern Ireland", ["GB", "KR", "PG"]),
        ("en", "the U.S. and the UK, then the UAE", ["AE", "GB", "US"]),
        ("fr", "Le gouvernement français et les États-Unis", ["FR", "US"]),
        ("de", "Die österreichische Regierung und die Türkei", ["AT", "TR"]),
        ("es", "El presidente argentino viajó a Estados Unidos", ["AR", "US"]),
        ("pt", "O governo brasileiro e a Alemanha", ["BR", "DE"]),
        ("it", "Il governo tedesco e la Francia", ["DE", "FR"]),
        ("ar", "قال الرئيس الفرنسي في لبنان وسوريا", ["FR", "LB", "SY"]),
        ("zh", "中国和美国星期二举行会谈", ["CN", "US"]),
        ("xx", "Ministers of Germany", ["DE"]),
    ],
)
def test_countries_are_known_by_name_and_by_their_people(language: str, text: str, codes: list[str]) -> None:
    assert sorted(countries(text, language)) == codes


@pytest.mark.parametrize(
    "text",
    [
        "Georgia beat Clemson in Atlanta on Saturday",
        "Michael Jordan and Jordan Peterson met",
        "They ate turkey, and polish the china of a chad",
        "Give us more of it",
        "New Mexico and New England and Latin America",
        "A desert island",
    ],
)
def test_words_that_mean_something_else_are_no_country(text: str) -> None:
    assert countries(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Georgia votes: in Tbilisi thousands came", "GE"),
        ("Turkey said in Ankara that it would help", "TR"),
        ("Jordan, said its king in Amman", "JO"),
        ("Chad closed its border with Sudan", "TD"),
        ("Turkish troops left; Turkey denied it", "TR"),
    ],
)
def test_an_ambiguous_name_counts_when_the_article_supports_it(text: str, code: str) -> None:
    assert code in countries(text)


def test_where_everything_is_in_capitals_us_is_no_country() -> None:
    assert countries("LET US GO TO FRANCE") == ["FR"]


@pytest.mark.parametrize("place", ["KYIV, Ukraine", "KYIV", "Kyiv"])
def test_the_place_of_a_dateline_speaks_for_its_country(place: str) -> None:
    article = Article("a-0", "a", text="The city was calm.", dateline=Dateline(place))
    (found,) = tags(article, TagKind.COUNTRY, STEP)
    assert (found.id, evidence(article, found)) == ("UA", [place])


def test_evidence_is_the_mentions_of_the_text_then_those_of_the_title() -> None:
    (found,) = tags(
        Article("a-0", "a", text="Italy and Italian wine", title="In Italy"), TagKind.COUNTRY, STEP
    )
    assert found == Tag(TagKind.COUNTRY, "IT", "Italy", 0.667, ((0, 5), (10, 17), (3, 8, "title")))


def test_the_country_named_most_comes_first_and_a_title_weighs_more() -> None:
    assert countries("Spain, Spain, Spain. Norway.", title="Peru") == ["ES", "PE", "NO"]


def test_a_list_of_all_countries_gives_twenty() -> None:
    every = "; ".join(country["label"] for country in shipped_tables()["countries"]["countries"].values())
    assert len(countries(f"{every}; {every}; {every}")) == 20


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"countries": {"DE": {"names": {}}}}, "DE: label must be the country's English name, not None"),
        ({"countries": {"DE": {"label": "Germany", "names": {"en": "Germany"}}}}, "DE: names: en must be a list"),
        ({"countries": {"DE": {"label": "Germany", "names": {"en": ["-"]}}}}, "DE: '-' holds no word"),
        ({"countries": []}, "countries must be a table"),
    ],
)
def test_a_bad_table_is_refused_naming_country_and_key(table: dict[str, object], problem: str) -> None:
    with pytest.raises(BadTable, match=problem):
        TagStep({"countries": table}, identify=lambda _: ("en", 1.0))
