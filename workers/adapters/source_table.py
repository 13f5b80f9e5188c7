"""What each source brought by the hour, in memory: the rules of sql_store/sources.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from workers.adapters.source_hours import plus
from workers.ports import SourceHour, SourceStanding, SourceState

_ORDER: Final = {state: number for number, state in enumerate(SourceState)}


class SourceTable:
    def __init__(self) -> None:
        self._hours: dict[str, dict[tuple[int, str], SourceHour]] = {}
        self._standings: dict[str, SourceStanding] = {}

    def add(self, added: Iterable[SourceHour]) -> None:
        for hour in added:
            theirs, key = self._hours.setdefault(hour.source, {}), (hour.hour, hour.language)
            theirs[key] = plus(theirs[key], hour) if key in theirs else hour

    def hours(self, after: str, most: int) -> list[tuple[str, list[SourceHour]]]:
        names = sorted(name for name in self._hours if name > after)[:most]
        return [(name, [self._hours[name][key] for key in sorted(self._hours[name])]) for name in names]

    def note(self, standings: Sequence[SourceStanding]) -> list[SourceStanding]:
        return [standing for standing in standings if self._note(standing)]

    def _note(self, standing: SourceStanding) -> bool:
        before = self._standings.get(standing.source)
        is_new = before is None or before.state is not standing.state
        since = standing.judged_at if before is None or is_new else before.since
        self._standings[standing.source] = replace(standing, since=since)
        return is_new

    def standings(self) -> list[SourceStanding]:
        return sorted(self._standings.values(), key=lambda standing: (_ORDER[standing.state], standing.source))

    def forget(self, hours_before: int, silent_before: int, most: int) -> int:
        for name, theirs in self._hours.items():
            self._hours[name] = {key: hour for key, hour in theirs.items() if hour.hour >= hours_before}
        known = {name: theirs for name, theirs in self._hours.items() if theirs}
        heard = {name: theirs for name, theirs in known.items() if max(theirs)[0] >= silent_before}
        self._hours = dict(sorted(heard.items(), key=_least_first)[-most:])
        self._standings = {name: s for name, s in self._standings.items() if name in self._hours}
        return len(known) - len(self._hours)


def _least_first(named: tuple[str, dict[tuple[int, str], SourceHour]]) -> tuple[int, int, Sequence[int]]:
    """By documents, then by the last hour, then names backwards."""
    name, theirs = named
    documents = sum(hour.documents for hour in theirs.values())
    return documents, max(theirs)[0], [-ord(letter) for letter in name]
