"""Brings the schema up to date: the numbered files of ddl/, each once, in one transaction under a lock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

from workers.errors import StoreError

SCHEMA_VERSION: Final = 5

_LOCK = 0x6E65_7773_6D69_6C6C  # "newsmill"; of pg_advisory_xact_lock
_WAL_TRIES_S: Final = 30.0


def migrate(engine: Engine) -> None:
    """Several processes start at once: whoever comes first migrates, the others wait and find it done.

    Raises StoreError when the schema is newer than this release.
    """
    if engine.dialect.name == "sqlite":
        _use_wal(engine)
    with engine.connect() as connection:
        if schema_version(connection) == SCHEMA_VERSION:
            return
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        version = schema_version(connection)
        refuse_newer(version)
        for number in range(version + 1, SCHEMA_VERSION + 1):
            _apply(connection, number)


def schema_version(connection: Connection) -> int:
    """0 where no schema is yet."""
    if not inspect(connection).has_table("schema_versions"):
        return 0
    return connection.execute(text("SELECT max(version) FROM schema_versions")).scalar() or 0


def refuse_newer(version: int) -> None:
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"the store has schema {version}, this release knows {SCHEMA_VERSION}: run a newer newsmill"
        )


def _apply(connection: Connection, number: int) -> None:
    for statement in _statements(number, connection.dialect.name):
        connection.exec_driver_sql(statement)
    if number == 1:
        connection.exec_driver_sql(
            "CREATE TABLE schema_versions (version INTEGER NOT NULL PRIMARY KEY, applied_at TEXT NOT NULL)"
        )
    connection.execute(
        text("INSERT INTO schema_versions (version, applied_at) VALUES (:version, :applied_at)"),
        {"version": number, "applied_at": datetime.now(UTC).isoformat()},
    )


def _statements(number: int, backend: str) -> list[str]:
    """Parted by blank lines, as the bodies of triggers hold semicolons."""
    ddl = files(__package__).joinpath("ddl", f"{number:04}.{backend}.sql").read_text("utf-8")
    return [statement for statement in ddl.split("\n\n") if statement.strip()]


def _use_wal(engine: Engine) -> None:
    """SQLite's busy timeout does not cover the change to WAL, so that several starting at once would fail."""
    deadline = time.monotonic() + _WAL_TRIES_S
    while True:
        raw = engine.raw_connection()
        try:
            if raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
                return
        except engine.dialect.loaded_dbapi.OperationalError:
            if time.monotonic() > deadline:
                raise
        finally:
            raw.close()
        time.sleep(0.02)
