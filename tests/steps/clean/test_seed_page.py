"""A whole page of an aggregator, with all that stands round its four stories."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.steps.clean.pages import RECEIVED, articles, removed
from workers.model import Role

PAGE = Path(__file__).parents[3] / "seeds/pages/aggregator-three-related-en.txt"
FIRST_AND_LAST = (
    ("INNSBRUCK, Austria (AFP) - The first", "Operator Alpenschlaf said"),
    ("Forty-one of the fifty-three", "The government in London"),
    ("The Marlow County board", "Board member Chet Rowley"),
    ("KISUMU, Kenya - A ferry", "Fares will stay at sixty"),
)


def lines() -> list[str]:
    return [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line]


def story(first: str, last: str) -> list[str]:
    """The paragraphs between two, with both, but for the one advertisement that stands there."""
    start = next(at for at, line in enumerate(lines()) if line.startswith(first))
    end = next(at for at, line in enumerate(lines()) if line.startswith(last))
    return [line for line in lines()[start : end + 1] if line != "Advertisement"]


def test_each_article_has_its_own_publisher_time_title_and_origin() -> None:
    found = articles(PAGE.read_text(encoding="utf-8"))
    assert [(a.role, a.publisher, a.published_text, a.title) for a in found] == [
        (Role.MAIN, "Tyrol Valley News", "3 hours ago",
         "Night trains return to the Brenna valley after eleven-year pause"),
        (Role.RELATED, "The Harbour Courier", "18 minutes ago",
         "Fishing fleet stays in port as diesel reaches record price"),
        (Role.RELATED, "Plainsview Gazette", "2 hours ago", "County votes to keep rural clinic open two more years"),
        (Role.RELATED, "Kisumu Evening Post", "a day ago", "Lake ferry to run on batteries charged by the sun"),
    ]  # fmt: skip
    ages = (timedelta(hours=3), timedelta(minutes=18), timedelta(hours=2), timedelta(days=1))
    assert [a.published_at for a in found] == [RECEIVED - age for age in ages]
    origins = [(a.wire, a.originally_published_on) for a in found]
    assert origins == [("AFP", "Tyrol Valley News"), (None, None), (None, None), (None, "Lakeshore Radio")]


def test_each_text_is_its_paragraphs_and_not_one_line_more() -> None:
    found = articles(PAGE.read_text(encoding="utf-8"))
    assert [article.text.split("\n\n") for article in found] == [story(*ends) for ends in FIRST_AND_LAST]
    assert all(article.complete for article in found)


def test_every_line_of_the_page_is_in_an_article_or_reported() -> None:
    found = articles(PAGE.read_text(encoding="utf-8"))
    told = {text for article in found for text, _ in removed(article)}
    told |= {paragraph for article in found for paragraph in article.text.split("\n\n")}
    told |= {said for article in found for said in (article.title, article.publisher, article.published_text) if said}
    assert [line for line in lines() if line.removeprefix("- ") not in told] == []


def test_the_rules_say_what_was_round_the_stories() -> None:
    rules = {rule for article in articles(PAGE.read_text(encoding="utf-8")) for _, rule in removed(article)}
    assert {"reading_aid", "comments", "hashtags", "error_residue", "origin", "copyright"} <= rules
