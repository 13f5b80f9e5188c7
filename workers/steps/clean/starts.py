"""Known beginnings of a line, by their first character: hundreds of them then cost what a few do."""

from __future__ import annotations

from collections.abc import Iterable


class Starts:
    def __init__(self, starts: Iterable[str]) -> None:
        by_first: dict[str, list[str]] = {}
        for start in starts:
            by_first.setdefault(start[:1], []).append(start)
        self._by_first = {first: tuple(same) for first, same in by_first.items()}

    def find(self, line: str) -> str | None:
        """The start that the line begins with; of several, the one that was given first."""
        starts = self._by_first.get(line[:1], ())
        if not line.startswith(starts):
            return None
        return next(start for start in starts if line.startswith(start))
