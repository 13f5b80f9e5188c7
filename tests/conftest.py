from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
import redis

from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A fresh server for this test session, on a unix socket."""
    with RedisServer() as server:
        yield server.url


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """A client of the session's server, emptied before the test."""
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    yield client
    client.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if shutil.which("promtool") is None:
        terminalreporter.write_line(
            "LEFT OUT: promtool's checks and tests of the alert rules; no promtool on this machine (Debian: apt-get "
            "install prometheus). Every query was parsed.", yellow=True,
        )


_SERVICES = ("redis", "postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks `services`: what needs a server, by its fixtures, its parameters or its file's name."""
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "id", "")
        said = (*getattr(item, "fixturenames", ()), *parameters.split("-"), item.path.stem)
        if any(service in word for word in said for service in (*_SERVICES, "sql_store")):
            item.add_marker("services")
