"""JSON without its traps: bounded nesting, no duplicate keys, no NaN, no endless numbers."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from workers.model import Reason
from workers.steps.ingest.faults import BodyError

_STRUCTURE: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_LARGEST: Final = 2**63


def read_json(text: str, *, depth: int) -> Any:
    """Raises BodyError: TOO_DEEP, found before any recursive parser sees the text, or BAD_JSON."""
    if is_deeper(text, depth):
        raise BodyError(Reason.TOO_DEEP, f"JSON nested deeper than {depth} levels")
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except json.JSONDecodeError as error:
        detail = f"{error.msg} at line {error.lineno} column {error.colno}"
        raise BodyError(Reason.BAD_JSON, detail) from error


def is_deeper(text: str, most: int) -> bool:
    if text.count("[") + text.count("{") <= most:
        return False
    level = 0
    for token in _STRUCTURE.finditer(text):
        character = token.group()[0]
        if character in "[{":
            level += 1
            if level > most:
                return True
        elif character in "]}":
            level -= 1
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in values if names.count(name) > 1) if len(names) < 1000 else "a key"
        raise BodyError(Reason.BAD_JSON, f"{twice[:60]!r} stands twice in one object")
    return values


def _no_constant(name: str) -> NoReturn:
    raise BodyError(Reason.BAD_JSON, f"{name} is no JSON value")


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= 20 else _LARGEST
    if not -_LARGEST <= value < _LARGEST:
        raise BodyError(Reason.BAD_JSON, f"an integer of {len(digits)} digits exceeds 64 bits")
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise BodyError(Reason.BAD_JSON, f"the number {digits[:30]} is too large")
    return value
