"""Repeated lines in memory: for `process`, and for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from workers.ports import RepeatedLine

MOST_SOURCES: Final = 2000
MOST_LINES: Final = 400      # of one source; the rarest half goes then
KEPT_LINES: Final = 200


class MemoryRepeatedLines:
    def __init__(self) -> None:
        self._lines: dict[str, Counter[str]] = {}  # the source counted last stands last
        self._stories: Counter[str] = Counter()
        self._accepted: set[tuple[str, str]] = set()

    def saw(self, stories: Mapping[str, Sequence[Sequence[str]]]) -> None:
        for source, seen in stories.items():
            lines = self._lines.pop(source, Counter())
            for story in seen:
                lines.update(story)
            self._lines[source] = lines if len(lines) <= MOST_LINES else Counter(dict(lines.most_common(KEPT_LINES)))
            self._stories[source] += len(seen)
        while len(self._lines) > MOST_SOURCES:
            oldest = next(iter(self._lines))
            del self._lines[oldest], self._stories[oldest]

    def proposed(self, source: str, *, least: int) -> list[RepeatedLine]:
        accepted = self.accepted().get(source, frozenset())
        lines = self._lines.get(source, Counter())
        found = {line: n for line, n in lines.items() if n >= least} | {line: lines[line] for line in accepted}
        rows = (RepeatedLine(line, n, line in accepted) for line, n in found.items())
        return sorted(rows, key=lambda row: (-row.stories, row.line))

    def sources(self) -> dict[str, int]:
        return {source: self._stories[source] for source in reversed(self._lines)}

    def accept(self, source: str, lines: Sequence[str]) -> None:
        self._accepted.update((source, line) for line in lines)

    def withdraw(self, source: str, lines: Sequence[str]) -> int:
        before = len(self._accepted)
        self._accepted.difference_update((source, line) for line in lines)
        return before - len(self._accepted)

    def accepted(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for source, line in self._accepted:
            found.setdefault(source, set()).add(line)
        return {source: frozenset(lines) for source, lines in found.items()}
