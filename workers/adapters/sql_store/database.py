"""The connection to SQLite or PostgreSQL: durable settings, one engine a process, errors translated."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from workers.adapters.sql_store.migrations import migrate
from workers.errors import SettingsError, StoreError

BUSY_S: Final = 6.0  # less than a running batch's lease of 10 s: a busy store is no dead worker
SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

_SQLITE_PRAGMAS = (
    "PRAGMA synchronous = FULL",  # with NORMAL a power cut takes what the ledger has acknowledged
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = OFF",  # some builds overwrite with zeros what is freed: a sixth of the index's cost
    "PRAGMA cache_size = -16384",
    "PRAGMA journal_size_limit = 67108864",
)
_POSTGRESQL_SETTINGS = (
    "SET TIME ZONE 'UTC'",
    # a stronger level than `on` (remote_apply) is the operator's to choose
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')",
    f"SET lock_timeout = '{BUSY_S:.0f}s'",
    # a worker frozen inside its transaction must not hold up the one that took its batch over
    "SET idle_in_transaction_session_timeout = '60s'",
)


def store_url(url: str) -> URL:
    """Raises SettingsError when it names no SQLite file and no PostgreSQL database."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(["store_url: not a URL; give sqlite:///FILE or postgresql://HOST/DATABASE"]) from error
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != SQLITE:
        raise SettingsError([f"store_url: {parsed.drivername} is neither sqlite nor postgresql"])
    if parsed.database in (None, "", ":memory:"):
        raise SettingsError(["store_url: SQLite needs a file, sqlite:///FILE: several processes share the store"])
    return parsed


class Database:
    """Made before a fork, used after it: each process opens its own engine when it first needs one."""

    def __init__(self, url: str) -> None:
        self._url = store_url(url)
        self._opened: tuple[int, Engine] | None = None
        self._migrated_by = 0  # process id

    @property
    def backend(self) -> str:
        return self._url.get_backend_name()

    def __str__(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot in SQLite; in PostgreSQL one a statement."""
        with self._connected("BEGIN") as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction; committed when the block ends without an exception."""
        with self._connected("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def as_it_is(self) -> Iterator[Connection]:
        """For `check`: without bringing the schema up to date."""
        with self._translated(), self._engine().begin() as connection:
            yield connection

    def close(self) -> None:
        if self._opened is not None and self._opened[0] == os.getpid():
            self._opened[1].dispose()
        self._opened = None
        self._migrated_by = 0

    @contextmanager
    def _connected(self, begin: str) -> Iterator[Connection]:
        with self._translated():
            engine = self._engine().execution_options(begin=begin)
            if self._migrated_by != os.getpid():
                migrate(self._engine())
                self._migrated_by = os.getpid()
            with engine.begin() as connection:
                yield connection

    def _engine(self) -> Engine:
        # No lock: one held by another thread at a fork would stay locked in the child. Two threads may
        # each open an engine; the later one stays.
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = (os.getpid(), self._open())
        return self._opened[1]

    def _open(self) -> Engine:
        # parameters hold page text, which belongs in no log
        if self.backend == SQLITE:
            engine = create_engine(self._url, hide_parameters=True, connect_args={"timeout": BUSY_S})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        try:
            engine = create_engine(
                self._url,
                hide_parameters=True,
                pool_pre_ping=True,
                pool_recycle=1800,
                connect_args={"connect_timeout": 6, "tcp_user_timeout": 6_000},
            )
        except ModuleNotFoundError as error:
            raise SettingsError(["store_url: PostgreSQL needs the extra newsmill[postgres]"]) from error
        event.listen(engine, "connect", _prepare_postgresql)
        return engine

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The one place where the database's errors become ours: the plant's, so the batch comes again."""
        dbapi = self._engine().dialect.loaded_dbapi
        try:
            yield
        except (SQLAlchemyError, dbapi.Error) as error:
            cause = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
            raise StoreError(f"{self}: {cause[:300]}") from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours to say: _begin_sqlite
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    autocommit = connection.autocommit
    connection.autocommit = True
    for setting in _POSTGRESQL_SETTINGS:
        connection.execute(setting)
    connection.autocommit = autocommit
