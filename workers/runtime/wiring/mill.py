"""One process's view of the whole mill: each part is made when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from workers.adapters.blobs import RedisBlobs
from workers.adapters.clock import SystemClock
from workers.adapters.dedup_rules import Rules as CopyRules
from workers.adapters.memory_dedup import MemoryDedupIndex
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
from workers.adapters.story_links import merged_stories
from workers.errors import PortError, SettingsError
from workers.model import ArticleId
from workers.pipeline import LIMITS, PIPELINE
from workers.ports import Related
from workers.runtime.alive import alive_at
from workers.runtime.counts import BOUNDS
from workers.runtime.decide import Decide
from workers.runtime.dispatcher import Dispatcher, Send
from workers.runtime.guard import Guard
from workers.runtime.logs import Log
from workers.runtime.merge_stories import MERGE_WATCH_S, StoryMerger
from workers.runtime.publisher import Publisher
from workers.runtime.rebuild import RebuildStories, rebuild_index
from workers.runtime.reconciler import Reconciler
from workers.runtime.regroup import WATCH_S as REGROUP_WATCH_S
from workers.runtime.regroup import Regrouper
from workers.runtime.repeated import Repeated
from workers.runtime.runner import Runner
from workers.runtime.source_watch import SourceWatch
from workers.runtime.throughput import Throughput
from workers.runtime.traces import Trace, make_traces
from workers.runtime.tune import Change, tune
from workers.runtime.why import explain
from workers.runtime.wiring.rules import RULES_FILE, read_rules_file
from workers.runtime.wiring.steps import MadeSteps, StepsFactory, make_ingest, make_profiler, make_sign
from workers.runtime.wiring.tables import listed_lines, stopwords
from workers.settings import Settings, config_folder


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
            also=self._watching() | self._regrouping() | {self._rebuild_stories: 1.0} | self._merging_stories(),
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

    def _merging_stories(self) -> dict[Callable[[], None], float]:
        merger = StoryMerger(
            ledger=self.ledger, store=self.store, profile=make_profiler(), merged=merged_stories, clock=self.clock,
            log=self.log, window_h=self.settings.story_window_h, keep_articles=self.settings.keep_articles,
        )
        return {merger.watch: MERGE_WATCH_S, merger.go_on: 0.0}

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
        return frozenset(words(" ".join(map(str, stopwords().values()))).split())

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
