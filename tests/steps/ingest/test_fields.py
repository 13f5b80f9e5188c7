from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.steps.ingest.entries import ENTRY_MS, entry, read, refused
from workers.model import Document, Entry, Quarantine, Reason
from workers.steps.ingest import Ingest

ACCEPTED = datetime.fromtimestamp(ENTRY_MS / 1000, UTC)


def test_an_entry_is_identified_by_all_its_fields() -> None:
    given = entry(
        "Ein Text.",
        id="p-1",
        source="küste",
        url="https://example.org/a",
        door="cli",
        meta='{"run": 7}',
        received_at="2025-06-15T14:00:00+02:00",
        content_type="text/plain",
    )
    document = Ingest()(given)
    assert isinstance(document, Document)
    assert (document.producer_id, document.source, document.url) == ("p-1", "küste", "https://example.org/a")
    assert (document.door, document.meta) == ("cli", {"run": 7})
    assert document.received_at == datetime(2025, 6, 15, 12, tzinfo=UTC)
    assert (document.accepted_at, document.id) == (ACCEPTED, given.document_id)
    assert (document.text, document.payload_bytes) == ("Ein Text.", given.payload_bytes)


def test_without_received_at_the_time_of_the_entry_counts() -> None:
    assert read().received_at == ACCEPTED


def test_received_at_is_clamped_to_five_minutes_after_the_entry() -> None:
    assert read(received_at="2099-01-01T00:00:00Z").received_at == ACCEPTED + timedelta(minutes=5)


@pytest.mark.parametrize("value", ["yesterday", "2025-06-15", "2025-06-15T14:00:00", "9999-12-31T23:59:59-10:00"])
def test_a_received_at_that_is_no_time_with_a_zone_is_named(value: str) -> None:
    quarantine = refused(received_at=value)
    assert quarantine.reason is Reason.BAD_FIELD
    assert quarantine.detail.startswith("received_at: ")


def test_an_unknown_field_is_named() -> None:
    assert refused(titel="x") == Quarantine(Reason.BAD_FIELD, "titel: no such field")


def test_ten_thousand_fields_are_refused_by_the_first() -> None:
    assert refused(**{f"f{n}": "x" for n in range(10_000)}).reason is Reason.BAD_FIELD


def test_an_entry_without_a_body_says_so() -> None:
    assert refused(None, source="x") == Quarantine(Reason.NO_BODY, "the entry has no field body")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("meta", "{"),
        ("meta", '{"a": 1, "a": 2}'),
        ("meta", "[" * 200),
        ("meta", '"' + "x" * 5000 + '"'),
        ("source", b"\xff"),
        ("source", "a\0b"),
        ("url", "https://example.org/" + "x" * 9000),
        ("id", b"\xc3"),
        ("content_type", "text/markdown"),
        ("content_type", "application/pdf"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: str, value: str | bytes) -> None:
    quarantine = refused(**{field: value})
    assert quarantine.reason is Reason.BAD_FIELD
    assert quarantine.detail.startswith(f"{field}: ")


def test_identify_leaves_out_what_it_cannot_read() -> None:
    document = Ingest().identify(entry(None, meta="{", source=b"\xff", received_at="x", door="window", huh="1"))
    assert (document.meta, document.source, document.door) == (None, None, "stream")
    assert document.received_at == document.accepted_at == ACCEPTED


@pytest.mark.parametrize("entry_id", ["18446744073709551615-0", "0-1", "99999999999999999999999-0", "x-1"])
def test_identify_takes_any_entry_id(entry_id: str) -> None:
    document = Ingest().identify(Entry(entry_id, {}))
    assert document.received_at == document.accepted_at


def test_line_ends_and_nul_in_meta_and_source_do_no_harm() -> None:
    document = read(source="a\nb\u2028c", meta='{"a\\u0000": "b\\u0000\\ud800"}')
    assert (document.source, document.meta) == ("a b c", {"a": "b\ufffd"})
