from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres_server import PostgresServer, server_folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A fresh cluster for this test session."""
    with PostgresServer() as server:
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if server_folder() is None:
        terminalreporter.write_line(
            "LEFT OUT: the store's PostgreSQL adapter; no PostgreSQL server on this machine "
            "(Debian: apt-get install postgresql)",
            yellow=True,
        )
