"""Makes batches of what waits, as long as the window has room, and sends each on its way."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import Final

from workers.errors import BrokerError, LedgerError
from workers.model import BatchId
from workers.pipeline import DELIVERIES, INGEST
from workers.ports import Ledger
from workers.runtime.logs import Log

Send = Callable[[BatchId, str], None]  # (batch, first step): sends a chain; raises BrokerError

# Between two looks at a full window: as long as it has been full so far, within these. Half of a window waits
# behind the running steps, so a look that comes one batch late finds the workers busy.
_WINDOW_PAUSES_S: Final = (0.01, 0.1)
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def new_batch_id() -> BatchId:
    return "".join(secrets.choice(_ALPHABET) for _ in range(26))


class Dispatcher:
    def __init__(
        self, *, ledger: Ledger, send: Send, log: Log, batch_documents: int, batch_bytes: int,
        monotonic: Callable[[], float] = time.monotonic, alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._ledger = ledger
        self._send = send
        self._log = log
        self._documents = batch_documents
        self._bytes = batch_bytes
        self._monotonic = monotonic
        self._alive = alive
        self._window = 2
        self._window_read = float("-inf")

    def window(self) -> int:
        """2 x worker slots + 2 batches may be out. That is the backpressure, and the circuit breaker
        when the store is down: nothing settles, the window stays full, the intake stream grows."""
        if self._monotonic() - self._window_read > 1.0:
            self._window = 2 * sum(beat.slots for beat in self._ledger.workers()) + 2
            self._window_read = self._monotonic()
        return self._window

    def dispatch(self) -> str:
        """One batch, if there is one to make. Says why not: "window" or "nothing"; else its reason."""
        batch = new_batch_id()
        taken = self._ledger.take(
            batch, documents=self._documents, payload_bytes=self._bytes, window=self.window(),
            queued_s=DELIVERIES.queued_s,
        )
        if taken is None:
            return "nothing"
        if not taken.entries:
            return taken.reason
        try:
            self._send(batch, INGEST)
        except BrokerError as error:  # the batch is queued; the reconciler sends it when it is overdue
            self._log.away("work", error)
        else:
            self._log.sent(batch, entries=taken.entries, reason=taken.reason)
        return taken.reason

    def run(self, stop: threading.Event) -> None:
        least_s, most_s = _WINDOW_PAUSES_S
        had_room = self._monotonic()
        while not stop.is_set():
            self._alive()
            try:
                reason = self.dispatch()
                if reason == "window":
                    stop.wait(min(most_s, max(least_s, self._monotonic() - had_room)))
                    continue
                had_room = self._monotonic()
                if reason == "nothing":
                    self._ledger.wait(1.0)
            except LedgerError as error:
                self._log.away("ledger", error)
                stop.wait(1.0)
