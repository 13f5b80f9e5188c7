"""Related stories in an HTML page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.steps.clean.pages import articles, removed
from workers.model import Article, ContentType, Role

MAIN = (
    "<p>The council voted on Tuesday for the new harbour wall, after a debate of nine hours in the old town hall.</p>"
    "<p>Work begins in May. It will last two years and cost four million, most of it paid by the region, said the "
    "mayor.</p><p>Fishermen had asked for the wall since the storm of 2019, which sank eleven boats in one night.</p>"
    "<p>The last vote, in March, had failed by a single voice. This time three members changed their minds.</p>"
)
FERRY = (
    "<p>The ferry to the outer islands will sail twice a day from June, the harbour master said on Friday.</p>"
    "<p>It had been laid up since the autumn, when its engine failed in sight of the pier and a tug had to help.</p>"
    "<p>Fares stay as they were. Islanders go for half, and bicycles ride free until the end of the season.</p>"
)
UNTIMED = f"<h3><a href=/ferry>Ferry sails twice a day</a></h3>{FERRY}"
TEASER = "<p>The ferry to the outer islands will sail twice a day from June.</p>"


def page(after: str) -> tuple[Article, ...]:
    body = f"<main><article><h1>Council backs harbour wall</h1>{MAIN}</article>{after}</main>"
    head = "<title>Council backs harbour wall</title>"
    return articles(f"<html><head>{head}</head><body>{body}</body></html>", ContentType.HTML, url="https://p.example/w")


def item(body: str, head: str = "Ferry sails twice a day") -> str:
    return f"<h3><a href=/ferry>{head}</a></h3><span>Island Post</span> <span>3 hours ago</span>{body}"


def test_a_related_story_with_a_body_is_an_article_of_its_own() -> None:
    main, ferry = page(f"<section><h2>Related articles</h2><div>{item(FERRY)}</div></section>")
    assert (main.role, ferry.role) == (Role.MAIN, Role.RELATED)
    assert (ferry.title, ferry.url) == ("Ferry sails twice a day", "https://p.example/ferry")
    assert ferry.text.startswith("The ferry to the outer islands")
    assert ferry.publisher == "Island Post"
    assert ferry.published_at == datetime(2025, 7, 20, 9, tzinfo=UTC)
    assert "ferry" not in main.text


@pytest.mark.parametrize("heading", ["Related articles", "Articles liés", "RELATED STORIES (3)"])
def test_a_heading_alone_makes_what_follows_a_story_of_its_own(heading: str) -> None:
    main, ferry = page(f"<section><h2>{heading}</h2><div>{UNTIMED}</div></section>")
    assert (ferry.title, "ferry" in main.text) == ("Ferry sails twice a day", False)
    assert heading not in main.text + ferry.text


def test_the_name_of_a_language_is_no_such_heading() -> None:
    assert [article.role for article in page(f"<section><p>EN</p><div>{UNTIMED}</div></section>")] == [Role.MAIN]


def test_an_article_element_of_its_own_needs_no_heading_before_it() -> None:
    main, ferry = page(f"<article><h3><a href=/ferry>Ferry sails twice a day</a></h3>{FERRY}</article>")
    assert (ferry.role, "ferry" in main.text) == (Role.RELATED, False)


def test_two_related_stories_do_not_run_together() -> None:
    other = (
        "<p>The tram to the old market will run again from Monday, after eleven weeks of works in three streets.</p>"
        "<p>New rails lie under the square now. Shops had lost a third of their takings, said the traders' guild.</p>"
        "<p>Tickets are free on the first day, and the oldest car of the fleet opens the line at nine o'clock.</p>"
    )
    items = f"<div>{item(FERRY)}</div><div>{item(other, 'Tram runs to the market')}</div>"
    _, ferry, tram = page(f"<section><h2>Related articles</h2>{items}</section>")
    assert ("tram" in ferry.text, "ferry" in tram.text) == (False, False)


def test_a_teaser_is_removed_and_reported() -> None:
    (main,) = page(f"<section><h2>Related articles</h2><div>{item(TEASER)}</div></section>")
    assert "ferry" not in main.text
    assert ("Ferry sails twice a day", "teaser") in removed(main)
    assert ("The ferry to the outer islands will sail twice a day from June.", "teaser") in removed(main)


def test_a_list_with_linked_headlines_stays_one_article() -> None:
    things = "".join(
        f"<h2><a href=/{boat}>Boat {boat} of the fleet</a></h2>{FERRY.replace('.', f', like {boat}.')}"
        for boat in ("Anna", "Berta", "Clara")
    )
    (only,) = articles(
        f"<html><head><title>Three boats</title></head><body><h1>Three boats</h1>{MAIN}{things}</body></html>",
        ContentType.HTML,
    )
    assert "Clara" in only.text
