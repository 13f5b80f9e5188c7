from __future__ import annotations

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
