from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from workers import pipeline
from workers.errors import Refused
from workers.intake.admission import LIMITS, admit, admit_bytes, parse_line
from workers.model import Submission

MIB = 1024 * 1024


def refusal(record: dict[str, Any]) -> tuple[str, str, int]:
    with pytest.raises(Refused) as caught:
        admit(record)
    return caught.value.field, caught.value.message, caught.value.status


REFUSED = [
    ({}, ("body", "is missing; a document has body, body_base64, or an article's text", 422)),
    ({"body": None}, ("body", "is missing; a document has body, body_base64, or an article's text", 422)),
    ({"title": "t"}, ("body", "is missing; a document has body, body_base64, or an article's text", 422)),
    ({"body": ""}, ("body", "is empty", 422)),
    ({"body": " \n\t "}, ("body", "is empty", 422)),
    ({"body": 7}, ("body", "must be text, not a number", 422)),
    ({"body": {"text": "x"}}, ("body", "must be text, not an object", 422)),
    ({"body": "x" * (5 * MIB + 1)}, ("body", "takes 5242881 bytes; 5242880 are the most", 413)),
    ({"body": "é" * (3 * MIB)}, ("body", "takes 6291456 bytes; 5242880 are the most", 413)),
    ({"body": "x", "body_base64": "eA=="},
     ("body_base64", "stands beside body; a document has one of them", 422)),
    ({"body_base64": ""}, ("body_base64", "is empty", 422)),
    ({"body_base64": "e===A"}, ("body_base64", "is not base64", 422)),
    ({"body_base64": "é"}, ("body_base64", "is not base64", 422)),
    ({"body_base64": ["eA=="]}, ("body_base64", "must be text, not a list", 422)),
    ({"body_base64": base64.b64encode(b"x" * (5 * MIB + 1)).decode()},
     ("body_base64", "takes 5242881 bytes; 5242880 are the most", 413)),
    ({"body": "x", "text": "y"}, ("text", "belongs to an article record, which has text and no body", 422)),
    ({"body": "x", "title": "t"}, ("title", "belongs to an article record, which has text and no body", 422)),
    ({"body": "x", "colour": 1}, ("colour", "is no field of a document", 422)),
    ({"body": "x", "a\nb": 1}, ("(a name of 3 characters)", "is no field of a document", 422)),
    ({"body": "x", "n" * 900: 1}, ("(a name of 900 characters)", "is no field of a document", 422)),
    ({"text": "   "}, ("text", "is empty", 422)),
    ({"text": ["x"]}, ("text", "must be text, not a list", 422)),
    ({"text": "x" * (5 * MIB)}, ("text", "takes 5242892 bytes; 5242880 are the most", 413)),
    ({"text": "x", "title": 5}, ("title", "must be text, not a number", 422)),
    ({"text": "x", "authors": 5}, ("authors", "must be a list of names, not a number", 422)),
    ({"text": "x", "authors": ["A", None]}, ("authors", "must be a list of names, but holds null", 422)),
    ({"text": "x", "published_at": "yesterday"},
     ("published_at", "must be a time as in 2026-01-31T18:05:00Z, or its date", 422)),
    ({"text": "x", "content_type": "text/html"},
     ("content_type", "of an article record is application/json", 415)),
    ({"body": "x", "content_type": 3}, ("content_type", "must be text, not a number", 422)),
    ({"body": "x", "url": 1.5}, ("url", "must be text, not a number", 422)),
    ({"body": "x", "url": "http://a/\r\nX: y"}, ("url", "holds a control character", 422)),
    ({"body": "x", "source": "a\0b"}, ("source", "holds a control character", 422)),
    ({"body": "x", "id": "\ud800"}, ("id", "holds half a surrogate pair, which is no character", 422)),
    ({"body": "x", "id": True}, ("id", "must be text, not true or false", 422)),
    ({"body": "x", "id": "é" * 4097}, ("id", "takes 8194 bytes; 8192 are the most", 422)),
    ({"body": "x", "received_at": 1700000000}, ("received_at", "must be text, not a number", 422)),
    ({"body": "x", "received_at": "2026-02-30T00:00:00Z"},
     ("received_at", "is in the form of a time, but no such time exists", 422)),
    ({"body": "x", "received_at": "0001-01-01T00:00:00+14:00"},
     ("received_at", "is in the form of a time, but no such time exists", 422)),
    ({"body": "x", "meta": {"k": "v" * 4090}}, ("meta", "takes 4098 bytes; 4096 are the most", 422)),
    ({"body": "x", "meta": {"k": float("nan")}}, ("meta", "has no form in JSON", 422)),
]


@pytest.mark.parametrize(("record", "expected"), REFUSED, ids=[f"{e[0]} {e[1]}" for _, e in REFUSED])
def test_a_wrong_record_is_refused_naming_the_field_and_what_came(
    record: dict[str, Any], expected: tuple[str, str, int]
) -> None:
    assert refusal(record) == expected


@pytest.mark.parametrize("value", [
    "2026-01-31", "2026-01-31T18:05:00", "2026-01-31 18:05:00Z", "31 Jan 2026", "2026-01-31T18:05Z", "",
    "2026-01-31T18:05:00+0100", "٢٠٢٦-01-31T18:05:00Z",
])
def test_a_received_at_that_is_not_rfc_3339_is_refused(value: str) -> None:
    assert refusal({"body": "x", "received_at": value})[0] == "received_at"


@pytest.mark.parametrize("value", [
    "image/png", "text", "text/html; charset=utf-8; q=1", "text/html; boundary=x", "text/html\nX: y", "",
    "multipart/form-data", "text/html; charset=" + "x" * 99,
])
def test_an_unknown_content_type_is_refused_with_415(value: str) -> None:
    assert refusal({"body": "x", "content_type": value})[::2] == ("content_type", 415)


@pytest.mark.parametrize("value", [
    "text/plain", "text/html", "application/xhtml+xml", "application/json", "TEXT/HTML",
    "text/html; charset=utf-8", 'text/html;charset="utf-8"',
])
def test_the_four_content_types_are_taken_with_or_without_charset(value: str) -> None:
    assert admit_bytes(b"x", {"content_type": value}).content_type == value


def test_a_full_record_becomes_a_submission_field_by_field() -> None:
    record = {
        "body": "Zürich. ", "content_type": "text/plain", "url": "https://example.org/a", "source": "s",
        "id": "42", "received_at": "2026-01-31t18:05:00.123z", "meta": {"k": ["ü", 1]},
    }
    assert admit(record) == Submission(
        body="Zürich. ".encode(), content_type="text/plain", url="https://example.org/a", source="s",
        id="42", received_at="2026-01-31T18:05:00.123Z", meta='{"k":["ü",1]}',
    )


def test_null_and_empty_names_count_as_absent() -> None:
    assert admit({"body": "x", "url": None, "id": "", "title": None}) == Submission(body=b"x")


def test_an_article_record_becomes_json_of_its_own_fields_and_keeps_what_is_said_about_it() -> None:
    record = {
        "text": "Body.", "title": "T", "authors": "Ann Lee", "url": "https://example.org/a",
        "published_at": "2026-01-31", "language": "en", "publisher": "P", "id": "7", "source": "s", "meta": 5,
    }
    submission = admit(record)
    assert json.loads(submission.body) == {
        "text": "Body.", "title": "T", "authors": ["Ann Lee"], "url": "https://example.org/a",
        "published_at": "2026-01-31", "language": "en", "publisher": "P",
    }
    assert submission == Submission(
        body=submission.body, content_type="application/json", url="https://example.org/a", source="s",
        id="7", meta="5",
    )


def test_base64_gives_the_very_bytes_line_ends_or_not() -> None:
    raw = bytes(range(256))
    text = base64.encodebytes(raw).decode()
    assert admit({"body_base64": text, "content_type": "text/html; charset=cp1251"}) == Submission(
        body=raw, content_type="text/html; charset=cp1251"
    )


def test_a_body_given_as_text_is_utf_8_whatever_charset_it_claims() -> None:
    submission = admit({"body": "ж", "content_type": "text/html; charset=windows-1251"})
    assert submission == Submission(body="ж".encode(), content_type="text/html; charset=utf-8")


def test_halves_of_surrogate_pairs_in_a_text_become_replacement_characters() -> None:
    record = parse_line(b'{"body": "a\\ud800b\\ud83d\\ude00", "meta": {"k": "\\udfff"}}')
    assert admit(record) == Submission(body="a\ufffdb\U0001f600".encode(), meta='{"k":"\ufffd"}')


@pytest.mark.parametrize(("meta", "kept"), [
    ({"a": None}, '{"a":null}'), ([1, 2], "[1,2]"), ("word", '"word"'), ("12", '"12"'), (0, "0"),
    (False, "false"), ('{"a": 1}', '{"a":1}'), ("{not json", '"{not json"'),
    ('{"a":1,"a":2}', '"{\\"a\\":1,\\"a\\":2}"'),
])
def test_meta_is_any_json_value_or_the_json_text_of_an_object(meta: object, kept: str) -> None:
    assert admit({"body": "x", "meta": meta}).meta == kept


@pytest.mark.parametrize("line", [b"[1]", b'"text"', b"7", b"null"])
def test_a_line_that_is_json_but_no_object_is_refused_with_422(line: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse_line(line)
    assert (caught.value.field, caught.value.status) == ("document", 422)


def test_a_plain_body_takes_nothing_but_what_can_be_said_about_it() -> None:
    with pytest.raises(Refused, match="title: cannot be said of a plain body"):
        admit_bytes(b"x", {"title": "t"})


def test_the_doors_have_the_limits_of_the_pipeline() -> None:
    names = ("body_bytes", "meta_bytes", "field_bytes")
    assert [getattr(LIMITS, name) for name in names] == [getattr(pipeline.LIMITS, name) for name in names]
