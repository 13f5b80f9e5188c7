"""Carries one batch through one step: begin, work, blob, finish.

From message to decision are three calls: task, runner, step. Every failure has one of three owners:
the document's is a Quarantine, the plant's (PortError) hands the batch back unharmed, ours costs the
one article it happened on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from workers.errors import BlobMissing, PortError
from workers.model import (
    BatchId,
    Work,
)
from workers.pipeline import DELIVERIES, INGEST, PUBLISH, step_after
from workers.ports import Begun, Blobs, Counts, Ledger
from workers.runtime.codec import decode_works, encode_works
from workers.runtime.counts import of_batch
from workers.runtime.decide import Decide, Renew
from workers.runtime.logs import Log
from workers.runtime.traces import Trace, no_traces


class Stale(Exception):
    pass


class Publish(Protocol):
    def __call__(self, begun: Begun, works: Sequence[Work], counts: Callable[[], Counts]) -> int | None:
        """How many documents wait for their original; None when the batch is another's by now."""
        ...


class Runner:
    def __init__(
        self, *, ledger: Ledger, blobs: Blobs, decide: Decide, publish: Publish, log: Log, blob_ttl_s: int,
        pause: Callable[[float], None] = time.sleep, trace: Trace = no_traces,
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._decide = decide
        self._publish = publish
        self._log = log
        self._blob_ttl_s = blob_ttl_s
        self._pause = pause
        self._trace = trace

    def run(self, step: str, batch: BatchId, task: str) -> None:
        """Raises Stale when there is nothing (more) for this message to do."""
        begun = self._ledger.begin(batch, step, task, DELIVERIES.running_s)
        if begun is None:
            raise Stale(f"batch {batch} is not queued for {step}")
        watch = _Stopwatch(step, begun)
        try:
            works = self._carry(step, begun, watch)
        except BlobMissing as error:
            self._hand_back(begun, INGEST, watch, error)
        except PortError as error:
            self._hand_back(begun, step, watch, error)
        else:
            documents = [work.document for work in works]
            ids = [(document.entry_id, document.id) for document in documents] if step == INGEST else ()
            self._log.batch(step, batch, documents=len(documents), seconds=watch.seconds, ids=ids)
            self._trace(step, batch, documents, watch.seconds)

    def _carry(self, step: str, begun: Begun, watch: _Stopwatch) -> Sequence[Work]:
        renew = self._renewer(begun)
        if step == INGEST:
            entries = [entry for entry in self._ledger.read(begun.entries) if entry is not None]
            works = self._decide.ingest(entries, renew)
        else:
            works = decode_works(self._blobs.get(begun.ref))
            open_ = set(begun.entries)  # the rest of the blob's documents are settled already
            works = [work for work in works if work.document.entry_id in open_]
        if step == PUBLISH:
            waiting = self._publish(begun, works, lambda: watch.counts("ok"))
            if waiting is None:
                raise Stale(f"batch {begun.batch} was given to another")
            if not waiting:
                self._blobs.delete(begun.ref)
            return works
        if step != INGEST:
            watch.count(self._decide.refresh(step, self._log))
            works = getattr(self._decide, step)(works, renew)
            watch.count(self._decide.drain())
        renew(1.0)
        ref = f"{begun.batch}:{step}:{begun.token}"
        self._blobs.put(ref, encode_works(works), ttl_s=self._blob_ttl_s)
        following = step_after(step) or PUBLISH
        if not self._ledger.finish(
            begun.batch, begun.token, following, ref, watch.counts("ok"),
            DELIVERIES.queued_s,
        ):
            raise Stale(f"batch {begun.batch} was given to another")
        if begun.ref:
            self._blobs.delete(begun.ref)
        return works

    def _renewer(self, begun: Begun) -> Renew:
        renewed = time.monotonic()

        def renew(every_s: float = DELIVERIES.running_s / 4) -> None:
            nonlocal renewed
            if time.monotonic() - renewed < every_s:
                return
            if not self._ledger.renew(begun.batch, begun.token, DELIVERIES.running_s):
                raise Stale(f"batch {begun.batch} was given to another")
            renewed = time.monotonic()

        return renew

    def _hand_back(self, begun: Begun, step: str, watch: _Stopwatch, error: PortError) -> None:
        """Tries until the lease has run out; then the reconciler finds the batch by itself."""
        self._log.handed_back(step, begun.batch, error)
        until = time.monotonic() + DELIVERIES.running_s
        while True:
            try:
                self._ledger.hand_back(
                    begun.batch, begun.token, step, watch.counts("handed_back"),
                    first_s=DELIVERIES.retry_first_s, most_s=DELIVERIES.retry_most_s,
                )
            except PortError as away:
                if time.monotonic() > until:
                    raise away from error
                self._pause(0.5)
            else:
                raise Stale(f"batch {begun.batch} was handed back: {error}") from error


class _Stopwatch:
    def __init__(self, step: str, begun: Begun) -> None:
        self._step = step
        self._queued_ms = begun.queued_ms
        self._documents = len(begun.entries)
        self._wall = time.monotonic()
        self._cpu = time.process_time()
        self._counted: dict[str, int] = {}

    def count(self, counts: Counts) -> None:
        """Told to the ledger with the batch's own figures."""
        self._counted |= counts

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._wall

    def counts(self, result: str) -> Counts:
        cpu_seconds = time.process_time() - self._cpu
        figures = of_batch(
            self._step, result, documents=self._documents if result == "ok" else 0, seconds=self.seconds,
            cpu_seconds=cpu_seconds, queued_ms=self._queued_ms,
        )
        return {**figures, **self._counted}
