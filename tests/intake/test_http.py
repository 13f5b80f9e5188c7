from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from tests.intake import zipped
from tests.intake.recording_ledger import RecordingLedger
from workers.errors import LedgerError, LedgerFull
from workers.intake.http import HttpDoor
from workers.model import Entry, Submission

MIB = 1024 * 1024
NDJSON = "application/x-ndjson"


class Reply:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status.split()[0])
        self.headers = dict(headers)
        self.body = body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Reply]


@pytest.fixture
def ledger() -> RecordingLedger:
    return RecordingLedger()


@pytest.fixture
def ask(ledger: RecordingLedger) -> Ask:
    """Asks the application itself; test_http_server.py asks it through a port."""
    return asker(ledger)


def asker(ledger: RecordingLedger, problems: list[str] | None = None) -> Ask:
    door = HttpDoor(
        ledger, metrics=lambda: b"newsmill_up 1\n", ready=lambda: problems or [], watermark=0.7  # type: ignore[arg-type]
    )

    def ask(method: str, target: str, body: bytes = b"", **headers: str) -> Reply:
        path, _, query = target.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        for name, value in headers.items():
            environ[name if name == "content_type" else "HTTP_" + name.upper()] = value
        environ["CONTENT_TYPE"] = environ.pop("content_type", "")
        started: list[Any] = []
        chunks = door(environ, lambda *start: started.append(start))  # type: ignore[arg-type, return-value]
        return Reply(started[0][0], started[0][1], b"".join(chunks))

    return ask


def receipt(line: int, number: int, submission: Submission) -> dict[str, Any]:
    entry = Entry(f"1-{number}", submission.fields("http"))
    return {"line": line, "id": entry.document_id, "entry_id": entry.id}


# ---- one document


def test_a_document_object_is_accepted_with_its_id(ask: Ask, ledger: RecordingLedger) -> None:
    reply = ask("POST", "/documents", b'{"body": "Hello.", "id": "7"}', content_type="application/json")
    submission = Submission(b"Hello.", id="7")
    assert (reply.status, reply.json) == (202, {"documents": [receipt(1, 0, submission)]})
    assert ledger.calls == [("http", [submission])]


def test_a_raw_page_takes_what_is_said_about_it_from_the_query(ask: Ask, ledger: RecordingLedger) -> None:
    reply = ask(
        "POST", "/documents?url=https%3A%2F%2Fexample.org%2F%C3%BC&source=s&id=9&received_at=2026-01-31T18:05:00Z",
        b"<p>\xe9</p>", content_type="text/html; charset=latin-1",
    )
    submission = Submission(
        b"<p>\xe9</p>", "text/html; charset=latin-1", "https://example.org/ü", "s", "9", "2026-01-31T18:05:00Z"
    )
    assert (reply.status, ledger.submissions) == (202, [submission])


@pytest.mark.parametrize("content_type", ["application/json", NDJSON, "application/jsonl"])
def test_gzip_of_a_body_means_the_body(ask: Ask, ledger: RecordingLedger, content_type: str) -> None:
    body = zipped(b'{"body": "Hello."}')
    reply = ask("POST", "/documents", body, content_type=content_type, content_encoding="gzip")
    assert (reply.status, ledger.submissions) == (202, [Submission(b"Hello.")])


def test_gzip_of_a_raw_page_is_unzipped(ask: Ask, ledger: RecordingLedger) -> None:
    body = zipped(b"<p>x</p>")
    ask("POST", "/documents", body, content_type="text/html", content_encoding="gzip")
    assert ledger.submissions == [Submission(b"<p>x</p>", "text/html")]


REFUSED = [
    ("application/json", "", b"", 400, "document"),
    ("application/json", "", b"{", 400, "document"),
    ("application/json", "", b"[" * 100_000, 400, "document"),
    ("application/json", "", b"[1]", 422, "document"),
    ("application/json", "", b'{"body": "x", "colour": 1}', 422, "colour"),
    ("application/json", "", b'{"body": ""}', 422, "body"),
    ("application/json", "", b'{"body": 5}', 422, "body"),
    ("application/json", "", b'{"body": "x", "content_type": "image/png"}', 415, "content_type"),
    ("application/json", "", b'{"body": "' + b"x" * (5 * MIB + 1) + b'"}', 413, "body"),
    ("application/json", "", b'{"body": "' + b"x" * (17 * MIB) + b'"}', 413, "body"),
    ("application/json", "gzip", b'{"body": "x"}', 400, "body"),
    ("application/json", "gzip", zipped(b'{"body": "x"}')[:-4], 400, "body"),
    ("application/json", "gzip", zipped(zipped(b'{"body": "x"}')), 400, "body"),
    ("application/json", "", zipped(b'{"body": "x"}'), 400, "body"),
    ("application/json", "br", b"x", 415, "content_encoding"),
    ("application/json", "gzip, gzip", b"x", 415, "content_encoding"),
    ("text/html", "", b"", 422, "body"),
    ("text/html", "", b" \n", 422, "body"),
    ("text/plain", "", b"x" * (5 * MIB + 1), 413, "body"),
    ("text/plain", "gzip", zipped(b"x" * (5 * MIB + 1)), 413, "body"),
    ("text/html; boundary=x", "", b"x", 415, "content_type"),
    ("", "", b"x", 415, "content_type"),
    ("application/x-www-form-urlencoded", "", b"x", 415, "content_type"),
    ("application/pdf", "", b"x", 415, "content_type"),
    (NDJSON, "", b"", 422, "body"),
    (NDJSON, "", b"\n \n", 422, "body"),
    (NDJSON, "", b"broken", 400, "document"),
    (NDJSON, "", b'{"body": "x", "url": 5}\nbroken', 422, "url"),
    (NDJSON, "gzip", zipped(b'{"body": "x"}\n' * 9999)[:-9], 400, "body"),
    (NDJSON, "gzip", zipped(b'{"body": "x"}\n') + b"rubbish", 400, "body"),
    (NDJSON, "gzip", zipped(zipped(b'{"body": "x"}')), 400, "body"),
    (NDJSON, "", b'{"body": "x"}\n' * 100_001, 413, "body"),
]


@pytest.mark.parametrize(
    ("content_type", "encoding", "body", "status", "field"), REFUSED,
    ids=[f"{row[0] or 'no type'} {row[1]} {row[2][:30]!r}" for row in REFUSED],
)
def test_a_wrong_request_is_a_problem_that_names_the_field_and_leaves_nothing_behind(
    ask: Ask, ledger: RecordingLedger, content_type: str, encoding: str, body: bytes, status: int, field: str
) -> None:
    reply = ask("POST", "/documents", body, content_type=content_type, content_encoding=encoding)
    assert (reply.status, reply.json["status"], reply.json["field"]) == (status, status, field)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert ledger.calls == []


@pytest.mark.parametrize(("query", "field"), [
    ("id=a%00b", "id"), ("url=%ff", "query"), ("id=1&id=2", "query"), ("title=t", "title"),
    ("received_at=now", "received_at"), ("&".join(f"a{n}=1" for n in range(17)), "query"),
])
def test_a_wrong_query_is_refused(ask: Ask, query: str, field: str) -> None:
    reply = ask("POST", f"/documents?{query}", b"x", content_type="text/plain")
    assert (reply.status, reply.json["field"]) == (422, field)


def test_a_problem_holds_nothing_of_the_input(ask: Ask) -> None:
    body = json.dumps({"body": "x", "<script>alert(1)</script>": "secret"}).encode()
    reply = ask("POST", "/documents", body, content_type="application/json")
    assert reply.json == {
        "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "field": "(a name of 25 characters)",
        "detail": "(a name of 25 characters) is no field of a document",
    }


# ---- many documents


def test_each_line_is_answered_for_itself(ask: Ask, ledger: RecordingLedger) -> None:
    body = b'{"body": "a"}\n\nbroken\r\n{"body": "b", "id": 5}\n{"text": "c"}'
    reply = ask("POST", "/documents", body, content_type=NDJSON)
    first, last = Submission(b"a"), Submission(b'{"text": "c"}', "application/json")
    assert (reply.status, reply.json["documents"]) == (202, [
        receipt(1, 0, first),
        {"line": 3, "error": {"field": "document", "message": "is not JSON: Expecting value at character 1"}},
        {"line": 4, "error": {"field": "id", "message": "must be text, not a number"}},
        receipt(5, 1, last),
    ])
    assert ledger.submissions == [first, last]


def test_when_every_line_is_refused_the_problem_is_the_first_one_and_lists_them_all(ask: Ask) -> None:
    reply = ask("POST", "/documents", b'{"body": ""}\n{', content_type=NDJSON)
    assert (reply.status, reply.json["field"], reply.json["detail"]) == (422, "body", "line 1: body is empty")
    assert [each["line"] for each in reply.json["documents"]] == [1, 2]


def test_a_line_too_long_is_refused_and_its_neighbours_are_taken(ask: Ask, ledger: RecordingLedger) -> None:
    body = b'{"body":"a"}\n{"body":"' + b"x" * (17 * MIB) + b'"}\n{"body":"b"}\n'
    reply = ask("POST", "/documents", body, content_type=NDJSON)
    assert [each.get("error", {}).get("field") for each in reply.json["documents"]] == [None, "document", None]
    assert ledger.submissions == [Submission(b"a"), Submission(b"b")]


def test_many_lines_reach_the_ledger_in_chunks_of_256_documents_or_4_mib(
    ask: Ask, ledger: RecordingLedger
) -> None:
    small, large = b'{"body": "a"}\n' * 600, (b'{"body": "' + b"x" * (3 * MIB) + b'"}\n') * 3
    reply = ask("POST", "/documents", small + large, content_type=NDJSON)
    assert [len(submissions) for _, submissions in ledger.calls] == [256, 256, 90, 1]
    assert [each["line"] for each in reply.json["documents"]] == list(range(1, 604))


# ---- the ledger


def test_nothing_is_accepted_above_the_watermark() -> None:
    ledger = RecordingLedger(full=0.71)
    reply = asker(ledger)("POST", "/documents", b"x", content_type="text/plain")
    assert (reply.status, reply.headers["Retry-After"], ledger.calls) == (503, "5", [])
    assert reply.json["detail"] == "the ledger is 71% full; it takes documents again below its watermark"


@pytest.mark.parametrize("failure", [LedgerFull(0.9, 11), LedgerError("no connection to redis://:secret@host")])
@pytest.mark.parametrize("content_type", ["application/json", NDJSON])
def test_a_ledger_that_fails_is_503_and_gives_no_id(failure: Exception, content_type: str) -> None:
    ledger = RecordingLedger(failures=[failure])
    reply = asker(ledger)("POST", "/documents", b'{"body": "x"}', content_type=content_type)
    assert (reply.status, int(reply.headers["Retry-After"]) >= 5, ledger.calls) == (503, True, [])
    assert b"secret" not in reply.body
    assert b"entry_id" not in reply.body


def test_when_the_ledger_goes_midway_each_line_says_whether_it_was_taken() -> None:
    ledger = RecordingLedger(failures=[LedgerError("gone")], succeed_first=1)
    reply = asker(ledger)("POST", "/documents", b'{"body": "x"}\n' * 600, content_type=NDJSON)
    taken = ["entry_id" in each for each in reply.json["documents"]]
    assert (reply.status, reply.headers["Retry-After"], taken) == (202, "5", [True] * 256 + [False] * 344)
    assert len(ledger.submissions) == 256


@pytest.mark.parametrize("content_type", ["application/json", NDJSON])
def test_the_same_idempotency_key_and_documents_give_the_first_ids_again(
    ask: Ask, ledger: RecordingLedger, content_type: str
) -> None:
    once = {"content_type": content_type, "idempotency_key": '"k1"'}
    first = ask("POST", "/documents", b'{"body": "x"}', **once)
    again = ask("POST", "/documents", b'{"body": "x"}', **once)
    assert (first.json, len(ledger.submissions)) == (again.json, 1)


def test_an_idempotency_key_on_other_documents_loses_none_of_them(ask: Ask, ledger: RecordingLedger) -> None:
    for body in (b"x", b"y"):
        ask("POST", "/documents", body, content_type="text/plain", idempotency_key="k1")
    assert [submission.body for submission in ledger.submissions] == [b"x", b"y"]


def test_equal_chunks_under_one_idempotency_key_are_all_appended(ask: Ask, ledger: RecordingLedger) -> None:
    ask("POST", "/documents", b'{"body": "x"}\n' * 512, content_type=NDJSON, idempotency_key="k1")
    assert len(ledger.submissions) == 512


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb"])
def test_an_idempotency_key_out_of_shape_is_refused(ask: Ask, key: str) -> None:
    reply = ask("POST", "/documents", b"x", content_type="text/plain", idempotency_key=key)
    assert (reply.status, reply.json["field"]) == (422, "idempotency_key")


# ---- watching


@pytest.mark.parametrize(("path", "body"), [
    ("/metrics", b"newsmill_up 1\n"), ("/healthz", b"ok\n"), ("/readyz", b"ok\n"),
])
def test_metrics_and_health_answer_get_and_head(ask: Ask, path: str, body: bytes) -> None:
    got, headed = ask("GET", path), ask("HEAD", path)
    assert (got.status, got.body, headed.status, headed.body) == (200, body, 200, b"")
    assert headed.headers == got.headers


def test_readiness_names_what_is_missing_one_a_line(ledger: RecordingLedger) -> None:
    reply = asker(ledger, ["no worker for tag", "the store is away"])("GET", "/readyz")
    assert (reply.status, reply.body) == (503, b"no worker for tag\nthe store is away\n")


@pytest.mark.parametrize(("method", "path", "status", "allow"), [
    ("GET", "/documents", 405, "POST"), ("PUT", "/documents", 405, "POST"), ("HEAD", "/documents", 405, "POST"),
    ("POST", "/metrics", 405, "GET, HEAD"), ("OPTIONS", "/readyz", 405, "GET, HEAD"),
    ("GET", "/", 404, None), ("POST", "/documents/", 404, None), ("GET", "/../etc/passwd", 404, None),
])
def test_other_paths_and_methods_are_404_and_405_with_allow(
    ask: Ask, method: str, path: str, status: int, allow: str | None
) -> None:
    reply = ask(method, path)
    assert (reply.status, reply.headers.get("Allow")) == (status, allow)
