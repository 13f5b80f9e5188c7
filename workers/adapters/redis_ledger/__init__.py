"""The ledger on a Redis or Valkey stream. Each operation is one Lua script beside this file."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from typing import Any, Final

import redis

from workers.adapters.redis_connection import PREFIX, connect, translated
from workers.errors import LedgerError, LedgerFull
from workers.model import BatchId, Entry, EntryId, Submission, Verdict
from workers.ports import Audit, Begun, Counts, Out, Rescue, Settlement, Taken, WorkerBeat

DOCUMENTS: Final = PREFIX + "documents"
ARTICLES: Final = PREFIX + "articles"
LEDGER: Final = PREFIX + "ledger"
DUE: Final = PREFIX + "due"
WORKERS: Final = PREFIX + "workers"
NOTES: Final = PREFIX + "worker-notes"
ONCE: Final = PREFIX + "once:"
ONCE_S: Final = 24 * 3600
WITHOUT_PRELUDE: Final = frozenset({"append_once"})


def batch_key(batch: BatchId) -> str:
    return f"{PREFIX}batch:{batch}"


def load_script(name: str) -> str:
    folder = resources.files(__name__)
    body = (folder / f"{name}.lua").read_text()
    return body if name in WITHOUT_PRELUDE else (folder / "prelude.lua").read_text() + body


class RedisLedger:
    def __init__(
        self, url: str, *, watermark: float = 0.7, document_bounds_s: Sequence[float] = (1.0, 10.0)
    ) -> None:
        """document_bounds_s: upper bounds of the histogram document_seconds, ascending."""
        self._url = url
        self._watermark = watermark
        self._bounds = " ".join(str(round(bound * 1000)) for bound in document_bounds_s)
        self._client = connect(url)
        self._scripts: dict[str, Callable[..., Any]] = {}
        self._fullness: tuple[float, float] = (-1.0, 0.0)  # (read at, value)

    def _run(self, script: str, keys: Iterable[str], args: Iterable[Any] = ()) -> Any:
        if script not in self._scripts:
            self._scripts[script] = self._client.register_script(load_script(script))
        with translated(LedgerError):
            return self._scripts[script](keys=list(keys), args=list(args))

    # ---- doors

    def append(self, submissions: Sequence[Submission], door: str) -> list[Entry]:
        """All or none, durable when it returns: the server answers after its fsync."""
        self._refuse_when_full()
        fields = [submission.fields(door) for submission in submissions]
        try:
            with translated(LedgerError), self._client.pipeline(transaction=True) as pipeline:
                for each in fields:
                    pipeline.xadd(DOCUMENTS, each)  # type: ignore[arg-type]
                ids = pipeline.execute()
        except LedgerError as error:
            raise _full_or(error) from error
        return [Entry(id.decode(), each) for id, each in zip(ids, fields, strict=True)]

    def append_once(self, key: str, submissions: Sequence[Submission], door: str) -> list[Entry]:
        self._refuse_when_full()
        fields = [submission.fields(door) for submission in submissions]
        args: list[Any] = [ONCE_S, len(fields)]
        for each in fields:
            args.append(len(each))
            for pair in each.items():
                args.extend(pair)
        once = ONCE + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        try:
            ids = self._run("append_once", [DOCUMENTS, once], args).decode().split()
        except LedgerError as error:
            raise _full_or(error) from error
        return [Entry(id, each) for id, each in zip(ids, fields, strict=False)]

    def _refuse_when_full(self) -> None:
        read_at, value = self._fullness
        if time.monotonic() - read_at > 1.0:
            value = self.fullness()
            self._fullness = (time.monotonic(), value)
        if value >= self._watermark:
            raise LedgerFull(value)

    def fullness(self) -> float:
        with translated(LedgerError):
            memory: Any = self._client.info("memory")
        most = memory.get("maxmemory", 0)
        return float(memory["used_memory"] / most) if most else 0.0

    # ---- batches

    def read(self, entries: Sequence[EntryId]) -> list[Entry | None]:
        """A batch mostly lies in one piece of the stream: that is one command instead of one an entry."""
        if not entries:
            return []
        with translated(LedgerError):
            piece: Any = self._client.xrange(DOCUMENTS, entries[0], entries[-1], count=len(entries))
            found = {id.decode(): fields for id, fields in piece}
            apart = [entry for entry in entries if entry not in found]
            with self._client.pipeline(transaction=False) as pipeline:
                for entry in apart:
                    pipeline.xrange(DOCUMENTS, entry, entry)
                found |= {rows[0][0].decode(): rows[0][1] for rows in pipeline.execute() if rows}
        return [Entry(entry, found[entry]) if entry in found else None for entry in entries]

    def take(
        self, batch: BatchId, *, documents: int, payload_bytes: int, window: int, queued_s: float
    ) -> Taken | None:
        answer = self._run(
            "take", [DOCUMENTS, LEDGER, DUE, batch_key(batch)],
            [batch, documents, payload_bytes, window, _ms(queued_s)],
        )
        if not answer:
            return None
        entries, size, reason = (part.decode() for part in answer)
        return Taken(batch, tuple(entries.split()), int(size), reason)

    def wait(self, timeout_s: float) -> None:
        with translated(LedgerError):
            try:
                groups: Any = self._client.xinfo_groups(DOCUMENTS)
            except redis.ResponseError:  # no stream yet
                groups = []
            read = next((g["last-delivered-id"] for g in groups if g["name"] == b"newsmill"), b"0-0")
            self._client.xread({DOCUMENTS: read}, count=1, block=max(1, _ms(timeout_s)))

    def begin(self, batch: BatchId, step: str, task: str, running_s: float) -> Begun | None:
        answer = self._run("begin", [DUE, batch_key(batch)], [batch, step, task, _ms(running_s)])
        if not answer:
            return None
        token, entries, ref, waits, queued_ms = (part.decode() for part in answer)
        return Begun(batch, int(token), tuple(entries.split()), ref, int(waits), int(float(queued_ms)))

    def renew(self, batch: BatchId, token: int, running_s: float) -> bool:
        return bool(self._run("renew", [DUE, batch_key(batch)], [batch, token, _ms(running_s)]))

    def finish(
        self, batch: BatchId, token: int, next_step: str, ref: str, counts: Counts, queued_s: float
    ) -> bool:
        args = [batch, token, next_step, ref, _ms(queued_s), *_counted(counts)]
        return bool(self._run("finish", [LEDGER, DUE, batch_key(batch)], args))

    def hand_back(
        self, batch: BatchId, token: int, step: str, counts: Counts, *, first_s: float, most_s: float
    ) -> bool:
        args = [batch, token, step, _ms(first_s), _ms(most_s), *_counted(counts)]
        return bool(self._run("hand_back", [LEDGER, DUE, batch_key(batch)], args))

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
        args: list[Any] = [batch, token, resume, _ms(first_s), _ms(most_s), keep_articles, self._bounds]
        args += [*_counted(counts), len(settlements)]
        for each in settlements:
            args += [each.entry_id, each.verdict or "", _quarantined(each), *_counted(each.counts)]
            args.append(len(each.events))
            for event in each.events:
                args.extend(event)
        answer = self._run("settle", [DOCUMENTS, ARTICLES, LEDGER, DUE, batch_key(batch)], args)
        return None if answer is None else [entry.decode() for entry in answer]

    # ---- rescue

    def died(self, batch: BatchId, task: str) -> bool:
        return bool(self._run("died", [DUE, batch_key(batch)], [batch, task]))

    def overdue(self, most: int) -> list[BatchId]:
        return [batch.decode() for batch in self._run("overdue", [DUE], [most])]

    def rescue(
        self, batch: BatchId, *, queued_s: float, queued_most_s: float, running_s: float,
        witnessed: int, unwitnessed: int,
    ) -> Rescue:
        answer = self._run(
            "rescue", [LEDGER, DUE, batch_key(batch)],
            [batch, _ms(queued_s), _ms(queued_most_s), _ms(running_s), witnessed, unwitnessed],
        )
        if len(answer) == 1:
            return Rescue(batch, "none")
        act, step, entries, token, deaths, cause = answer
        return Rescue(
            batch, act.decode(), step.decode(), tuple(entries.decode().split()), int(token), int(deaths), cause.decode()
        )

    def split(self, batch: BatchId, singles: Sequence[BatchId], queued_s: float) -> bool:
        keys = [DUE, batch_key(batch), *map(batch_key, singles)]
        return bool(self._run("split", keys, [batch, _ms(queued_s), *singles]))

    def out(self) -> list[Out]:
        batches = self._out()
        with translated(LedgerError), self._client.pipeline(transaction=False) as pipeline:
            for batch in batches:
                pipeline.hmget(batch_key(batch), ["step", "state", "entries"])
            rows = pipeline.execute()
        return [
            Out(batch, step.decode(), state.decode(), len(entries.split()))
            for batch, (step, state, entries) in zip(batches, rows, strict=True)
            if step is not None
        ]

    def _out(self) -> list[BatchId]:
        with translated(LedgerError):
            batches: Any = self._client.zrange(DUE, 0, -1)
        return [batch.decode() for batch in batches]

    def hasten(self) -> int:
        out = self._out()
        return int(self._run("hasten", [DUE, *map(batch_key, out)], out))

    def sweep(self, batch: BatchId, queued_s: float) -> tuple[int, int]:
        for _ in range(5):
            out = self._out()
            vanished, adopted = self._run(
                "sweep", [DOCUMENTS, LEDGER, DUE, batch_key(batch), *map(batch_key, out)],
                [batch, _ms(queued_s), *out],
            )
            if vanished >= 0:
                return int(vanished), int(adopted)
        return 0, 0  # batches come and go too fast to look: the mill is busy, the next sweep will see

    # ---- watching

    def emit(self, events: Sequence[tuple[str, bytes]], *, keep_articles: int) -> None:
        with translated(LedgerError), self._client.pipeline(transaction=False) as pipeline:
            for event, article in events:
                pipeline.xadd(ARTICLES, {"event": event, "article": article}, maxlen=keep_articles)
            pipeline.execute()

    def audit(self) -> Audit:
        added, length, pending, batches, first, now, flat, overdue = self._run("audit", [DOCUMENTS, LEDGER, DUE])
        counters = {flat[i].decode(): int(flat[i + 1]) for i in range(0, len(flat), 2)}
        now_ms = int(now)
        return Audit(
            accepted=added, in_flight=length, pending=pending, batches=batches,
            stored=counters.get(Verdict.STORED, 0), duplicate=counters.get(Verdict.DUPLICATE, 0),
            quarantined=counters.get(Verdict.QUARANTINED, 0), vanished=counters.get("vanished", 0),
            oldest_ms=max(0, now_ms - int(first.split(b"-")[0])) if first else 0,
            now_ms=now_ms, counters=counters, overdue_ms=int(float(overdue)),
        )

    def beat(self, beat: WorkerBeat, ttl_s: float) -> None:
        note = json.dumps({"steps": beat.steps, "slots": beat.slots, "memory_bytes": beat.memory_bytes})
        self._run("beat", [WORKERS, NOTES], [beat.name, _ms(ttl_s), note])

    def workers(self) -> list[WorkerBeat]:
        flat = self._run("beat", [WORKERS, NOTES], ["", 0, ""])
        beats = []
        for i in range(0, len(flat), 2):
            note = json.loads(flat[i + 1])
            memory = int(note.get("memory_bytes", 0))  # absent from a worker of the release before
            beats.append(WorkerBeat(flat[i].decode(), tuple(note["steps"]), int(note["slots"]), memory))
        return sorted(beats, key=lambda beat: beat.name)


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _counted(counts: Counts) -> list[Any]:
    args: list[Any] = [len(counts)]
    for pair in counts.items():
        args.extend(pair)
    return args


def _quarantined(settlement: Settlement) -> str:
    quarantine = settlement.quarantine
    return "" if quarantine is None else f"quarantined:{quarantine.step}:{quarantine.reason}"


def _full_or(error: LedgerError) -> LedgerError | LedgerFull:
    return LedgerFull(1.0) if "OutOfMemory" in str(error) or "OOM " in str(error) else error
