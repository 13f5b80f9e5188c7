"""JSON from strangers: what would cost depth, memory or meaning is refused before or while parsing."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from workers.errors import Refused

DEPTH: Final = 64
PARTS: Final = 20_000  # of one line; five million empty lists fit in 15 MB and take 400 MB parsed
_PART: Final = re.compile(rb'[\[\]{},]|"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_OPENING: Final = b"[{"
_CLOSING: Final = b"]}"
_INTEGERS: Final = range(-(2**63), 2**63)
_LONGEST_INTEGER: Final = 20  # digits and sign of a 64-bit integer
_UTF8_MARK: Final = b"\xef\xbb\xbf"


def parse_json(raw: bytes) -> Any:
    """Raises Refused (400): not UTF-8, no JSON, nested deeper than DEPTH, more than PARTS parts,
    a key twice in one object, NaN or Infinity, a number that no 64-bit integer or double holds.
    """
    raw = raw.removeprefix(_UTF8_MARK)
    _check_shape(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(f"is not UTF-8 at byte {error.start + 1}") from None
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_double, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise _refused(f"is not JSON: {error.msg} at character {error.pos + 1}") from None


def _check_shape(raw: bytes) -> None:
    """Stops at the first excess, copies nothing: the parser is recursive and must not see the rest."""
    level = 0
    for part, match in enumerate(_PART.finditer(raw)):
        first = raw[match.start()]
        if first in _OPENING:
            level += 1
        elif first in _CLOSING:
            level -= 1
        if level > DEPTH:
            raise _refused(f"is nested deeper than {DEPTH} levels")
        if part == PARTS:
            raise _refused(f"has more than {PARTS} parts: names, values, commas and brackets")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _refused("is ambiguous: an object has the same key twice")
    return found


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= _LONGEST_INTEGER else 2**63
    if value not in _INTEGERS:
        raise _refused(f"holds an integer of {len(digits)} digits; 64 bits are the most")
    return value


def _double(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _refused("holds a number beyond the range of a double")
    return value


def _constant(name: str) -> NoReturn:
    raise _refused(f"holds {name}, which is not JSON")


def _refused(message: str) -> Refused:
    return Refused("document", message, status=400)
