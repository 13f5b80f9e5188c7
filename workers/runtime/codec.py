"""How a batch lies in a blob, and a quarantined payload in the store: MessagePack."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from workers.model import Work

_encoder = msgspec.msgpack.Encoder()
_works = msgspec.msgpack.Decoder(list[Work])
_fields = msgspec.msgpack.Decoder(dict[bytes, bytes])


def encode_works(works: Sequence[Work]) -> bytes:
    return _encoder.encode(works)


def decode_works(blob: bytes) -> list[Work]:
    return _works.decode(blob)


def encode_fields(fields: Mapping[bytes, bytes], *, body_bytes: int, kept_bytes: int) -> bytes:
    """An entry's fields. A value beyond `body_bytes` is cut to `kept_bytes` and its digest added."""
    kept = {}
    for name, value in fields.items():
        if len(value) <= body_bytes:
            kept[name] = value
        else:
            kept[name] = value[:kept_bytes]
            kept[name + b".blake2b"] = hashlib.blake2b(value, digest_size=16).hexdigest().encode()
    return _encoder.encode(kept)


def decode_fields(payload: bytes) -> dict[bytes, bytes]:
    return _fields.decode(payload)
