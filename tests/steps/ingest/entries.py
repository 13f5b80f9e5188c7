"""One builder for all tests of ingest."""

from __future__ import annotations

from workers.model import Document, Entry, Quarantine
from workers.steps.ingest import Ingest

ENTRY_MS = 1_750_000_000_000


def entry(body: str | bytes | None = "A body.", **fields: str | bytes) -> Entry:
    named: dict[str, str | bytes] = dict(fields) if body is None else {"body": body, **fields}
    return Entry(
        f"{ENTRY_MS}-0",
        {name.encode(): value.encode() if isinstance(value, str) else value for name, value in named.items()},
    )


def read(body: str | bytes | None = "A body.", **fields: str | bytes) -> Document:
    document = Ingest()(entry(body, **fields))
    assert isinstance(document, Document), document
    return document


def refused(body: str | bytes | None = "A body.", **fields: str | bytes) -> Quarantine:
    outcome = Ingest()(entry(body, **fields))
    assert isinstance(outcome, Quarantine), outcome
    return outcome
