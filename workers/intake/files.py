"""The command line's door: files, folders, JSON lines and standard input, read one document at a time."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO, Final

from workers.errors import LedgerFull, Refused, UsageError
from workers.intake.admission import LIMITS, DocumentLimits, admit, admit_bytes, admit_line, line_limit, parse_line
from workers.intake.streams import GZIP_MAGIC, read_at_most, read_lines, read_pieces, unzip
from workers.model import Entry, Submission
from workers.ports import Ledger

DOOR: Final = "cli"
STDIN: Final = "-"
GZIP: Final = ".gz"
JSON_LINES: Final = frozenset({".jsonl", ".ndjson"})
RECORD: Final = ".json"
CONTENT_TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain",
}
GROUP_DOCUMENTS: Final = 64
GROUP_BYTES: Final = 4 * 1024 * 1024
PAUSE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one file, or one line of it, holds."""

    file: str          # path as given; "-" for standard input
    line: int | None   # from 1; None when the file is one document
    result: Submission | Refused


@dataclass(frozen=True, slots=True)
class Receipt:
    pushed: Pushed
    entry: Entry | None  # None when it was refused


@dataclass(frozen=True, slots=True)
class _Given:
    """What the command line says of every document that does not say it itself."""

    limits: DocumentLimits
    source: str | None
    url: str | None
    content_type: str | None

    def of_file(self, file: str) -> dict[str, object]:
        name = None if file == STDIN else file
        return {"source": self.source, "url": self.url, "id": name, "content_type": self.content_type}

    def of_record(self, record: Mapping[str, object]) -> dict[str, object]:
        said: dict[str, object] = {"source": self.source, "url": self.url}
        if "text" not in record:
            said["content_type"] = self.content_type
        return said | {name: value for name, value in record.items() if value is not None}


def read_submissions(
    paths: Sequence[str],
    *,
    stdin: BinaryIO,
    source: str | None = None,
    url: str | None = None,
    content_type: str | None = None,
    limits: DocumentLimits = LIMITS,
) -> Iterator[Pushed]:
    """In the order given, folders sorted by path, without hidden files.

    Raises UsageError before the first document when a path does not exist.
    """
    for path in paths:
        if path != STDIN and not os.path.exists(path):
            raise UsageError(f"{path}: no such file or folder")
    given = _Given(limits, source, url, content_type)
    for path in paths:
        if path == STDIN:
            yield from _read_stdin(stdin, given)
        elif os.path.isdir(path):
            for file in walk_folder(path):
                yield from _read_file(file, given, in_folder=True)
        else:
            yield from _read_file(path, given, in_folder=False)


def push(
    ledger: Ledger,
    pushed: Iterable[Pushed],
    *,
    on_wait: Callable[[str], None],
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[Receipt]:
    """One receipt each, in order, once it is durable. While the ledger is full it waits, after telling
    `on_wait` why; a PortError goes to the caller, who knows from the receipts how far it got."""
    for group in _groups(pushed):
        submissions = [each.result for each in group if isinstance(each.result, Submission)]
        entries = iter(_append(ledger, submissions, on_wait, pause) if submissions else [])
        for each in group:
            yield Receipt(each, next(entries) if isinstance(each.result, Submission) else None)


def _append(
    ledger: Ledger,
    submissions: list[Submission],
    on_wait: Callable[[str], None],
    pause: Callable[[float], None],
) -> list[Entry]:
    while True:
        try:
            return ledger.append(submissions, DOOR)
        except LedgerFull as full:
            on_wait(str(full))
            pause(full.retry_after_s)


def _groups(pushed: Iterable[Pushed]) -> Iterator[list[Pushed]]:
    """Full ones, and what came before a pause: a document of a live pipe does not wait for 63 others."""
    group: list[Pushed] = []
    size = 0
    for each in _with_pauses(pushed):
        if each is not None:
            group.append(each)
            size += len(each.result.body) if isinstance(each.result, Submission) else 0
        if group and (each is None or len(group) == GROUP_DOCUMENTS or size >= GROUP_BYTES):
            yield group
            group, size = [], 0
    if group:
        yield group


def _with_pauses(pushed: Iterable[Pushed]) -> Iterator[Pushed | None]:
    """None whenever nothing has come for PAUSE_S. A thread reads: a read of a pipe knows no time limit."""
    came: Queue[Pushed | BaseException | None] = Queue(maxsize=4)

    def read() -> None:
        try:
            for each in pushed:
                came.put(each)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever takes it
            came.put(error)
        else:
            came.put(None)

    Thread(target=read, name="read", daemon=True).start()
    while True:
        try:
            each = came.get(timeout=PAUSE_S)
        except Empty:
            yield None
        else:
            if each is None:
                return
            if isinstance(each, BaseException):
                raise each
            yield each


# ---- where documents lie


def walk_folder(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = os.path.join(here, name)
            if not name.startswith(".") and os.path.isfile(file):  # no pipes, sockets, dead links
                yield file


def _read_file(file: str, given: _Given, *, in_folder: bool) -> Iterator[Pushed]:
    stem, suffix = os.path.splitext(file.lower())
    is_gzip = suffix == GZIP
    if is_gzip:
        suffix = os.path.splitext(stem)[1]
    known = suffix in JSON_LINES or suffix in CONTENT_TYPES or suffix in (RECORD, "")
    try:
        if in_folder and not known:
            raise Refused("file", f"has a suffix that names no document: {suffix}")
        with _opened(file) as stream:
            pieces = unzip(read_pieces(stream)) if is_gzip else read_pieces(stream)
            yield from _read_as(suffix, file, pieces, given)
    except Refused as refused:
        yield Pushed(file, None, refused)


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    try:
        with open(file, "rb") as stream:
            yield stream
    except OSError as error:
        raise Refused("file", f"cannot be read: {error.strerror}") from error


def _read_stdin(stdin: BinaryIO, given: _Given) -> Iterator[Pushed]:
    pieces = read_pieces(stdin)
    head = next(pieces, b"")
    pieces = itertools.chain([head], pieces)
    try:
        if head.startswith(GZIP_MAGIC):
            pieces = unzip(pieces)
            head = next(pieces, b"")
            pieces = itertools.chain([head], pieces)
        yield from _read_as(_recognise(head), STDIN, pieces, given)
    except Refused as refused:
        yield Pushed(STDIN, None, refused)


def _recognise(head: bytes) -> str:
    """The suffix that standard input would bear as a file: JSON lines when half of its lines open an
    object, so that a broken first line does not turn a feed into one document."""
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    objects = sum(line.startswith(b"{") and len(line) > 1 for line in lines)
    if lines and 2 * objects >= len(lines):
        return ".jsonl"
    return RECORD if head.lstrip().startswith(b"{") else ""


# ---- what they hold


def _read_as(suffix: str, file: str, pieces: Iterable[bytes], given: _Given) -> Iterator[Pushed]:
    if suffix in JSON_LINES:
        yield from _read_json_lines(file, pieces, given)
    else:
        yield Pushed(file, None, _read_document(suffix, file, pieces, given))


def _read_json_lines(file: str, pieces: Iterable[bytes], given: _Given) -> Iterator[Pushed]:
    number = 0
    try:
        for number, line in read_lines(pieces, line_limit(given.limits)):
            if line is None or line.strip():
                yield Pushed(file, number, admit_line(line, given.limits, given.of_record))
    except Refused as refused:  # of the stream: nothing can be read after it
        yield Pushed(file, number + 1, refused)


def _read_document(suffix: str, file: str, pieces: Iterable[bytes], given: _Given) -> Submission:
    about = given.of_file(file)
    if suffix == RECORD and given.content_type is None:
        record = parse_line(read_at_most(pieces, line_limit(given.limits)))
        return admit({"id": about["id"]} | given.of_record(record), given.limits)
    about["content_type"] = about["content_type"] or CONTENT_TYPES.get(suffix)
    return admit_bytes(read_at_most(pieces, given.limits.body_bytes), about, given.limits)
