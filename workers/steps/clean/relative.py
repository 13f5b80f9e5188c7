"""Relative times in all languages of times.toml at once: "18 minutes ago", "منذ يوم واحد", "dakika 3 zilizopita".

Read from the end of a line backwards, word by word in tables: aggregators glue a time to what stands before
it ("Arab Newsa day ago"), and a table costs the same for five languages as for fifty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "year")
SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_LONGEST: Final = 48
_JOINERS: Final = ("and", "et", "und", "y", "e", "og", "och", "ja", "i", "a", "и", "та", "і", "ve", "و", "dan", "và")
_SHORT_UNITS: Final = {"m": "minute", "min": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day"}
_GLUED_UNIT: Final = 4  # "Papergodzinę temu": shorter ones also end other words
_WORD: Final = 3         # characters of a unit that stands without a number
_ABBREVIATION: Final = 4  # characters of a unit that other languages use too: min, h, std


@dataclass(frozen=True, slots=True)
class Span:
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Found:
    """A time at the end of a text, from `start` on. is_word: it is one by its words alone, without figures."""

    span: Span
    start: int


class _Suffixes:
    """Words of one kind, found at the end of a text, longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_end: dict[str, tuple[str, ...]] = {}
        for word in sorted(set(words) - {""}, key=len, reverse=True):
            self._by_end[word[-2:]] = (*self._by_end.get(word[-2:], ()), word)

    def at(self, text: str, end: int) -> Sequence[str]:
        last = text[max(0, end - 2) : end]
        words = self._by_end.get(last)
        letter = last[1:]
        if words is None:  # nearly always
            return (letter,) if letter in self._by_end else ()
        found = [word for word in words if text.endswith(word, 0, end)]
        if letter in self._by_end:
            found.append(letter)
        return found


class RelativeTimes:
    def __init__(self, languages: Iterable[Mapping[str, Any]]) -> None:
        languages = list(languages)
        self._numbers = {word: n for each in languages for word, n in each.get("numbers", {}).items()}
        self._phrases = {p: Span(*span) for each in languages for p, span in each.get("phrases", {}).items()}
        self._shared: dict[str, str] = {}                # unit word -> unit, whatever the language
        self._meaning: dict[tuple[str, str], str] = {}   # (word before or after, unit word) -> unit
        for each in languages:
            markers = (*each.get("before", ()), *each.get("after", ()))
            for unit in UNITS:
                for word in each.get(unit, ()):
                    self._shared.setdefault(word, unit)
                    self._meaning.update({(marker, word): unit for marker in markers})
        before = {word for each in languages for word in each.get("before", ())}
        after = {word for each in languages for word in each.get("after", ())}
        self._before, self._after = _Suffixes(before), _Suffixes(after)
        self._about = _Suffixes(word for each in languages for word in each.get("about", ()))
        self._units, self._number_words = _Suffixes(self._shared), _Suffixes(self._numbers)
        self._whole_phrases = _Suffixes(self._phrases)
        self._joiners = _Suffixes(_JOINERS)
        ends = {*self._phrases, *after, *self._shared, *self._numbers}
        self._ends = _Suffixes(ends)
        self._longest_end = max(map(len, ends))

    def may_end(self, text: str) -> bool:
        """False for most lines, at the price of two lookups."""
        lowered = text[-self._longest_end :].lower()
        return bool(self._ends.at(lowered, len(lowered)))

    def whole(self, text: str) -> Span | None:
        """The text is a relative time and nothing else."""
        if len(text) > _LONGEST:
            return None
        short = _read_short(text)
        if short or not self.may_end(text):
            return short
        found = self.tail(text)
        return found.span if found and found.start == 0 else None

    def tail(self, text: str) -> Found | None:
        """The longest relative time that the text ends in."""
        first = max(0, len(text) - _LONGEST)
        lowered = _lower(text[first:])
        found = self._phrase(lowered)
        for marker in (*self._after.at(lowered, len(lowered)), ""):
            end = _before_blank(lowered, len(lowered) - len(marker))
            for each in (self._unit_last(lowered, end, marker), self._number_last(lowered, end, marker)):
                if each and (found is None or each.start < found.start):
                    found = each
        return Found(found.span, found.start + first) if found else None

    def _phrase(self, text: str) -> Found | None:
        phrase = next(iter(self._whole_phrases.at(text, len(text))), None)
        return Found(self._phrases[phrase], len(text) - len(phrase)) if phrase else None

    def _unit_last(self, text: str, end: int, after: str) -> Found | None:
        """"3 hours", "an hour", "час": read from `end` backwards."""
        for unit in self._units.at(text, end):
            start = end - len(unit)
            at, amount = self._amount(text, start)
            is_glued = amount is None and start > 0 and not text[start - 1].isspace()
            if is_glued and not (after and len(unit) >= _GLUED_UNIT) and not any(self._before.at(text, start)):
                continue
            found = self._completed(text, at, amount, unit, after)
            if found:
                return found
        return None

    def _number_last(self, text: str, end: int, after: str) -> Found | None:
        """"dakika 3", "يوم واحد"."""
        at, amount = self._amount(text, end, may_touch=True)
        if amount is None or at == _before_blank(text, at):
            return None
        at = _before_blank(text, at)
        for unit in self._units.at(text, at):
            found = self._completed(text, at - len(unit), amount, unit, after)
            if found:
                return found
        return None

    def _amount(self, text: str, end: int, *, may_touch: bool = False) -> tuple[int, int | None]:
        """Where the number that ends at `end`, or before a blank there, begins; and the number.

        may_touch: a word may stand right at `end`; else only one that elides ("un'ora"), or of a script without blanks.
        """
        at = _before_blank(text, end)
        start = at
        while start and at - start < 4 and text[start - 1].isdecimal():
            start -= 1
        if at - start in (1, 2, 3):
            return start, int(text[start:at])
        for word in self._number_words.at(text, at):
            if may_touch or at < end or not word.isascii() or word[-1] == "'":
                return at - len(word), self._numbers[word]
        return end, None

    def _completed(self, text: str, at: int, amount: int | None, unit: str, after: str) -> Found | None:
        """With the word before the span, one of which there has to be, and a larger unit before it."""
        larger = self._larger(text, at) if amount is not None else None
        start = larger[0] if larger else at
        about = _before_blank(text, start)
        word = next(iter(self._about.at(text, about)), None)
        if word and (about == len(word) or text[about - len(word) - 1].isspace()):
            start = about - len(word)
        before = next(iter(self._before.at(text, _before_blank(text, start))), None)
        meaning = self._unit(before, after, unit)
        if meaning is None or not (before or after or amount):
            return None
        is_glued = before is not None and start > 0 and text[start - 1].isalpha()
        if amount is None and unit.isascii() and (len(unit) < _WORD or is_glued):
            return None  # "VORS" is no "vor s"
        if before:
            start = _before_blank(text, start) - len(before)
        span = Span(1 if amount is None else amount, meaning)
        return Found(_sum(larger[1], span) if larger else span, start)

    def _larger(self, text: str, at: int) -> tuple[int, Span] | None:
        """"1 hour" of "1 hour 30 minutes"."""
        end = len(text[:at].rstrip(" ,"))
        joiner = next(iter(self._joiners.at(text, end)), None)
        if joiner and end > len(joiner) and text[end - len(joiner) - 1].isspace():
            end = _before_blank(text, end - len(joiner))
        for unit in self._units.at(text, end):
            start, amount = self._amount(text, end - len(unit))
            if amount is not None and text[start : start + 1].isdecimal():
                return start, Span(amount, self._shared[unit])
        return None

    def _unit(self, before: str | None, after: str, unit: str) -> str | None:
        for marker in (after, before or ""):
            meaning = self._meaning.get((marker, unit))
            if meaning:
                return meaning
        is_shared = len(unit) <= _ABBREVIATION and unit.isascii()
        return self._shared[unit] if (after or before) and is_shared else None


def _read_short(text: str) -> Span | None:
    """"5m", "2 h"."""
    digits = text[:2].rstrip("mhd ") if text[:1].isdecimal() else ""
    unit = _SHORT_UNITS.get(text[len(digits) :].removeprefix(" ").lower()) if digits.isdecimal() else None
    return Span(int(digits), unit) if unit else None


def _sum(larger: Span, smaller: Span) -> Span:
    if larger.unit not in SECONDS or smaller.unit not in SECONDS or SECONDS[larger.unit] <= SECONDS[smaller.unit]:
        return larger
    seconds = larger.amount * SECONDS[larger.unit] + smaller.amount * SECONDS[smaller.unit]
    return Span(seconds // SECONDS[smaller.unit], smaller.unit)


def _before_blank(text: str, end: int) -> int:
    while end and text[end - 1].isspace():
        end -= 1
    return end


def _lower(text: str) -> str:
    """Letter by letter, so that places stay the same: a capital İ becomes two."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(letter.lower()[:1] for letter in text)
