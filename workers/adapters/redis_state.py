"""What a Redis or Valkey server says of itself, for /metrics."""

from __future__ import annotations

from typing import Any

from workers.adapters.redis_connection import connect, translated
from workers.errors import BrokerError
from workers.ports import ServerState


class RedisState:
    def __init__(self, url: str) -> None:
        self._client = connect(url, timeout_s=3.0, retries=1)

    def __call__(self) -> ServerState:
        with translated(BrokerError):
            info: dict[str, Any] = self._client.info()
        return ServerState(
            memory_bytes=int(info["used_memory"]),
            memory_max_bytes=int(info.get("maxmemory", 0)),
            clients=int(info["connected_clients"]),
            blocked_clients=int(info["blocked_clients"]),
            commands=int(info["total_commands_processed"]),
            evicted_keys=int(info["evicted_keys"]),
            rejected_connections=int(info["rejected_connections"]),
            delayed_fsyncs=int(info.get("aof_delayed_fsync", 0)),  # said only while appendonly is on
            is_persisted=_is_persisted(info),
        )


def _is_persisted(info: dict[str, Any]) -> bool:
    """A snapshot that failed does not count: the promises rest on the append-only file."""
    said = (info.get("aof_last_write_status"), info.get("aof_last_bgrewrite_status"))
    return bool(info.get("aof_enabled")) and said == ("ok", "ok")
