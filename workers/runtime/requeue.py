"""Quarantined documents given to the mill again."""

from __future__ import annotations

from collections.abc import Iterable

from workers.model import DocumentId, EntryId, Submission
from workers.ports import Ledger, QuarantineRow, Store
from workers.runtime.codec import decode_fields

_MOST = 100_000


def requeue(
    ledger: Ledger, store: Store, *, id: str | None = None, step: str | None = None, reason: str | None = None
) -> dict[DocumentId, EntryId]:
    """Each becomes a new document under its old fields; the old row keeps its verdict and names the new
    entry. Purged payloads, ones that were cut, and those requeued before are passed over.
    Returns the new entry of each old document."""
    done: dict[DocumentId, EntryId] = {}
    for row in _rows(store, id, step, reason):
        if row.payload is None or row.requeued_as is not None:
            continue
        fields = decode_fields(row.payload)
        if b"body.blake2b" in fields or b"body" not in fields:
            continue
        entry = ledger.append([_submission(fields)], fields.get(b"door", b"cli").decode(errors="replace"))[0]
        store.quarantine_requeued(row.document_id, entry.id)
        done[row.document_id] = entry.id
    return done


def _rows(store: Store, id: str | None, step: str | None, reason: str | None) -> Iterable[QuarantineRow]:
    if id is not None:
        yield from store.quarantine_show(id)
        return
    for row in store.quarantine_list(step=step, reason=reason, limit=_MOST):
        yield from store.quarantine_show(row.document_id)


def _submission(fields: dict[bytes, bytes]) -> Submission:
    names = ("content_type", "url", "source", "id", "received_at", "meta")
    given = {name: fields[name.encode()].decode(errors="replace") for name in names if name.encode() in fields}
    return Submission(fields[b"body"], **given)
