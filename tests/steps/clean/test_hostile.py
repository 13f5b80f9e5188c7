"""Megabytes of one shape. Each is cleaned in a child, so that a crash of a parser is seen as one."""

from __future__ import annotations

import subprocess
import sys

import pytest

TWO_MB = 2 * 1024 * 1024
CHILD = """
import sys
from tests.steps.clean.pages import clean, document
from workers.model import ContentType, Quarantine
shape, times, kind = eval(sys.argv[1]), int(sys.argv[2]), ContentType(sys.argv[3])
outcome = clean()(document(shape[0] + shape[1] * times + shape[2], kind))
print(outcome.reason.value if isinstance(outcome, Quarantine) else len(outcome))
"""
SENTENCE = "The council voted on Tuesday for the new harbour wall, after a debate of nine hours."


def outcome_of(kind: str, unit: str, times: int, before: str = "", after: str = "") -> str:
    """The reason, or the number of articles. 20 s: what is linear ends in one, what is quadratic never."""
    shape = repr((before, unit, after))
    child = [sys.executable, "-c", CHILD, shape, str(times), kind]
    done = subprocess.run(child, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout.strip()


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "(",
        "#",
        " \n",
        "By By By ",
        "- - - ",
        "- a\n",
        "a",
        "x. Advertisement ",
        "3 hours ago\n",
        "Same\n",
        "12:30\n",
        "Yahoo\n3 hours ago\n- Yahoo\n",
        "Related Articles\n",
        "x. Credit: Getty ",
        "(Photo ",
        "(Aaa/Bbb ",
        "X: https://",
        "1",
        "Video Player is loading. ",
        "By John Smith\n",
        "Comments\nx y\n",
        "#a #b\n",
        '"',
        "word. ",
    ],
)
def test_a_dump_of_one_shape_ends(unit: str) -> None:
    assert outcome_of("text/plain", unit, TWO_MB // len(unit)) in ("no_article", "1")


def test_a_hundred_thousand_articles_are_too_many() -> None:
    item = f"Paper\n5 minutes ago\n- Paper\nA title\n{SENTENCE} So it was.\n"
    assert outcome_of("text/plain", item, 20_000) == "too_many_articles"


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        ("<div>", 100_000),
        ("<div>", 1_000_000),
        ("<span>", 100_000),
        ("<table><tr><td>", 50_000),
        ("<b>", 500_000),
        ("<ul><li>", 200_000),
        ("<br>", 500_000),
        ("<!--", 500_000),
        ("<script>", 100_000),
        ("<svg>", 300_000),
        ("<a b=\"'", 250_000),
        ("<a href=x>y</a>", 200_000),
        ("<", TWO_MB),
        ("<p>x", 7_000),
        ("<title>", 100_000),
    ],
)
def test_a_page_of_one_tag_ends(unit: str, times: int) -> None:
    assert outcome_of("text/html", unit, times, "<html><body>") in ("no_article", "too_deep", "1")


def test_two_hundred_thousand_attributes_are_too_many() -> None:
    assert outcome_of("text/html", " a='1'", 200_000, "<html><body><div", ">text</div>") == "too_deep"


def test_text_below_any_depth_is_still_read() -> None:
    assert outcome_of("text/html", "<div>", 100_000, "<html><body>", f"<p>{SENTENCE} So it was.</p>") == "1"


def test_json_ld_of_any_depth_is_passed_over() -> None:
    head = '<html><head><script type="application/ld+json">'
    assert (
        outcome_of("text/html", "[", 100_000, head, f"</script></head><body><p>{SENTENCE} So it was.</p></body>") == "1"
    )
