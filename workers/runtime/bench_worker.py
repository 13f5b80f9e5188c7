"""A worker whose steps only burn CPU and whose store keeps nothing: what is left is carrying."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from workers.model import Article, Document, DocumentId, Entry, Keep, Outcome, Relation
from workers.pipeline import PIPELINE
from workers.ports import Decision, DedupIndex, Joined, Judgement, Profile, Signature, Standing, StoryIndex
from workers.runtime.decide import Steps
from workers.runtime.logs import configure_logs
from workers.runtime.wiring.mill import Mill
from workers.runtime.wiring.worker import work
from workers.settings import read_settings, secrets_of

BURN_MS: Final = 5.0


def burn(ms: float) -> None:
    until = time.thread_time() + ms / 1000  # the process clock ticks in 4 ms while a CPU timer is armed
    while time.thread_time() < until:
        pass


class _Ingest:
    def __init__(self, burn_ms: float) -> None:
        self._burn_ms = burn_ms

    def identify(self, entry: Entry) -> Document:
        at = datetime.fromtimestamp(entry.accepted_ms / 1000, UTC)
        return Document(entry.document_id, entry.id, "cli", at, at)

    def __call__(self, entry: Entry) -> Document:
        burn(self._burn_ms)
        document = self.identify(entry)
        return Document(
            document.id, document.entry_id, document.door, document.received_at, document.accepted_at,
            text=entry.fields[b"body"].decode(),
        )


class _Unrelated:
    def sign(self, articles: Sequence[Article]) -> list[Signature]:
        return [Signature(article.id, datetime.min.replace(tzinfo=UTC), 0) for article in articles]

    def claim(self, signatures: Sequence[Signature]) -> list[Judgement]:
        return [Judgement(Relation()) for _ in signatures]


class _NoStories:
    def profile(self, article: Article) -> Profile:
        return Profile(article.id, datetime.min.replace(tzinfo=UTC), 0, ())

    def join(self, profiles: Sequence[Profile]) -> list[Joined]:
        return [Joined(profile.article_id) for profile in profiles]


class BurningSteps:
    """In the place of wiring's steps: the burning is spread over ingest, clean and tag as 1 : 2 : 2."""

    def __init__(self, burn_ms: float) -> None:
        self._burn_ms = burn_ms * 0.4
        self.ingest = _Ingest(burn_ms * 0.2)

    def build(self, names: Iterable[str]) -> None:
        """There is nothing to read."""

    def with_index(self, index: DedupIndex, stories: StoryIndex) -> Steps:
        return Steps(self.ingest, self._clean, _Unrelated(), self._tag, _NoStories())

    def _clean(self, document: Document) -> tuple[Article, ...]:
        burn(self._burn_ms)
        return (Article(f"{document.id}-0", document.id, text=document.text, received_at=document.received_at),)

    def _tag(self, article: Article) -> Outcome:
        burn(self._burn_ms)
        return Keep(article)


class ForgetfulStore:
    """Agrees to everything."""

    def record(self, decisions: Sequence[Decision], now: datetime) -> list[Standing]:
        return [
            Standing(d.work.document.id, d.work.verdict, d.work.quarantined_for, d.work.articles, 0, True)
            for d in decisions
        ]

    def standing(self, documents: Sequence[DocumentId]) -> dict[DocumentId, Standing]:
        return {}


class BenchMill(Mill):
    @cached_property
    def store(self) -> Any:
        return ForgetfulStore()


def main() -> None:
    settings = read_settings()
    configure_logs(settings.log_format, settings.log_level, secrets_of(settings))
    work(settings, PIPELINE, make_mill=BenchMill, made=BurningSteps(float(sys.argv[1])))


if __name__ == "__main__":
    main()
