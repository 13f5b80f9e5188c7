"""What a document may look like, for every door alike: one JSON object becomes a Submission.

Field names are those of the contract: body | body_base64, or an article record with `text`;
content_type, url, source, id, received_at, meta.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from workers.errors import Refused
from workers.intake.strict_json import parse_json
from workers.model import ContentType, Submission

__all__ = ["LIMITS", "DocumentLimits", "admit", "admit_bytes", "admit_line", "encode_text", "line_limit", "parse_line"]

RECORD_FIELDS: Final = ("text", "title", "publisher", "authors", "url", "published_at", "language")
_ABOUT: Final = ("content_type", "url", "source", "id", "received_at", "meta")
_KNOWN: Final = frozenset({"body", "body_base64", *_ABOUT, *RECORD_FIELDS})
_ONLY_RECORD: Final = frozenset(RECORD_FIELDS) - frozenset(_ABOUT)

CONTENT_TYPES: Final = ("text/plain", "text/html", "application/xhtml+xml", "application/json")
_CONTENT_TYPE: Final = re.compile(
    r'(?P<type>[a-z]+/[a-z+]+)(?P<charset>\s*;\s*charset\s*=\s*("[\w.:+-]{1,40}"|[\w.:+-]{1,40}))?\s*;?',
    re.ASCII | re.IGNORECASE,
)
_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_KINDS: Final[Mapping[type, str]] = {
    bool: "true or false", int: "a number", float: "a number", str: "text",
    list: "a list", dict: "an object", type(None): "null",
}


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Of one document, as in pipeline.Limits."""

    body_bytes: int = 5 * 1024 * 1024
    meta_bytes: int = 4096
    field_bytes: int = 8192  # of url, source, id


LIMITS: Final = DocumentLimits()


def line_limit(limits: DocumentLimits) -> int:
    r"""Bytes of JSON that one document may take: \u escapes triple a Cyrillic body, base64 adds a third."""
    return 3 * limits.body_bytes + 2**20


def parse_line(line: bytes) -> Mapping[str, object]:
    """One JSON object. Raises Refused: 400 when it is no sound JSON, 422 when it is no object."""
    record = parse_json(line)
    if not isinstance(record, dict):
        raise Refused("document", f"must be an object, not {_kind(record)}")
    return record


def admit(record: Mapping[str, object], limits: DocumentLimits = LIMITS) -> Submission:
    """Null counts as absent. Raises Refused with the field's name; 413 too large, 415 content type."""
    given = {name: value for name, value in record.items() if value is not None}
    for name in given:
        if name not in _KNOWN:
            raise Refused(_safe_name(name), "is no field of a document")
    body, content_type = _body(given, limits)
    if not body or body.isspace():
        raise Refused(_body_field(given), "is empty")
    return _submission(body, content_type, given, limits)


def admit_bytes(
    body: bytes, about: Mapping[str, object], limits: DocumentLimits = LIMITS
) -> Submission:
    """A body as it came, with what is said about it: content_type, url, source, id, received_at, meta."""
    given = {name: value for name, value in about.items() if value is not None}
    for name in given:
        if name not in _ABOUT:
            raise Refused(_safe_name(name), f"cannot be said of a plain body; {', '.join(_ABOUT)} can")
    _check_size("body", len(body), limits.body_bytes)
    if not body or body.isspace():
        raise Refused("body", "is empty")
    return _submission(body, _content_type(given), given, limits)


def admit_line(
    line: bytes | None,
    limits: DocumentLimits = LIMITS,
    complete: Callable[[Mapping[str, object]], Mapping[str, object]] = dict,
) -> Submission | Refused:
    """One of many lines, answered for itself. `complete` adds what the line leaves unsaid.

    None stands for a line longer than line_limit.
    """
    if line is None:
        return Refused("document", f"exceeds {line_limit(limits)} bytes of JSON", status=413)
    try:
        return admit(complete(parse_line(line)), limits)
    except Refused as refused:
        # A fresh one: the traceback of what was raised holds the line, up to 16 MB a refusal.
        return Refused(refused.field, refused.message, status=refused.status)


def _submission(
    body: bytes, content_type: str | None, given: Mapping[str, object], limits: DocumentLimits
) -> Submission:
    return Submission(
        body=body,
        content_type=content_type,
        url=_name("url", given, limits),
        source=_name("source", given, limits),
        id=_name("id", given, limits),
        received_at=_received_at(given),
        meta=_meta(given, limits),
    )


def encode_text(text: str) -> bytes:
    """UTF-8; halves of surrogate pairs, which JSON can hold and UTF-8 cannot, become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


# ---- the body, in its three forms


def _body_field(given: Mapping[str, object]) -> str:
    return next((name for name in ("body", "body_base64", "text") if name in given), "body")


def _body(given: Mapping[str, object], limits: DocumentLimits) -> tuple[bytes, str | None]:
    """(body, content type)."""
    field = _body_field(given)
    if field not in given:
        raise Refused("body", "is missing; a document has body, body_base64, or an article's text")
    if field == "text":
        return _record_body(given, limits)
    if field == "body" and "body_base64" in given:
        raise Refused("body_base64", "stands beside body; a document has one of them")
    for name in sorted(_ONLY_RECORD & given.keys()):
        raise Refused(name, f"belongs to an article record, which has text and no {field}")
    content_type = _content_type(given)
    if field == "body_base64":
        return _from_base64(_text(field, given), limits), content_type
    body = encode_text(_text(field, given))
    _check_size(field, len(body), limits.body_bytes)
    # The text came decoded and is UTF-8 from here on, whatever charset it once had.
    return body, re.sub(r"charset\s*=.*", "charset=utf-8", content_type, flags=re.I) if content_type else None


def _record_body(given: Mapping[str, object], limits: DocumentLimits) -> tuple[bytes, str]:
    content_type = _content_type(given)
    if content_type and not content_type.lower().startswith(ContentType.RECORD):
        raise Refused("content_type", f"of an article record is {ContentType.RECORD}", status=415)
    if not _text("text", given).strip():
        raise Refused("text", "is empty")
    record = {name: _record_value(name, given) for name in RECORD_FIELDS if name in given}
    body = encode_text(json.dumps(record, ensure_ascii=False))
    _check_size("text", len(body), limits.body_bytes)
    return body, str(ContentType.RECORD)


def _record_value(name: str, given: Mapping[str, object]) -> str | list[str]:
    if name == "published_at":
        return _published_at(_text(name, given))
    if name != "authors":
        return _text(name, given)
    authors = given[name]
    if isinstance(authors, str):
        return [authors]
    if not isinstance(authors, list):
        raise Refused(name, f"must be a list of names, not {_kind(authors)}")
    for author in authors:
        if not isinstance(author, str):
            raise Refused(name, f"must be a list of names, but holds {_kind(author)}")
    return authors


def _published_at(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise Refused("published_at", "must be a time as in 2026-01-31T18:05:00Z, or its date") from None
    return text


def _from_base64(text: str, limits: DocumentLimits) -> bytes:
    _check_size("body_base64", len(text) * 3 // 4, limits.body_bytes + limits.body_bytes // 16)  # line ends
    try:
        body = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("body_base64", "is not base64") from None
    _check_size("body_base64", len(body), limits.body_bytes)
    return body


def _content_type(given: Mapping[str, object]) -> str | None:
    if "content_type" not in given:
        return None
    content_type = _text("content_type", given).strip()
    match = _CONTENT_TYPE.fullmatch(content_type)
    if match is None or match["type"].lower() not in CONTENT_TYPES:
        takes = f"must be one of {', '.join(CONTENT_TYPES)}, with a charset at most"
        raise Refused("content_type", takes, status=415)
    return content_type.rstrip("; ")


# ---- what is said about it


def _name(name: str, given: Mapping[str, object], limits: DocumentLimits) -> str | None:
    """A url, source or id. An empty one is an absent one: exporters write both."""
    if name not in given:
        return None
    text = _text(name, given)
    if _CONTROL.search(text):
        raise Refused(name, "holds a control character")
    if _SURROGATE.search(text):
        raise Refused(name, "holds half a surrogate pair, which is no character")
    _check_size(name, len(text.encode()), limits.field_bytes, status=422)
    return text or None


def _received_at(given: Mapping[str, object]) -> str | None:
    if "received_at" not in given:
        return None
    text = _text("received_at", given).strip().upper()  # t and z are allowed, datetime wants T and Z
    if not _RFC_3339.fullmatch(text):
        raise Refused("received_at", "must be a time as in 2026-01-31T18:05:00Z (RFC 3339)")
    try:
        datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("received_at", "is in the form of a time, but no such time exists") from None
    return text


def _meta(given: Mapping[str, object], limits: DocumentLimits) -> str | None:
    if "meta" not in given:
        return None
    meta = given["meta"]
    if isinstance(meta, str):
        meta = _embedded_json(meta)
    # A caller other than parse_line could hand in what JSON has no form for.
    try:
        text = json.dumps(meta, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise Refused("meta", "has no form in JSON") from None
    encoded = encode_text(text)
    _check_size("meta", len(encoded), limits.meta_bytes, status=422)
    return encoded.decode()


def _embedded_json(text: str) -> Any:
    """The object or list that `text` is the JSON of, as on the stream, where a field has no other form;
    else the text itself."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return parse_json(encode_text(text))
    except Refused:
        return text


# ---- small claims


def _text(name: str, given: Mapping[str, object]) -> str:
    value = given[name]
    if not isinstance(value, str):
        raise Refused(name, f"must be text, not {_kind(value)}")
    return value


def _check_size(name: str, size: int, most: int, *, status: int = 413) -> None:
    if size > most:
        raise Refused(name, f"takes {size} bytes; {most} are the most", status=status)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)


def _safe_name(name: str) -> str:
    """A name from outside, fit for a message: it is shown only when it is plainly a name."""
    return name if _PLAIN_NAME.fullmatch(name) else f"(a name of {len(name)} characters)"
