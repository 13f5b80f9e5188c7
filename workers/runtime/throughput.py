"""A line in the log every so many seconds: what came, what was finished, what waits."""

from __future__ import annotations

from workers.ports import Audit, Ledger
from workers.runtime.logs import Log


class Throughput:
    def __init__(self, *, ledger: Ledger, log: Log) -> None:
        self._ledger = ledger
        self._log = log
        self._before: Audit | None = None

    def say(self) -> None:
        audit, before = self._ledger.audit(), self._before
        self._before = audit
        if before is None or audit.now_ms <= before.now_ms:
            return
        self._log.throughput(
            seconds=(audit.now_ms - before.now_ms) / 1000, accepted=audit.accepted - before.accepted,
            documents=_finished(audit) - _finished(before), quarantined=audit.quarantined - before.quarantined,
            in_flight=audit.in_flight, oldest_seconds=audit.oldest_ms / 1000,
        )


def _finished(audit: Audit) -> int:
    return audit.stored + audit.duplicate + audit.quarantined
