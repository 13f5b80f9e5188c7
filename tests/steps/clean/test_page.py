from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.steps.clean.pages import articles, refused, removed
from workers.model import Article, ContentType, Precision, Reason

TEXT = (
    "<p>The council voted on Tuesday for the new harbour wall, after a debate of nine hours in the old town hall.</p>"
    "<p>Work begins in May. It will last two years and cost four million, most of it paid by the region, said the "
    "mayor.</p>"
    "<p>Fishermen had asked for the wall since the storm of 2019, which sank eleven boats in a single night.</p>"
)
LINKED = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle", "headline": "Council backs wall &amp; road",
"author": [{"@type": "Person", "name": "Anna Berg"}, {"name": "Tom Low"}], "publisher": {"name": "Harbour Times"},
"datePublished": "2025-07-18T09:30:00+02:00", "dateModified": "2025-07-19", "articleSection": "Local",
"image": {"url": "/wall.jpg"}, "inLanguage": "en-GB"}]}</script>"""


def article_of(head: str = "", body: str = "", html: str = "<html>", url: str | None = None) -> Article:
    shown = f"<body><nav><a href=/>Home</a></nav><main>{body}{TEXT}</main></body>"
    page = f"<!doctype html>{html}<head>{head}</head>{shown}</html>"
    found = articles(page, ContentType.HTML, url=url)
    assert len(found) == 1
    return found[0]


def test_a_page_becomes_its_main_text_in_paragraphs() -> None:
    article = article_of("<title>Council backs wall</title>", "<h1>Council backs wall</h1>")
    assert article.title == "Council backs wall"
    assert article.text.split("\n\n")[1].startswith("Work begins in May.")
    assert (article.complete, "Home" in article.text) == (True, False)


def test_what_json_ld_says_comes_first() -> None:
    article = article_of('<meta property="og:title" content="Other">' + LINKED, url="https://example.org/2024/01/02/a")
    assert (article.title, article.authors, article.publisher) == (
        "Council backs wall & road",
        ("Anna Berg", "Tom Low"),
        "Harbour Times",
    )
    assert (article.section, article.image, article.language) == ("Local", "https://example.org/wall.jpg", "en")
    assert (article.published_at, article.published_from) == (datetime(2025, 7, 18, 7, 30, tzinfo=UTC), "json-ld")
    assert article.modified_at == datetime(2025, 7, 19, tzinfo=UTC)


def test_meta_tags_come_next() -> None:
    article = article_of(
        '<meta property="og:title" content="Der Rat tagt"><meta name="author" content="Von Anna Berg">'
        '<meta property="og:site_name" content="Hafenblatt"><link rel="canonical" href="https://example.org/rat">'
        '<meta property="article:published_time" content="2025-07-18T09:30:00Z">',
        html='<html lang="de-AT">',
    )
    assert (article.title, article.authors, article.publisher) == ("Der Rat tagt", ("Anna Berg",), "Hafenblatt")
    assert (article.canonical_url, article.language, article.published_from) == (
        "https://example.org/rat",
        "de",
        "meta",
    )


@pytest.mark.parametrize(
    ("body", "url", "source", "when"),
    [
        (
            '<span itemprop="datePublished" content="2025-07-18">x</span>',
            None,
            "microdata",
            datetime(2025, 7, 18, tzinfo=UTC),
        ),
        ('<time datetime="2025-07-17T10:00Z">x</time>', None, "text", datetime(2025, 7, 17, 10, tzinfo=UTC)),
        ("<time>il y a 3 heures</time>", None, "relative", datetime(2025, 7, 20, 9, tzinfo=UTC)),
        ('<p class="post-date">16 July 2025</p>', None, "text", datetime(2025, 7, 16, tzinfo=UTC)),
        ("", "https://example.org/2025/7/4/wall", "url", datetime(2025, 7, 4, tzinfo=UTC)),
    ],
)
def test_a_date_says_where_it_came_from(body: str, url: str | None, source: str, when: datetime) -> None:
    article = article_of(body=body, url=url)
    assert (article.published_from, article.published_at) == (source, when)


def test_a_date_far_ahead_is_passed_over() -> None:
    article = article_of('<meta name="date" content="2099-01-01">', url="https://example.org/2025/07/04/wall")
    assert (article.published_from, article.published_precision) == ("url", Precision.DAY)


def test_addresses_of_other_schemes_are_not_passed_on() -> None:
    article = article_of(
        '<link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="data:text/html,x">'
    )
    assert (article.canonical_url, article.image) == (None, None)


def test_nothing_active_is_left_in_text_or_title() -> None:
    article = article_of("<title>Wall</title><script>alert(1)</script>", "<h1>Wall</h1><img src=x onerror=alert(1)>")
    assert "alert" not in article.text
    assert article.title == "Wall"


def test_boilerplate_inside_the_text_is_removed_and_reported() -> None:
    article = article_of(body="<p>Erreur lors de la récupération des données</p>")
    assert ("Erreur lors de la récupération des données", "error_residue") in removed(article)
    assert "Erreur" not in article.text


def test_broken_json_ld_leaves_the_other_marks() -> None:
    assert article_of('<script type="application/ld+json">{"headline": </script><title>Wall</title>').title == "Wall"


@pytest.mark.parametrize("page", ["<html></html>", "<html><body><nav><a>x</a></nav></body></html>", "<!-- -->"])
def test_a_page_without_text_holds_no_article(page: str) -> None:
    assert refused(page, ContentType.HTML).reason is Reason.NO_ARTICLE


def test_an_xml_declaration_is_no_obstacle() -> None:
    page = f'<?xml version="1.0" encoding="iso-8859-1"?><html><body><h1>Wall</h1>{TEXT}</body></html>'
    assert articles(page, ContentType.HTML)[0].text.startswith("The council voted")


def test_objects_that_json_ld_only_refers_to_are_read() -> None:
    graph = [
        {"@type": "NewsArticle", "author": [{"@id": "#anna"}], "publisher": {"@id": "#o"}, "image": {"@id": "#image"}},
        {"@type": "Organization", "@id": "#o", "name": "Harbour Times"},
        {"@type": "Person", "@id": "#anna", "name": "Anna Berg"},
        {"@type": "ImageObject", "@id": "#image", "url": "https://example.org/wall.jpg"},
    ]
    linked = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    (article,) = articles(f"<html><head>{linked}</head><body><h1>Council backs wall</h1>{TEXT}", ContentType.HTML)
    assert (article.publisher, article.authors, article.image) == (
        "Harbour Times", ("Anna Berg",), "https://example.org/wall.jpg",
    )


def test_a_publisher_that_is_an_address_gives_way_to_the_name_of_the_site() -> None:
    linked = '{"@type": "NewsArticle", "publisher": {"@id": "https://example.org/#o"}}'
    head = f'<script type="application/ld+json">{linked}</script><meta property="og:site_name" content="Harbour Times">'
    (article,) = articles(f"<html><head>{head}</head><body><h1>Council backs wall</h1>{TEXT}", ContentType.HTML)
    assert article.publisher == "Harbour Times"
