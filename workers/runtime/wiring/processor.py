"""The steps without servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from workers.adapters.clock import SystemClock
from workers.adapters.dedup_rules import Rules as CopyRules
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_lines import MemoryRepeatedLines
from workers.adapters.memory_story import MemoryStoryIndex
from workers.model import Entry, Submission, Work
from workers.pipeline import LIMITS, PIPELINE
from workers.runtime.decide import Decide
from workers.runtime.guard import Guard
from workers.runtime.logs import Log
from workers.runtime.repeated import Repeated
from workers.runtime.wiring.steps import StepsFactory
from workers.runtime.wiring.tables import listed_lines
from workers.settings import Settings


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
