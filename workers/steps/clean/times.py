"""Times as pages write them: "18 minutes ago", "منذ يوم واحد", "17-06-2025", "10 Jun 2025 08:30pm".

The words are data (times.toml), all languages in one expression: a page's language is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from workers.model import Precision
from workers.steps.clean.dates import Dates
from workers.steps.clean.piece import Moment
from workers.steps.clean.sentences import is_name

_UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "year")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
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
_LONGEST_RELATIVE: Final = 40
_APART_WORDS: Final = 4
_SHORT: Final = re.compile(r"(\d{1,2}) ?(m|h|d|min|hr|hrs)", re.IGNORECASE)
_SHORT_UNITS: Final = {"m": "minute", "min": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day"}
_WEAK: Final = (",", "،", ":", "。")  # they also stand inside dates and names
_DIGIT: Final = re.compile(r"\d")
_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A line that holds a time: `rest` is what else stands there, a publisher mostly."""

    text: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    amount: int
    unit: str


class Times:
    def __init__(self, table: Mapping[str, Any]) -> None:
        languages: list[Mapping[str, Any]] = list(table["languages"].values())
        self._numbers = {word: n for each in languages for word, n in each.get("numbers", {}).items()}
        self._units = {word: unit for unit in _UNITS for each in languages for word in each.get(unit, ())}
        self._phrases = {
            phrase: Span(*span) for each in languages for phrase, span in each.get("phrases", {}).items()
        }
        before = _words(word for each in languages for word in each.get("before", ()))
        after = _words(word for each in languages for word in each.get("after", ()))
        about = _words(word for each in languages for word in each.get("about", ()))
        number = rf"\d{{1,3}}|{_words(self._numbers)}"
        span = (
            rf"(?:(?:{about})\s*)?(?:(?P<n>{number})\s*)?(?P<unit>{_words(self._units)})"
            rf"(?:[\s,]*(?:and |et |und |y |e |og |och )?(?P<n2>\d{{1,2}})\s*(?P<unit2>{_words(self._units)}))?"
        )
        ends = rf"(?:\s*(?P<after>{after}))?"
        self._relative = re.compile(rf"(?:(?P<before>{before})\s*)?{span}{ends}", re.IGNORECASE)
        phrases = _words(phrase for phrase in self._phrases if len(phrase) > 4)
        self._relative_tail = re.compile(
            rf"(?:{phrases}|(?:{before})\s*{span}{ends}|"
            + re.sub(r"\?P<\w+>", "?:", rf"{span}\s*(?:{after})")
            + ")$",
            re.IGNORECASE,
        )
        # What a time without figures can end in.
        words = {*self._phrases, *self._numbers, *self._units}
        words.update(word for each in languages for word in each.get("after", ()))
        self._last_words = tuple(word for word in words if len(word) > 1 or not word.isascii())
        self._last_letters = frozenset(word[-1] for word in self._last_words)
        labels = _words(label for label in table["labels"] if label != "time")
        # "time14 minutes ago": an icon's name, glued on. The magazine has a capital.
        self._label = re.compile(rf"(?:time(?=\S)|(?i:{labels})(?=[\s:]))[\s:]*")
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
        if _DIGIT.search(line) or self._ends_so(line):
            return True
        first, *more = self._separator.split(line, maxsplit=1)
        return bool(more) and self._ends_so(first)

    def _ends_so(self, line: str) -> bool:
        end = line.rstrip(self._marks + ".").lower()
        return end[-1:] in self._last_letters and end.endswith(self._last_words)

    def _is_time(self, text: str) -> bool:
        return self._span(text) is not None or self._dates.could_read(text)

    def _span(self, text: str) -> Span | None:
        bare = text.strip(self._marks).rstrip(".")
        phrase = self._phrases.get(bare.lower())
        if phrase:
            return phrase
        short = _SHORT.fullmatch(bare)
        if short:
            return Span(int(short[1]), _SHORT_UNITS[short[2].lower()])
        found = self._relative.fullmatch(bare)
        if found is None or not (found["before"] or found["after"]) or (found["unit2"] and not found["n"]):
            return None
        unit = self._units[found["unit"].lower()]
        amount = self._amount(found["n"])
        if not found["unit2"]:
            return Span(amount, unit)
        smaller = self._units[found["unit2"].lower()]
        if unit not in _SECONDS or smaller not in _SECONDS:
            return Span(amount, unit)
        seconds = amount * _SECONDS[unit] + int(found["n2"]) * _SECONDS[smaller]
        return Span(seconds // _SECONDS[smaller], smaller)

    def _amount(self, number: str | None) -> int:
        if number is None:
            return 1
        return int(number) if number.isdecimal() else self._numbers[number.lower()]

    def _without_label(self, line: str) -> str:
        label = self._label.match(line)
        return line[label.end() :] if label else line

    def _separated(self, line: str) -> Stamp | None:
        # "…, 3 June." ends a sentence.
        separators = [self._separator] if line.endswith(".") else [self._separator, self._weak_separator]
        for separator in separators:
            for mark in separator.finditer(line):
                left, right = line[: mark.start()].strip(), self._without_label(line[mark.end() :].strip())
                if left and right and self._is_time(right):
                    return Stamp(right, left)
                if left and right and self._is_time(left):
                    return Stamp(left, right)
            parts = [self._without_label(part) for part in separator.split(line) if part]
            time = next((part for part in parts if self._is_time(part)), None) if len(parts) > 2 else None
            if time:
                return Stamp(time, parts[0] if parts[0] != time else parts[1])
        return None

    def _glued(self, line: str) -> Stamp | None:
        start = max(0, len(line) - _LONGEST_RELATIVE)
        found = self._relative_tail.search(line, start) if self._ends_so(line) else None
        starts = [found.start()] if found else []
        digit = _DIGIT.search(line)
        if digit:
            starts.append(digit.start())
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
    if span.unit in _SECONDS:
        try:
            return base - timedelta(seconds=span.amount * _SECONDS[span.unit])
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
