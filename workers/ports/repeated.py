"""Lines that a source repeats under its stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    line: str
    stories: int     # in which it stood, of those still counted
    accepted: bool


class RepeatedLines(Protocol):
    """Counted, proposed, and removed once somebody accepted them. A source is a publisher, or what the
    producer calls the document's source. Counts are bounded and may be lost; what is accepted is not."""

    def saw(self, stories: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """For each source its new stories, of each the distinct lines at its ends."""
        ...

    def proposed(self, source: str, *, least: int) -> list[RepeatedLine]:
        """The lines that stood in at least so many stories, and the accepted ones; most frequent first."""
        ...

    def sources(self) -> dict[str, int]:
        """The sources with the number of their stories, those counted last first."""
        ...

    def accept(self, source: str, lines: Sequence[str]) -> None: ...

    def withdraw(self, source: str, lines: Sequence[str]) -> int:
        """Returns how many of them were accepted before."""
        ...

    def accepted(self) -> dict[str, frozenset[str]]: ...
