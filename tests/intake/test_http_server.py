from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from waitress.adjustments import Adjustments

from tests.intake.recording_ledger import RecordingLedger
from workers.errors import LedgerError, UsageError
from workers.intake.http import HttpDoor, HttpServer, serve
from workers.intake.http_server import Request
from workers.model import Entry, Submission

ROOT = Path(__file__).parent.parent.parent
MIB = 1024 * 1024


@pytest.fixture
def ledger() -> RecordingLedger:
    return RecordingLedger()


@pytest.fixture
def server(ledger: RecordingLedger) -> Iterator[HttpServer]:
    door = HttpDoor(ledger, metrics=lambda: b"up 1\n", ready=list, watermark=0.7)  # type: ignore[arg-type]
    served = serve(door, "127.0.0.1", 0, threads=2)
    yield served
    served.stop()


def post(port: int, body: bytes | Iterator[bytes], **headers: str) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("POST", "/documents", body=body, headers=named)
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def send_raw(port: int, request: bytes) -> bytes:
    """What the server says until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(request)
        with suppress(OSError):  # the server may have answered and closed by now
            client.shutdown(socket.SHUT_WR)
        said = b""
        with suppress(ConnectionResetError):  # it closed and left some of the request unread
            while part := client.recv(65536):
                said += part
    return said


def test_a_document_over_a_real_port_is_in_the_ledger_before_the_answer(
    server: HttpServer, ledger: RecordingLedger
) -> None:
    status, answer = post(server.port, b'{"body": "x"}', Content_Type="application/json")
    entry = Entry("1-0", Submission(b"x").fields("http"))
    assert (status, answer) == (
        202, {"documents": [{"line": 1, "id": entry.document_id, "entry_id": "1-0"}]}
    )
    assert ledger.submissions == [Submission(b"x")]


def test_a_chunked_body_is_taken_like_any_other(server: HttpServer, ledger: RecordingLedger) -> None:
    pieces = iter([b'{"body":', b' "x"}\n', b'{"body": "y"}'])
    status, _ = post(server.port, pieces, Content_Type="application/x-ndjson")
    assert (status, ledger.submissions) == (202, [Submission(b"x"), Submission(b"y")])


def test_a_body_that_waitress_keeps_in_a_file_is_read_twice_all_the_same(
    server: HttpServer, ledger: RecordingLedger
) -> None:
    line = json.dumps({"body": "x" * MIB}).encode() + b"\n"
    status, _ = post(server.port, line * 4, Content_Type="application/jsonl")
    assert (status, len(ledger.submissions)) == (202, 4)


def test_a_ledger_that_fails_gives_503_over_the_port(server: HttpServer, ledger: RecordingLedger) -> None:
    ledger.failures.append(LedgerError("away"))
    status, _ = post(server.port, b'{"body": "x"}', Content_Type="application/json")
    assert (status, ledger.calls) == (503, [])


def test_a_body_above_the_wire_limit_is_answered_413_although_its_sender_still_sends(
    server: HttpServer, ledger: RecordingLedger
) -> None:
    status, answer = post(server.port, bytes(65 * MIB), Content_Type="application/jsonl")
    assert (status, answer["status"], ledger.calls) == (413, 413, [])


def test_who_asks_before_sending_too_much_is_told_no(server: HttpServer) -> None:
    request = b"POST /documents HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
    assert send_raw(server.port, request).startswith(b"HTTP/1.1 413 ")


JSON = b"Content-Type: application/json\r\n"
MALFORMED: list[tuple[bytes, bytes]] = [
    (b"rubbish\r\n\r\n", b"400"),
    (b"\x00\x01\x02\r\n\r\n", b"400"),
    (b"POST\r\n\r\n", b"400"),
    (b"POST /documents\r\n\r\n", b"415"),
    (b"post /documents HTTP/1.1\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\nbad header\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\nA : b\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\nA: b\nC: d\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\nA: b\r\n folded\r\nB: \x00\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Length: -1\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Length: two\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"2\r\n{}\r\n0\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: gzip\r\n\r\n", b"501"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", b"400"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}}}}\r\n0\r\n\r\n", b"400"),
    (b"GET /healthz HTTP/1.1\r\nX: " + b"y" * 20_000 + b"\r\n\r\n", b"431"),
    (b"GET /" + b"y" * 1_000_000 + b" HTTP/1.1\r\n\r\n", b"431"),
    (b"GET /%ff%00 HTTP/1.1\r\nConnection: close\r\n\r\n", b"404"),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Length: 99\r\n\r\n{}", b""),
    (b"POST /documents HTTP/1.1\r\n" + JSON + b"Content-Len", b""),
]


@pytest.mark.parametrize(("request_bytes", "status"), MALFORMED, ids=[repr(r[:70]) for r, _ in MALFORMED])
def test_a_malformed_request_is_turned_away_and_the_next_one_served(
    server: HttpServer, ledger: RecordingLedger, request_bytes: bytes, status: bytes
) -> None:
    try:
        said = send_raw(server.port, request_bytes)
    except ConnectionError:  # closed with bytes of ours unread: turned away, too
        said = b"HTTP/1.1 " + status if status == b"431" else b""
    assert said.partition(b" ")[2][:3] == status
    assert ledger.calls == []
    assert post(server.port, b'{"body": "x"}', Content_Type="application/json")[0] == 202


def test_what_the_server_itself_refuses_is_a_problem_like_any_other(server: HttpServer) -> None:
    said = send_raw(server.port, b"GET /healthz HTTP/1.1\r\nbad header\r\n\r\n")
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert json.loads(body) == {
        "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "bad request",
    }


def test_a_request_in_hand_is_answered_when_the_server_stops() -> None:
    entered, leave = threading.Event(), threading.Event()

    def metrics() -> bytes:
        entered.set()
        leave.wait(10)
        return b"up 1\n"

    door = HttpDoor(RecordingLedger(), metrics=metrics, ready=list, watermark=0.7)  # type: ignore[arg-type]
    server = serve(door, "127.0.0.1", 0, threads=1)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/metrics")
    assert entered.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    leave.set()
    response = connection.getresponse()
    assert (response.status, response.read()) == (200, b"up 1\n")
    stopping.join(10)
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)


def test_a_port_that_is_taken_is_the_callers_mistake(server: HttpServer) -> None:
    with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{server.port}"):
        serve(lambda environ, start: [], "127.0.0.1", server.port)


# ---- memory


def zipped(pieces: Iterator[bytes]) -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join([packer.compress(piece) for piece in pieces]) + packer.flush()


BOMBS: Sequence[tuple[str, Callable[[], bytes], int]] = (
    ("text/html", lambda: zipped(b"<p>" * (MIB // 3) for _ in range(300)), 413),
    ("application/json", lambda: zipped(bytes(MIB) for _ in range(300)), 413),
    ("application/json", lambda: zipped(iter([b'{"meta":[', b"[]," * (5 * MIB), b"[]]}"])), 400),
    ("application/jsonl", lambda: zipped(bytes(MIB) for _ in range(300)), 413),
    ("application/jsonl", lambda: zipped(b"\n" * MIB for _ in range(20)), 413),
    ("application/jsonl", lambda: zipped(b"[" + b"[]," * (5 * MIB) + b"[]]\n" for _ in range(10)), 400),
    ("application/jsonl", lambda: zipped(iter([b"x\n" * 99_999])), 400),
)


@pytest.mark.parametrize(("content_type", "bomb", "expected"), BOMBS, ids=range(len(BOMBS)))
def test_a_gzip_bomb_is_refused_in_less_than_64_mib(
    content_type: str, bomb: Callable[[], bytes], expected: int
) -> None:
    command = [sys.executable, "-m", "tests.intake.serve_recording"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        port = int(child.stdout.readline())
        post(port, b'{"body": "x"}', Content_Type="application/json")
        peaks = []
        for status in (None, expected):
            if status is not None:
                assert post(port, bomb(), Content_Type=content_type, Content_Encoding="gzip")[0] == status
            child.stdin.write("\n")
            child.stdin.flush()
            peaks.append(int(child.stdout.readline()))
        child.stdin.close()
    assert peaks[1] - peaks[0] < 64 * MIB


# ---- time


@pytest.mark.parametrize(("received", "age_s", "too_slow"), [
    (b"GET / HTTP/1.1\r\nHo", 9, False),
    (b"GET / HTTP/1.1\r\nHo", 11, True),
    (b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + b"x" * 10, 19, False),
    (b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + b"x" * 10, 21, True),
    (b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + b"x" * 90_000, 100, False),
    (b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n" + b"x" * 90_000, 120, True),
])
def test_a_request_that_comes_by_drops_is_too_slow(received: bytes, age_s: float, too_slow: bool) -> None:
    request = Request(Adjustments())
    while received:
        received = received[request.received(received) :]
    assert request.is_too_slow(request.begun_s + age_s) == too_slow
