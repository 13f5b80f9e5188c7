"""Blobs on Redis and in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.adapters.redis_connection import PREFIX, WITHIN_LEASE, connect, translated
from workers.errors import BlobError, BlobMissing


class RedisBlobs:
    def __init__(self, url: str) -> None:
        self._client = connect(url, **WITHIN_LEASE)

    def put(self, ref: str, payload: bytes, *, ttl_s: int) -> None:
        with translated(BlobError):
            self._client.set(_key(ref), payload, ex=ttl_s)

    def get(self, ref: str) -> bytes:
        with translated(BlobError):
            payload = self._client.get(_key(ref))
        if not isinstance(payload, bytes):
            raise BlobMissing(f"no payload under {ref}")
        return payload

    def delete(self, ref: str) -> None:
        with translated(BlobError):
            self._client.unlink(_key(ref))


def _key(ref: str) -> str:
    return f"{PREFIX}blob:{ref}"


@dataclass(slots=True)
class MemoryBlobs:
    """`ttl_s` does not apply: what the test wants to expire it deletes."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, ref: str, payload: bytes, *, ttl_s: int) -> None:
        self.kept[ref] = payload

    def get(self, ref: str) -> bytes:
        try:
            return self.kept[ref]
        except KeyError:
            raise BlobMissing(f"no payload under {ref}") from None

    def delete(self, ref: str) -> None:
        self.kept.pop(ref, None)
