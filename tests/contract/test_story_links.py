"""Which stories are one, seen from the end of the window."""

from __future__ import annotations

from datetime import UTC, datetime

from workers.adapters.story_links import merged_stories
from workers.ports import Profile, Term, TermKind

AT = datetime(2026, 3, 1, tzinfo=UTC)


def profile(article: str, story: str, names: str, words: str = "") -> Profile:
    """names, words: a term a letter."""
    terms = [Term(ord(name), TermKind.NAME, 24) for name in names]
    terms += [Term(ord(word), TermKind.WORD, 8) for word in words]
    return Profile(article, AT, 1, tuple(terms), story=story)


def merged(*profiles: Profile) -> list[tuple[str, str]]:
    *_, last = merged_stories(profiles)
    return list(last)


def test_two_halves_of_one_event_are_one_story_and_the_larger_keeps_its_name() -> None:
    told = [profile("1", "s", "abcdef", "xyz"), profile("2", "t", "abcdef", "xyz"), profile("3", "t", "abcdeg", "xyz")]
    assert merged(*told) == [("s", "t")]


def test_of_equal_stories_the_older_one_keeps_its_name() -> None:
    assert merged(profile("1", "s", "abcdef"), profile("2", "t", "abcdef")) == [("t", "s")]


def test_stories_that_share_little_stay_apart() -> None:
    assert merged(profile("1", "s", "abcdef"), profile("2", "t", "uvwxaz")) == []


def test_one_article_between_two_stories_does_not_chain_them() -> None:
    left = [profile(f"l{at}", "left", "abcdef") for at in range(6)]
    right = [profile(f"r{at}", "right", "uvwxyz") for at in range(6)]
    middle = profile("m", "middle", "abcdefuvwxyz")
    assert [story for story, _ in merged(*left, *right, middle)] == ["middle"]


def test_a_chain_of_merges_ends_at_one_name() -> None:
    told = [profile(str(at), f"s{at}", "abcdef") for at in range(4)]
    into = dict(merged(*told))
    assert set(into) == {"s1", "s2", "s3"}
    assert set(into.values()) == {"s0"}


def test_nothing_told_is_nothing_merged() -> None:
    assert merged() == []
