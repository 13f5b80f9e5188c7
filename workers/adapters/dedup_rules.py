"""When two articles are copies, and what kind of copy. judge.lua says the same; one suite holds both.

Shares are of shingles, 0..1; thresholds were set on labelled streams (tests/benchmarks).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from workers.model import ArticleId, RelationKind
from workers.ports import Signature

FACTS_KEPT: Final = 16  # as the signature cuts them
GROUPS_KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class Rules:
    """copy: least share of one article that stands in the other, for a copy. What raises it:

    few_samples     fewer than `samples` shingles of two long texts could be compared
    same_publisher  pages of one publisher share its furniture and its forms
    other_numbers   below a share `numbers_alike` of equal numbers: the same form filled in anew
    both            other numbers in a page of the same publisher
    form            other numbers than in two such articles, and those two differ in them as well
    wording         what they share stands in unrelated articles too, and below `own` of the rest is equal

    same_place lowers it: one address is one article, and this an update of it.
    """

    copy: float = 0.38
    few_samples: float = 0.65
    samples: int = 16
    same_publisher: float = 0.80
    other_numbers: float = 0.80
    both: float = 0.90
    form: float = 0.90
    numbers_alike: float = 0.43
    numbers_needed: int = 3
    wording: float = 0.90
    own: float = 0.33
    same_place: float = 0.25
    votes: int = 2           # shared looked-up shingles that make an earlier article worth comparing
    owners: int = 2          # articles that are found by one shingle
    compared_most: int = 32  # earlier articles compared with one
    also: float = 0.65       # least share of a further article that stands in the new one
    also_most: int = 4


@dataclass(frozen=True, slots=True)
class Known:
    """An article as the index remembers it. `looked_up`: so many of its sketch find it.

    groups: sequence numbers of the unique articles that it goes back to; its own when it is unique.
    """

    article_id: ArticleId
    seen_ms: int
    sequence: int
    distinct: int
    publisher: int
    place: int
    looked_up: int
    sketch: array[int]
    numbers: array[int]
    groups: tuple[int, ...] = ()


class Match(NamedTuple):
    """The best match has the highest rank; of equals it is the earliest."""

    rank: float
    earliness: int  # its sequence number, negative
    of_new: float
    of_old: float
    numbers_alike: float
    few: bool      # fewer than `Rules.samples` shingles could be compared
    old: Known

    @property
    def score(self) -> float:
        return max(self.of_new, self.of_old)


def known(signature: Signature, seen_ms: int, sequence: int) -> Known:
    return Known(
        signature.article_id, seen_ms, sequence, signature.distinct, signature.publisher, signature.place,
        len(signature.looked_up) // 5, _unpacked(signature.sketch), _unpacked(signature.facts),
    )


def _unpacked(packed: bytes) -> array[int]:
    numbers = array("I", packed)
    numbers.byteswap()
    return numbers


def matches(new: Known, olds: Iterable[Known], wording: Collection[int], rules: Rules) -> list[Match]:
    """What the new one is a copy of or holds, best first.

    wording: shingles of the new one that stand in unrelated articles.
    """
    pairs = [found for old in olds if (found := _pair(new, old, rules))]
    form = _is_form(pairs, rules)
    accepted = (pair for pair in pairs if pair.score >= _needed(new, pair, wording, rules, form=form))
    return sorted(accepted, reverse=True, key=lambda each: each[:2])


def _pair(new: Known, old: Known, rules: Rules) -> Match | None:
    """How the two lie to one another; None when they share next to nothing."""
    ours, theirs = comparable((new.sketch, new.distinct), (old.sketch, old.distinct))
    shared = len(set(ours).intersection(theirs))
    if not shared or shared < min(3, len(ours), len(theirs)):
        return None
    few = max(new.distinct - len(new.sketch), old.distinct - len(old.sketch)) > 0 and (
        min(len(ours), len(theirs)) < rules.samples
    )
    return Match(
        max(shared / len(ours), shared / len(theirs)) + shared / (len(ours) + len(theirs) - shared),
        -old.sequence, shared / len(ours), shared / len(theirs), numbers_alike(new, old, rules), few, old,
    )


def _is_form(pairs: Sequence[Match], rules: Rules) -> bool:
    """Like two articles, with numbers other than theirs, and theirs other than one another's: a form, whatever
    those two were taken for."""
    others = [
        pair.old for pair in pairs if pair.numbers_alike < rules.numbers_alike and pair.score >= rules.copy
    ]
    if len(others) < 2:
        return False
    first = min(others, key=lambda old: old.sequence)
    return any(numbers_alike(old, first, rules) < rules.numbers_alike for old in others if old is not first)


def comparable(new: tuple[array[int], int], old: tuple[array[int], int]) -> tuple[array[int], array[int]]:
    """The parts of two sketches that both would hold: up to where a sketch of fewer than all was cut."""
    limit = min((sketch[-1] for sketch, of in (new, old) if of > len(sketch)), default=None)
    return _up_to(new[0], limit), _up_to(old[0], limit)


def _up_to(sketch: array[int], limit: int | None) -> array[int]:
    return sketch if limit is None else sketch[: bisect_right(sketch, limit)]


def _needed(new: Known, found: Match, wording: Collection[int], rules: Rules, *, form: bool) -> float:
    if _is_same_place(new, found.old):
        return rules.same_place
    other_numbers = found.numbers_alike < rules.numbers_alike
    same_publisher = new.publisher != 0 and new.publisher == found.old.publisher
    return max(
        rules.copy,
        rules.few_samples if found.few else 0.0,
        rules.same_publisher if same_publisher else 0.0,
        rules.other_numbers if other_numbers else 0.0,
        rules.both if same_publisher and other_numbers else 0.0,
        rules.form if form and other_numbers else 0.0,
        rules.wording if wording and own_share(new, found.old, wording) < rules.own else 0.0,
    )


def _is_same_place(new: Known, old: Known) -> bool:
    return new.place != 0 and new.place == old.place


def numbers_alike(new: Known, old: Known, rules: Rules) -> float:
    """Share of equal numbers, of the side with fewer; 1 when a side has too few to say."""
    if min(len(new.numbers), len(old.numbers)) < rules.numbers_needed:
        return 1.0
    cut = [numbers[-1] for numbers in (new.numbers, old.numbers) if len(numbers) >= FACTS_KEPT]
    limit = min(cut, default=None)
    ours, theirs = _up_to(new.numbers, limit), _up_to(old.numbers, limit)
    fewer = min(len(ours), len(theirs))
    return len(set(ours).intersection(theirs)) / fewer if fewer else 1.0


def own_share(new: Known, old: Known, wording: Collection[int]) -> float:
    """The share that they have in common of what is no wording, of the side where it is larger."""
    sides = comparable((new.sketch[: new.looked_up], new.distinct), (old.sketch[: old.looked_up], old.distinct))
    ours, theirs = (set(side).difference(wording) for side in sides)
    shared = len(ours & theirs)
    return shared / min(len(ours), len(theirs)) if shared else 0.0


def wording_of(owners: Iterable[tuple[int, Sequence[Known]]]) -> set[int]:
    """Shingles that two articles own which go back to nothing in common."""
    return {shingle for shingle, articles in owners if _are_unrelated(articles)}


def _are_unrelated(articles: Sequence[Known]) -> bool:
    return any(set(articles[0].groups).isdisjoint(other.groups) for other in articles[1:])


def further(best: Match, others: Iterable[Match], rules: Rules) -> list[Known]:
    """What else stands in the new article: pages that glue articles hold several."""
    groups = set(best.old.groups)
    found: list[Known] = []
    for other in others:
        if len(found) < rules.also_most and other.of_old >= rules.also and groups.isdisjoint(other.old.groups):
            found.append(other.old)
            groups.update(other.old.groups)
    return found


def joined_groups(articles: Iterable[Known]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(group for article in articles for group in article.groups))[:GROUPS_KEPT]


def kind_of(new: Known, found: Match) -> RelationKind:
    if _is_same_place(new, found.old):
        return RelationKind.UPDATE
    longer = new.distinct / found.old.distinct
    if found.of_new >= 0.65 and longer < 0.8:
        return RelationKind.CONTAINED
    if longer > 1.5 and found.of_old >= 0.65:
        return RelationKind.CONTAINS
    if longer > 1.08:
        if found.of_old >= 0.93 and found.numbers_alike >= 0.95:  # the old one stands in it untouched
            return RelationKind.CONTAINS
        if found.of_old >= 0.6 and (found.of_new < 0.8 or found.numbers_alike < 0.95):
            return RelationKind.UPDATE
    is_alike = found.of_new >= 0.8 and found.of_old >= 0.8 and found.numbers_alike >= 0.8
    return RelationKind.NEAR if is_alike or found.numbers_alike >= 0.9 else RelationKind.UPDATE


def rounded(share: float) -> float:
    """To thousandths, as both indexes keep it."""
    return math.floor(share * 1000 + 0.5) / 1000
