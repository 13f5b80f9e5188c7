"""Documents in quarantine. Their outcomes are final; payloads may go, and a rerun is noted."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from workers.adapters.sql_store.database import Database
from workers.adapters.sql_store.read import AnyRow, outcomes_under
from workers.adapters.sql_store.schema import outcomes, quarantine
from workers.adapters.storable import storable_text, storable_time
from workers.errors import UsageError
from workers.model import DocumentId, EntryId, Verdict
from workers.ports import QuarantineRow

_SHOWN = (
    outcomes.c.document_id,
    outcomes.c.entry_id,
    outcomes.c.producer_id,
    outcomes.c.source,
    outcomes.c.step,
    outcomes.c.reason,
    outcomes.c.detail,
    outcomes.c.decided_at,
    outcomes.c.payload_bytes,
    quarantine.c.requeued_as,
)


def quarantine_list(
    database: Database, step: str | None, reason: str | None, limit: int
) -> list[QuarantineRow]:
    statement = (
        select(*_SHOWN)
        .join(quarantine, quarantine.c.document_id == outcomes.c.document_id)
        .where(outcomes.c.verdict == Verdict.QUARANTINED.value)
        .order_by(outcomes.c.decided_at.desc(), outcomes.c.document_id)
        .limit(max(0, limit))
    )
    if step is not None:
        statement = statement.where(outcomes.c.step == storable_text(step))
    if reason is not None:
        statement = statement.where(outcomes.c.reason == storable_text(reason))
    with database.read() as connection:
        return [_row(found) for found in connection.execute(statement)]


def quarantine_show(database: Database, id: str) -> list[QuarantineRow]:
    statement = _under(id, *_SHOWN, quarantine.c.payload)
    with database.read() as connection:
        return [_row(found, found.payload) for found in connection.execute(statement)]


def quarantine_requeued(database: Database, document: DocumentId, entry: EntryId) -> None:
    statement = (
        update(quarantine)
        .where(quarantine.c.document_id == storable_text(document))
        .values(requeued_as=storable_text(entry))
    )
    with database.write() as connection:
        if connection.execute(statement).rowcount == 0:
            raise UsageError(f"document {document} is not in quarantine")


def quarantine_purge(database: Database, before: datetime | None, id: str | None) -> int:
    purged = update(quarantine).where(quarantine.c.payload.is_not(None)).values(payload=None)
    if id is not None:
        purged = purged.where(quarantine.c.document_id.in_(_under(id, outcomes.c.document_id).order_by(None)))
    if before is not None:
        decided = select(outcomes.c.document_id).where(
            outcomes.c.verdict == Verdict.QUARANTINED.value, outcomes.c.decided_at < storable_time(before)
        )
        purged = purged.where(quarantine.c.document_id.in_(decided))
    with database.write() as connection:
        return connection.execute(purged).rowcount


def _under(id: str, *columns: Any) -> Select[Any]:
    return (
        outcomes_under(id)
        .with_only_columns(*columns)
        .join_from(outcomes, quarantine, quarantine.c.document_id == outcomes.c.document_id)
    )


def _row(found: AnyRow, compressed: bytes | None = None) -> QuarantineRow:
    return QuarantineRow(
        document_id=found.document_id,
        entry_id=found.entry_id,
        producer_id=found.producer_id,
        source=found.source,
        step=found.step,
        reason=found.reason,
        detail=found.detail,
        decided_at=found.decided_at,
        payload_bytes=found.payload_bytes,
        payload=None if compressed is None else zlib.decompress(compressed),
        requeued_as=found.requeued_as,
    )
