from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.stores import ALL, Stores
from tests.postgres_server import PostgresServer, server_folder
from workers.ports import Store


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A fresh cluster for this test session."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=ALL)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    kind = request.param
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None
    opened = Stores(kind, tmp_path, server).open()
    yield opened
    opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if server_folder() is None:
        terminalreporter.write_line(
            "LEFT OUT: the store's PostgreSQL adapter; no PostgreSQL server on this machine "
            "(Debian: apt-get install postgresql)",
            yellow=True,
        )
