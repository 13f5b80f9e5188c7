from __future__ import annotations

from tests.steps.tag.tables import evidence, tags
from workers.model import Article, TagKind

TEXT = (
    "The river festival in Rotterdam begins today. The river festival brings boats to Rotterdam, said Anna Lindqvist. "
    "Lindqvist has led the river festival for years."
)


def hashtags(article: Article) -> dict[str, tuple[float, list[str]]]:
    return {each.label: (each.score, evidence(article, each)) for each in tags(article, TagKind.HASHTAG)}


def test_names_and_keyphrases_that_come_again_are_proposed_as_one_word_with_their_evidence() -> None:
    proposed = hashtags(Article("a-0", "a", text=TEXT, language="en"))
    assert {"#RiverFestival", "#Rotterdam", "#AnnaLindqvist"} <= set(proposed)
    assert proposed["#RiverFestival"][1] == ["river festival"] * 3
    assert all(score <= 0.6 for score, _ in proposed.values())


def test_the_pages_own_hashtags_come_first_and_leave_less_room() -> None:
    own = ("One", "Two", "Three", "Four")
    found = hashtags(Article("a-0", "a", text=TEXT, language="en", hashtags=own))
    assert list(found)[:4] == ["#One", "#Two", "#Three", "#Four"]
    assert len(found) == 5


def test_where_no_letter_has_case_an_underscore_parts_the_words() -> None:
    text = "تغذي محطة شمسية المدينة. دفع العمدة ثمن محطة شمسية. محطة شمسية كبيرة."
    assert "#محطة_شمسية" in hashtags(Article("a-0", "a", text=text, language="ar"))


def test_what_comes_once_is_not_proposed() -> None:
    assert hashtags(Article("a-0", "a", text="The festival begins. Boats come by.", language="en")) == {}
