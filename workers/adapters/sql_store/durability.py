"""What is wrong with the store: settings that break the promise that what is stored stays stored."""

from __future__ import annotations

from sqlalchemy import Connection, text

from workers.adapters.sql_store.database import SQLITE, Database
from workers.adapters.sql_store.migrations import SCHEMA_VERSION, schema_version

_SQLITE_FULL = 2


def check(database: Database) -> list[str]:
    with database.as_it_is() as connection:
        settings = _sqlite if database.backend == SQLITE else _postgresql
        return [*_schema(connection), *settings(connection)]


def _schema(connection: Connection) -> list[str]:
    version = schema_version(connection)
    if version > SCHEMA_VERSION:
        return [f"the store has schema {version}, this release knows {SCHEMA_VERSION}: run a newer newsmill"]
    return []  # an older one is brought up to date by whoever first reads or writes


def _sqlite(connection: Connection) -> list[str]:
    problems = []
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    if synchronous < _SQLITE_FULL:
        problems.append(f"SQLite runs with synchronous={synchronous}: a power cut takes what was acknowledged")
    journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    if journal != "wal":
        problems.append(f"SQLite runs with journal_mode={journal}, not wal: readers and writers block each other")
    return problems


def _postgresql(connection: Connection) -> list[str]:
    return [
        f"PostgreSQL runs with {name}={value}: {why}"
        for name, wrong, why in _POSTGRESQL_WRONG
        if (value := connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one())
        in wrong
    ]


_LOSES = "a power cut takes what was acknowledged"
_POSTGRESQL_WRONG = (
    ("fsync", ("off",), _LOSES),
    ("full_page_writes", ("off",), "a power cut can tear a page"),
    ("synchronous_commit", ("off", "local"), _LOSES),
    ("server_encoding", ("SQL_ASCII",), "text in other scripts cannot be searched; make the database with UTF8"),
)
