"""Judges a source against its own weeks: volume, silence, length, dates, language, copies, quarantine.

No clock and no I/O. Hours are counted since the epoch; the hour `now` is not over yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from workers.pipeline import WATCH, Watch
from workers.ports import SourceHour, SourceState
from workers.runtime.source_content import Content
from workers.runtime.source_volume import Volume


@dataclass(frozen=True, slots=True)
class SourceReport:
    """`odd`: what is not as usual, by state. Shares are 0..1; None where there is too little to say."""

    state: SourceState
    last_hour: int
    day: int                       # documents in the last 24 hours
    usual_day: int | None = None   # in the same hours of the weeks before
    words: int | None = None       # an article's, of the last group of documents
    usual_words: int | None = None
    undated: float | None = None
    copies: float | None = None
    quarantined: float | None = None
    language: str = ""
    odd: dict[str, str] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        return asdict(self) | {"state": str(self.state)}


def judge(hours: Sequence[SourceHour], now: int, watch: Watch = WATCH) -> SourceReport:
    """hours: of one source, at least one, in order. Says the worst that is found."""
    volume = Volume(hours, now, watch)
    content = Content(hours, now, watch)
    odd = {**volume.odd(), **content.odd()} if volume.is_known else {}
    state = next((state for state in SourceState if state in odd), SourceState.NORMAL)
    return SourceReport(
        state if volume.is_known else SourceState.LEARNING, volume.last, volume.day, volume.usual_day,
        **content.figures(), odd={str(state): said for state, said in odd.items()},
    )
