"""Puts the parts together. The only place that knows steps, adapters and settings at once.

Parsers, models and Celery cost a second to import; what needs them imports them where it is made, so
that `newsmill status` does not wait for them.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workers.adapters.blobs import RedisBlobs
from workers.adapters.clock import SystemClock
from workers.adapters.embedded_redis import LEDGER_OPTIONS, WORK_OPTIONS, EmbeddedRedis, die_with_parent
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.redis_checks import Check, check_server
from workers.adapters.redis_connection import WITHIN_LEASE, connect
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.adapters.redis_ledger import RedisLedger
from workers.adapters.redis_work import RedisBroker
from workers.adapters.sql_store import SqlStore
from workers.errors import PortError, SettingsError
from workers.model import Article, Entry, Outcome, Submission, Work
from workers.pipeline import CLEAN, INGEST, LIMITS, PIPELINE, TAG
from workers.ports import DedupIndex, WorkerBeat
from workers.runtime.alive import alive_at
from workers.runtime.counts import BOUNDS_S
from workers.runtime.dispatcher import Dispatcher, Send
from workers.runtime.guard import Guard, limit_memory
from workers.runtime.logs import Log
from workers.runtime.publisher import Publisher
from workers.runtime.reconciler import Reconciler
from workers.runtime.runner import Decide, Runner, Steps
from workers.settings import Settings, config_folder

if TYPE_CHECKING:
    from workers.steps.clean import Clean
    from workers.steps.ingest import Ingest
    from workers.steps.tag import Tag

BEAT_TTL_S = 10.0
BLOCK_WEIGHTS = Path(__file__).parent.parent / "steps/clean/weights/blocks.json"


def read_tables(folder: Path) -> dict[str, Any]:
    """The TOML files of a folder by their names without ending."""
    tables = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            tables[file.stem] = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SettingsError([f"{file}: {error}"]) from error
    return tables


def clean_tables() -> dict[str, Any]:
    """What Clean wants: the files of config/clean, and the weights made by training/blocks.py as `blocks`."""
    return read_tables(config_folder() / "clean") | {"blocks": json.loads(BLOCK_WEIGHTS.read_bytes())}


class MadeSteps(Protocol):
    """What a worker's parent makes once and its children share."""

    def build(self, names: Iterable[str]) -> None: ...

    def with_index(self, index: DedupIndex) -> Steps: ...


class StepsFactory:
    """The pure steps, each built once a process tree, when it is first needed.

    A worker holds only the steps it runs: the language model of tag alone is 130 MB and seconds of CPU.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def build(self, names: Iterable[str]) -> None:
        """Before children are forked, so that they share it. Raises SettingsError."""
        for name in {INGEST, CLEAN, TAG}.intersection(names):
            getattr(self, name)

    @cached_property
    def ingest(self) -> Ingest:
        return make_ingest()

    @cached_property
    def clean(self) -> Clean:
        from workers.steps.clean import Clean

        return Clean(clean_tables(), articles_a_page=LIMITS.articles_a_page)

    @cached_property
    def tag(self) -> Tag:
        from workers.steps.tag import BadTable, Tag

        own_steps = [_own_step(name) for name in self._settings.own_steps]
        try:
            return Tag(read_tables(config_folder() / "tag"), extra=own_steps)
        except BadTable as bad:
            raise SettingsError(bad.problems) from bad

    def with_index(self, index: DedupIndex) -> Steps:
        from workers.steps.deduplicate import Deduplicate

        return Steps(
            ingest=self.ingest, clean=lambda document: self.clean(document), deduplicate=Deduplicate(index),
            tag=lambda article: self.tag(article),
        )


def make_ingest() -> Ingest:
    from workers.steps.ingest import Ingest

    return Ingest(body_bytes=LIMITS.body_bytes, meta_bytes=LIMITS.meta_bytes, field_bytes=LIMITS.field_bytes)


def _own_step(name: str) -> Callable[[Article], Outcome]:
    """"package.module:Class" of the own_steps setting, made."""
    module, _, kind = name.partition(":")
    try:
        step: Callable[[Article], Outcome] = getattr(importlib.import_module(module), kind)()
    except (ImportError, AttributeError, TypeError) as error:
        raise SettingsError([f"own_steps: {name}: {error}"]) from error
    return step


class Mill:
    """Everything a process may need, each part made at its first use."""

    def __init__(self, settings: Settings, process: str = "cli", steps: MadeSteps | None = None) -> None:
        self.settings = settings
        self.log = Log(process)
        self.clock = SystemClock()
        self._steps = steps

    @cached_property
    def steps(self) -> MadeSteps:
        return self._steps or StepsFactory(self.settings)

    @cached_property
    def ledger(self) -> RedisLedger:
        return RedisLedger(
            self.settings.ledger_url, watermark=self.settings.watermark,
            document_bounds_s=BOUNDS_S["document_seconds"],
        )

    @cached_property
    def blobs(self) -> RedisBlobs:
        return RedisBlobs(self.settings.work_url)

    @cached_property
    def index(self) -> RedisDedupIndex:
        return RedisDedupIndex(connect(self.settings.work_url, **WITHIN_LEASE), window_h=self.settings.dedup_window_h)

    @cached_property
    def broker(self) -> RedisBroker:
        return RedisBroker(self.settings.work_url)

    @cached_property
    def store(self) -> SqlStore:
        return SqlStore(self.settings.store_url)

    @cached_property
    def send(self) -> Send:
        from workers.runtime.app import make_app, make_sender

        return make_sender(make_app(self.settings))

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher(
            ledger=self.ledger, store=self.store, index=self.index, clock=self.clock, log=self.log,
            keep_articles=self.settings.keep_articles, original_waits=self.settings.original_waits,
        )

    @cached_property
    def runner(self) -> Runner:
        guard = Guard(document_s=LIMITS.document_s, cpu_s=LIMITS.document_cpu_s)
        decide = Decide(self.steps.with_index(self.index), guard)
        return Runner(
            ledger=self.ledger, blobs=self.blobs, decide=decide, publish=self.publisher, log=self.log,
            blob_ttl_s=self.settings.blob_ttl_s,
        )

    @property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            ledger=self.ledger, send=self.send, log=self.log,
            batch_documents=self.settings.batch_documents, batch_bytes=self.settings.batch_bytes,
            alive=alive_at(self.settings.alive_file),
        )

    @property
    def reconciler(self) -> Reconciler:
        from workers.steps.deduplicate import sign

        return Reconciler(
            ledger=self.ledger, store=self.store, index=self.index, broker=self.broker, send=self.send,
            publish=self.publisher, identify=make_ingest().identify, sign=sign,
            window_h=self.settings.dedup_window_h, clock=self.clock, log=self.log,
            alive=alive_at(self.settings.alive_file),
        )

    @cached_property
    def metrics(self) -> Callable[[], bytes]:
        from workers.runtime.metrics import LedgerCollector, make_metrics

        collector = LedgerCollector(
            ledger=self.ledger, index=self.index, store=self.store,
            work_is_up=lambda: not self._away(self.broker.identity),
        )
        return make_metrics(collector)

    def problems(self) -> list[str]:
        """Why the mill cannot work now, a line each; empty when it can. For /readyz."""
        found = []
        for name, ask in (("ledger", self.ledger.audit), ("work", self.broker.identity),
                          ("store", lambda: self.store.standing(()))):
            away = self._away(ask)
            if away:
                found.append(f"{name}: {away}")
        if not found:
            served = {step for beat in self.ledger.workers() for step in beat.steps}
            found += [f"no worker for {step}" for step in PIPELINE if step not in served]
        return found

    @staticmethod
    def _away(ask: Callable[[], object]) -> str:
        try:
            ask()
        except PortError as error:
            return str(error)
        return ""

    def checks(self) -> list[Check]:
        """What `doctor` looks at."""
        found = check_server("ledger", self.settings.ledger_url, fsync="always")
        found += check_server("work", self.settings.work_url, fsync="everysec")
        if self.settings.ledger_url == self.settings.work_url:
            found.append(Check("two servers", False, "ledger and work are one server: when it is full, so are both"))
        try:
            wrong = self.store.check()
        except PortError as error:
            wrong = [f"does not answer: {error}"]
        return found + ([Check("store", False, line) for line in wrong] or [Check("store", True, "durable")])


def work(
    settings: Settings, steps: tuple[str, ...], *, make_mill: type[Mill] = Mill, made: MadeSteps | None = None
) -> None:
    """A worker process: a Celery parent that beats and watches, children that run steps."""
    from workers.runtime.app import make_app, run_worker
    from workers.runtime.tasks import define_tasks, prepare_children, watch_deaths

    mill = make_mill(settings, "worker", made)
    mill.steps.build(steps)
    children: dict[int, Mill] = {}

    def own_mill() -> Mill:
        """Connections are a child's own, never the parent's."""
        if os.getpid() not in children:
            children.clear()
            children[os.getpid()] = make_mill(settings, "worker", mill.steps)
        return children[os.getpid()]

    app = make_app(settings)
    define_tasks(app, lambda step, batch, task: own_mill().runner.run(step, batch, task), mill.log)
    watch_deaths(mill.ledger, mill.log)
    prepare_children(lambda: limit_memory(LIMITS.child_memory_bytes))
    slots = settings.concurrency or os.cpu_count() or 1
    name = f"{'-'.join(steps)}@{socket.gethostname()}-{os.getpid()}"
    beat = WorkerBeat(name, steps, slots)
    alive = alive_at(settings.alive_file)

    def send_beat(ttl_s: float = BEAT_TTL_S) -> None:
        alive()
        try:
            mill.ledger.beat(beat, ttl_s)
        except PortError as error:
            mill.log.away("ledger", error)

    run_worker(app, name=name, steps=steps, concurrency=slots, beat=send_beat, leave=lambda: send_beat(0.0))


@dataclass(frozen=True, slots=True)
class Servers:
    ledger_url: str
    work_url: str
    started: tuple[EmbeddedRedis, ...]


def embedded_servers(settings: Settings, data: Path) -> Servers:
    """The configured servers; embedded ones in the data folder for those that are not configured.

    An unknown server that happens to listen on 6379 is never adopted: it holds somebody's data.
    """
    ledger = None if settings.ledger_url else EmbeddedRedis(data, "ledger", LEDGER_OPTIONS)
    work = None if settings.work_url else EmbeddedRedis(data, "work", WORK_OPTIONS)
    return Servers(
        ledger.url if ledger else settings.ledger_url, work.url if work else settings.work_url,
        tuple(server for server in (ledger, work) if server),
    )


stop_with_parent = die_with_parent


class Processor:
    """The same steps in this process on memory adapters: no Redis, no store, flat memory."""

    def __init__(self, settings: Settings, *, window_documents: int) -> None:
        self._index = MemoryDedupIndex(window_h=settings.dedup_window_h, most=window_documents)
        self._index.mark_built()  # there is no store to build it from
        factory = StepsFactory(settings)
        factory.build(PIPELINE)
        steps = factory.with_index(self._index)
        self._decide = Decide(steps, Guard(document_s=LIMITS.document_s, cpu_s=None))
        self._clock = SystemClock()
        self._batch = settings.batch_documents
        self._count = 0

    def process(self, submissions: Iterator[Submission]) -> Iterator[Work]:
        """One Work a document, in input order."""
        while chunk := list(islice(submissions, self._batch)):
            entries = [self._entry(submission) for submission in chunk]
            yield from self._carry(entries)

    def _entry(self, submission: Submission) -> Entry:
        self._count += 1
        return Entry(f"{int(self._clock.now().timestamp() * 1000)}-{self._count}", submission.fields("cli"))

    def _carry(self, entries: Sequence[Entry]) -> list[Work]:
        works = self._decide.ingest(entries, _no_lease)
        for step in (self._decide.clean, self._decide.deduplicate, self._decide.tag):
            works = step(works, _no_lease)
        self._index.release([refused.id for work in works for refused in work.refused])
        return works


def _no_lease(every_s: float = 0.0) -> None:
    """One process, no one to give the work to."""


