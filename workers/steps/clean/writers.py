"""A person beside a time is the story's writer, not its publisher: "Anna Berg • 3 June 2025"."""

from __future__ import annotations

from collections.abc import Iterable

from workers.steps.clean.bylines import is_person
from workers.steps.clean.piece import Piece
from workers.steps.clean.publishers import Publishers


class Writers:
    """given: given names. words: of which one stands in the names of publishers, "observer". All in lower case.

    publishers: names that are one, whoever it is named for.
    """

    def __init__(self, given: Iterable[str], words: Iterable[str], publishers: Publishers) -> None:
        self._given = frozenset(given)
        self._words = frozenset(words)
        self._publishers = publishers

    def take(self, piece: Piece) -> None:
        """The writer out of the piece's publisher."""
        name = piece.publisher
        if name and self._is_writer(name):
            piece.publisher = None
            if name not in piece.authors:
                piece.authors.append(name)

    def _is_writer(self, name: str) -> bool:
        words = name.casefold().split()
        return (
            len(words) > 1
            and words[0] in self._given
            and is_person(name)
            and self._words.isdisjoint(words)
            and self._publishers.find(name) is None
        )
