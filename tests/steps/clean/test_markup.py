"""Guards before the parser: what is too much for it is named, and no scan takes more than linear time."""

from __future__ import annotations

import time

import pytest

from tests.steps.clean.pages import articles, clean, document, removed
from workers.model import ContentType
from workers.steps.clean.guards import excess_of
from workers.steps.clean.markup import parse, read_markup

SENTENCE = "The council voted on Tuesday for the new harbour wall, after a debate of nine hours. So it was. "


@pytest.mark.parametrize(
    ("page", "excess"),
    [
        ("<div>" * 6000, "nested deeper"),
        ("<div>" * 6000 + "</div>" * 6000, "nested deeper"),
        ("<p>x" * 40_000 + "</p>" * 40_000, "more than 30000 tags"),
        ("<div " + "a=1 " * 1000 + ">", "attributes"),
        ("<div " + 'a=">" ' * 1000 + ">", "attributes"),
        ("<svg " + "a=1 " * 1000 + ">", "attributes"),
        ("<script " + "a " * 1000 + "><!-- </script>", "attributes"),
        ("".join(f"<b id={n}>" for n in range(900)) + "<p>x</p>" * 900, "copies of tags left open"),
    ],
)
def test_what_is_too_much_for_a_parser_is_named(page: str, excess: str) -> None:
    assert excess in (excess_of(read_markup(page).text) or "")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 300 + "</div>" * 300,
        "<p>It was <b>so</b>.</p>" * 2000,
        f"<div data-state='{'{a: 1}, ' * 5000}'>x</div>",
        f"<script>{'if (a < b) c > d; ' * 5000}</script>",
        "<a href=x>y</a>" * 5000,
        "<!-- " + "<div>" * 6000 + "-->",
    ],
)
def test_what_real_pages_hold_is_parsed(page: str) -> None:
    assert excess_of(read_markup(page).text) is None


@pytest.mark.parametrize(
    "page",
    [
        "a<!-- x --> b <!--> c <!---> d <!-- x --!> e <!-- -- > -> x -->",
        "a<SCRIPT>x</Script >b<script>x < y</script\n>c<style>p > a {}</style>",
        "a<script>if (x) document.write('<script>y<\\/script>')</script>b",
        "a<script><!-- x </script>b<p>c<!-- y --></p>",
        "a<script><!-- <script>x</script> y --></script>b",
        "a<script async onload=\"x('<script></script>')\"></script>b",
        "a<script-like>b</script-like><stylee>c</stylee>",
        "<a title='<!-- x'>a</a> <a title='<script>'>b</a> <a title=<style>c</a>",
        "a<noscript><p>x</p></noscript>b<script>x",
        "a<style>x<!--</style>b<p>c</p><!-- d",
    ],
)
def test_without_comments_and_scripts_a_page_holds_the_same_text(page: str) -> None:
    assert shown(read_markup(page).text) == shown(page)


def shown(page: str) -> str:
    """What a reader sees, as the parser finds it in the whole source."""
    tree = parse(page)
    tree.strip_tags(["script", "style", "noscript"])
    assert tree.body is not None
    return tree.body.text()


def test_blocks_of_json_ld_are_handed_on_as_written() -> None:
    first = '<script type="application/ld&#x2B;json">{"a": "<b>"}</script>'
    other = '<SCRIPT TYPE=Application/LD+JSON a=">">1</SCRIPT>'
    assert read_markup(f"x{first}{other}y<script>2</script>") == ("xy", ['{"a": "<b>"}', "1"])


def test_what_is_not_read_is_reported() -> None:
    (deep,) = articles(f"<html><body>{'<div>' * 6000}<p>{SENTENCE}</p>", ContentType.HTML)
    (long,) = articles(f"<html><body><p>{SENTENCE}</p>{'<p>x.</p>' * 5000}", ContentType.HTML)
    assert ("(tags nested deeper than 1000 levels)", "read_plainly") in removed(deep)
    assert ("(the page goes on)", "page_too_long") in removed(long)


def seconds(unit: str, characters: int) -> float:
    """CPU time of one page, the least of three: noise only adds. {n} in the unit is another number each time."""
    shown = "".join(unit.replace("{n}", str(number)) for number in range(characters // len(unit)))
    page = document(f"<html><body><p>{SENTENCE}</p>{shown}", ContentType.HTML)
    times = []
    for _ in range(3):
        begun = time.process_time()
        clean()(page)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize(
    "unit",
    [
        "<div>", "<b>", "<a b=\"'", "<a href=x>y</a>", "<", "<!--", "<p>x", "<script>", "<td>",
        "<script a='", "</script", "='<!--",
        "<h2><a href=/{n}>Headline of story {n}</a></h2><p>" + SENTENCE + "</p>", "<time>3 hours ago</time>",
        '<div class="a b-c d{n}">1 May 2025 {n}</div>', "<br><br>", '<meta name=n{n} content=x>',
        '<div itemprop="author datePublished">x',
    ],
)
def test_twice_the_page_takes_at_most_twice_the_time(unit: str) -> None:
    """A busy machine disturbs one attempt, never all: each is twice as long. A loop in a loop gives 4."""
    ratios: list[float] = []
    for attempt in range(4):
        size = 25_000 * 2**attempt
        ratios.append(seconds(unit, 2 * size) / max(seconds(unit, size), 1e-3))
        if ratios[-1] < 2.6:
            return
    pytest.fail(f"{unit!r}: t(2n)/t(n) is {ratios}")
