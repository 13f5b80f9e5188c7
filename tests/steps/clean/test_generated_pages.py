"""Pages of layouts and languages that the rules of config/clean do not know, by tests/benchmarks/dumps."""

from __future__ import annotations

from functools import cache

import pytest

from tests.benchmarks.dumps.layouts import LAYOUTS
from tests.benchmarks.dumps.pages import pages, phrases
from tests.benchmarks.dumps.score import Score, score
from tests.benchmarks.dumps.wires import wire_cases
from tests.steps.clean.pages import RECEIVED, clean, document, tables
from workers.model import Article, Quarantine
from workers.steps.clean.times import Times

TIMES = Times(tables()["times"])


def articles_of(text: str) -> tuple[Article, ...]:
    outcome = clean()(document(text))
    return () if isinstance(outcome, Quarantine) else outcome


@cache
def scores() -> dict[str, Score]:
    found: dict[str, Score] = {}
    for page in pages(330, seed=2):
        of_page = score(page, articles_of(page.text))
        for name in ("all", page.layout, page.language):
            found.setdefault(name, Score()).add(of_page)
    return found


@pytest.mark.parametrize(
    ("figure", "least"),
    [
        ("articles_f1", 0.97), ("pages_exact", 0.92), ("text_f1", 0.98), ("title", 0.95), ("publisher", 0.95),
        ("time", 0.95),
    ],
)
def test_pages_that_no_rule_was_made_for_fall_into_their_articles(figure: str, least: float) -> None:
    assert scores()["all"].figures()[figure] >= least


def test_lines_of_the_page_stay_out_of_its_articles() -> None:
    assert scores()["all"].figures()["foreign_leak"] <= 0.10


@pytest.mark.parametrize("name", sorted([*LAYOUTS, *phrases()]))
def test_no_layout_and_no_language_is_left_behind(name: str) -> None:
    assert scores()[name].figures()["articles_f1"] >= 0.85


@pytest.mark.parametrize("language", sorted(phrases()))
def test_a_language_says_when(language: str) -> None:
    texts = [text.format(n=3, N=12) for text in phrases()[language]["ago"]]
    moments = {text: TIMES.moment(text, RECEIVED) for text in texts}
    assert [text for text, moment in moments.items() if moment.at is None or moment.source != "relative"] == []
    assert [text for text in texts if getattr(TIMES.stamp(f"Bay Paper{text}"), "text", None) != text] == []


def test_a_story_has_the_agency_it_came_from_and_none_that_it_only_names() -> None:
    found = [(case.wire, articles_of(case.text)) for case in wire_cases(seed=2)]
    wires = [(wire, articles[0].wire if articles else None) for wire, articles in found]
    right = sum(wire is not None and wire == got for wire, got in wires)
    assert right >= 0.97 * sum(got is not None for _, got in wires)
    assert right >= 0.90 * sum(wire is not None for wire, _ in wires)
