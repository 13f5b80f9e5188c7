"""The fields of a stream entry beside the body: read strictly, or left out when only asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from workers.model import Reason
from workers.steps.ingest.faults import BodyError
from workers.steps.ingest.unicode import one_line

KNOWN: Final = frozenset(
    {b"body", b"content_type", b"url", b"source", b"id", b"received_at", b"meta", b"door"}
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS: Final = 253_370_764_800_000  # 9999-01-01: a stranger may choose any 64-bit entry id

T = TypeVar("T")


class Fields:
    def __init__(self, fields: Mapping[bytes, bytes]) -> None:
        self._fields = fields

    @property
    def body(self) -> bytes | None:
        return self._fields.get(b"body")

    def refuse_unknown(self) -> None:
        for name in self._fields:
            if name not in KNOWN:
                shown = name[:60].decode("utf-8", "replace")
                raise BodyError(Reason.BAD_FIELD, f"{one_line(shown)}: no such field")

    def require(self, name: str, read: Callable[[bytes], T]) -> T | None:
        """None when the field is absent or empty; BodyError when it cannot be read."""
        value = self._fields.get(name.encode())
        if not value:
            return None
        try:
            return read(value)
        except ValueError as error:
            raise BodyError(Reason.BAD_FIELD, f"{name}: {error}") from error

    def attempt(self, name: str, read: Callable[[bytes], T]) -> T | None:
        """As require, but what cannot be read is None."""
        try:
            return self.require(name, read)
        except BodyError:
            return None


def accepted_at(entry_id: str) -> datetime:
    """The time that the intake stream wrote into the entry's id."""
    digits = entry_id.partition("-")[0]
    ms = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else 0
    return _EPOCH + timedelta(milliseconds=min(ms, _LAST_MS))


def read_text(value: bytes) -> str:
    """One line of UTF-8. Raises ValueError on other bytes and on NUL."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from error
    if "\0" in text:
        raise ValueError("holds a NUL character")
    return one_line(text)


def read_received_at(value: bytes) -> datetime:
    """RFC 3339, in UTC. Raises ValueError when it is no time, or has no zone."""
    text = read_text(value)
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no RFC 3339 time") from error
    if when.tzinfo is None:
        raise ValueError(f"{text[:40]!r} has no zone")
    try:
        return when.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text[:40]!r} is out of range") from error
