"""A JSON record is an article already: only its paragraphs have to be found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from workers.model import Precision
from workers.steps.clean.piece import Moment, Piece

_AHEAD: Final = timedelta(days=1)
_DATE_CHARACTERS: Final = 10


def read_record(record: Mapping[str, Any], received_at: datetime) -> Piece:
    return Piece(
        title=record.get("title") or None,
        publisher=record.get("publisher") or None,
        published=_published(record.get("published_at"), received_at),
        paragraphs=[line for line in map(str.strip, record["text"].split("\n")) if line],
        authors=list(record.get("authors", ())),
        url=record.get("url") or None,
        language=record.get("language") or None,
    )


def _published(text: str | None, received_at: datetime) -> Moment | None:
    """A time without a zone is read as UTC; one more than a day ahead is none."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    try:
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError:
        return Moment(text, None, None, "producer")
    if at > received_at + _AHEAD:
        return Moment(text, None, None, "producer")
    precision = Precision.DAY if len(text) <= _DATE_CHARACTERS else Precision.SECOND
    return Moment(text, at, precision, "producer")
