"""Times as pages write them: "18 minutes ago", "منذ يوم واحد", "17-06-2025", "10 Jun 2025 08:30pm".

The words are data (times.toml), all languages at once: a page's language is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from workers.model import Precision
from workers.steps.clean.dates import Dates
from workers.steps.clean.piece import Moment
from workers.steps.clean.relative import SECONDS, RelativeTimes, Span
from workers.steps.clean.sentences import is_name

_PRECISION: Final = {
    "second": Precision.SECOND,
    "minute": Precision.MINUTE,
    "hour": Precision.HOUR,
    "day": Precision.DAY,
    "week": Precision.MONTH,  # there is no week between day and month
    "month": Precision.MONTH,
    "year": Precision.YEAR,
}
_LONGEST: Final = 120
_APART_WORDS: Final = 4
_WEAK: Final = (",", "،", ":", "。")  # they also stand inside dates and names
_NUMBER: Final = re.compile(r"\d+")
_MOST_NUMBERS: Final = 4
_DIGIT: Final = re.compile(r"\d")
_ZONE: Final = re.compile(r"\d:\d\d")
_BARS: Final = re.compile(r"\s[|·•]\s")  # a publisher's name may hold a dash
_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A line that holds a time: `rest` is what else stands there, a publisher mostly."""

    text: str
    rest: str = ""
    more: tuple[str, ...] = ()  # further parts of the line

    @property
    def is_of_a_clock(self) -> bool:
        """Written by a machine or a live blog, "2025-06-23T08:53:47Z", "14:05": to the minute, with figures only."""
        return self.text[:1].isdecimal() and _ZONE.search(self.text) is not None


class Times:
    def __init__(self, table: Mapping[str, Any]) -> None:
        self._relative = RelativeTimes(table["languages"].values())
        labels = _words(label for label in table["labels"] if label != "time")
        # "time14 minutes ago": an icon's name, glued on. The magazine has a capital.
        self._label = re.compile(rf"(?:time(?=\S)|(?i:time(?=\s?:))|(?i:{labels})(?=[\s:]))[\s:]*")
        self._label_inside = re.compile(rf"\s(?i:{labels})(?:\s?:)?\s")
        self._separator = _separator(mark for mark in table["separators"] if mark not in _WEAK)
        self._weak_separator = _separator(_WEAK)
        self._marks = "".join(table["separators"]) + " \t()[]"
        self._dates = Dates(table)

    def stamp(self, line: str) -> Stamp | None:
        """The time that the line is or ends in; None when it is an ordinary line."""
        if len(line) > _LONGEST or not self._may_hold_time(line):
            return None
        text = self._without_label(line)
        if self._is_time(text):
            return Stamp(text)
        return self._separated(text) or self._glued(line)

    def moment(self, text: str, base: datetime) -> Moment:
        """What the time means at `base`; undatable when it lies more than a day after."""
        span = self._span(text)
        if span is not None:
            at, precision, source = _before(base, span), _PRECISION[span.unit], "relative"
        else:
            date = self._dates.read(text, base)
            if date is None:
                return Moment(text, None, None, "text")
            at, precision, source = date.at, date.precision, "text"
        if at is None or at > base + _AHEAD:
            return Moment(text, None, None, source)
        return Moment(text, at, precision, source)

    def is_dates_only(self, text: str) -> bool:
        """Nothing but words and figures of dates: what index pages leave behind a teaser."""
        return self._dates.is_dates_only(text)

    def _may_hold_time(self, line: str) -> bool:
        if _DIGIT.search(line) or self._relative.may_end(line.rstrip(self._marks + ".")):
            return True
        first, *more = self._separator.split(line, maxsplit=1)
        return bool(more) and self._relative.may_end(first.rstrip(self._marks + "."))

    def _is_time(self, text: str) -> bool:
        return self._span(text) is not None or self._dates.could_read(text)

    def _span(self, text: str) -> Span | None:
        return self._relative.whole(text.strip(self._marks).rstrip("."))

    def _without_label(self, line: str) -> str:
        label = self._label.match(line)
        return line[label.end() :] if label else line

    def _separated(self, line: str) -> Stamp | None:
        # "…, 3 June." ends a sentence.
        separators = [self._separator] if line.endswith(".") else [self._separator, self._weak_separator]
        for separator in separators:
            for mark in separator.finditer(line):
                left, right = line[: mark.start()].strip(self._marks), self._without_label(line[mark.end() :].strip())
                if left and right and self._is_time(right):
                    return self._with_rest(right.strip(" ()[]"), (left,))
                if left and right and self._is_time(left):
                    return self._with_rest(left, (right.strip(self._marks),))
            parts = [self._without_label(part) for part in separator.split(line) if part]
            time = next((part for part in parts if self._is_time(part)), None) if len(parts) > 2 else None
            if time:
                return self._with_rest(time, tuple(part for part in parts if part != time))
        return self._labelled(line)

    def _with_rest(self, time: str, others: Sequence[str]) -> Stamp:
        """Of two times, "Updated … | Published …", the other is none of the publisher's."""
        split = (part.strip(self._marks) for other in others for part in _BARS.split(other))
        rest = [part for part in split if part and not self._is_time(self._without_label(part))]
        return Stamp(time, rest[0] if rest else "", tuple(rest[1:]))

    def _labelled(self, line: str) -> Stamp | None:
        """"Bay Paper Published June 3, 2025"."""
        found = self._label_inside.search(line)
        if found and self._is_time(line[found.end() :]) and is_name(line[: found.start()]):
            return Stamp(line[found.end() :], line[: found.start()].strip(self._marks))
        return None

    def _glued(self, line: str) -> Stamp | None:
        bare = line.rstrip(self._marks + ".")
        found = self._relative.tail(bare) if self._relative.may_end(bare) else None
        starts = [found.start] if found else []
        starts += [number.start() for number in _NUMBER.finditer(line)][:_MOST_NUMBERS]
        for start in starts:
            rest, text = line[:start].rstrip(self._marks), line[start:].strip()
            if rest and self._is_time(text) and self._is_publisher(rest, text, is_apart=line[start - 1] == " "):
                return Stamp(text, rest)
        return None

    def _is_publisher(self, rest: str, text: str, *, is_apart: bool) -> bool:
        """Glued on it is one; a blank away it may be a headline that ends in a date."""
        if not is_apart:
            return is_name(rest)
        words = rest.split()
        if len(words) > _APART_WORDS or any(word[0].islower() for word in words):
            return False
        return self._span(text) is not None


def _before(base: datetime, span: Span) -> datetime | None:
    if span.unit in SECONDS:
        try:
            return base - timedelta(seconds=span.amount * SECONDS[span.unit])
        except OverflowError:
            return None
    months = base.year * 12 + base.month - 1 - span.amount * (12 if span.unit == "year" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        return None
    for day in (base.day, 30, 29, 28):
        try:
            return base.replace(year=year, month=month + 1, day=day)
        except ValueError:  # the 31st of a shorter month
            continue
    return None


def _separator(marks: Iterable[str]) -> re.Pattern[str]:
    """A mark with a blank on one side at least: "Sada-Elbalad" is one name."""
    words = _words(marks)
    return re.compile(rf"\s*(?:{words})\s+|\s+(?:{words})\s*")


def _words(words: Iterable[str]) -> str:
    """An alternation, longest first, so that "minutes" is not read as "minute"."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w)))
