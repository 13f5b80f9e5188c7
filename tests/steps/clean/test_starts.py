from __future__ import annotations

import pytest

from workers.steps.clean.sentences import same_words
from workers.steps.clean.starts import Starts

STARTS = Starts(["see also:", "see", "ver más", "see also: more"])


@pytest.mark.parametrize(
    ("line", "start"),
    [("see also: more", "see also:"), ("seen", "see"), ("ver más de", "ver más"), ("ver", None), ("", None)],
)
def test_the_start_that_was_given_first_is_found(line: str, start: str | None) -> None:
    assert STARTS.find(line) == start


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Wall opens", "WALL  opens", True),
        (" Wall opens", "wall opens\t", True),
        ("ßo", "SSO", True),
        ("", " ", True),
        ("", "a", False),
        ("Wall opens", "Hall opens", False),
        ("Wall opens", "Wall open", False),
    ],
)
def test_words_are_the_same_whatever_their_case_and_blanks(left: str, right: str, same: bool) -> None:
    assert same_words(left, right) is same
