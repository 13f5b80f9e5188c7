"""The work server (broker, blobs, dedup index) as the reconciler and doctor see it."""

from __future__ import annotations

from workers.adapters.redis_connection import connect, translated
from workers.errors import BrokerError


class RedisBroker:
    def __init__(self, url: str) -> None:
        self._client = connect(url, timeout_s=5.0)

    def identity(self) -> str:
        with translated(BrokerError):
            return str(self._client.info("server")["run_id"])
