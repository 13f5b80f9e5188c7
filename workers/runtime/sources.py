"""Judges a source against its own weeks: volume, silence, length, dates, language, copies, quarantine.

No clock and no I/O. Hours are counted since the epoch; the hour `now` is not over yet.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from statistics import median, median_low
from typing import Any, Final

from workers.pipeline import WATCH, Watch
from workers.ports import SourceHour, SourceState

WEEK_H: Final = 168
DAY_H: Final = 24
_GROUPS: Final = 4  # of documents; with fewer there is no usual


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
    volume = _Volume(hours, now, watch)
    groups = _Groups(hours, now, watch)
    odd = {**volume.odd(), **groups.odd()} if volume.is_known else {}
    state = next((state for state in SourceState if state in odd), SourceState.NORMAL)
    return SourceReport(
        state if volume.is_known else SourceState.LEARNING, volume.last, volume.day, volume.usual_day,
        **groups.figures(), odd={str(state): said for state, said in odd.items()},
    )


class _Volume:
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


@dataclass(slots=True)
class _Group:
    """So many documents in a row, whole hours."""

    newest: int
    documents: int = 0
    quarantined: int = 0
    duplicates: int = 0
    articles: int = 0
    undated: int = 0
    log_words: int = 0
    languages: Counter[str] = field(default_factory=Counter)

    def add(self, hour: SourceHour) -> None:
        for name in ("documents", "quarantined", "duplicates", "articles", "undated", "log_words"):
            setattr(self, name, getattr(self, name) + getattr(hour, name))
        self.languages[hour.language] += hour.articles

    @property
    def length(self) -> float:
        """Mean of ln(1 + words)."""
        return self.log_words / self.articles / 1000


class _Groups:
    """The last group of documents beside those that are a week old or older: after a week the new is the
    usual. Odd is what lies outside of all of them, and far from their middle."""

    def __init__(self, hours: Sequence[SourceHour], now: int, watch: Watch) -> None:
        groups = _grouped(hours, watch.group_documents)
        self._recent = groups[0]
        self._usual = [group for group in groups[1:] if group.newest < now - WEEK_H]
        self._watch = watch
        spoken: Counter[str] = Counter()
        for group in self._usual or groups:
            spoken += group.languages
        spoken.pop("", None)
        self._language = spoken.most_common(1)[0][0] if spoken else ""

    def figures(self) -> dict[str, Any]:
        recent, read = self._recent, self._read(self._usual)
        of_articles = max(1, recent.articles)
        return {
            "words": _words(recent.length) if recent.articles else None,
            "usual_words": _words(median(group.length for group in read)) if read else None,
            "undated": round(recent.undated / of_articles, 3) if recent.articles else None,
            "copies": round(recent.duplicates / max(1, recent.documents), 3),
            "quarantined": round(recent.quarantined / max(1, recent.documents), 3),
            "language": self._language,
        }

    def odd(self) -> dict[SourceState, str]:
        recent = self._recent
        if len(self._usual) < _GROUPS:
            return {}
        found = self._risen(SourceState.QUARANTINED, recent, self._usual, "quarantined", "documents")
        found |= self._risen(SourceState.COPIES, recent, self._usual, "duplicates", "documents")
        read = self._read(self._usual)
        if recent.articles < self._watch.group_documents / 3 or len(read) < _GROUPS:
            return found
        return (
            found | self._risen(SourceState.UNDATED, recent, read, "undated", "articles")
            | self._other_language(recent, read) | self._other_length(recent, read)
        )

    def _read(self, groups: Sequence[_Group]) -> list[_Group]:
        """Those whose pages gave articles."""
        return [group for group in groups if group.articles >= self._watch.group_documents / 3]

    def _risen(
        self, state: SourceState, recent: _Group, usual: Sequence[_Group], part: str, whole: str
    ) -> dict[SourceState, str]:
        def share(group: _Group) -> float:
            return float(getattr(group, part) / getattr(group, whole))

        before = [share(group) for group in usual]
        if share(recent) <= max(before) or share(recent) - median(before) < self._watch.share:
            return {}
        return {state: f"{share(recent):.0%} of its {whole}, usually {median(before):.0%}"}

    def _other_language(self, recent: _Group, usual: Sequence[_Group]) -> dict[SourceState, str]:
        def share(group: _Group) -> float:
            return group.languages[self._language] / group.articles

        before = [share(group) for group in usual]
        if not self._language or share(recent) >= min(before) or median(before) - share(recent) < self._watch.share:
            return {}
        return {SourceState.LANGUAGE: f"{share(recent):.0%} in {self._language}, usually {median(before):.0%}"}

    def _other_length(self, recent: _Group, usual: Sequence[_Group]) -> dict[SourceState, str]:
        before = [group.length for group in usual]
        if min(before) <= recent.length <= max(before) or abs(recent.length - median(before)) < self._watch.length:
            return {}
        return {SourceState.LENGTH: f"{_words(recent.length)} words an article, usually {_words(median(before))}"}


def _grouped(hours: Sequence[SourceHour], documents: int) -> list[_Group]:
    """The newest first. What is left over at the old end makes no group, but where it is all there is."""
    groups: list[_Group] = []
    group = _Group(hours[-1].hour)
    for at in range(len(hours) - 1, -1, -1):
        group.add(hours[at])
        is_whole_hour = at == 0 or hours[at - 1].hour != hours[at].hour
        if group.documents >= documents and is_whole_hour:
            groups.append(group)
            group = _Group(hours[max(0, at - 1)].hour)
    return groups or [group]


def _words(length: float) -> int:
    return round(math.expm1(length))
