"""A JSON record is an article already: `text`, and what else the producer knows of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from workers.model import Reason
from workers.steps.ingest.faults import BodyError
from workers.steps.ingest.strict_json import read_json
from workers.steps.ingest.unicode import one_line, scrub

LINES: Final = ("title", "publisher", "url", "published_at", "language")
_AUTHORS: Final = 100


def read_record(text: str, *, depth: int, declared: bool) -> dict[str, Any]:
    """text, title, publisher, authors, url, published_at, language, as far as they are given.

    Other keys are left out. Raises BodyError: BAD_JSON, TOO_DEEP, or BAD_FIELD with the field's name.
    """
    value = read_json(text, depth=depth)
    if not isinstance(value, dict):
        raise BodyError(Reason.BAD_JSON, f"a record is an object, not {type(value).__name__}")
    if value.get("text") is None:
        raise BodyError(Reason.BAD_FIELD if declared else Reason.BAD_JSON, "text: missing")
    record: dict[str, Any] = {"text": _body(value["text"])}
    for name in LINES:
        if value.get(name) is not None:
            record[name] = _line(name, value[name])
    if value.get("authors") is not None:
        record["authors"] = _authors(value["authors"])
    if "published_at" in record:
        _check_time(record["published_at"])
    return record


def _body(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong("text", "a string", value)
    text = scrub(value)
    if not text or text.isspace():
        raise BodyError(Reason.EMPTY_BODY, "text: no visible character")
    return text


def _line(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return one_line(value)


def _authors(value: object) -> list[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _wrong("authors", "a list of strings", value)
    return [name for name in map(one_line, names[:_AUTHORS]) if name]


def _check_time(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise BodyError(Reason.BAD_FIELD, f"published_at: {text[:40]!r} is no RFC 3339 time") from error


def _wrong(name: str, wanted: str, value: object) -> BodyError:
    return BodyError(Reason.BAD_FIELD, f"{name}: {wanted} is wanted, not {type(value).__name__}")
