"""POST /documents: one document or one a line, plain or gzip, to the ledger; an answer for each."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qsl
from wsgiref.types import WSGIEnvironment

from workers.errors import LedgerFull, PortError, Refused
from workers.intake.admission import DocumentLimits, admit, admit_bytes, admit_line, line_limit, parse_line
from workers.intake.http_answer import Answer, come_again, problem
from workers.intake.streams import GZIP_MAGIC, read_at_most, read_lines, read_pieces, unzip
from workers.model import Entry, Submission
from workers.ports import Ledger

DOOR: Final = "http"
JSON_LINES: Final = ("application/x-ndjson", "application/ndjson", "application/jsonl")
PLAIN_BODIES: Final = ("text/html", "text/plain", "application/xhtml+xml")
ONE_DOCUMENT: Final = "application/json"
DECODED_BYTES: Final = 256 * 1024 * 1024
LINES: Final = 100_000  # of one request: every one gets an answer, and the answer is kept in memory
CHUNK_DOCUMENTS: Final = 256
CHUNK_BYTES: Final = 4 * 1024 * 1024
KEY_CHARACTERS: Final = 255

Append = Callable[[Sequence[Submission]], list[Entry]]


def take_documents(environ: WSGIEnvironment, ledger: Ledger, limits: DocumentLimits) -> Answer:
    """202 with ids once they are durable. `wsgi.input` has to be seekable, as waitress gives it.

    Raises Refused when the request as a whole is wrong, LedgerFull and PortError before anything
    was accepted.
    """
    content_type = str(environ.get("CONTENT_TYPE", ""))
    media_type = content_type.partition(";")[0].strip().lower()
    body = _Body(environ["wsgi.input"], _is_gzip(environ))
    append = _append_to(ledger, environ.get("HTTP_IDEMPOTENCY_KEY"))
    if media_type in JSON_LINES:
        return _take_lines(body, append, limits)
    if media_type == ONE_DOCUMENT:
        submission = admit(parse_line(body.read(line_limit(limits))), limits)
    elif media_type in PLAIN_BODIES:
        about = _query(environ) | {"content_type": content_type}
        submission = admit_bytes(body.read(limits.body_bytes), about, limits)
    else:
        takes = ", ".join((ONE_DOCUMENT, *JSON_LINES, *PLAIN_BODIES))
        raise Refused("content_type", f"of the request must be one of {takes}", status=415)
    return _accepted(_receipt(1, append([submission])[0]))


# ---- the request


@dataclass(frozen=True, slots=True)
class _Body:
    stream: BinaryIO
    is_gzip: bool

    def pieces(self) -> Iterator[bytes]:
        """Decoded, from the start, whenever it is called."""
        self.stream.seek(0)
        pieces = read_pieces(self.stream)
        first = True
        for piece in unzip(pieces) if self.is_gzip else pieces:
            if first and piece.startswith(GZIP_MAGIC):
                twice = "is gzip within gzip" if self.is_gzip else "is gzip, but no Content-Encoding says so"
                raise Refused("body", twice, status=400)
            first = False
            yield piece

    def read(self, most_bytes: int) -> bytes:
        return read_at_most(self.pieces(), most_bytes)

    def check_whole(self) -> None:
        """Before the first line is taken: a request cut short is refused as a whole, not half accepted."""
        size = lines = 0
        for piece in self.pieces():
            size += len(piece)
            lines += piece.count(b"\n")
            if size > DECODED_BYTES:
                raise Refused("body", f"exceeds {DECODED_BYTES} bytes decoded", status=413)
            if lines > LINES:
                raise Refused("body", f"has more than {LINES} lines; send the rest by itself", status=413)


def _is_gzip(environ: WSGIEnvironment) -> bool:
    encoding = str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower()
    if encoding in ("", "identity"):
        return False
    if encoding in ("gzip", "x-gzip"):
        return True
    raise Refused("content_encoding", "must be gzip, once, or absent", status=415)


def _query(environ: WSGIEnvironment) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="strict", max_num_fields=16
        )
    except ValueError:
        raise Refused("query", "is not UTF-8, or has more than 16 parts") from None
    if len(pairs) > len(dict(pairs)):
        raise Refused("query", "says one thing twice")
    return dict(pairs)


def _append_to(ledger: Ledger, key: str | None) -> Append:
    """Appends chunk after chunk of one request; with an Idempotency-Key each of them once a day.

    The key of a chunk holds its digest: the same key on other documents must not lose them.
    """
    if key is None:
        return lambda submissions: ledger.append(submissions, DOOR)
    if not key.isprintable() or not 0 < len(key) <= KEY_CHARACTERS:
        raise Refused("idempotency_key", f"must be 1 to {KEY_CHARACTERS} visible characters")
    chunks = iter(range(LINES))
    return lambda submissions: ledger.append_once(
        f"{key} {next(chunks)} {_digest(submissions)}", submissions, DOOR
    )


def _digest(submissions: Sequence[Submission]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for submission in submissions:
        for name, value in submission.fields(DOOR).items():
            digest.update(b"%b %d:" % (name, len(value)))
            digest.update(value)
    return digest.hexdigest()


# ---- one document a line


@dataclass(slots=True)
class _Taking:
    """Groups the lines into chunks, appends the good ones and keeps an answer for every line."""

    append: Append
    said: bytearray = field(default_factory=bytearray)  # the answers, as the inside of a JSON list
    first_refused: tuple[int, Refused] | None = None    # with its line
    failure: LedgerFull | PortError | None = None       # after it nothing more is tried
    accepted: int = 0
    _chunk: dict[int, Submission | Refused] = field(default_factory=dict)
    _chunk_bytes: int = 0

    def add(self, line: int, result: Submission | Refused) -> None:
        if isinstance(result, Submission):
            self._chunk_bytes += len(result.body)
        else:
            self.first_refused = self.first_refused or (line, result)
        self._chunk[line] = result
        if len(self._chunk) == CHUNK_DOCUMENTS or self._chunk_bytes >= CHUNK_BYTES:
            self.flush()

    def flush(self) -> None:
        entries = iter(self._append())
        for line, result in self._chunk.items():
            if isinstance(result, Refused):
                answer = _error(line, result.field, result.message)
            elif self.failure:
                answer = _error(line, "ledger", "is full or away; send this line again")
            else:
                answer = _receipt(line, next(entries))
                self.accepted += 1
            self.said += b",\n" + answer if self.said else answer
        self._chunk, self._chunk_bytes = {}, 0

    def _append(self) -> list[Entry]:
        submissions = [result for result in self._chunk.values() if isinstance(result, Submission)]
        if not submissions or self.failure:
            return []
        try:
            return self.append(submissions)
        except (LedgerFull, PortError) as error:
            self.failure = error
            return []


def _take_lines(body: _Body, append: Append, limits: DocumentLimits) -> Answer:
    body.check_whole()
    taking = _Taking(append)
    for number, line in read_lines(body.pieces(), line_limit(limits)):
        if line is not None and not line.strip():
            continue
        taking.add(number, admit_line(line, limits))
    taking.flush()
    return _answer_lines(taking)


def _answer_lines(taking: _Taking) -> Answer:
    if taking.accepted:
        return _accepted(taking.said, come_again(taking.failure).headers if taking.failure else ())
    if taking.failure:
        raise taking.failure
    if not taking.first_refused:
        raise Refused("body", "holds no document")
    line, first = taking.first_refused
    detail = f"line {line}: {first.field} {first.message}"
    return problem(first.status, first.field, detail, documents=taking.said)


# ---- the answer


def _receipt(line: int, entry: Entry) -> bytes:
    return _json({"line": line, "id": entry.document_id, "entry_id": entry.id})


def _error(line: int, field: str, message: str) -> bytes:
    return _json({"line": line, "error": {"field": field, "message": message}})


def _accepted(documents: bytes | bytearray, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    body = b"".join((b'{"documents":[', documents, b"]}\n"))
    return Answer(HTTPStatus.ACCEPTED, body, "application/json", headers)


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
