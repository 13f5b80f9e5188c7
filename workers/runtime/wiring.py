"""Puts the parts together. The only place that knows steps, adapters and settings at once.

Parsers, models and Celery cost a second to import; what needs them imports them where it is made, so
that `newsmill status` does not wait for them.
"""

from __future__ import annotations

import json
import os
import socket
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workers.adapters.blobs import RedisBlobs
from workers.adapters.clock import SystemClock
from workers.adapters.dedup_rules import Rules as CopyRules
from workers.adapters.embedded_redis import LEDGER_OPTIONS, WORK_OPTIONS, EmbeddedRedis, die_with_parent
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_lines import MemoryRepeatedLines
from workers.adapters.memory_story import MemoryStoryIndex
from workers.adapters.process_memory import largest_child_bytes
from workers.adapters.redis_checks import Check, check_server
from workers.adapters.redis_connection import WITHIN_LEASE, connect
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.adapters.redis_ledger import RedisLedger
from workers.adapters.redis_lines import RedisRepeatedLines
from workers.adapters.redis_state import RedisState
from workers.adapters.redis_story import RedisStoryIndex
from workers.adapters.redis_work import RedisBroker
from workers.adapters.search_words import words
from workers.adapters.sql_store import SqlStore
from workers.errors import PortError, SettingsError
from workers.model import Article, ArticleId, Entry, Submission, Work
from workers.pipeline import CLEAN, DEDUPLICATE, INGEST, LIMITS, PIPELINE, TAG
from workers.ports import DedupIndex, Related, StoryIndex, WorkerBeat
from workers.runtime.alive import alive_at
from workers.runtime.counts import BOUNDS
from workers.runtime.dispatcher import Dispatcher, Send
from workers.runtime.guard import Guard, limit_memory
from workers.runtime.logs import Log
from workers.runtime.own_steps import OwnStep, load_own_step
from workers.runtime.publisher import Publisher
from workers.runtime.rebuild import RebuildStories, Sign, rebuild_index
from workers.runtime.reconciler import Reconciler
from workers.runtime.regroup import WATCH_S as REGROUP_WATCH_S
from workers.runtime.regroup import Regrouper
from workers.runtime.reload import Reloading
from workers.runtime.repeated import Accepted, Repeated
from workers.runtime.runner import Decide, Runner, Steps
from workers.runtime.source_watch import SourceWatch
from workers.runtime.throughput import Throughput
from workers.runtime.traces import Trace, make_traces
from workers.runtime.tune import Change, tune
from workers.runtime.why import explain
from workers.settings import Settings, config_folder

if TYPE_CHECKING:
    from workers.steps.clean import Clean
    from workers.steps.deduplicate import Measure
    from workers.steps.ingest import Ingest
    from workers.steps.story import Profiler
    from workers.steps.tag import Problem, Rules, Tag
    from workers.steps.tag.topics.train import Quality as Quality
    from workers.steps.tag.topics.train import Report as Report

BEAT_TTL_S = 10.0
RULES_FILE = "rules.toml"  # in config/tag/; read again when it changes
BLOCK_WEIGHTS = Path(__file__).parent.parent / "steps/clean/weights/blocks.json"


def read_tables(folder: Path, but: str = "") -> dict[str, Any]:
    """The TOML files of a folder by their names without ending; `but` one, by its name."""
    tables = {}
    for file in sorted(file for file in folder.glob("*.toml") if file.name != but):
        try:
            tables[file.stem] = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SettingsError([f"{file}: {error}"]) from error
    return tables


def clean_tables() -> dict[str, Any]:
    """What Clean wants: the files of config/clean, and the weights made by training/blocks.py as `blocks`."""
    return read_tables(config_folder() / "clean") | {"blocks": json.loads(BLOCK_WEIGHTS.read_bytes())}


def read_weights() -> dict[str, bytes]:
    """What the tag step was trained to, by name of the file."""
    folder = Path(__file__).parent.parent / "steps" / "tag" / "weights"
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.suffix in (".gz", ".bin")}


def read_model(file: str) -> bytes | None:
    """What `newsmill train topics` wrote; None when no file is set. Raises SettingsError."""
    if not file:
        return None
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise SettingsError([f"topics_model: {file}: {error.strerror}"]) from error


def train_topics_on(labelled: Iterable[tuple[Article, frozenset[str]]]) -> tuple[bytes, Report]:
    """The model's file, and how good it is on documents it did not see.

    Raises SettingsError when nothing can be learnt of the documents.
    """
    from workers.steps.tag import BadTable
    from workers.steps.tag.topics.train import Example, train_topics

    try:
        model, report = train_topics([Example(article, topics) for article, topics in labelled])
    except BadTable as bad:
        raise SettingsError(bad.problems) from bad
    return model.packed(), report


class MadeSteps(Protocol):
    """What a worker's parent makes once and its children share."""

    def build(self, names: Iterable[str]) -> None: ...

    def with_index(self, index: DedupIndex, stories: StoryIndex) -> Steps: ...


class StepsFactory:
    """The pure steps, each built once a process tree, when it is first needed.

    A worker holds only the steps it runs: the language model of tag alone is 130 MB and seconds of CPU.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.refresh = Reloading(config_folder() / "tag" / RULES_FILE, self._use_rules)

    def build(self, names: Iterable[str]) -> None:
        """Before children are forked, so that they share it. Raises SettingsError."""
        names = set(names)
        for name in {INGEST, CLEAN, TAG} & names:
            getattr(self, name)
        if DEDUPLICATE in names:
            make_sign(self._settings)([Article("", "", text="-")])  # makes its table of characters
        if TAG in names:
            _ = self.own
            _ = self.profile

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

        tables = read_tables(config_folder() / "tag", but=RULES_FILE)
        tables["topics"] = read_tables(config_folder() / "tag" / "topics")
        try:
            step = Tag(tables, read_weights(), topics_model=read_model(self._settings.topics_model))
            return step.with_rules(read_rules_file(config_folder() / "tag" / RULES_FILE))
        except BadTable as bad:
            raise SettingsError(bad.problems) from bad

    @cached_property
    def own(self) -> tuple[OwnStep, ...]:
        return tuple(load_own_step(setting) for setting in self._settings.own_steps)

    def _use_rules(self, source: str) -> int:
        rules = make_rules(source, RULES_FILE)
        self.tag = self.tag.with_rules(rules)
        return len(rules)

    @cached_property
    def profile(self) -> Profiler:
        return make_profiler()

    def with_index(self, index: DedupIndex, stories: StoryIndex) -> Steps:
        from workers.steps.deduplicate import Deduplicate
        from workers.steps.story import JoinStories

        return Steps(
            ingest=self.ingest, clean=lambda document: self.clean(document),
            deduplicate=Deduplicate(index, _measure(self._settings)),
            tag=lambda article: self.tag(article), own=self.own, refresh=self.refresh,
            strip_repeated=_strip_repeated,
            stories=JoinStories(stories, lambda article: self.profile(article)),
        )


def _strip_repeated(article: Article, lines: frozenset[str]) -> Article:
    from workers.steps.clean import strip_repeated

    return strip_repeated(article, lines)


def listed_lines() -> Accepted:
    """Lines that the settings accept as repeated by a source: config/clean/repeated.toml."""
    sources = read_tables(config_folder() / "clean").get("repeated", {}).get("sources", {})
    wrong = [source for source, lines in sources.items() if not isinstance(lines, list)]
    if wrong:
        raise SettingsError([f"repeated.toml: {source}: wants a list of lines" for source in wrong])
    return {source: frozenset(lines) for source, lines in sources.items()}


def make_profiler() -> Profiler:
    from workers.steps.story import Profiler

    return Profiler(_stopwords())


def _stopwords() -> dict[str, Any]:
    """By language; empty when there is no such file."""
    stopwords: dict[str, Any] = read_tables(config_folder() / "tag", but=RULES_FILE).get("stopwords", {})
    return stopwords


def make_ingest() -> Ingest:
    from workers.steps.ingest import Ingest

    return Ingest(body_bytes=LIMITS.body_bytes, meta_bytes=LIMITS.meta_bytes, field_bytes=LIMITS.field_bytes)


def make_sign(settings: Settings) -> Sign:
    from workers.steps.deduplicate import sign

    return lambda articles: sign(articles, _measure(settings))


def _measure(settings: Settings) -> Measure:
    """The compact layout keeps the smaller sketch."""
    from workers.steps.deduplicate import FULL, SMALL

    return SMALL if settings.dedup_layout == "compact" else FULL


def check_rules(source: str, file: str) -> Rules | tuple[Problem, ...]:
    """The rules, or everything that is wrong with them."""
    from workers.steps.tag import BadRules, Rules, read_rules

    try:
        return Rules(read_rules(source, file))
    except BadRules as bad:
        return bad.found


def make_rules(source: str, file: str) -> Rules:
    """Raises SettingsError with line and column of everything that is wrong."""
    made = check_rules(source, file)
    if isinstance(made, tuple):
        raise SettingsError([problem.said(file) for problem in made])
    return made


def read_rules_file(file: Path) -> Rules:
    """No rules when there is no such file. Raises SettingsError."""
    try:
        source = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        source = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: {error}"]) from error
    return make_rules(source, str(file))


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
            document_bounds_s=BOUNDS["document_seconds"],
        )

    @cached_property
    def blobs(self) -> RedisBlobs:
        return RedisBlobs(self.settings.work_url)

    @cached_property
    def index(self) -> RedisDedupIndex:
        return RedisDedupIndex(
            connect(self.settings.work_url, **WITHIN_LEASE), window_h=self.settings.dedup_window_h,
            layout=self.settings.dedup_layout, window_documents=self.settings.dedup_window_documents,
            rules=CopyRules(copy=self.settings.dedup_copy_share),
        )

    @cached_property
    def stories(self) -> RedisStoryIndex:
        return RedisStoryIndex(connect(self.settings.work_url, **WITHIN_LEASE), window_h=self.settings.story_window_h)

    @cached_property
    def lines(self) -> RedisRepeatedLines:
        return RedisRepeatedLines(
            connect(self.settings.work_url, **WITHIN_LEASE), connect(self.settings.ledger_url, **WITHIN_LEASE)
        )

    @cached_property
    def repeated(self) -> Repeated:
        return Repeated(self.lines, listed_lines(), self.log)

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
        decide = Decide(self.steps.with_index(self.index, self.stories), guard, repeated=self.repeated)
        return Runner(
            ledger=self.ledger, blobs=self.blobs, decide=decide, publish=self.publisher, log=self.log,
            blob_ttl_s=self.settings.blob_ttl_s, trace=self._trace,
        )

    @property
    def _trace(self) -> Trace:
        return make_traces(self.settings.otlp_url, self.settings.trace_share)

    @property
    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            ledger=self.ledger, send=self.send, log=self.log,
            batch_documents=self.settings.batch_documents, batch_bytes=self.settings.batch_bytes,
            alive=alive_at(self.settings.alive_file),
        )

    @property
    def reconciler(self) -> Reconciler:
        return Reconciler(
            ledger=self.ledger, store=self.store, index=self.index, broker=self.broker, send=self.send,
            publish=self.publisher, identify=make_ingest().identify, sign=make_sign(self.settings),
            window_h=self.settings.dedup_window_h, clock=self.clock, log=self.log,
            alive=alive_at(self.settings.alive_file),
            also=self._watching() | self._regrouping() | {self._rebuild_stories: 1.0},
        )

    @cached_property
    def _rebuild_stories(self) -> RebuildStories:
        return RebuildStories(
            store=self.store, index=self.stories, profile=make_profiler(), window_h=self.settings.story_window_h,
            clock=self.clock, log=self.log,
        )

    def _regrouping(self) -> dict[Callable[[], None], float]:
        regrouper = Regrouper(
            ledger=self.ledger, store=self.store, sign=make_sign(self.settings), make_index=self._scratch_index,
            clock=self.clock, log=self.log, window_h=self.settings.dedup_window_h,
            keep_articles=self.settings.keep_articles,
        )
        return {regrouper.watch_order: REGROUP_WATCH_S, regrouper.go_on: 0.0}

    def _scratch_index(self, copy_share: float | None = None) -> MemoryDedupIndex:
        """Judges as the mill's index does, beside it."""
        rules = CopyRules(copy=copy_share or self.settings.dedup_copy_share)
        return MemoryDedupIndex(window_h=self.settings.dedup_window_h, rules=rules)

    def _watching(self) -> dict[Callable[[], None], float]:
        watch = SourceWatch(ledger=self.ledger, sources=self.store, log=self.log)
        said = Throughput(ledger=self.ledger, log=self.log)
        every_s = self.settings.throughput_s
        return {watch.turn: 1.0} | ({said.say: every_s} if every_s else {})

    @cached_property
    def metrics(self) -> Callable[[], bytes]:
        from workers.runtime.exporter import MillCollector, make_metrics

        servers = {"ledger": RedisState(self.settings.ledger_url), "work": RedisState(self.settings.work_url)}
        return make_metrics(MillCollector(self.ledger, self.index, self.store, servers))

    def related(self, article: ArticleId, *, days: float, limit: int) -> list[Related]:
        return self.store.related(article, days=days, common=self._common_words, limit=limit)

    @cached_property
    def _common_words(self) -> frozenset[str]:
        return frozenset(words(" ".join(map(str, _stopwords().values()))).split())

    def explain(self, id: str) -> list[dict[str, Any]]:
        from workers.steps.deduplicate import compare

        return explain(self.store, compare, id)

    def rebuild_index(self, say: Callable[[int], None]) -> int:
        """Makes the dedup index anew from the store; returns how many articles it was given."""
        self.index.clear()
        count = 0
        for count in rebuild_index(
            self.store, self.index, make_sign(self.settings), self.clock.now(), self.settings.dedup_window_h
        ):
            say(count)
        return count

    def tune_dedup(
        self, since: datetime, copy_shares: Sequence[float], samples: int
    ) -> tuple[Counter[str], dict[float, Change]]:
        """The relations of the articles stored since then, as set and under other thresholds."""
        return tune(
            self.store.articles_since(since), make_sign(self.settings), self._scratch_index(),
            {share: self._scratch_index(share) for share in copy_shares}, samples=samples,
        )

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
        found += [Check("store", False, line) for line in wrong] or [Check("store", True, "durable")]
        try:
            found.append(Check("rules", True, f"{len(read_rules_file(config_folder() / 'tag' / RULES_FILE))} rules"))
        except SettingsError as error:
            found += [Check("rules", False, line) for line in error.problems]
        return found


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
    alive = alive_at(settings.alive_file)

    def send_beat(ttl_s: float = BEAT_TTL_S) -> None:
        alive()
        try:
            mill.ledger.beat(WorkerBeat(name, steps, slots, largest_child_bytes()), ttl_s)
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
        self._index = MemoryDedupIndex(
            window_h=settings.dedup_window_h, most=window_documents, rules=CopyRules(copy=settings.dedup_copy_share)
        )
        self._index.mark_built()  # there is no store to build it from
        factory = StepsFactory(settings)
        factory.build(PIPELINE)
        stories = MemoryStoryIndex(window_h=settings.story_window_h, most=window_documents)
        stories.mark_built()
        steps = factory.with_index(self._index, stories)
        repeated = Repeated(MemoryRepeatedLines(), listed_lines(), Log("process"))
        self._decide = Decide(steps, Guard(document_s=LIMITS.document_s, cpu_s=None), repeated=repeated)
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


