from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.intake import zipped
from tests.intake.recording_ledger import RecordingLedger
from workers.errors import LedgerError, LedgerFull, Refused, UsageError
from workers.intake.files import Pushed, Receipt, push, read_submissions
from workers.model import Entry, Submission

Read = list[tuple[str, int | None, Submission | str]]


def read(*paths: object, stdin: bytes = b"", **said: Any) -> Read:
    """(file name, line, submission or refused field) of each."""
    pushed = read_submissions([str(path) for path in paths], stdin=io.BytesIO(stdin), **said)
    return [
        (os.path.basename(p.file), p.line, p.result.field if isinstance(p.result, Refused) else p.result)
        for p in pushed
    ]


def write(folder: Path, **files: bytes) -> None:
    for name, content in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@pytest.mark.parametrize(("name", "content_type"), [
    ("a.html", "text/html"), ("a.HTM", "text/html"), ("a.txt", "text/plain"), ("a.xhtml", "application/xhtml+xml"),
    ("a", None), ("a.page", None),
])
def test_a_file_is_a_document_of_the_type_its_suffix_names_under_its_path(
    tmp_path: Path, name: str, content_type: str | None
) -> None:
    file = tmp_path / name
    file.write_bytes(b"<p>\xe9")
    assert read(file) == [(name, None, Submission(b"<p>\xe9", content_type, id=str(file)))]


def test_a_json_file_is_one_record_and_keeps_its_own_id(tmp_path: Path) -> None:
    write(tmp_path, a_json=b'{\n "text": "x"\n}', b_json=b'{"body": "y", "id": "7"}')
    assert read(tmp_path) == [
        ("a.json", None, Submission(b'{"text": "x"}', "application/json", id=str(tmp_path / "a.json"))),
        ("b.json", None, Submission(b"y", id="7")),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz"])
def test_json_lines_are_answered_each_for_itself(tmp_path: Path, name: str) -> None:
    content = b'{"body": "x"}\n\nbroken\n{"body": "y", "colour": 1}\n{"text": "z"}'
    (tmp_path / name).write_bytes(zipped(content) if name.endswith("gz") else content)
    assert read(tmp_path / name) == [
        (name, 1, Submission(b"x")), (name, 3, "document"), (name, 4, "colour"),
        (name, 5, Submission(b'{"text": "z"}', "application/json")),
    ]


def test_a_folder_is_read_with_its_folders_sorted_and_without_hidden_files(tmp_path: Path) -> None:
    write(tmp_path, b_txt=b"b", a_txt_gz=zipped(b"a"), sub__c_html=b"c", picture_png=b"p",
          _hidden=b"h", _git__d_txt=b"d")
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    read_back = [(name, r if isinstance(r, str) else (r.body, r.content_type)) for name, _, r in read(tmp_path)]
    assert read_back == [
        ("a.txt.gz", (b"a", "text/plain")), ("b.txt", (b"b", "text/plain")), ("picture.png", "file"),
        ("c.html", (b"c", "text/html")),
    ]


def test_what_the_command_line_says_stands_where_a_document_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, a_jsonl=b'{"body": "x", "source": "own"}\n{"text": "y"}', b_txt=b"z")
    assert read(tmp_path, source="s", url="u", content_type="text/html") == [
        ("a.jsonl", 1, Submission(b"x", "text/html", "u", "own")),
        ("a.jsonl", 2, Submission(b'{"text": "y", "url": "u"}', "application/json", "u", "s")),
        ("b.txt", None, Submission(b"z", "text/html", "u", "s", str(tmp_path / "b.txt"))),
    ]


@pytest.mark.parametrize(("content", "field"), [(b"", "body"), (b" \n", "body"), (b"x" * (5 * 2**20 + 1), "body")])
def test_an_empty_or_too_large_file_is_refused_and_the_next_one_read(
    tmp_path: Path, content: bytes, field: str
) -> None:
    write(tmp_path, a_txt=content, b_txt=b"b")
    assert [r for _, _, r in read(tmp_path)] == [field, Submission(b"b", "text/plain", id=str(tmp_path / "b.txt"))]


def test_gzip_that_ends_early_is_refused_at_the_line_where_it_ends(tmp_path: Path) -> None:
    lines = b"".join(b'{"body": "%d"}\n' % number for number in range(3))
    write(tmp_path, a_jsonl_gz=zipped(lines)[:-8], b_txt_gz=b"plain", c_txt=b"c")
    assert [(name, line, r if isinstance(r, str) else r.body) for name, line, r in read(tmp_path)] == [
        ("a.jsonl.gz", 1, b"0"), ("a.jsonl.gz", 2, b"1"), ("a.jsonl.gz", 3, b"2"), ("a.jsonl.gz", 4, "body"),
        ("b.txt.gz", None, "body"), ("c.txt", None, b"c"),
    ]


def test_a_path_that_does_not_exist_is_told_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path, a_txt=b"a")
    with pytest.raises(UsageError, match="nowhere: no such file or folder"):
        next(read_submissions([str(tmp_path), "nowhere"], stdin=io.BytesIO()))


@pytest.mark.parametrize(("stdin", "expected"), [
    (b'{"body": "x"}\n{"body": "y"}\n', [("-", 1, Submission(b"x")), ("-", 2, Submission(b"y"))]),
    (b'{"body": "x"}', [("-", 1, Submission(b"x"))]),
    (b'broken\n{"body": "y"}\n', [("-", 1, "document"), ("-", 2, Submission(b"y"))]),
    (zipped(b'{"body": "x"}\n'), [("-", 1, Submission(b"x"))]),
    (b'{\n "body": "x"\n}\n', [("-", None, Submission(b"x"))]),
    (b"<html><p>x</p></html>\n", [("-", None, Submission(b"<html><p>x</p></html>\n"))]),
    (b"Home\nNews\nx { y }\n", [("-", None, Submission(b"Home\nNews\nx { y }\n"))]),
    (b"", [("-", None, "body")]),
])
def test_standard_input_is_json_lines_when_it_looks_so_and_else_one_document(stdin: bytes, expected: Read) -> None:
    assert read("-", stdin=stdin) == expected


def test_lines_of_standard_input_are_read_one_at_a_time() -> None:
    class Pipe(io.RawIOBase):
        reads = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.reads += 1
            line = b'{"body": "%d"}\n' % self.reads
            buffer[: len(line)] = line
            return len(line)

    pipe = Pipe()
    pushed = read_submissions(["-"], stdin=io.BufferedReader(pipe))
    for number in range(1, 4):
        assert next(pushed) == Pushed("-", number, Submission(b"%d" % number))
    assert pipe.reads <= 4


# ---- pushing


def documents(count: int, body: bytes = b"x") -> list[Pushed]:
    return [Pushed("-", number, Submission(body)) for number in range(1, count + 1)]


def no_wait(message: str) -> None:
    raise AssertionError(message)


def test_documents_are_appended_in_order_in_groups_of_64_or_4_mib() -> None:
    ledger = RecordingLedger()
    pushed = documents(130) + documents(3, b"x" * (3 * 2**20))
    receipts = list(push(ledger, pushed, on_wait=no_wait))  # type: ignore[arg-type]
    assert [len(submissions) for _, submissions in ledger.calls] == [64, 64, 4, 1]
    assert [receipt.entry.id for receipt in receipts if receipt.entry] == [f"1-{n}" for n in range(133)]


def test_a_refused_document_keeps_its_place_among_the_receipts() -> None:
    refused = Pushed("-", 2, Refused("body", "is empty"))
    first, last = documents(1) + documents(1)
    receipts = list(push(RecordingLedger(), [first, refused, last], on_wait=no_wait))  # type: ignore[arg-type]
    fields = Submission(b"x").fields("cli")
    assert receipts == [
        Receipt(first, Entry("1-0", fields)), Receipt(refused, None), Receipt(last, Entry("1-1", fields))
    ]


def test_a_full_ledger_is_waited_for_and_the_reason_told() -> None:
    ledger = RecordingLedger(failures=[LedgerFull(0.9, 3), LedgerFull(0.8, 2)])
    told: list[str] = []
    paused: list[float] = []
    receipts = list(push(ledger, documents(2), on_wait=told.append, pause=paused.append))  # type: ignore[arg-type]
    assert (len(receipts), [message[:22] for message in told], paused) == (
        2, ["the ledger is 90% full", "the ledger is 80% full"], [3, 2]
    )


def test_when_the_ledger_goes_the_receipts_so_far_stand() -> None:
    ledger = RecordingLedger(failures=[LedgerError("away")], succeed_first=1)
    receipts: list[Receipt] = []
    with pytest.raises(LedgerError):
        receipts.extend(push(ledger, documents(100), on_wait=no_wait))  # type: ignore[arg-type]
    assert len(receipts) == 64


def test_a_document_of_a_live_pipe_does_not_wait_for_the_next() -> None:
    first_is_durable = threading.Event()

    def pipe() -> Iterator[Pushed]:
        yield Pushed("-", 1, Submission(b"first"))
        assert first_is_durable.wait(10)
        yield Pushed("-", 2, Submission(b"second"))

    receipts = push(RecordingLedger(), pipe(), on_wait=print)
    assert next(receipts).pushed.line == 1
    first_is_durable.set()
    assert [receipt.pushed.line for receipt in receipts] == [2]
