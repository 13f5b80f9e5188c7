"""What a source brings, against its own groups of documents before: quarantine, length, dates, language, copies."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from workers.pipeline import Watch
from workers.ports import SourceHour, SourceState
from workers.runtime.source_volume import WEEK_H

GROUPS: Final = 4  # of documents; with fewer there is no usual


@dataclass(slots=True)
class Group:
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


class Content:
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
        if len(self._usual) < GROUPS:
            return {}
        found = self._risen(SourceState.QUARANTINED, recent, self._usual, "quarantined", "documents")
        found |= self._risen(SourceState.COPIES, recent, self._usual, "duplicates", "documents")
        read = self._read(self._usual)
        if recent.articles < self._watch.group_documents / 3 or len(read) < GROUPS:
            return found
        return (
            found | self._risen(SourceState.UNDATED, recent, read, "undated", "articles")
            | self._other_language(recent, read) | self._other_length(recent, read)
        )

    def _read(self, groups: Sequence[Group]) -> list[Group]:
        """Those whose pages gave articles."""
        return [group for group in groups if group.articles >= self._watch.group_documents / 3]

    def _risen(
        self, state: SourceState, recent: Group, usual: Sequence[Group], part: str, whole: str
    ) -> dict[SourceState, str]:
        def share(group: Group) -> float:
            return float(getattr(group, part) / getattr(group, whole))

        before = [share(group) for group in usual]
        if share(recent) <= max(before) or share(recent) - median(before) < self._watch.share:
            return {}
        return {state: f"{share(recent):.0%} of its {whole}, usually {median(before):.0%}"}

    def _other_language(self, recent: Group, usual: Sequence[Group]) -> dict[SourceState, str]:
        def share(group: Group) -> float:
            return group.languages[self._language] / group.articles

        before = [share(group) for group in usual]
        if not self._language or share(recent) >= min(before) or median(before) - share(recent) < self._watch.share:
            return {}
        return {SourceState.LANGUAGE: f"{share(recent):.0%} in {self._language}, usually {median(before):.0%}"}

    def _other_length(self, recent: Group, usual: Sequence[Group]) -> dict[SourceState, str]:
        before = [group.length for group in usual]
        if min(before) <= recent.length <= max(before) or abs(recent.length - median(before)) < self._watch.length:
            return {}
        return {SourceState.LENGTH: f"{_words(recent.length)} words an article, usually {_words(median(before))}"}


def _grouped(hours: Sequence[SourceHour], documents: int) -> list[Group]:
    """The newest first. What is left over at the old end makes no group, but where it is all there is."""
    groups: list[Group] = []
    group = Group(hours[-1].hour)
    for at in range(len(hours) - 1, -1, -1):
        group.add(hours[at])
        is_whole_hour = at == 0 or hours[at - 1].hour != hours[at].hour
        if group.documents >= documents and is_whole_hour:
            groups.append(group)
            group = Group(hours[max(0, at - 1)].hour)
    return groups or [group]


def _words(length: float) -> int:
    return round(math.expm1(length))
