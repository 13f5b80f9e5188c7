"""How every adapter reaches a Redis or Valkey server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import redis
from redis._parsers import Encoder
from redis.backoff import ExponentialBackoff
from redis.connection import PythonRespSerializer
from redis.retry import Retry

from workers.errors import PortError

_JOINED_BYTES: Final = 6000  # arguments above this size are sent as they are
# For what a running batch waits for: both tries end within its lease of 10 s, so that a server that
# hangs hands batches back and makes no worker look dead.
WITHIN_LEASE: Final[dict[str, Any]] = {"timeout_s": 3.5, "retries": 1}
PREFIX: Final = "{newsmill}:"  # one hash tag: all keys of a script lie in one slot


def connect(url: str, *, timeout_s: float = 15.0, retries: int = 3) -> redis.Redis:
    """A client that connects at first use and repeats a command `retries` times over a lost connection
    or an answer that does not come within `timeout_s`."""
    retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), retries)
    options: dict[str, Any] = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": min(5.0, timeout_s),
        "retry": retry,
        # hiredis reads replies three times as fast, but packs a blob of 400 kB in 0.7 ms; this one in 0.004
        "command_packer": PythonRespSerializer(_JOINED_BYTES, Encoder("utf-8", "strict", False).encode),  # type: ignore[no-untyped-call]
    }
    if not url.startswith("unix:"):
        options["socket_keepalive"] = True
    return redis.Redis.from_url(url, **options)


@contextmanager
def translated(error: type[PortError]) -> Iterator[None]:
    """The one place where the client's exceptions become ours."""
    try:
        yield
    except (redis.RedisError, OSError) as cause:
        raise error(f"{type(cause).__name__}: {cause}") from cause
