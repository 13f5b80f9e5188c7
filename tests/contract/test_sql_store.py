"""What the SQL store promises beyond the port: durable, migrated once, shared by many processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Engine, create_engine, event, inspect

from tests.contract.stores import NOW, SQL, Stores, art, article, copy, decision, doc, later, quarantined, refused
from tests.postgres_server import PostgresServer
from workers.adapters.sql_store import SqlStore
from workers.adapters.sql_store.database import store_url
from workers.adapters.sql_store.migrations import SCHEMA_VERSION
from workers.adapters.sql_store.schema import metadata
from workers.errors import SettingsError, StoreError
from workers.model import Removed, Tag, TagKind, Work
from workers.ports import Decision, Query, Standing

FORK = multiprocessing.get_context("fork")
TABLES = sorted(metadata.tables)


@pytest.fixture(params=SQL)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return Stores(request.param, tmp_path, server).url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A stranger's view of the tables."""
    opened = create_engine(store_url(url))
    yield opened
    opened.dispose()


def rows(engine: Engine, table: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sqlalchemy.text(f"SELECT * FROM {table}"))]  # noqa: S608


def execute(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def batch(names: str = "abcdefgh") -> list[Decision]:
    """A document a letter: some with a copy of the first, a refused article, or in quarantine."""
    tag = Tag(TagKind.TOPIC, "medtop:01000000", "arts", 0.5)
    first = decision(names[0], article(names[0], tags=(tag,), removed=(Removed("Read more", "chrome"),)))
    copies = [decision(name, article(name), copy(name, 1, of=art(names[0]))) for name in names[1:4]]
    mixed = [
        Decision(Work(given.work.document, given.work.articles, (refused(name, 1),)))
        for name in names[4:6]
        for given in [decision(name)]
    ]
    return [first, *copies, *mixed, *(quarantined(name) for name in names[6:])]


def in_processes(works: list[Callable[[], Any]]) -> list[Any]:
    """Runs each in a process of its own, all released at one moment; what they returned, in order."""
    barrier, answers = FORK.Barrier(len(works)), FORK.SimpleQueue()

    def run(number: int, work: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        answers.put((number, work()))

    processes = [FORK.Process(target=run, args=item) for item in enumerate(works)]
    for process in processes:
        process.start()
    returned = dict(answers.get() for _ in processes)
    for process in processes:
        process.join(timeout=30)
    return [returned[number] for number in range(len(works))]


# ---- schema ----


def test_of_many_processes_that_start_at_once_one_migrates_and_all_can_work(url: str, engine: Engine) -> None:
    counts = in_processes([lambda: SqlStore(url).counts()["stored"] for _ in range(6)])
    applied = [version for version, _ in rows(engine, "schema_versions")]
    assert (counts, applied) == ([0] * 6, list(range(1, SCHEMA_VERSION + 1)))


def test_the_tables_that_are_made_are_the_tables_that_are_queried(url: str, engine: Engine) -> None:
    SqlStore(url).counts()
    made = {name: [column["name"] for column in inspect(engine).get_columns(name)] for name in TABLES}
    assert made == {name: [column.name for column in metadata.tables[name].columns] for name in TABLES}


def test_a_schema_newer_than_the_release_is_refused_and_told(url: str, engine: Engine) -> None:
    SqlStore(url).counts()
    execute(engine, "INSERT INTO schema_versions VALUES (99, 'tomorrow')")
    store = SqlStore(url)
    with pytest.raises(StoreError, match=f"schema 99, this release knows {SCHEMA_VERSION}"):
        store.record(batch(), NOW)
    assert [line for line in store.check() if "schema 99" in line] == [
        f"the store has schema 99, this release knows {SCHEMA_VERSION}: run a newer newsmill"
    ]


@pytest.mark.parametrize("table", ["outcomes", "article_outcomes", "articles"])
def test_the_database_itself_refuses_to_change_what_was_decided(url: str, engine: Engine, table: str) -> None:
    SqlStore(url).record(batch(), NOW)
    column = "language" if table == "articles" else "verdict"
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="never change"):
        execute(engine, f"UPDATE {table} SET {column} = 'stored'")  # noqa: S608


@pytest.mark.parametrize("table", ["outcomes", "article_outcomes"])
def test_the_database_itself_refuses_to_delete_outcomes(url: str, engine: Engine, table: str) -> None:
    SqlStore(url).record([quarantined("a")], NOW)
    SqlStore(url).record([decision("b")], NOW)
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=r"never (go|change)|FOREIGN KEY"):
        execute(engine, f"DELETE FROM {table}")  # noqa: S608


# ---- many processes ----


def new_in(url: str, decisions: list[Decision]) -> list[str]:
    answers = SqlStore(url).record(decisions, NOW)
    return [answer.document_id for answer in answers if isinstance(answer, Standing) and answer.new]


def test_two_processes_that_record_the_same_decisions_decide_each_document_once(url: str, engine: Engine) -> None:
    SqlStore(url).counts()
    for names in ("abcdefgh", "ijklmnop", "qrstuvwx"):
        decisions = batch(names)
        left, right = in_processes([partial(new_in, url, decisions), partial(new_in, url, decisions[::-1])])
        assert sorted(left + right) == [doc(name) for name in names]
    assert (len(rows(engine, "outcomes")), len(rows(engine, "articles"))) == (24, 27)


def test_a_copy_whose_original_another_process_decides_otherwise_is_never_left_alone(
    url: str, engine: Engine
) -> None:
    SqlStore(url).counts()
    for number in range(5):
        a, b = f"a{number}", f"b{number}"
        in_processes(
            [
                partial(new_in, url, [decision(a), decision(b, copy(b, of=art(a)))]),
                partial(new_in, url, [quarantined(a)]),
            ]
        )
    kept = {row[1] for row in rows(engine, "articles")}
    assert [row[3] for row in rows(engine, "article_outcomes") if row[3] is not None and row[3] not in kept] == []


def count_after(store: SqlStore, given: Decision) -> int:
    store.record([given], NOW)
    return store.counts()["stored"]


def test_a_store_made_before_a_fork_serves_parent_and_children(url: str) -> None:
    store = SqlStore(url)
    store.record([decision("p")], NOW)
    in_processes([partial(count_after, store, decision(name)) for name in "abc"])
    assert store.counts()["stored"] == 4


def test_readers_do_not_wait_for_a_writer(url: str, engine: Engine) -> None:
    store = SqlStore(url)
    store.record([decision("a")], NOW)
    with engine.connect() as writer:
        writer.exec_driver_sql("BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "SELECT 1")
        writer.exec_driver_sql("INSERT INTO incidents VALUES (7, '2026-11-24 12:00:00', 't', 1, 0, '', '', '', '')")
        assert [found.id for found in store.find(Query())] == [art("a")]
        writer.rollback()


# ---- durable ----


def test_what_was_recorded_is_there_when_the_store_is_opened_again(url: str) -> None:
    store = SqlStore(url)
    answers = store.record(batch(), NOW)
    store.close()
    again = SqlStore(url).standing([doc(name) for name in "abcdefgh"])
    assert [(one.verdict, one.articles) for one in again.values() if one.document_id == doc("b")] == [
        (answer.verdict, answer.articles) for answer in answers if answer.document_id == doc("b")  # type: ignore[union-attr]
    ]


@pytest.mark.parametrize("statement", range(1, 12, 2))
def test_a_process_killed_in_the_middle_of_record_leaves_all_or_nothing(
    url: str, engine: Engine, statement: int
) -> None:
    store = SqlStore(url)
    store.counts()
    everything = {"stored": 6, "duplicate": 0, "quarantined": 2, "articles:stored": 6, "articles:duplicate": 3}
    store.close()

    def record_and_die() -> None:
        seen = iter(range(1, 100))

        @event.listens_for(Engine, "after_cursor_execute")
        def die(*_: Any) -> None:
            if next(seen) == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        SqlStore(url).record(batch(), NOW)

    child = FORK.Process(target=record_and_die)
    child.start()
    child.join(timeout=30)
    left = {name: len(rows(engine, name)) for name in TABLES}
    counts = SqlStore(url).counts()
    assert (child.exitcode, left, sum(counts.values())) == (-signal.SIGKILL, dict.fromkeys(TABLES, 0), 0)
    SqlStore(url).record(batch(), NOW)
    assert SqlStore(url).counts() == everything | {"articles:quarantined": 2}


def test_incidents_are_kept_with_both_readings(url: str, engine: Engine) -> None:
    store = SqlStore(url)
    store.note_mark(10, "10-0", "r1", NOW)
    text = store.note_mark(7, "6-3", "r2", later(seconds=5))
    assert [row[2:] for row in rows(engine, "incidents")] == [(text, 10, 7, "10-0", "6-3", "r1", "r2")]


def test_sqlite_runs_with_full_synchronisation_and_a_write_ahead_log(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    store.record(batch(), NOW)
    with store._database.read() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")]
    assert modes == [2, "wal"]


if "postgresql" in SQL:

    def test_postgresql_commits_durably_whatever_the_database_defaults_to(postgres: PostgresServer) -> None:
        with postgres.connect() as connection:
            connection.execute("CREATE DATABASE careless")
            connection.execute("ALTER DATABASE careless SET synchronous_commit = off")
        store = SqlStore(f"postgresql://newsmill@/careless?host={postgres.folder}")
        with store._database.read() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        store.close()

    def test_a_postgresql_that_may_lose_commits_is_told() -> None:
        with PostgresServer({"fsync": "off", "full_page_writes": "off"}) as careless:
            store = SqlStore(careless.new_store_url())
            told = store.check()
            store.close()
        assert told == [
            "PostgreSQL runs with fsync=off: a power cut takes what was acknowledged",
            "PostgreSQL runs with full_page_writes=off: a power cut can tear a page",
        ]

    def test_a_store_goes_on_after_postgresql_was_away() -> None:
        with PostgresServer() as server:
            store = SqlStore(server.new_store_url())
            store.record([decision("a")], NOW)
            server.restart()
            assert store.record([decision("a")], NOW)[0] == store.standing([doc("a")])[doc("a")]
            store.close()


# ---- the plant's errors ----


def test_a_store_that_is_away_is_the_plants_error_and_names_the_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/store\.db: unable to open"):
        SqlStore(f"sqlite:///{tmp_path}/nowhere/store.db").record(batch(), NOW)


def test_a_password_is_in_no_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as raised:
        SqlStore(f"postgresql://mill:geheim@/news?host={tmp_path}").counts()
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "not a url", ""])
def test_a_url_of_no_shared_store_is_the_operators_error(url: str) -> None:
    with pytest.raises(SettingsError, match="store_url"):
        SqlStore(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_known_by_its_usual_names(scheme: str) -> None:
    assert str(store_url(f"{scheme}://mill@db/news")) == "postgresql+psycopg://mill@db/news"


def test_a_store_connects_to_nothing_before_it_is_used(tmp_path: Path) -> None:
    SqlStore(f"sqlite:///{tmp_path}/store.db").close()
    assert list(tmp_path.iterdir()) == []


def test_retention_leaves_no_row_of_an_article_behind(url: str, engine: Engine) -> None:
    store = SqlStore(url)
    store.record(batch(), NOW)
    store.retain(later(days=1))
    left = {name: len(rows(engine, name)) for name in ("articles", "tags", "removed_lines")}
    assert (left, store.find(Query(text="text"))) == ({"articles": 0, "tags": 0, "removed_lines": 0}, [])
    store.record([decision("z")], NOW)
    assert [found.id for found in store.find(Query(text="text"))] == [art("z")]
