"""The first step: an entry as anybody may have written it becomes a document, or is quarantined."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from workers.model import ContentType, Document, Entry, Quarantine, Reason
from workers.steps.ingest.charset import decode_body, is_utf16
from workers.steps.ingest.faults import BodyError
from workers.steps.ingest.fields import Fields, accepted_at, read_received_at, read_text
from workers.steps.ingest.kind import is_binary, is_mostly_control, read_content_type, recognise
from workers.steps.ingest.record import read_record
from workers.steps.ingest.strict_json import read_json
from workers.steps.ingest.unicode import scrub, scrub_values

DOORS: Final = frozenset({"cli", "http", "queue", "stream", "feed"})


class Ingest:
    """Reads one entry of the intake stream.

    body_bytes, meta_bytes, field_bytes: most bytes of the body, of `meta`, and of url, source and id.
    json_depth: deepest nesting of a JSON body or of meta.
    ahead_s: how far `received_at` may lie after the entry's own time.
    """

    def __init__(
        self,
        *,
        body_bytes: int = 5 * 1024 * 1024,
        meta_bytes: int = 4096,
        field_bytes: int = 8192,
        json_depth: int = 64,
        ahead_s: float = 300.0,
    ) -> None:
        self._body_bytes = body_bytes
        self._meta_bytes = meta_bytes
        self._field_bytes = field_bytes
        self._json_depth = json_depth
        self._ahead = timedelta(seconds=ahead_s)

    def __call__(self, entry: Entry) -> Document | Quarantine:
        try:
            return self._read(entry)
        except BodyError as fault:
            return Quarantine(fault.reason, fault.detail[:300])

    def identify(self, entry: Entry) -> Document:
        """What can be said of any entry, however broken: what cannot be read is left out."""
        accepted = accepted_at(entry.id)
        fields = Fields(entry.fields)
        received = fields.attempt("received_at", read_received_at)
        door = fields.attempt("door", read_text)
        return Document(
            id=entry.document_id,
            entry_id=entry.id,
            door=door if door in DOORS else "stream",
            received_at=min(received, accepted + self._ahead) if received else accepted,
            accepted_at=accepted,
            payload_bytes=entry.payload_bytes,
            producer_id=fields.attempt("id", self._name),
            source=fields.attempt("source", self._name),
            url=fields.attempt("url", self._name),
            meta=fields.attempt("meta", self._meta),
        )

    def _read(self, entry: Entry) -> Document:
        fields = Fields(entry.fields)
        fields.refuse_unknown()
        body = self._body(fields)
        for name in ("id", "source", "url"):
            fields.require(name, self._name)
        fields.require("received_at", read_received_at)
        fields.require("meta", self._meta)
        declared, charset = fields.require("content_type", read_content_type) or (None, None)
        document = replace(self.identify(entry), content_type=declared)
        if is_binary(body) or (is_mostly_control(body) and not is_utf16(body)):
            raise BodyError(Reason.BINARY, "an image, an archive, a PDF, or mostly control characters")
        decoded, used = decode_body(body, charset)
        text = scrub(decoded)
        if not text or text.isspace():
            raise BodyError(Reason.EMPTY_BODY, "the body holds no visible character")
        return self._recognised(replace(document, charset=used), text)

    def _recognised(self, document: Document, text: str) -> Document:
        kind = document.content_type or recognise(text)
        if kind is not ContentType.RECORD:
            return replace(document, content_type=kind, text=text)
        record = read_record(text, depth=self._json_depth, declared=document.content_type is not None)
        return replace(document, content_type=kind, record=record)

    def _body(self, fields: Fields) -> bytes:
        body = fields.body
        if body is None:
            raise BodyError(Reason.NO_BODY, "the entry has no field body")
        if len(body) > self._body_bytes:
            detail = f"{len(body)} bytes of body, at most {self._body_bytes} are taken"
            raise BodyError(Reason.TOO_LARGE, detail)
        if not body or body.isspace():
            raise BodyError(Reason.EMPTY_BODY, f"body of {len(body)} bytes, all white space")
        return body

    def _name(self, value: bytes) -> str:
        if len(value) > self._field_bytes:
            raise ValueError(f"{len(value)} bytes, at most {self._field_bytes} are taken")
        return read_text(value)

    def _meta(self, value: bytes) -> object:
        if len(value) > self._meta_bytes:
            raise ValueError(f"{len(value)} bytes, at most {self._meta_bytes} are taken")
        try:
            return scrub_values(read_json(value.decode("utf-8"), depth=self._json_depth))
        except BodyError as fault:
            raise ValueError(fault.detail) from fault
