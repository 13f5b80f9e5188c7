"""A whole mill on memory adapters: a clock that the test moves, a broker that is a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from workers.adapters.blobs import MemoryBlobs
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_ledger import MemoryLedger
from workers.adapters.memory_store import MemoryStore
from workers.adapters.memory_story import MemoryStoryIndex
from workers.adapters.story_links import merged_stories
from workers.errors import BrokerError
from workers.model import Article, Document, Entry, Keep, Outcome, Quarantine, Reason, Submission, Tag, TagKind
from workers.pipeline import step_after, steps_from
from workers.ports import Counts, WorkerBeat
from workers.runtime.decide import Decide, Steps
from workers.runtime.dispatcher import Dispatcher
from workers.runtime.guard import Guard
from workers.runtime.logs import Log
from workers.runtime.merge_stories import StoryMerger
from workers.runtime.own_steps import OwnStep
from workers.runtime.publisher import Publisher
from workers.runtime.reconciler import Reconciler
from workers.runtime.regroup import Regrouper
from workers.runtime.runner import Runner, Stale
from workers.steps.deduplicate import Deduplicate, sign
from workers.steps.story import JoinStories, Profiler


class WorkerDied(BaseException):
    """What a segfault is to the process that has it."""


@dataclass
class Clock:
    time: datetime = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Broker:
    name: str = "first"
    down: bool = False
    messages: list[tuple[str, str]] = field(default_factory=list)  # (batch, step)

    def identity(self) -> str:
        return self.name

    def send(self, batch: str, step: str) -> None:
        if self.down:
            raise BrokerError("down")
        self.messages.append((batch, step))


class ToyIngest:
    def identify(self, entry: Entry) -> Document:
        at = datetime.fromtimestamp(entry.accepted_ms / 1000, UTC)
        said = {name: value.decode() for name, value in entry.fields.items() if name in (b"id", b"source")}
        return Document(
            entry.document_id, entry.id, "cli", at, at, producer_id=said.get(b"id"), source=said.get(b"source")
        )

    def __call__(self, entry: Entry) -> Document | Quarantine:
        text = entry.fields.get(b"body", b"").decode()
        if not text:
            return Quarantine(Reason.EMPTY_BODY)
        return replace(self.identify(entry), text=text)


def toy_clean(document: Document) -> tuple[Article, ...] | Quarantine:
    """Each paragraph is an article."""
    if "bug in clean" in document.text:
        raise ValueError(document.text)
    return tuple(
        Article(f"{document.id}-{part}", document.id, document.producer_id, part, text=text,
                received_at=document.received_at)
        for part, text in enumerate(document.text.split("\n\n"))
    )


def toy_tag(article: Article) -> Outcome:
    if "poison" in article.text:
        raise WorkerDied
    if "bug in tag" in article.text:
        raise ValueError(article.text)
    return Keep(replace(article, tags=(Tag(TagKind.KEYPHRASE, "k", "k", 1.0),)))


def _built_stories() -> MemoryStoryIndex:
    index = MemoryStoryIndex(window_h=72)
    index.mark_built()
    return index


class MemoryMill:
    def __init__(
        self, *, slots: int = 2, original_waits: int = 8, tag: Callable[[Article], Outcome] = toy_tag,
        own: tuple[OwnStep, ...] = (), refresh: Callable[[Log], Counts] = lambda log: {},
        store: MemoryStore | None = None, stories: MemoryStoryIndex | None = None,
    ) -> None:
        self.clock = Clock()
        self.ledger = MemoryLedger(self.clock)
        self.blobs = MemoryBlobs()
        self.store = store or MemoryStore()
        self.index = MemoryDedupIndex(window_h=168)
        self.index.mark_built()
        self.stories = stories or _built_stories()
        self.broker = Broker()
        log = Log("test")
        join = JoinStories(self.stories, Profiler({}))
        steps = Steps(ToyIngest(), toy_clean, Deduplicate(self.index), tag, join, own, refresh)
        self.publisher = Publisher(
            ledger=self.ledger, store=self.store, index=self.index, clock=self.clock, log=log,
            keep_articles=1000, original_waits=original_waits,
        )
        self.runner = Runner(
            ledger=self.ledger, blobs=self.blobs, decide=Decide(steps, Guard(document_s=5.0, cpu_s=None)),
            publish=self.publisher, log=log, blob_ttl_s=3600, pause=self.clock.move,
        )
        self.dispatcher = Dispatcher(
            ledger=self.ledger, send=self.broker.send, log=log, batch_documents=64, batch_bytes=4 << 20
        )
        self.reconciler = Reconciler(
            ledger=self.ledger, store=self.store, index=self.index, broker=self.broker, send=self.broker.send,
            publish=self.publisher, identify=ToyIngest().identify, sign=sign, window_h=168, clock=self.clock, log=log,
        )
        self.regrouper = Regrouper(
            ledger=self.ledger, store=self.store, sign=sign, make_index=lambda: MemoryDedupIndex(window_h=168),
            clock=self.clock, log=log, window_h=168, keep_articles=1000,
        )
        self.merger = StoryMerger(
            ledger=self.ledger, store=self.store, profile=Profiler({}), merged=merged_stories, clock=self.clock,
            log=log, window_h=72, keep_articles=1000,
        )
        self.ledger.beat(WorkerBeat("w", steps_from("ingest"), slots), 1e9)

    def push(self, *texts: str) -> list[Entry]:
        return self.ledger.append([Submission(text.encode(), id=text[:20] or "empty") for text in texts], "cli")

    def dispatch(self) -> str:
        return self.dispatcher.dispatch()

    def run_message(self) -> str | None:
        """One message by one worker; sends the next of the chain. None when there is none."""
        if not self.broker.messages:
            return None
        batch, step = self.broker.messages.pop(0)
        task = f"{batch}:{step}:{self.clock.time.isoformat()}"
        try:
            self.runner.run(step, batch, task)
        except Stale:
            return step
        except WorkerDied:
            self.ledger.died(batch, task)
            return step
        following = step_after(step)
        if following:
            self.broker.messages.append((batch, following))
        return step

    def run_until(self, step: str) -> None:
        """Runs messages until the next one is for `step`."""
        while self.broker.messages and self.broker.messages[0][1] != step:
            self.run_message()

    def drain(self) -> None:
        while self.run_message():
            pass

    def settle_down(self, most_s: float = 2000) -> None:
        """As workers, dispatcher and reconciler would, until nothing is in flight."""
        start = self.clock.time
        while True:
            while self.dispatch() in ("idle", "full", "bytes"):
                pass
            self.drain()
            self.reconciler.rescue()
            self.reconciler.rebuild()
            if not self.broker.messages:
                if self.ledger.audit().in_flight == 0:
                    return
                self.clock.move(1)
            assert (self.clock.time - start).total_seconds() < most_s, self.ledger.out()

    def verdict(self, entry: Entry) -> str:
        """Its verdict, or "in flight"."""
        standing = self.store.standing([entry.document_id]).get(entry.document_id)
        return str(standing.verdict) if standing else "in flight"

    def verdicts(self, entries: Sequence[Entry]) -> list[str]:
        return [self.verdict(entry) for entry in entries]
