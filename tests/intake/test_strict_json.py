from __future__ import annotations

import json
import time

import pytest

from workers.errors import Refused
from workers.intake.strict_json import DEPTH, parse_json

REFUSED = [
    (b"", "is not JSON: Expecting value at character 1"),
    (b"{'a': 1}", "is not JSON: Expecting property name enclosed in double quotes at character 2"),
    (b'{"a": 1', "is not JSON: Expecting ',' delimiter at character 8"),
    (b'{"a": 1} x', "is not JSON: Extra data at character 10"),
    (b'{"a": "\xff"}', "is not UTF-8 at byte 8"),
    (b'{"a": "b', "is not JSON: Unterminated string starting at at character 7"),
    (b'{"a": "tab\there"}', "is not JSON: Invalid control character at at character 11"),
    (b'{"a": NaN}', "holds NaN, which is not JSON"),
    (b'{"a": -Infinity}', "holds -Infinity, which is not JSON"),
    (b'{"a": 1e999999}', "holds a number beyond the range of a double"),
    (b'{"a": ' + b"9" * 5000 + b"}", "holds an integer of 5000 digits; 64 bits are the most"),
    (b'{"a": 9223372036854775808}', "holds an integer of 19 digits; 64 bits are the most"),
    (b'{"a": 1, "a": 2}', "is ambiguous: an object has the same key twice"),
    (b'{"m": {"a": 1, "a": 2}}', "is ambiguous: an object has the same key twice"),
    (b"[" * 65 + b"]" * 65, "is nested deeper than 64 levels"),
    (b'{"a":' * 65 + b"1" + b"}" * 65, "is nested deeper than 64 levels"),
    (b"[" * 1_000_000, "is nested deeper than 64 levels"),
    (b"[" + b"[]," * 20_000 + b"[]]", "has more than 20000 parts: names, values, commas and brackets"),
    (b'{"a": []}}{', "is not JSON: Extra data at character 10"),
    (b"[}", "is not JSON: Expecting value at character 2"),
]


@pytest.mark.parametrize(("raw", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_unsound_json_is_refused_with_the_reason_and_none_of_its_text(raw: bytes, message: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_json(raw)
    refused = caught.value
    assert (refused.field, refused.message, refused.status) == ("document", message, 400)


@pytest.mark.parametrize("value", [
    {"a": [1, -2.5, True, None, "x"]}, "[[[[", {"brackets in text": "{" * 200 + '\\"' + "[" * 200},
    [2**63 - 1, -(2**63)], "\U0001f600", json.loads("[" * DEPTH + "]" * DEPTH),
])
def test_sound_json_means_what_it_says(value: object) -> None:
    assert parse_json(json.dumps(value).encode()) == value


def test_a_byte_order_mark_before_json_is_no_fault() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize("unit", [b'"a\\"[",', b"[],", b'"', b"\\", b"[", b"]", b"{}[", b'"\\'])
def test_hostile_shapes_are_judged_in_linear_time(unit: bytes) -> None:
    raw = b"[" + unit * (5_000_000 // len(unit))
    begun = time.process_time()
    with pytest.raises(Refused):
        parse_json(raw)
    assert time.process_time() - begun < 2.0
