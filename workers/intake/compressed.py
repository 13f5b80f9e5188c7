"""Compressed messages: kombu unpacks them by itself and without a bound, so a few kB become gigabytes."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from kombu import compression

from workers.errors import Refused

_LZMA_BYTES: Final = 64 * 1024 * 1024
_UNPACKERS: Final[Mapping[str, Callable[[], Any]]] = {
    "application/x-gzip": zlib.decompressobj,  # so kombu calls what is plain zlib
    "application/x-bz2": bz2.BZ2Decompressor,
    "application/x-lzma": partial(lzma.LZMADecompressor, memlimit=_LZMA_BYTES),
}


def bound_messages(most_bytes: int) -> None:
    """For the whole process: kombu has one table of decoders. A decoder's Refused is among the
    message's errors."""
    registry: Any = compression  # kombu has no types
    for content_type in registry.encoders():
        unpack = _bounded(_UNPACKERS[content_type], most_bytes) if content_type in _UNPACKERS else _refuse
        registry.register(registry.get_encoder(content_type)[0], unpack, content_type)


def _bounded(make: Callable[[], Any], most_bytes: int) -> Callable[[bytes], bytes]:
    def unpack(packed: bytes) -> bytes:
        unpacker = make()
        try:
            message: bytes = unpacker.decompress(packed, most_bytes + 1)
        except (zlib.error, OSError, EOFError, lzma.LZMAError) as error:
            raise Refused("compression", f"is not what the message holds: {error}") from error
        if len(message) > most_bytes:
            raise Refused("document", f"exceeds {most_bytes} bytes", status=413)
        if not unpacker.eof:
            raise Refused("compression", "ends before the message does")
        return message

    return unpack


def _refuse(_: bytes) -> bytes:
    raise Refused("compression", f"must be one of {', '.join(_UNPACKERS)}")
