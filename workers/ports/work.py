"""The work server and the clock: what a mill can lose and still be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...


class Broker(Protocol):
    """The work server, as far as the reconciler needs to know it."""

    def identity(self) -> str:
        """Another one after a restart."""
        ...


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a Redis or Valkey server says of itself."""

    memory_bytes: int
    memory_max_bytes: int  # 0 without a maximum
    clients: int
    blocked_clients: int
    commands: int
    evicted_keys: int
    rejected_connections: int
    delayed_fsyncs: int
    is_persisted: bool     # appendonly is on and the last write and rewrite went well


class Blobs(Protocol):
    """Results of steps, kept from one step to the next. A cache: the entry is the payload of record."""

    def put(self, ref: str, payload: bytes, *, ttl_s: int) -> None: ...

    def get(self, ref: str) -> bytes:
        """Raises BlobMissing when the payload expired or was never put."""
        ...

    def delete(self, ref: str) -> None: ...
