"""The ledger's high-water mark, kept where the ledger cannot lose it."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, text, update

from workers.adapters.high_water import Mark, loss
from workers.adapters.sql_store.database import SQLITE, Database
from workers.adapters.sql_store.schema import incidents, marks


def note_mark(database: Database, mark: Mark) -> str | None:
    with database.write() as connection:
        before = _mark(connection)
        if before is None:
            connection.execute(insert(marks).values(mark_no=1, **_values(mark)))
            return None
        if mark.is_older_reading(before):
            return None
        connection.execute(update(marks).values(**_values(mark)))
        lost = loss(before, mark)
        if lost is not None:
            _write_incident(connection, before, mark, lost)
        return lost


def _mark(connection: Connection) -> Mark | None:
    if connection.dialect.name != SQLITE:  # also while there is no row yet: no two first marks
        connection.execute(text("LOCK TABLE marks IN SHARE ROW EXCLUSIVE MODE"))
    row = connection.execute(select(marks)).one_or_none()
    return None if row is None else Mark(row.accepted, row.last_id, row.run_id, row.noted_at)


def _values(mark: Mark) -> dict[str, object]:
    return {
        "noted_at": mark.noted_at,
        "accepted": mark.accepted,
        "last_id": mark.last_id,
        "run_id": mark.run_id,
    }


def _write_incident(connection: Connection, before: Mark, mark: Mark, lost: str) -> None:
    connection.execute(
        insert(incidents).values(
            happened_at=mark.noted_at,
            text=lost,
            accepted_before=before.accepted,
            accepted=mark.accepted,
            last_id_before=before.last_id,
            last_id=mark.last_id,
            run_id_before=before.run_id,
            run_id=mark.run_id,
        )
    )
