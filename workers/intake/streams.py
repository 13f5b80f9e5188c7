"""Bytes as they come: in pieces, unzipped, cut into lines; never more than one line in memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from workers.errors import Refused

PIECE_BYTES: Final = 64 * 1024
GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_FORMAT: Final = 16 + zlib.MAX_WBITS  # header and checksum of gzip, not of zlib


def read_pieces(stream: BinaryIO) -> Iterator[bytes]:
    """At most PIECE_BYTES each; of a pipe, whatever has arrived."""
    read = getattr(stream, "read1", stream.read)
    while piece := read(PIECE_BYTES):
        yield piece


def read_at_most(pieces: Iterable[bytes], most_bytes: int) -> bytes:
    """All of it, or raises Refused (413) as soon as it exceeds `most_bytes`."""
    kept = io.BytesIO()  # unlike a list of pieces it is not copied at the end
    for piece in pieces:
        if kept.tell() + len(piece) > most_bytes:
            raise Refused("body", f"exceeds {most_bytes} bytes", status=413)
        kept.write(piece)
    return kept.getvalue()


def unzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decodes gzip of any number of members, in pieces of at most PIECE_BYTES whatever the ratio.

    Raises Refused (400) when the input is no gzip, damaged, or ends early.
    """
    decoder = zlib.decompressobj(_GZIP_FORMAT)
    members = 0
    fresh = True  # nothing of the present member has come
    for waiting in pieces:
        while waiting:
            if fresh and members and not waiting.strip(b"\0"):
                break  # tape padding after the last member, as gzip(1) allows
            fresh = False
            try:
                decoded = decoder.decompress(waiting, PIECE_BYTES)
            except zlib.error as error:
                raise Refused("body", f"is no valid gzip, at member {members + 1}", status=400) from error
            if decoded:
                yield decoded
            waiting = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            if decoder.eof:
                decoder, members, fresh = zlib.decompressobj(_GZIP_FORMAT), members + 1, True
    if not fresh or not members:
        raise Refused("body", "ends in the middle of its gzip stream", status=400)


def read_lines(pieces: Iterable[bytes], most_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, line without its end); None for a line of more than `most_bytes`."""
    number, size, kept = 1, 0, io.BytesIO()
    for piece in pieces:
        for at, part in enumerate(piece.split(b"\n")):
            if at > 0:  # a line end stood before this part
                yield number, kept.getvalue().removesuffix(b"\r") if size <= most_bytes else None
                number, size, kept = number + 1, 0, io.BytesIO()
            size += len(part)
            if size <= most_bytes:
                kept.write(part)
    if size:
        yield number, kept.getvalue().removesuffix(b"\r") if size <= most_bytes else None
