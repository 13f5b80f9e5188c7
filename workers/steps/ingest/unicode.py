"""Characters that no text needs and that stores, terminals or parsers stumble over."""

from __future__ import annotations

import re
from typing import Any, Final

_LINE_ENDS: Final = re.compile("[\u0085\u2028\u2029]")
_UNWANTED: Final = re.compile("[\0\ufeff\ufffe\uffff]")
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL_BYTES: Final = bytes([*range(9), 11, 12, *range(14, 32), 127])
_RARE: Final = "\u2028\u2029\ufeff\ufffe\uffff" + "".join(map(chr, range(0x80, 0xA0)))


def scrub(text: str) -> str:
    """Lines end in \\n; NUL and byte order marks are gone; other controls are blanks, surrogates U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _holds_unwanted(text):
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _UNWANTED.sub("", text)
    text = _CONTROL.sub(" ", text)
    return _SURROGATE.sub("\ufffd", text)


def _holds_unwanted(text: str) -> bool:
    """Counting bytes and searching single characters takes a tenth of the time of the expressions."""
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate
        return True
    if len(encoded.translate(None, _CONTROL_BYTES)) < len(encoded):
        return True
    return not text.isascii() and any(character in text for character in _RARE)


def one_line(text: str) -> str:
    return " ".join(scrub(text).split())


def scrub_values(value: Any) -> Any:
    """Every string of a JSON value scrubbed. The nesting has been bounded by then."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, list):
        return [scrub_values(item) for item in value]
    if isinstance(value, dict):
        return {scrub(name): scrub_values(item) for name, item in value.items()}
    return value
