from __future__ import annotations

from tests.steps.clean.pages import articles, removed
from workers.steps.clean import strip_repeated

FOOT = "Bay Paper is funded by its readers."


def test_an_accepted_line_is_removed_and_reported() -> None:
    article = articles(f"Wall opens\nThe wall is open. It was time.\n{FOOT}")[0]
    stripped = strip_repeated(article, frozenset({FOOT}))
    assert (stripped.text, stripped.word_count) == ("The wall is open. It was time.", 7)
    assert removed(stripped) == [(FOOT, "repeated")]


def test_only_whole_paragraphs_are_removed() -> None:
    article = articles(f"Wall opens\nThe wall is open. {FOOT} It was time.\nAll came.")[0]
    assert strip_repeated(article, frozenset({FOOT})) is article


def test_a_story_is_complete_when_only_the_repeated_line_was_cut_off() -> None:
    article = articles("Wall opens\nThe wall is open. It was time.\n2 Quay Street, Bay")[0]
    assert not article.complete
    assert strip_repeated(article, frozenset({"2 Quay Street, Bay"})).complete


def test_a_paywall_stays_one() -> None:
    article = articles(f"Wall opens\nThe wall is open. It was time.\nSubscribers only\n{FOOT}")[0]
    assert not strip_repeated(article, frozenset({FOOT})).complete
