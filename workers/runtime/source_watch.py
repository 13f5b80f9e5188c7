"""A duty of the reconciler: judges every source, a page at a time, and keeps their number bounded."""

from __future__ import annotations

from datetime import UTC, datetime

from workers.pipeline import WATCH, Watch
from workers.ports import Audit, Ledger, SourceHour, Sources, SourceStanding
from workers.runtime.logs import Log
from workers.runtime.sources import judge

_HOUR_MS = 3_600_000


class SourceWatch:
    def __init__(self, *, ledger: Ledger, sources: Sources, log: Log, watch: Watch = WATCH) -> None:
        self._ledger = ledger
        self._sources = sources
        self._log = log
        self._watch = watch
        self._after = ""      # the source judged last in this round
        self._round_ms = 0    # when the next round begins, by the ledger's clock
        self._forgot_at = 0   # hour; a look through all of them, so not each round

    def turn(self) -> None:
        """Judges the next page of sources; between two rounds it does nothing."""
        audit = self._ledger.audit()
        if audit.now_ms < self._round_ms:
            return
        page = self._sources.source_hours(after=self._after, most=self._watch.page)
        judged = [self._judge(source, hours, audit) for source, hours in page]
        for standing in self._sources.note_sources(judged):
            self._log.source(standing.source, str(standing.state), standing.report["odd"])
        if page:
            self._after = page[-1][0]
            return
        self._after, self._round_ms = "", audit.now_ms + round(self._watch.every_s * 1000)
        self._forget(audit.now_ms // _HOUR_MS)

    def _forget(self, hour: int) -> None:
        if hour == self._forgot_at:
            return
        self._forgot_at = hour
        self._sources.forget_sources(
            hours_before=hour - self._watch.kept_h, silent_before=hour - self._watch.forgotten_h, most=self._watch.most
        )

    def _judge(self, source: str, hours: list[SourceHour], audit: Audit) -> SourceStanding:
        # as of the oldest document without a verdict: a mill that is behind makes no source silent
        decided_until_ms = audit.now_ms - audit.oldest_ms
        report = judge(hours, decided_until_ms // _HOUR_MS, self._watch)
        at = datetime.fromtimestamp(audit.now_ms / 1000, UTC)
        return SourceStanding(source, report.state, at, report.values())
