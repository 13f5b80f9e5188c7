"""Absolute dates: ISO, figures, East Asian, and with the names of months in any of the languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from workers.model import Precision

_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\s?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_CLOCK: Final = r"(?:,?\s+(?:-\s+)?(\d{1,2})[:.](\d{2})(?::\d{2})?\s?([AaPp]\.?[Mm]\.?)?)?"
_FIGURES: Final = re.compile(rf"(\d{{1,2}})\s?([-./])\s?(\d{{1,2}})\s?\2\s?(\d{{4}}|\d{{2}})\.?{_CLOCK}")
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})\s?([-./])\s?(\d{{1,2}})\s?\2\s?(\d{{1,2}})\.?{_CLOCK}")
_EAST_ASIAN: Final = re.compile(
    r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일](?:\s?[(（].[)）])?(?:\s?(\d{1,2})[:：時时点]\s?(\d{1,2})?分?)?"
)
_CLOCK_BEHIND: Final = re.compile(r"[\s,]{1,3}(?:at\s|um\s|à\s)?\d{1,2}:\d{2}.{0,12}$")
_FOUR_FIGURES: Final = re.compile(r"\d{4}")
# In the scripts of India and Thailand vowels are marks, no letters: "जनवरी" ends in one. Persian joins with nothing.
_MARKS: Final = frozenset(("Mn", "Mc", "Cf"))
_LONGEST: Final = 60
_LONGEST_LINE: Final = 300
_BUDDHIST: Final = 2450   # a year of the Thai calendar
_BUDDHIST_ERA: Final = 543
_EARLIEST: Final = 1990  # of a date that stands somewhere in a line: there was no web before


@dataclass(frozen=True, slots=True)
class Date:
    at: datetime | None
    precision: Precision


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a line; `before` is what stands between it and the one before it."""

    before: str
    text: str
    at: datetime
    precision: Precision


class Dates:
    def __init__(self, table: Mapping[str, Any]) -> None:
        self._months = {name: int(number) for number, names in table["months"].items() for name in names}
        one_word = {number: name for name, number in self._months.items() if " " not in name}
        # "tháng 10" before "tháng 1".
        two_words = sorted((name for name in self._months if " " in name), key=len, reverse=True)
        self._two_words = {name: one_word[self._months[name]] for name in two_words}
        self._asides = frozenset((*table["date"]["weekdays"], *table["date"]["fillers"]))
        words = (*self._months, *self._asides)
        self._zones: Mapping[str, int] = table["date"]["zones"]
        self._day_first: bool = table["day_first"]
        marks = "".join({letter for name in words for letter in name if unicodedata.category(letter) in _MARKS})
        letter = rf"(?:[^\W\d_]|[{marks}])"
        self._token = re.compile(
            rf"\d{{1,2}}:\d{{2}}(?::\d{{2}})?|\d{{1,4}}|{letter}+(?:[.’'-]{letter}+)*\.?|[+-]\d{{2}}:?\d{{2}}"
        )
        self._in_line = _any_date(self._months, marks)

    def could_read(self, text: str) -> bool:
        return self.read(text, None) is not None

    def read(self, text: str, base: datetime | None) -> Date | None:
        """None when the text is no date; `at` None when it is one that no calendar has.

        base: gives the year to a date without one, which needs it.
        """
        bare = text.strip(" \t()[].,|")
        if len(bare) > _LONGEST or not any(character.isdigit() for character in bare):
            return None
        return _read_iso(bare) or self._read_figures(bare) or self._read_worded(bare, base)

    def find(self, line: str) -> Iterator[Found]:
        """Each whole date in a line of at most 300 characters."""
        end = 0
        has_year = _FOUR_FIGURES.search(line)  # asked first: it costs a fiftieth of what follows
        for match in self._in_line.finditer(line[:_LONGEST_LINE]) if has_year else ():
            text = match.group().strip(" ,")
            date = self.read(text, None) or self.read(_CLOCK_BEHIND.sub("", text), None)
            if date and date.at and date.at.year >= _EARLIEST:
                yield Found(line[end : match.start()], text, date.at, date.precision)
                end = match.end()

    def is_dates_only(self, text: str) -> bool:
        tokens = self._tokens(text)
        figures = sum(token[0].isdigit() for token in tokens)
        months = sum(token in self._months for token in tokens)
        return bool(figures and months) and all(self._is_date_word(token) for token in tokens)

    def _read_figures(self, text: str) -> Date | None:
        east = _EAST_ASIAN.fullmatch(text)
        if east:
            return _date(int(east[1]), int(east[2]), int(east[3]), _clock(east[4], east[5], None))
        first = _YEAR_FIRST.fullmatch(text)
        if first:
            return _date(int(first[1]), int(first[3]), int(first[4]), _clock(first[5], first[6], first[7]))
        found = _FIGURES.fullmatch(text)
        if not found:
            return None
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if month > 12 or (not self._day_first and day <= 12):
            day, month = month, day
        return _date(year + 2000 if year < 100 else year, month, day, _clock(found[5], found[6], found[7]))

    def _read_worded(self, text: str, base: datetime | None) -> Date | None:
        tokens = self._tokens(text)
        if not all(self._is_date_word(token) for token in tokens):
            return None
        months = {self._months[token] for token in tokens if token in self._months}
        years = [int(token) for token in tokens if len(token) == 4 and token.isdecimal()]
        days = [int(token) for token in tokens if len(token) <= 2 and token.isdecimal()]
        clocks = [token for token in tokens if ":" in token and token[0].isdigit()]
        if len(months) != 1 or len(years) > 1 or len(clocks) > 1 or not (years or days) or len(days) > 3:
            return None
        month = months.pop()
        noon = next((token[0] for token in tokens if token.replace(".", "") in ("am", "pm")), None)
        hour, minute = clocks[0].split(":")[:2] if clocks else (None, None)
        clock = _clock(hour, minute, noon)
        day = days[0] if days else None
        if years:
            year = years[0]
        elif base is None:
            return Date(None, Precision.DAY)
        else:
            year = _latest_year(month, day or 1, base)
        zone = next((self._zones[token] for token in tokens if token in self._zones), None)
        if zone is None:
            zone = next((_offset(token) for token in tokens if token[0] in "+-"), 0)
        return _date(year, month, day, clock, zone)

    def _tokens(self, text: str) -> list[str]:
        lowered = text.lower()
        for name, same_month in self._two_words.items():
            if name in lowered:
                lowered = lowered.replace(name, same_month)
        spaced = re.sub(r"(?<=\d)(?=[ap]\.?m\b)|(?<=\d)(?=st\b|nd\b|rd\b|th\b)", " ", lowered)
        return [token.rstrip(".") or token for token in self._token.findall(spaced)]

    def _is_date_word(self, token: str) -> bool:
        if token[0].isdigit() or token[0] in "+-":
            return True
        return (
            token in self._months
            or token in self._asides
            or token in self._zones
            or token in ("am", "pm", "a.m", "p.m")
        )


def _any_date(months: Iterable[str], marks: str) -> re.Pattern[str]:
    """Day, month and year in any order that pages use, and the time of day behind them.

    marks: what belongs to words, though it is no letter to a regular expression.
    """
    month = rf"(?:{_any_of(months)})(?![\w{marks}])\.?"
    # Elements without a blank between them: "2 May 2025June 1, 2025", "Anna BergMay 1, 2025".
    start = r"(?:(?<![^\W_\d])|(?-i:(?<=[a-z])(?=[A-Z])))"
    day = r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?"
    joint = r"[\s,]{1,3}(?:de\s|of\s|năm\s)?"
    clock = r"(?:[\s,]{0,3}(?:at\s|um\s|à\s)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?)?"
    return re.compile(
        r"(?<!\d)(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
        r"|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
        r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
        rf"|\d{{1,2}}(?:[-./])\d{{1,2}}[-./]\d{{4}}{clock}"
        rf"|(?<!\w){day}(?:{joint}|-|\s?){month}(?:{joint}|-)\d{{4}}{clock})(?!\d)"
        rf"|{start}{month}\s{{0,2}}{day}(?:{joint})\d{{4}}{clock}(?!\d)"
        rf"|(?<!\d)\d{{4}}(?:\.|\sm\.)?\s(?:gada\s)?(?:{month}\s{day}|{day}\s{month})(?!\d)",
        re.IGNORECASE,
    )


def _any_of(names: Iterable[str]) -> str:
    """An alternation, longest first, by first letters: a place in a line is compared with a few, not with hundreds."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        by_first.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items())


def _read_iso(text: str) -> Date | None:
    found = _ISO.fullmatch(text)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if found[4] is None:
        return _date(year, month, day, None)
    clock = (int(found[4]), int(found[5]), int(found[6] or 0))
    precision = Precision.SECOND if found[6] else Precision.MINUTE
    return _date(year, month, day, clock, _offset(found[7]), precision)


def _offset(zone: str | None) -> int:
    """Minutes east of Greenwich."""
    if not zone or zone[0] not in "+-":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return minutes if zone[0] == "+" else -minutes


def _clock(hour: str | None, minute: str | None, noon: str | None) -> tuple[int, int, int] | None:
    if hour is None:
        return None
    number = int(hour)
    if noon:
        number = number % 12 + (12 if noon[0] in "pP" else 0)
    return number, int(minute or 0), 0


def _date(
    year: int,
    month: int,
    day: int | None,
    clock: tuple[int, int, int] | None,
    offset: int = 0,
    precision: Precision = Precision.MINUTE,
) -> Date:
    if clock is None:
        precision = Precision.DAY if day else Precision.MONTH
    if year > _BUDDHIST:
        year -= _BUDDHIST_ERA
    try:
        zone = timezone(timedelta(minutes=offset))
        at = datetime(year, month, day or 1, *(clock or (0, 0, 0)), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return Date(None, precision)
    return Date(at, precision)


def _latest_year(month: int, day: int, base: datetime) -> int:
    return base.year if (month, day) <= (base.month, base.day) else base.year - 1
