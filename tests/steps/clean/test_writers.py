"""Who stands beside a time: the story's writer or its publisher."""

from __future__ import annotations

import pytest

from tests.steps.clean.pages import articles

TEXT = (
    "The council voted on Tuesday for the new harbour wall, after a debate of nine hours in the old town hall.\n"
    "Work begins in May. It will last two years and cost four million, most of it paid by the region.\n"
)


@pytest.mark.parametrize(
    ("line", "publisher", "authors"),
    [
        ("Anna Berg • June 3, 2025", None, ("Anna Berg",)),
        ("Anna van der Berg | 3 hours ago", None, ("Anna van der Berg",)),
        ("Bay Paper • June 3, 2025", "Bay Paper", ()),
        ("Charlotte Observer • June 3, 2025", "Charlotte Observer", ()),
        ("Victoria News • June 3, 2025", "Victoria News", ()),
        ("Yahoo • June 3, 2025", "Yahoo", ()),
    ],
)
def test_a_person_beside_a_time_is_the_writer(line: str, publisher: str | None, authors: tuple[str, ...]) -> None:
    article = articles(f"Council backs wall\n{line}\n{TEXT}")[0]
    assert (article.publisher, article.authors) == (publisher, authors)
