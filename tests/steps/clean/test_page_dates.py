"""Where the date of an HTML page comes from, and which of several is taken. Received on 20 July 2025, 12:00."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.steps.clean.pages import RECEIVED, articles
from workers.model import Article, ContentType

TEXT = (
    "<p>The council voted on Tuesday for the new harbour wall, after a debate of nine hours in the old town hall.</p>"
    "<p>Work begins in May. It will last two years and cost four million, most of it paid by the region, said the "
    "mayor.</p><p>Fishermen had asked for the wall since the storm of 2019, which sank eleven boats in one night.</p>"
)


def article_of(
    head: str = "", above: str = "", below: str = "", url: str | None = None, language: str = "en"
) -> Article:
    body = f"<main>{above}<h1>Council backs wall</h1>{below}{TEXT}</main>"
    page = f"<html lang={language}><head><title>Council backs wall</title>{head}</head><body>{body}</body></html>"
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


def stamped(published: str, changed: str = "", kind: str = "NewsArticle") -> str:
    linked = {"@type": kind, "datePublished": published, "dateModified": changed or published}
    return f'<script type="application/ld+json">{json.dumps(linked)}</script>'


@pytest.mark.parametrize(
    ("below", "text"),
    [
        ("<time datetime='2025-07-03T20:48:19-05:00'>Thursday night</time>", "2025-07-03T20:48:19-05:00"),
        ("<time datetime='2025-07-03 18:48:19'>Thursday night</time>", "2025-07-03 18:48:19"),
        ("<div>Published July 3, 2025 at 9:48 p.m.</div>", "July 3, 2025 at 9:48 p.m."),
        ("<div>By Anna BergJuly 3, 2025</div>", "July 3, 2025"),
    ],
)
def test_a_time_of_greenwich_bears_the_text_of_the_place_where_its_day_is_another(below: str, text: str) -> None:
    article = article_of(stamped("2025-07-04T01:48:19Z"), below=below)
    assert (article.published_text, article.published_at) == (text, datetime(2025, 7, 4, 1, 48, 19, tzinfo=UTC))


@pytest.mark.parametrize(
    "below",
    [
        "<time datetime='2025-07-03T20:11:00-05:00'>of another story</time>",
        "<time datetime='2025-07-03 20:41:07'>no zone of the world</time>",
        "<div>Friday, July 4, 2025</div>",
    ],
)
def test_a_time_of_greenwich_keeps_its_text_where_the_page_has_no_other_day_for_it(below: str) -> None:
    assert article_of(stamped("2025-07-04T01:48:19Z"), below=below).published_text == "2025-07-04T01:48:19Z"


def test_the_day_of_the_address_is_that_of_the_place() -> None:
    article = article_of(stamped("2025-07-04T01:48:19Z"), url="https://example.org/2025/07/03/wall")
    assert (article.published_text, article.published_from) == ("2025-07-03", "json-ld")


def test_a_day_by_the_headline_before_that_of_the_marks_is_that_of_publication() -> None:
    article = article_of(stamped("2025-06-09T10:00:00Z"), below="<p>4 April 2023</p>")
    assert (article.published_text, article.published_from) == ("4 April 2023", "text")


@pytest.mark.parametrize(
    "below",
    [
        "<p>04/05/2023</p>",
        "<p>Updated 4 April 2023</p>",
        "<p>9 June 2025, first seen 4 April 2023</p>",
        "<p>The mayor and the harbour master at the old wall on April 4, 2023. Photo: Anna Berg</p>",
    ],
)
def test_the_marks_stand_where_an_earlier_day_is_in_doubt_or_of_something_else(below: str) -> None:
    assert article_of(stamped("2025-06-09T10:00:00Z"), below=below).published_text == "2025-06-09T10:00:00Z"


@pytest.mark.parametrize(
    ("name", "changed", "text"),
    [
        ("posted-on", "2025-07-01T10:00:00Z", "12 June 2025"),
        ("byline__release-date", "2025-07-01T10:00:00Z", "12 June 2025"),
        ("posted-on", "2025-06-12T10:00:00Z", "2024-06-09T10:00:00Z"),
        ("published updated", "2025-07-01T10:00:00Z", "2024-06-09T10:00:00Z"),
        ("page-date", "2025-07-01T10:00:00Z", "2024-06-09T10:00:00Z"),
    ],
)
def test_a_later_day_counts_only_if_named_for_publication_and_not_that_of_the_change(
    name: str, changed: str, text: str
) -> None:
    head = stamped("2024-06-09T10:00:00Z", changed, "Article")
    assert article_of(head, below=f"<p class='{name}'>12 June 2025</p>").published_text == text


@pytest.mark.parametrize(
    ("kind", "below", "text"),
    [
        ("NewsArticle", "<p>12 June 2025</p>", "12 June 2025"),
        ("ReportageNewsArticle", "<p>12 June 2025</p>", "12 June 2025"),
        ("NewsArticle", "<p>Updated 12 June 2025</p>", "2024-06-09T10:00:00Z"),
        ("NewsArticle", "<p>9 June 2024, again 12 June 2025</p>", "2024-06-09T10:00:00Z"),
        ("NewsArticle", "<p>13 June 2025</p>", "2024-06-09T10:00:00Z"),
        ("BlogPosting", "<p>12 June 2025</p>", "2024-06-09T10:00:00Z"),
    ],
)
def test_a_newsroom_that_shows_the_day_of_the_change_without_a_word_has_published_again(
    kind: str, below: str, text: str
) -> None:
    head = stamped("2024-06-09T10:00:00Z", "2025-06-12T10:00:00Z", kind)
    assert article_of(head, below=below).published_text == text


def test_an_address_with_a_day_that_no_calendar_has_dates_nothing() -> None:
    assert article_of(url="https://example.org/2025/13/45/wall").published_at is None


def test_the_day_of_mark_and_address_stands_whatever_day_a_newsroom_shows() -> None:
    head = stamped("2024-06-09T10:00:00Z", "2025-06-12T10:00:00Z")
    article = article_of(head, below="<p>12 June 2025</p>", url="https://example.org/2024/06/09/wall")
    assert article.published_text == "2024-06-09T10:00:00Z"


def test_figures_that_can_be_read_in_two_ways_give_way_to_another_mark() -> None:
    head = '<meta name="date" content="01/07/16"><meta property="og:published_time" content="2024-10-08T09:00:00Z">'
    assert article_of(head).published_text == "2024-10-08T09:00:00Z"
    assert article_of('<meta name="date" content="01/07/16">').published_text == "01/07/16"


@pytest.mark.parametrize("coarse", ["May 2024", "1 month ago", "2 years ago"])
def test_a_day_of_change_comes_before_a_time_without_a_day(coarse: str) -> None:
    assert article_of(below=f"<p>{coarse}</p><p>Last updated on 8 July 2025</p>").published_text == "8 July 2025"
    assert article_of(below=f"<p>{coarse}</p>").published_text == coarse


def test_a_shown_day_to_come_changes_nothing() -> None:
    article = article_of(stamped("2025-06-09T10:00:00Z"), below="<p class=published>8 August 2025</p>")
    assert article.published_text == "2025-06-09T10:00:00Z"


@pytest.mark.parametrize(
    ("below", "language", "day"),
    [
        ("<p>05/06/2025</p>", "en", "2025-06-05"),
        ("<p>05/06/2025</p>", "en-US", "2025-05-06"),
        ("<p>05/06/2025</p><p>Next talk: 05/30/2025</p>", "en", "2025-05-06"),
        ("<p>05/06/2025</p><p>Next talk: 30/06/2025</p>", "en-US", "2025-06-05"),
        ("<p>25/06/2025</p>", "en-US", "2025-06-25"),
        ("<p>07/10/2025</p>", "en", "2025-07-10"),  # 7 October is to come
        ("<p>10/07/2025</p>", "en-US", "2025-07-10"),
    ],
)
def test_figures_are_read_in_the_order_of_the_page_and_never_as_a_day_to_come(
    below: str, language: str, day: str
) -> None:
    article = article_of(below=below, language=language)
    assert article.published_at is not None
    assert article.published_at.date().isoformat() == day


def test_figures_of_a_mark_are_read_in_the_order_that_is_not_to_come() -> None:
    article = article_of('<meta name="date" content="07/10/2025">')
    assert article.published_at == datetime(2025, 7, 10, tzinfo=UTC)
    assert article_of('<meta name="date" content="10/11/2025">').published_at is None


@pytest.mark.parametrize(("figures", "language"), [("07/10/2025", "fr"), ("07/10/2025", "en-GB"), ("07.10.2025", "en")])
def test_a_day_to_come_is_no_month_where_the_day_is_always_first(figures: str, language: str) -> None:
    assert article_of(below=f"<p>{figures}</p>", language=language).published_at is None
