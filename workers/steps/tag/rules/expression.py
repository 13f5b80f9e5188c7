"""What a rule can say, as a tree. A node answers with the places it rests on, or None where it fails."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Protocol

from workers.steps.tag.words import Words

Place = tuple[str, int, int]    # field, and code points from, to
Interval = tuple[int, int]      # words from, to, both in
PLACES_A_NODE: Final = 10       # kept of one word or pattern
PATTERN_CHARACTERS: Final = 100_000


class BadExpression(ValueError):
    """`at` is the place in the expression, in characters from 0."""

    def __init__(self, at: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.at = at
        self.hint = hint


@dataclass(slots=True)
class Found:
    """The fields of one article, and where in them which phrases (by their numbers) stand."""

    texts: dict[str, tuple[str, Words]]
    hits: dict[str, dict[int, list[Interval]]] = field(default_factory=dict)


class Node(Protocol):
    def places(self, found: Found) -> list[Place] | None:
        """Evidence; empty for what is true by absence. None: does not hold."""
        ...

    def triggers(self) -> frozenset[int] | None:
        """Phrases of which one must stand in an article for this to hold; None: it can without any."""
        ...


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, in one of these fields."""

    number: int
    fields: tuple[str, ...]

    def places(self, found: Found) -> list[Place] | None:
        places: list[Place] = []
        for name in self.fields:
            intervals = found.hits.get(name, {}).get(self.number, ())
            places += _spans(found, name, intervals[:PLACES_A_NODE])
        return places or None

    def triggers(self) -> frozenset[int]:
        return frozenset([self.number])

    def intervals(self, found: Found, name: str) -> list[Interval]:
        return found.hits.get(name, {}).get(self.number, []) if name in self.fields else []


@dataclass(frozen=True, slots=True)
class Every:
    nodes: tuple[Node, ...]  # the costly ones last

    def places(self, found: Found) -> list[Place] | None:
        places: list[Place] = []
        for node in self.nodes:
            theirs = node.places(found)
            if theirs is None:
                return None
            places += theirs
        return places

    def triggers(self) -> frozenset[int] | None:
        return min((t for node in self.nodes if (t := node.triggers()) is not None), key=len, default=None)


@dataclass(frozen=True, slots=True)
class Either:
    nodes: tuple[Node, ...]

    def places(self, found: Found) -> list[Place] | None:
        held = [places for node in self.nodes if (places := node.places(found)) is not None]
        return [place for places in held for place in places] if held else None

    def triggers(self) -> frozenset[int] | None:
        each = [node.triggers() for node in self.nodes]
        return None if None in each else frozenset[int]().union(*(t for t in each if t is not None))

    def intervals(self, found: Found, name: str) -> list[Interval]:
        return sorted({each for node in self.nodes for each in _near(node).intervals(found, name)})


@dataclass(frozen=True, slots=True)
class Not:
    node: Node

    def places(self, found: Found) -> list[Place] | None:
        return [] if self.node.places(found) is None else None

    def triggers(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Near:
    """Both within so many words of each other, in either order, in one field."""

    left: Node
    right: Node
    within: int

    def places(self, found: Found) -> list[Place] | None:
        places: list[Place] = []
        for name in found.texts:
            pairs = islice(self._pairs(found, name), PLACES_A_NODE)
            places += _spans(found, name, [each for pair in pairs for each in pair])
        return places or None

    def triggers(self) -> frozenset[int] | None:
        return Every((self.left, self.right)).triggers()

    def intervals(self, found: Found, name: str) -> list[Interval]:
        return sorted({(min(a[0], b[0]), max(a[1], b[1])) for a, b in self._pairs(found, name)})

    def _pairs(self, found: Found, name: str) -> Iterator[tuple[Interval, Interval]]:
        """Each left one with its nearest right ones: as many as twice the left ones at most."""
        left, right = _near(self.left).intervals(found, name), _near(self.right).intervals(found, name)
        if left and right:
            yield from (pair for each in left for pair in self._nearest(each, right))

    def _nearest(self, each: Interval, right: Sequence[Interval]) -> Iterator[tuple[Interval, Interval]]:
        first, last = each
        at = bisect_left(right, (first, -1))
        before = next((r for r in reversed(right[max(0, at - 8) : at]) if r[1] < first), None)
        after = next((r for r in right[at : at + 8] if r[0] > last), None)
        if before is not None and first - before[1] <= self.within:
            yield each, before
        if after is not None and after[0] - last <= self.within:
            yield each, after


class Search(Protocol):
    """A compiled pattern of a linear-time engine."""

    def finditer(self, text: str) -> Iterator[Any]: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression. It is asked last, and only where the rest of its rule holds."""

    search: Search
    fields: tuple[str, ...]

    def places(self, found: Found) -> list[Place] | None:
        places: list[Place] = []
        for name in self.fields:
            text = found.texts[name][0][:PATTERN_CHARACTERS] if name in found.texts else ""
            matches = (match.span() for match in self.search.finditer(text))
            for _, (start, end) in zip(range(PLACES_A_NODE), matches, strict=False):
                places += [(name, start, end)] if end > start else []
        return places or None

    def triggers(self) -> None:
        return None


class Nearable(Protocol):
    def intervals(self, found: Found, name: str) -> list[Interval]: ...


def _near(node: Node) -> Nearable:
    """The grammar lets only words, phrases and groups of them stand beside `near`."""
    assert isinstance(node, Term | Either | Near)  # noqa: S101
    return node


def _spans(found: Found, name: str, intervals: Sequence[Interval]) -> list[Place]:
    if not intervals:
        return []
    words = found.texts[name][1]
    return [(name, *words.span(first, last)) for first, last in intervals]
