"""Where the date of an HTML page comes from, and which of several is taken. Received on 20 July 2025, 12:00."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.steps.clean.pages import RECEIVED, articles
from workers.model import Article, ContentType

TEXT = (
    "<p>The council voted on Tuesday for the new harbour wall, after a debate of nine hours in the old town hall.</p>"
    "<p>Work begins in May. It will last two years and cost four million, most of it paid by the region, said the "
    "mayor.</p><p>Fishermen had asked for the wall since the storm of 2019, which sank eleven boats in one night.</p>"
)


def article_of(head: str = "", above: str = "", below: str = "", url: str | None = None) -> Article:
    body = f"<main>{above}<h1>Council backs wall</h1>{below}{TEXT}</main>"
    page = f"<html><head><title>Council backs wall</title>{head}</head><body>{body}</body></html>"
    return articles(page, ContentType.HTML, url=url)[0]


@pytest.mark.parametrize(
    ("below", "day", "source"),
    [
        ("<div>Dec 18, 2024</div>", "2024-12-18", "text"),
        ("<div>Published on Oct 21, 2024 by Anna Berg</div>", "2024-10-21", "text"),
        ("<div>Posted on the 15/12/2024 at 19:00 by Anna</div>", "2024-12-15", "text"),
        ("<div>Veröffentlicht am 3. März 2025</div>", "2025-03-03", "text"),
        ("<div>Publié le 14 février 2025 à 10:30</div>", "2025-02-14", "text"),
        ("<div>Publicado el 7 de mayo de 2025</div>", "2025-05-07", "text"),
        ("<div>2025年6月8日</div>", "2025-06-08", "text"),
        ("<div>Updated: July 2, 2025</div><div>June 30, 2025</div>", "2025-06-30", "text"),
        ("<div>Updated: July 2, 2025</div>", "2025-07-02", "text"),
        ("<div>2 hours ago</div>", "2025-07-20", "relative"),
        ("<div>vor 3 Tagen</div>", "2025-07-17", "relative"),
        ("<div>Oct 21</div>", "2024-10-21", "text"),
    ],
)
def test_a_date_by_the_headline_is_read(below: str, day: str, source: str) -> None:
    article = article_of(below=below)
    assert article.published_at is not None
    assert (article.published_at.date().isoformat(), article.published_from) == (day, source)


def test_a_date_by_the_headline_comes_before_one_that_an_element_elsewhere_is_named_for() -> None:
    article = article_of(above="<div class=date>May 1, 2025</div>" + "<p>x y z.</p>" * 20, below="<p>June 2, 2025</p>")
    assert article.published_text == "June 2, 2025"


def test_a_sentence_with_a_date_in_it_dates_nothing() -> None:
    told = "The end of the season for most of the fleet is April 15, 2025, the harbour master told the paper, and"
    below = f"<p>{told} all the boats that are late may lie at the outer pier until the first of May.</p>"
    assert article_of(below=below).published_at is None


def test_a_date_without_a_year_gets_that_of_the_last_change() -> None:
    changed = '<meta property="article:modified_time" content="2023-11-02T10:00:00Z">'
    assert article_of(changed, below="<p>Oct 21</p>").published_at == datetime(2023, 10, 21, tzinfo=UTC)


def test_a_date_in_the_state_of_a_script_is_read() -> None:
    state = "<div data-page='{&quot;datePublished&quot;:&quot;2025-07-04T08:00:00Z&quot;}'></div>"
    assert article_of(below=state).published_at == datetime(2025, 7, 4, 8, tzinfo=UTC)


def test_a_date_of_the_page_in_json_ld_serves_where_the_article_has_none() -> None:
    linked = '<script type="application/ld+json">{"@type": "WebPage", "datePublished": "2025-07-04"}</script>'
    assert article_of(linked).published_at == datetime(2025, 7, 4, tzinfo=UTC)


def test_an_address_with_a_date_comes_before_what_stands_on_the_page() -> None:
    head = '<link rel="canonical" href="https://example.org/2025/07/03/wall">'
    article = article_of(head, below="<p>May 1, 2025</p>")
    assert (article.published_from, article.published_text) == ("url", "2025-07-03")


@pytest.mark.parametrize("below", ["<div>August 3, 2025</div>", "<time datetime=2031-01-01>x</time>"])
def test_no_date_lies_more_than_a_day_ahead(below: str) -> None:
    article = article_of(below=below)
    assert article.published_at is None or article.published_at <= RECEIVED
