"""Many phrases sought in one pass over the words of a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from workers.steps.tag.words import Words

T = TypeVar("T")


@dataclass(slots=True)
class _Node(Generic[T]):
    next: dict[str, _Node[T]] = field(default_factory=dict)
    values: list[T] = field(default_factory=list)


class Match(NamedTuple, Generic[T]):
    """The words from `first` to `last`, both in, are a phrase that these values were added for."""

    first: int
    last: int
    values: list[T]


class Phrases(Generic[T]):
    """A trie by words. Time is linear in the text, times the words of the longest phrase at worst."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, phrase: str, value: T) -> None:
        """Raises ValueError when there is no word in the phrase."""
        words = Words.of(phrase).folded
        if not words:
            raise ValueError(f"{phrase!r} holds no word")
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        node.values.append(value)

    def matches(self, words: Words) -> Iterator[Match[T]]:
        """All, overlapping ones too, by their first word; of one first word the shorter before the longer."""
        first_words = self._root.next
        for first in words.places_of(first_words.keys()):
            node: _Node[T] | None = first_words[words.folded[first]]
            last = first
            while node is not None:
                if node.values:
                    yield Match(first, last, node.values)
                last += 1
                if last == len(words) or not words.is_joined(last):
                    break
                node = node.next.get(words.folded[last])

    def longest(self, words: Words) -> Iterator[Match[T]]:
        """Left to right, the longest of one first word, none overlapping another."""
        held: Match[T] | None = None
        for match in self.matches(words):
            if held is not None and match.first > held.last:
                yield held
                held = None
            if held is None or match.first == held.first:
                held = match
        if held is not None:
            yield held
