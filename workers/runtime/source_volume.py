"""How much a source brings, against the same hours of its weeks before: silent, quiet, loud."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from statistics import median_low
from typing import Final

from workers.pipeline import Watch
from workers.ports import SourceHour, SourceState

WEEK_H: Final = 168
DAY_H: Final = 24


class Volume:
    """Compared with the same hours of the weeks before, so that no weekend is a silence."""

    def __init__(self, hours: Sequence[SourceHour], now: int, watch: Watch) -> None:
        self._hours = [hour.hour for hour in hours]
        self._until = [0, *accumulate(hour.documents for hour in hours)]
        self._watch = watch
        self._end = now - watch.grace_h  # a feed may be late
        self.last = max((hour.hour for hour in hours if hour.documents), default=hours[0].hour)
        self.is_known = now - hours[0].hour >= watch.learning_h
        self.day = self._documents(now + 1 - DAY_H, now + 1)
        weeks = self._weeks_before(now + 1 - DAY_H, now + 1)
        self.usual_day = median_low(weeks) if weeks else None

    def odd(self) -> dict[SourceState, str]:
        return self._silent() | self._quiet() | self._loud()

    def _documents(self, start: int, end: int) -> int:
        """From `start` on, before `end`."""
        return self._until[bisect_left(self._hours, end)] - self._until[bisect_left(self._hours, start)]

    def _weeks_before(self, start: int, end: int) -> list[int]:
        shifts = (week * WEEK_H for week in range(1, self._watch.weeks + 1))
        return [self._documents(start - by, end - by) for by in shifts if start - by >= self._hours[0]]

    def _silent(self) -> dict[SourceState, str]:
        start = self.last + 1
        weeks = self._weeks_before(start, min(self._end, start + WEEK_H)) if self._end > start else []
        missed = median_low(weeks) if len(weeks) > 1 else 0
        if missed < self._watch.silent_documents:
            return {}
        return {SourceState.SILENT: f"nothing for {self._end - start} h, in which {missed} are usual"}

    def _quiet(self) -> dict[SourceState, str]:
        weeks = self._weeks_before(self._end - DAY_H, self._end)
        if len(weeks) < 2 or median_low(weeks) < self._watch.quiet_documents:
            return {}
        day = self._documents(self._end - DAY_H, self._end)
        if day * self._watch.times >= min(weeks):
            return {}
        return {SourceState.QUIET: f"{day} documents in a day, usually {median_low(weeks)}"}

    def _loud(self) -> dict[SourceState, str]:
        ends = range(self._end - DAY_H, self._end - self._watch.weeks * WEEK_H - 1, -DAY_H)
        busiest = max(self._documents(end - DAY_H, end) for end in ends)
        if self.day < self._watch.loud_documents or self.day <= self._watch.times * busiest:
            return {}
        return {SourceState.LOUD: f"{self.day} documents in a day, at most {busiest} before"}
