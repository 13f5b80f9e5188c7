from __future__ import annotations

import pytest

from tests.steps.ingest.entries import read, refused
from workers.model import ContentType, Quarantine, Reason

JSON = "application/json"


def test_a_record_keeps_what_an_article_has() -> None:
    document = read(
        '{"text": "Le conseil vote.", "title": "Budget", "authors": ["A. B.", " "], "publisher": null,'
        ' "published_at": "2025-06-01T10:00:00Z", "language": "fr", "views": 7}'
    )
    assert document.content_type is ContentType.RECORD
    assert document.record == {
        "text": "Le conseil vote.",
        "title": "Budget",
        "authors": ["A. B."],
        "published_at": "2025-06-01T10:00:00Z",
        "language": "fr",
    }


def test_one_author_may_be_a_plain_string() -> None:
    assert read('{"text": "x", "authors": "Anna Berg"}').record == {"text": "x", "authors": ["Anna Berg"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"text": 5}', "text"),
        ('{"text": "x", "title": ["y"]}', "title"),
        ('{"text": "x", "url": 1}', "url"),
        ('{"text": "x", "authors": [1]}', "authors"),
        ('{"text": "x", "published_at": 17000}', "published_at"),
        ('{"text": "x", "published_at": "tomorrow"}', "published_at"),
        ('{"text": "x", "language": {}}', "language"),
    ],
)
def test_a_wrong_type_is_named(body: str, field: str) -> None:
    quarantine = refused(body)
    assert quarantine.reason is Reason.BAD_FIELD
    assert quarantine.detail.startswith(f"{field}: ")


def test_a_declared_record_without_text_is_told_so() -> None:
    assert refused('{"title": "x"}', content_type=JSON) == Quarantine(Reason.BAD_FIELD, "text: missing")


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "x"',
        '{"a": 1}',
        "[[1]]",
        '{"text": "a", "text": "b"}',
        '{"text": "a", "n": NaN}',
        '{"text": "a", "n": -Infinity}',
        '{"text": "a", "n": ' + "9" * 5000 + "}",
        '{"text": "a", "n": 1e999999}',
        '{"text": "a"} x',
    ],
)
def test_what_is_no_proper_json_is_bad_json(body: str) -> None:
    assert refused(body).reason is Reason.BAD_JSON


@pytest.mark.parametrize(
    "text", ["[" * 1_000_000, '{"a":' * 1_000_000, '{"text": "x", "a": ' + "[" * 64 + "]" * 64 + "}"]
)
def test_nesting_is_found_before_a_parser_sees_it(text: str) -> None:
    assert refused(text).reason is Reason.TOO_DEEP


def test_brackets_inside_strings_are_no_nesting() -> None:
    assert read('{"text": "' + "[{" * 500 + '\\""}').content_type is ContentType.RECORD


def test_a_blank_text_is_empty() -> None:
    assert refused('{"text": " \\n"}').reason is Reason.EMPTY_BODY


def test_surrogates_and_nul_in_a_record_do_not_get_on() -> None:
    assert read('{"text": "a\\ud800\\u0000b", "title": "c\\u0000\\nd"}').record == {"text": "a\ufffdb", "title": "c d"}
