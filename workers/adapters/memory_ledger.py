"""The ledger in memory: same rules as the scripts of redis_ledger, for tests and for reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from workers.errors import LedgerFull
from workers.model import BatchId, Entry, EntryId, Submission, Verdict
from workers.ports import Audit, Begun, Clock, Counts, Out, Rescue, Settlement, Taken, WorkerBeat

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_DOORS = ("cli", "http", "queue", "feed")


@dataclass(slots=True)
class _Batch:
    entries: tuple[EntryId, ...]
    due: int
    queued_at: int
    state: str = "queued"
    step: str = "ingest"
    token: int = 0
    ref: str = ""
    task: str = ""
    waits: int = 0
    sends: int = 0
    witnessed: int = 0
    unwitnessed: int = 0


@dataclass(slots=True)
class MemoryLedger:
    clock: Clock
    watermark: int | None = None  # documents in flight above which doors refuse
    document_bounds_s: Sequence[float] = (1.0, 10.0)
    articles: list[tuple[str, bytes]] = field(default_factory=list)  # (event, article): the articles stream
    counters: dict[str, int] = field(default_factory=dict)
    _stream: dict[EntryId, Entry] = field(default_factory=dict)
    _unread: list[EntryId] = field(default_factory=list)
    _pending: set[EntryId] = field(default_factory=set)
    _batches: dict[BatchId, _Batch] = field(default_factory=dict)
    _once: dict[str, list[Entry]] = field(default_factory=dict)
    _beats: dict[str, tuple[int, WorkerBeat]] = field(default_factory=dict)
    _added: int = 0

    # ---- doors

    def append(self, submissions: Sequence[Submission], door: str) -> list[Entry]:
        if self.fullness() >= 1.0:
            raise LedgerFull(self.fullness())
        return [self._add(submission.fields(door)) for submission in submissions]

    def append_once(self, key: str, submissions: Sequence[Submission], door: str) -> list[Entry]:
        if key not in self._once:
            self._once[key] = self.append(submissions, door)
        return self._once[key]

    def _add(self, fields: dict[bytes, bytes]) -> Entry:
        entry = Entry(f"{self._now()}-{self._added}", fields)
        self._added += 1
        self._stream[entry.id] = entry
        self._unread.append(entry.id)
        return entry

    def fullness(self) -> float:
        return len(self._stream) / self.watermark if self.watermark else 0.0

    # ---- batches

    def read(self, entries: Sequence[EntryId]) -> list[Entry | None]:
        return [self._stream.get(entry) for entry in entries]

    def take(
        self, batch: BatchId, *, documents: int, payload_bytes: int, window: int, queued_s: float
    ) -> Taken | None:
        if len(self._batches) >= window:
            return Taken(batch, (), 0, "window")
        entries: list[EntryId] = []
        size, reason = 0, "idle"
        while True:
            if len(entries) == documents:
                reason = "full"
                break
            if size >= payload_bytes:
                reason = "bytes"
                break
            if not self._unread:
                break
            entry = self._unread.pop(0)
            if entry not in self._stream:
                continue  # deleted before it was read
            size += self._stream[entry].payload_bytes
            door = self._stream[entry].fields.get(b"door", b"").decode()
            self._count({f"read:{door if door in _DOORS else 'stream'}": 1})
            self._pending.add(entry)
            entries.append(entry)
        if not entries:
            return None
        now = self._now()
        self._batches[batch] = _Batch(tuple(entries), due=now + _ms(queued_s), queued_at=now)
        bucket = 1 << (len(entries) - 1).bit_length()
        self._count({
            f"h:batch_documents::{bucket}": 1, "h:batch_documents::sum": len(entries),
            f"batches_sent:{reason}": 1, "document_bytes": size,
        })
        return Taken(batch, tuple(entries), size, reason)

    def wait(self, timeout_s: float) -> None:
        """Nothing arrives while the only caller waits."""

    def begin(self, batch: BatchId, step: str, task: str, running_s: float) -> Begun | None:
        record = self._batches.get(batch)
        if record is None or record.step != step:
            return None
        if record.state == "queued":
            record.token += 1
            record.state, record.task = "running", task
        elif (record.state, record.task) != ("running", task):
            return None
        record.due = self._now() + _ms(running_s)
        waited = max(0, self._now() - record.queued_at)
        return Begun(batch, record.token, record.entries, record.ref, record.waits, waited)

    def renew(self, batch: BatchId, token: int, running_s: float) -> bool:
        record = self._held(batch, token)
        if record is not None:
            record.due = self._now() + _ms(running_s)
        return record is not None

    def finish(
        self, batch: BatchId, token: int, next_step: str, ref: str, counts: Counts, queued_s: float
    ) -> bool:
        record = self._held(batch, token)
        if record is None:
            return False
        record.state, record.step, record.ref, record.waits, record.sends = "queued", next_step, ref, 0, 0
        record.queued_at = self._now()
        record.due = record.queued_at + _ms(queued_s)
        self._count(counts)
        return True

    def hand_back(
        self, batch: BatchId, token: int, step: str, counts: Counts, *, first_s: float, most_s: float
    ) -> bool:
        record = self._held(batch, token)
        if record is None:
            return False
        self._wait(record, step, first_s, most_s)
        self._count(counts)
        return True

    def settle(
        self,
        batch: BatchId,
        token: int,
        settlements: Sequence[Settlement],
        counts: Counts,
        *,
        resume: str,
        first_s: float,
        most_s: float,
        keep_articles: int,
    ) -> list[EntryId] | None:
        record = self._held(batch, token)
        if record is None:
            return None
        self._count(counts)
        settled = [each.entry_id for each in settlements if self._settle(each)]
        del self.articles[: max(0, len(self.articles) - keep_articles)]
        if settled:
            self.counters["last_finish_ms"] = self._now()
        done = {each.entry_id for each in settlements}
        record.entries = tuple(entry for entry in record.entries if entry not in done)
        if record.entries:
            self._wait(record, resume, first_s, most_s)
        else:
            del self._batches[batch]
        return settled

    def _settle(self, each: Settlement) -> bool:
        if each.entry_id not in self._pending:
            return False
        self._pending.remove(each.entry_id)
        self._stream.pop(each.entry_id, None)
        self._count({each.verdict or "vanished": 1})
        if each.quarantine is not None:
            self._count({f"quarantined:{each.quarantine.step}:{each.quarantine.reason}": 1})
        self._count(each.counts)
        took = max(0, self._now() - int(each.entry_id.partition("-")[0]))
        bounds = [_ms(bound) for bound in self.document_bounds_s]
        bucket = next((str(bound) for bound in bounds if took <= bound), "inf")
        self._count({f"h:document_seconds::{bucket}": 1, "h:document_seconds::sum": took})
        self.articles.extend(each.events)
        return True

    # ---- rescue

    def died(self, batch: BatchId, task: str) -> bool:
        record = self._batches.get(batch)
        if record is None or (record.state, record.task) != ("running", task):
            return False
        record.state, record.due = "dead", self._now()
        record.witnessed += 1
        return True

    def overdue(self, most: int) -> list[BatchId]:
        late = sorted((r.due, b) for b, r in self._batches.items() if r.due <= self._now())
        return [batch for _, batch in late[:most]]

    def rescue(
        self, batch: BatchId, *, queued_s: float, queued_most_s: float, running_s: float,
        witnessed: int, unwitnessed: int,
    ) -> Rescue:
        record = self._batches.get(batch)
        if record is None or record.due > self._now():
            return Rescue(batch, "none")

        def answer(act: str, cause: str) -> Rescue:
            deaths = record.witnessed + record.unwitnessed
            return Rescue(batch, act, record.step, record.entries, record.token, deaths, cause)

        def send(cause: str) -> Rescue:
            record.state, record.queued_at = "queued", self._now()
            record.due = self._now() + _growing(queued_s, record.sends, queued_most_s)
            record.sends += 1
            self._count({"batches_sent:rescue": 1} | ({f"rescues:{cause}": 1} if cause else {}))
            return answer("send", cause)

        if record.state in ("waiting", "queued"):
            return send("lost" if record.state == "queued" else "")
        if record.state == "running":
            record.unwitnessed += 1
            record.state = "dead"
        self._count({f"batches:{record.step}:died": 1})
        missed_once = record.witnessed == 0 and record.unwitnessed == 1
        if len(record.entries) > 1 and not missed_once:
            record.due = self._now() + _ms(queued_s)
            self._count({"rescues:died": 1})
            return answer("split", "died")
        if missed_once or (record.witnessed < witnessed and record.unwitnessed < unwitnessed):
            return send("died")
        record.token += 1
        record.state, record.task, record.due = "running", "reconciler", self._now() + _ms(running_s)
        self._count({"rescues:poison": 1})
        return answer("poison", "poison")

    def split(self, batch: BatchId, singles: Sequence[BatchId], queued_s: float) -> bool:
        record = self._batches.get(batch)
        if record is None or record.state != "dead" or len(singles) != len(record.entries):
            return False
        now = self._now()
        for single, entry in zip(singles, record.entries, strict=True):
            self._batches[single] = _Batch((entry,), due=now + _ms(queued_s), queued_at=now)
        del self._batches[batch]
        return True

    def hasten(self) -> int:
        queued = [record for record in self._batches.values() if record.state == "queued"]
        for record in queued:
            record.due = self._now()
        return len(queued)

    def sweep(self, batch: BatchId, queued_s: float) -> tuple[int, int]:
        gone = {entry for entry in self._pending if entry not in self._stream}
        self._pending -= gone
        audit = self.audit()
        vanished = max(0, audit.difference)
        self._count({"vanished": vanished} if vanished else {})
        owned = {entry for record in self._batches.values() for entry in record.entries}
        unread = set(self._unread)
        orphans = [entry for entry in self._stream if entry not in owned and entry not in unread][:64]
        if orphans:
            self._pending.update(orphans)
            self._batches[batch] = _Batch(tuple(orphans), due=self._now(), queued_at=self._now())
        return vanished, len(orphans)

    # ---- watching

    def emit(self, events: Sequence[tuple[str, bytes]], *, keep_articles: int) -> None:
        self.articles.extend(events)
        del self.articles[: max(0, len(self.articles) - keep_articles)]

    def audit(self) -> Audit:
        oldest = next(iter(self._stream), None)
        count = self.counters.get
        return Audit(
            accepted=self._added, in_flight=len(self._stream), stored=count(Verdict.STORED, 0),
            duplicate=count(Verdict.DUPLICATE, 0), quarantined=count(Verdict.QUARANTINED, 0),
            vanished=count("vanished", 0), pending=len(self._pending), batches=len(self._batches),
            oldest_ms=max(0, self._now() - int(oldest.partition("-")[0])) if oldest else 0,
            now_ms=self._now(), counters=dict(self.counters),
            overdue_ms=max(0, self._now() - min((r.due for r in self._batches.values()), default=self._now())),
        )

    def out(self) -> list[Out]:
        return [Out(batch, r.step, r.state, len(r.entries)) for batch, r in sorted(self._batches.items())]

    def beat(self, beat: WorkerBeat, ttl_s: float) -> None:
        self._beats[beat.name] = (self._now() + _ms(ttl_s), replace(beat))

    def workers(self) -> list[WorkerBeat]:
        self._beats = {name: row for name, row in self._beats.items() if row[0] > self._now()}
        return [beat for _, (_, beat) in sorted(self._beats.items())]

    # ---- by strangers, for tests

    def delete(self, entry: EntryId) -> None:
        """What XDEL by a stranger does."""
        del self._stream[entry]

    def forget_deliveries(self) -> None:
        """What XGROUP DELCONSUMER by a stranger does."""
        self._pending.clear()

    def _now(self) -> int:
        return (self.clock.now() - _EPOCH) // timedelta(milliseconds=1)

    def _held(self, batch: BatchId, token: int) -> _Batch | None:
        record = self._batches.get(batch)
        return record if record and (record.state, record.token) == ("running", token) else None

    def _wait(self, record: _Batch, step: str, first_s: float, most_s: float) -> None:
        record.due = self._now() + _growing(first_s, record.waits, most_s)
        record.waits += 1
        record.state, record.step, record.sends = "waiting", step, 0
        record.ref = "" if step == "ingest" else record.ref

    def _count(self, counts: Counts) -> None:
        for name, increment in counts.items():
            self.counters[name] = self.counters.get(name, 0) + increment


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _growing(first_s: float, times: int, most_s: float) -> int:
    return int(min(_ms(first_s) * 2**times, _ms(most_s)))
