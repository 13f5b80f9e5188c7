"""Dates that readers see: in lines round the headline, in elements named for one, further down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum
from itertools import chain, islice, repeat
from typing import Final

from workers.model import Precision
from workers.steps.clean.dates import Dates
from workers.steps.clean.marks import time_of
from workers.steps.clean.page_dates.evidence import LONGEST, MOST_TIMES, Evidence
from workers.steps.clean.page_dates.order import is_doubtful
from workers.steps.clean.piece import Moment
from workers.steps.clean.times import Times

_YEAR: Final = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_MOST_LINES: Final = 60
_LONGEST_STAMP: Final = 60  # a line that is hardly more than a time


class _Sure(IntEnum):
    """How sure it is that a visible time is that of publication; smaller is surer."""

    WHOLE = 0     # a date with its year, or a relative time by the headline
    CHANGED = 1   # said to be of a change: not before publication
    FAR = 2       # elsewhere on the page: a relative time, a date among other words
    COARSE = 3    # no day: "May 2024", "2 months ago"
    YEARLESS = 4  # the year is taken from the last change
    NOT = 5


class ShownDates:
    """says_changed: finds a word of change, "updated". not_to_come: another reading of a date that lies ahead."""

    def __init__(
        self,
        times: Times,
        dates: Dates,
        says_changed: Callable[[str], object | None],
        not_to_come: Callable[[Moment, Evidence], Moment],
    ) -> None:
        self._times = times
        self._dates = dates
        self._says_changed = says_changed
        self._not_to_come = not_to_come

    def surest(self, page: Evidence, changed: Moment | None) -> Moment | None:
        """In the order of the lines where it is equally sure. changed: what marks tell of the last change."""
        times = map(time_of, page.marks.times[:MOST_TIMES])
        lines = chain(zip(chain(page.near, times), repeat(True)), zip(islice(page.far, _MOST_LINES), repeat(False)))
        best: tuple[_Sure, Moment | None] = (_Sure.NOT, None)
        for line, is_near in lines:
            seen = self._seen(line, page, is_near) if line and len(line) <= LONGEST else None
            if seen and seen[0] < best[0]:
                best = seen
            if best[0] is _Sure.WHOLE:
                break
        sure, moment = best
        if sure is _Sure.YEARLESS and moment:
            return self._times.moment(moment.text or "", (changed and changed.at) or page.received_at)
        return moment

    def by_the_headline(self, page: Evidence) -> Iterator[Moment]:
        """Days in lines that are hardly more than a date, not said to be of a change; figures only where clear."""
        for line in page.near:
            for found in self._dates.find(line) if len(line) <= _LONGEST_STAMP else ():
                is_clear = not self._says_changed(found.before) and not is_doubtful(found.text)
                if is_clear and not page.is_to_come(found.at):
                    yield Moment(found.text, found.at, found.precision, "text")

    def _seen(self, line: str, page: Evidence, is_near: bool) -> tuple[_Sure, Moment] | None:
        changed = None
        for found in self._dates.find(line):
            moment = Moment(found.text, found.at, found.precision, "text")
            if page.is_to_come(found.at):
                moment = self._not_to_come(moment, page)
            if moment.at:
                if not self._says_changed(found.before):
                    return (_Sure.WHOLE if is_near or len(line) <= _LONGEST_STAMP else _Sure.FAR), moment
                changed = changed or (_Sure.CHANGED, moment)
        return changed or (self._stamp(line, page, is_near) if len(line) <= _LONGEST_STAMP else None)

    def _stamp(self, line: str, page: Evidence, is_near: bool) -> tuple[_Sure, Moment] | None:
        stamp = self._times.stamp(line)
        moment = self._times.moment(stamp.text, page.received_at) if stamp else None
        if moment is None or not moment.at:
            return None
        if moment.precision in (Precision.MONTH, Precision.YEAR):
            return _Sure.COARSE, moment
        if moment.source == "relative":
            return (_Sure.WHOLE if is_near and not self._says_changed(line) else _Sure.FAR), moment
        return (_Sure.WHOLE if _YEAR.search(moment.text or "") else _Sure.YEARLESS), moment
