"""What each source brought by the hour, and how it was judged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from workers.adapters.source_hours import added_hours
from workers.adapters.sql_store.database import SQLITE, Database
from workers.adapters.sql_store.read import AnyRow
from workers.adapters.sql_store.schema import source_hours as hours
from workers.adapters.sql_store.schema import source_standings as standings
from workers.adapters.storable import storable_time
from workers.model import Work
from workers.ports import SourceHour, SourceStanding, SourceState

_SUMS: Final = ("documents", "quarantined", "duplicates", "articles", "undated", "log_words")
_ORDER: Final = {state: number for number, state in enumerate(SourceState)}
_COLUMNS: Final = ("source", "hour", "language", *_SUMS)
_ADDED: Final = ", ".join(f"{name} = source_hours.{name} + excluded.{name}" for name in _SUMS)
_values = attrgetter(*_COLUMNS)


def count_sources(connection: Connection, works: Sequence[Work]) -> None:
    """Last in its transaction: whoever waits for a source's row waits for the commit alone."""
    added = added_hours(works)
    if not added:
        return
    mark = "?" if connection.dialect.name == SQLITE else "%s"
    statement = (  # past SQLAlchemy, whose handling of parameters is half of the cost
        f"INSERT INTO source_hours ({', '.join(_COLUMNS)}) VALUES ({', '.join([mark] * len(_COLUMNS))})"  # noqa: S608
        f" ON CONFLICT (source, hour, language) DO UPDATE SET {_ADDED}"
    )
    connection.exec_driver_sql(statement, [_values(hour) for hour in added])


def source_hours(database: Database, after: str, most: int) -> list[tuple[str, list[SourceHour]]]:
    some = select(hours.c.source).where(hours.c.source > after).group_by(hours.c.source)
    with database.read() as connection:
        names = connection.execute(some.order_by(hours.c.source).limit(most)).scalars().all()
        if not names:
            return []
        theirs = hours.c.source.between(names[0], names[-1])
        ordered = select(hours).where(theirs).order_by(hours.c.source, hours.c.hour, hours.c.language)
        rows = connection.execute(ordered).all()
    found: dict[str, list[SourceHour]] = {name: [] for name in names}
    for row in rows:
        if row.source in found:  # in PostgreSQL one may have come since the first question
            found[row.source].append(SourceHour(*row))
    return list(found.items())


def note_sources(database: Database, judged: Sequence[SourceStanding]) -> list[SourceStanding]:
    changed = []
    with database.write() as connection:
        for standing in judged:
            if _note(connection, standing):
                changed.append(standing)
    return changed


def _note(connection: Connection, standing: SourceStanding) -> bool:
    mine = standings.c.source == standing.source
    at = storable_time(standing.judged_at)
    values = {"judged_at": at, "report": json.dumps(standing.report)}
    again = update(standings).where(mine, standings.c.state == standing.state.value)
    if connection.execute(again.values(values)).rowcount:
        return False
    values |= {"state": standing.state.value, "since": at}
    if not connection.execute(update(standings).where(mine).values(values)).rowcount:
        connection.execute(insert(standings).values(source=standing.source, **values))
    return True


def source_standings(database: Database) -> list[SourceStanding]:
    with database.read() as connection:
        found = [_standing(row) for row in connection.execute(select(standings))]
    return sorted(found, key=lambda standing: (_ORDER[standing.state], standing.source))


def _standing(row: AnyRow) -> SourceStanding:
    return SourceStanding(row.source, SourceState(row.state), row.judged_at, json.loads(row.report), row.since)


def source_states(database: Database) -> dict[str, int]:
    with database.read() as connection:
        rows = connection.execute(select(standings.c.state, func.count()).group_by(standings.c.state)).all()
    return {row[0]: row[1] for row in rows}


def forget_sources(database: Database, hours_before: int, silent_before: int, most: int) -> int:
    last = func.max(hours.c.hour)
    silent = select(hours.c.source).group_by(hours.c.source).having(last < silent_before)
    busiest = (
        select(hours.c.source).group_by(hours.c.source)
        .order_by(func.sum(hours.c.documents).desc(), last.desc(), hours.c.source).limit(most)
    )
    with database.write() as connection:
        connection.execute(delete(hours).where(hours.c.hour < hours_before))
        before = _known(connection)
        connection.execute(delete(hours).where(hours.c.source.in_(silent)))
        if _known(connection) > most:
            connection.execute(delete(hours).where(hours.c.source.not_in(busiest)))
        gone = ~select(hours.c.source).where(and_(hours.c.source == standings.c.source)).exists()
        connection.execute(delete(standings).where(gone))
        return before - _known(connection)


def _known(connection: Connection) -> int:
    return connection.execute(select(func.count(func.distinct(hours.c.source)))).scalar() or 0
