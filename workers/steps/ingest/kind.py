"""What a body is: binary or text, and of the texts a dump, HTML or a JSON record."""

from __future__ import annotations

import re
from typing import Final

from workers.model import ContentType

MAGIC: Final = (
    b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c",
    b"\x28\xb5\x2f\xfd", b"Rar!\x1a\x07", b"\x89PNG\r\n", b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"II*\0",
    b"MM\0*", b"\0\0\x01\0", b"BM\x00", b"\x7fELF", b"MZ\x90\0", b"OggS", b"ID3", b"fLaC", b"\x1aE\xdf\xa3",
    b"\xca\xfe\xba\xbe", b"SQLite format 3\0", b"\xd0\xcf\x11\xe0", b"wOFF", b"wOF2", b"\0asm",
)
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b")
_MOST_CONTROLS: Final = 0.05  # random bytes hold 0.10

_TYPES: Final = {
    "text/plain": ContentType.DUMP,
    "text/html": ContentType.HTML,
    "application/xhtml+xml": ContentType.HTML,
    "application/json": ContentType.RECORD,
}
_CHARSET_PARAMETER: Final = re.compile(r"charset\s*+=\s*+[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_TAG: Final = re.compile(
    r"<(?:!doctype\b|!--|\?xml\b|/?(?:html|head|body|meta|title|link|base|script|style|noscript|div|main|article|section|"
    r"header|footer|nav|aside|span|p|a|b|i|em|strong|font|center|table|tr|td|ul|ol|li|dl|h[1-6]|br|hr|img|"
    r"iframe|form|svg|template|plaintext|frameset)\b)",
    re.IGNORECASE,
)
_DOCUMENT_TAG: Final = re.compile(r"<(?:html|body)[\s>]|<!doctype html", re.IGNORECASE)
_JSON: Final = re.compile(r"\{\s*+[\"}]|\[\s*+[\[{\]]")
_HEAD_CHARACTERS: Final = 2048


def is_binary(body: bytes) -> bool:
    if body.startswith(MAGIC) or (body[:4] == b"RIFF" and body[8:12] in (b"WEBP", b"WAVE", b"AVI ")):
        return True
    return body[4:8] == b"ftyp"


def is_mostly_control(body: bytes) -> bool:
    """NUL is left out of the count: a few in a text are no reason to refuse it."""
    text = body.replace(b"\0", b"")
    controls = len(text) - len(text.translate(None, _CONTROLS))
    return not text or controls > max(7, _MOST_CONTROLS * len(text))


def read_content_type(value: bytes) -> tuple[ContentType, str | None]:
    """The type and its charset parameter. Raises ValueError for a type that is not taken."""
    text = value.decode("utf-8", "replace")
    name, _, parameters = text.partition(";")
    kind = _TYPES.get(name.strip().lower())
    if kind is None:
        raise ValueError(f"{name[:60]!r} is none of {', '.join(_TYPES)}")
    charset = _CHARSET_PARAMETER.search(parameters[:200])
    return kind, charset.group(1) if charset else None


def recognise(text: str) -> ContentType:
    start = text[:_HEAD_CHARACTERS].lstrip()
    if not start:  # white space may go on for long
        start = text.lstrip()[:_HEAD_CHARACTERS]
    if _JSON.match(start):
        return ContentType.RECORD
    if _TAG.match(start) or _DOCUMENT_TAG.search(start):
        return ContentType.HTML
    return ContentType.DUMP
