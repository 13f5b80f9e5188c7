"""The only retry: finds overdue batches and sends, splits or quarantines them.

Any number may run: each rescue is noted in the ledger in the step that decides it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from workers.errors import PortError
from workers.model import Document, Entry, Quarantine, Reason, Work
from workers.pipeline import DELIVERIES, INGEST
from workers.ports import Begun, Broker, Clock, DedupIndex, Ledger, Rescue, Store
from workers.runtime.dispatcher import Send, new_batch_id
from workers.runtime.logs import Log
from workers.runtime.rebuild import Sign, rebuild_index
from workers.runtime.runner import Publish
from workers.runtime.turns import go_on

_MOST_AT_ONCE: Final = 100
_POLL_S: Final = 0.25
_MARK_S: Final = 5.0
_SWEEP_S: Final = 15.0


class Reconciler:
    def __init__(
        self, *, ledger: Ledger, store: Store, index: DedupIndex, broker: Broker, send: Send, publish: Publish,
        identify: Callable[[Entry], Document], sign: Sign, window_h: float,
        clock: Clock, log: Log, alive: Callable[[], None] = lambda: None,
        also: Mapping[Callable[[], None], float] = MappingProxyType({}),
    ) -> None:
        """also: further duties, and every how many seconds."""
        self._ledger = ledger
        self._store = store
        self._index = index
        self._broker = broker
        self._send = send
        self._publish = publish
        self._identify = identify
        self._sign = sign
        self._window_h = window_h
        self._clock = clock
        self._log = log
        self._alive = alive
        self._also = also
        self._broker_id = ""
        self._rebuilding: Iterator[int] | None = None
        self._rebuilt = 0
        self._rebuild_started = 0.0

    def run(self, stop: threading.Event) -> None:
        every: dict[Callable[[], None], float] = {
            self.watch_broker: 1.0, self.keep_mark: _MARK_S, self.sweep: _SWEEP_S, **self._also,
        }
        next_at = dict.fromkeys(every, 0.0) | {self.sweep: _SWEEP_S + time.monotonic()}
        while not stop.is_set():
            self._alive()
            self._try(self.rescue)
            self._try(self.rebuild)
            for duty, due in list(next_at.items()):
                if time.monotonic() >= due:
                    self._try(duty)
                    next_at[duty] = time.monotonic() + every[duty]
            stop.wait(0 if self._rebuilding else _POLL_S)

    def _try(self, duty: Callable[[], object]) -> None:
        """A dependency that is away is said and tried again; it must not stop the other duties."""
        try:
            duty()
        except PortError as error:
            self._log.away(type(error).__name__, error)

    # ---- overdue batches

    def rescue(self) -> int:
        """Returns how many batches it acted on."""
        acted = 0
        for batch in self._ledger.overdue(_MOST_AT_ONCE):
            rescue = self._ledger.rescue(
                batch, queued_s=DELIVERIES.queued_s, queued_most_s=DELIVERIES.queued_most_s,
                running_s=DELIVERIES.running_s, witnessed=DELIVERIES.witnessed_deaths,
                unwitnessed=DELIVERIES.unwitnessed_deaths,
            )
            if rescue.act == "none":
                continue
            acted += 1
            if rescue.cause:
                self._log.rescued(
                    batch, act=rescue.act, step=rescue.step, cause=rescue.cause, entries=rescue.entries
                )
            {"send": self._send_again, "split": self._split, "poison": self._quarantine}[rescue.act](rescue)
        return acted

    def _send_again(self, rescue: Rescue) -> None:
        self._send(rescue.batch, rescue.step)

    def _split(self, rescue: Rescue) -> None:
        singles = [new_batch_id() for _ in rescue.entries]
        if self._ledger.split(rescue.batch, singles, DELIVERIES.queued_s):
            for single in singles:
                self._send(single, INGEST)

    def _quarantine(self, rescue: Rescue) -> None:
        """Settles a document that nobody survives. Its payload is copied, never parsed."""
        detail = f"its worker died {rescue.deaths} times in {rescue.step}"
        quarantine = Quarantine(Reason.KILLED_WORKER, detail, rescue.step)
        entries = [entry for entry in self._ledger.read(rescue.entries) if entry is not None]
        works = [Work(self._identify(entry), quarantine=quarantine) for entry in entries]
        begun = Begun(rescue.batch, rescue.token, rescue.entries, "", 0, 0)
        self._publish(begun, works, dict)

    # ---- other duties

    def watch_broker(self) -> None:
        """A broker with another identity came back without its messages, and the index with it."""
        identity = self._broker.identity()
        if identity != self._broker_id:
            if self._broker_id:
                self._ledger.hasten()
            self._broker_id = identity
        if self._rebuilding is None and self._index.is_fresh():
            self._rebuild_started, self._rebuilt = time.monotonic(), 0
            self._rebuilding = rebuild_index(
                self._store, self._index, self._sign, self._clock.now(), self._window_h
            )

    def rebuild(self, turn_s: float = _POLL_S) -> None:
        """Goes on with the index for a moment: with a window of millions it takes minutes, and other duties
        must not wait for it. One that fails is begun anew when the broker is looked at next."""
        if self._rebuilding is None:
            return
        try:
            is_done = go_on(self._rebuilding, turn_s, self._note_rebuilt)
        except PortError:
            self._rebuilding = None
            raise
        if is_done:
            self._rebuilding = None
            self._log.rebuilt(self._rebuilt, time.monotonic() - self._rebuild_started)

    def _note_rebuilt(self, entries: int) -> None:
        self._rebuilt = entries

    def keep_mark(self) -> None:
        audit = self._ledger.audit()
        incident = self._store.note_mark(audit.accepted, "", self._broker_id, self._clock.now())
        if incident:
            self._log.incident(incident)

    def sweep(self) -> None:
        vanished, adopted = self._ledger.sweep(new_batch_id(), DELIVERIES.queued_s)
        if vanished or adopted:
            self._log.swept(vanished=vanished, adopted=adopted)


