"""Both ports, method for method; each file beside this one holds what its name says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from workers.adapters.high_water import Mark
from workers.adapters.sql_store import (
    durability,
    explain,
    find,
    lines,
    marks,
    quarantined,
    read,
    related,
    retain,
    sources,
    stories,
    write,
)
from workers.adapters.sql_store.database import Database
from workers.adapters.storable import storable_time
from workers.model import Article, ArticleId, DocumentId, EntryId, StoryId
from workers.ports import Decision, QuarantineRow, Query, Related, SourceHour, SourceStanding, Standing, Waiting


class SqlStore:
    """Outcomes and articles in SQLite (sqlite:///FILE) or PostgreSQL (postgresql://...).

    Connects on first use and once a process, so that it may be made before a fork.
    Raises SettingsError when the URL names neither.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)

    def record(self, decisions: Sequence[Decision], now: datetime) -> list[Standing | Waiting]:
        return write.record(self._database, decisions, now)

    def standing(self, documents: Sequence[DocumentId]) -> dict[DocumentId, Standing]:
        with self._database.read() as connection:
            return read.standings(connection, documents)

    def find(self, query: Query) -> list[Article]:
        return find.find(self._database, query)

    def articles_of(self, id: str) -> list[Article]:
        return read.articles_of(self._database, id)

    def story_root(self, story: StoryId) -> StoryId:
        return stories.story_root(self._database, story)

    def absorb(self, pairs: Sequence[tuple[StoryId, StoryId]]) -> list[tuple[StoryId, StoryId]]:
        return stories.absorb(self._database, pairs)

    def versions(self, id: str) -> list[Article]:
        return lines.versions(self._database, id)

    def came_late(self, after: int, least: timedelta) -> tuple[int, bool]:
        return lines.came_late(self._database, after, least)

    def regroup(self, firsts: Mapping[ArticleId, ArticleId], now: datetime) -> list[ArticleId]:
        return lines.regroup(self._database, firsts, storable_time(now))

    def related(self, article: ArticleId, *, days: float, common: Set[str], limit: int) -> list[Related]:
        return related.related(self._database, article, days, common, limit)

    def explain(self, id: str) -> list[dict[str, Any]]:
        return explain.explain(self._database, id)

    def quarantine_list(
        self, *, step: str | None = None, reason: str | None = None, limit: int = 100
    ) -> list[QuarantineRow]:
        return quarantined.quarantine_list(self._database, step, reason, limit)

    def quarantine_show(self, id: str) -> list[QuarantineRow]:
        return quarantined.quarantine_show(self._database, id)

    def quarantine_requeued(self, document: DocumentId, entry: EntryId) -> None:
        quarantined.quarantine_requeued(self._database, document, entry)

    def quarantine_purge(self, *, before: datetime | None = None, id: str | None = None) -> int:
        return quarantined.quarantine_purge(self._database, before, id)

    def articles_since(self, since: datetime) -> Iterator[Article]:
        return read.articles_since(self._database, since)

    def counts(self) -> dict[str, int]:
        return read.counts(self._database)

    def retain(self, before: datetime) -> int:
        return retain.retain(self._database, before)

    def note_mark(self, accepted: int, last_id: EntryId, run_id: str, now: datetime) -> str | None:
        return marks.note_mark(self._database, Mark(accepted, last_id, run_id, storable_time(now)))

    def source_hours(self, *, after: str, most: int) -> list[tuple[str, list[SourceHour]]]:
        return sources.source_hours(self._database, after, most)

    def note_sources(self, standings: Sequence[SourceStanding]) -> list[SourceStanding]:
        return sources.note_sources(self._database, standings)

    def source_standings(self) -> list[SourceStanding]:
        return sources.source_standings(self._database)

    def source_states(self) -> dict[str, int]:
        return sources.source_states(self._database)

    def forget_sources(self, *, hours_before: int, silent_before: int, most: int) -> int:
        return sources.forget_sources(self._database, hours_before, silent_before, most)

    def check(self) -> list[str]:
        return durability.check(self._database)

    def close(self) -> None:
        self._database.close()
