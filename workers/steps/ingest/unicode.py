"""Characters that no text needs and that stores, terminals or parsers stumble over."""

from __future__ import annotations

import re
from typing import Any, Final

_LINE_ENDS: Final = re.compile("\r\n?|[\u0085\u2028\u2029]")
_UNWANTED: Final = re.compile("[\0\ufeff\ufffe\uffff]")
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def scrub(text: str) -> str:
    """Lines end in \\n; NUL and byte order marks are gone; other controls are blanks, surrogates U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    text = _UNWANTED.sub("", text)
    text = _CONTROL.sub(" ", text)
    return _SURROGATE.sub("\ufffd", text)


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
