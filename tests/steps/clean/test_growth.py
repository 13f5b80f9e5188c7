"""Time grows with the text and not faster, on the shapes that make patterns and loops run away."""

from __future__ import annotations

import time

import pytest

from tests.steps.clean.pages import clean, document

MOST = 2.6       # t(2n) / t(n); a loop within a loop gives 4
FIRST = 25_000   # characters
ATTEMPTS = 4     # a machine that is busy disturbs one, never all: each is the least of three, and twice as long


def seconds(unit: str, characters: int) -> float:
    page = document(f"A headline of the page\n{unit * (characters // len(unit))}")
    return min(run(page) for _ in range(3))


def run(page: object) -> float:
    started = time.process_time()
    clean()(page)  # type: ignore[arg-type]
    return time.process_time() - started


@pytest.mark.parametrize(
    "unit",
    [
        "aaaa@", "<", "(", "#", " \n \n", "- - - ", "By By By ", "By Anna Berg\n", "1 M ", "12:30\n", "3 hours ago\n",
        "an hour ago ", "Paper\n3 hours ago\n- Paper\nA title\nA body. So it was.\n", "Same line\n", "A. ",
        "A headline\n", "x. Advertisement ", "(Photo ", "(Aaa/Bbb ", "© 2025 ", "PARIS (AFP) - ", "AFP/",
        "Comments\nAnna\n2 hours ago\nYes.\n", "vor vor vor ", "a\u200b", "e\u0301\u0301\u0301", "(a: ", "Name\n\n",
        "“", "Related Articles\nA headline\n",
        "Originally published on ", "- a\n", "a,b;c|d/e&f ", "2025-06-23T08:53:47Z\nA headline\n", "市议会", "กา",
    ],
)  # fmt: skip
def test_twice_the_text_takes_no_more_than_twice_the_time(unit: str) -> None:
    ratios: list[float] = []
    for attempt in range(ATTEMPTS):
        size = FIRST * 2**attempt
        ratios.append(seconds(unit, 2 * size) / max(seconds(unit, size), 1e-4))
        if ratios[-1] < MOST:
            return
    pytest.fail(f"{unit!r}: t(2n)/t(n) is {ratios}")
