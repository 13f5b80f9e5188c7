"""What comes from whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class SourceState(StrEnum):
    """What a source is in, the worst first. Stable: stored, and a metric label."""

    SILENT = "silent"            # nothing came while documents should have come
    QUARANTINED = "quarantined"  # more of its documents than usual
    LENGTH = "length"            # its articles are much shorter or longer than they were
    UNDATED = "undated"          # more of its articles without a date than usual
    LANGUAGE = "language"        # fewer of its articles in its language than usual
    COPIES = "copies"            # more of its documents are duplicates than usual
    QUIET = "quiet"              # less than a third of what it brought at this time in other weeks
    LOUD = "loud"                # more than three times what it brought on any day of the last weeks
    NORMAL = "normal"
    LEARNING = "learning"        # not known for two weeks yet


@dataclass(frozen=True, slots=True)
class SourceHour:
    """What a source brought in one hour, in one language ('' when there is none).

    Documents are counted under the language of their first article. hour: since the epoch, of acceptance.
    """

    source: str
    hour: int
    language: str = ""
    documents: int = 0
    quarantined: int = 0  # of the documents
    duplicates: int = 0   # of the documents
    articles: int = 0
    undated: int = 0      # of the articles
    log_words: int = 0    # sum over the articles of 1000 ln(1 + words)


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """How a source was last judged. `report`: the figures and what is odd about them, plain values."""

    source: str
    state: SourceState
    judged_at: datetime
    report: Mapping[str, Any]
    since: datetime | None = None  # in this state; None: as long as it was in it before


class Sources(Protocol):
    """Kept by the store, which counts each document in the transaction that decides it."""

    def source_hours(self, *, after: str, most: int) -> list[tuple[str, list[SourceHour]]]:
        """Of the next `most` sources by name after that one, by hour."""
        ...

    def note_sources(self, standings: Sequence[SourceStanding]) -> list[SourceStanding]:
        """Keeps them. Returns those that were in another state before, or in none."""
        ...

    def source_standings(self) -> list[SourceStanding]:
        """By state, the worst first, then by name."""
        ...

    def source_states(self) -> dict[str, int]:
        """How many sources are in each state."""
        ...

    def forget_sources(self, *, hours_before: int, silent_before: int, most: int) -> int:
        """Removes hours before the one, sources with nothing since the other, and all but the `most` that
        brought most documents. Returns how many sources went."""
        ...
