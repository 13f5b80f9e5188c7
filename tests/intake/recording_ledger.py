"""The part of a ledger that doors use; it remembers each call, and fails when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from workers.model import Entry, Submission


@dataclass
class RecordingLedger:
    failures: list[Exception] = field(default_factory=list)  # raised by the next appends, one each
    succeed_first: int = 0                                   # appends before the failures begin
    full: float = 0.0
    calls: list[tuple[str, list[Submission]]] = field(default_factory=list)  # (door, what was appended)
    expected: int = 0
    complete: threading.Event = field(default_factory=threading.Event)  # set once `expected` are there
    _once: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def submissions(self) -> list[Submission]:
        return [submission for _, submissions in self.calls for submission in submissions]

    def append(self, submissions: Sequence[Submission], door: str) -> list[Entry]:
        if self.failures and len(self.calls) >= self.succeed_first:
            raise self.failures.pop(0)
        first = len(self.submissions)
        self.calls.append((door, list(submissions)))
        if self.expected and len(self.submissions) >= self.expected:
            self.complete.set()
        return [Entry(f"1-{first + n}", s.fields(door)) for n, s in enumerate(submissions)]

    def append_once(self, key: str, submissions: Sequence[Submission], door: str) -> list[Entry]:
        if key not in self._once:
            self._once[key] = self.append(submissions, door)
        return self._once[key]

    def fullness(self) -> float:
        return self.full
