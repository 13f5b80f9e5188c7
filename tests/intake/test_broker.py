from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Exchange, Queue

from tests.intake.recording_ledger import RecordingLedger
from tests.redis_server import RedisServer, free_port
from workers.errors import LedgerError, LedgerFull
from workers.intake.broker import INVALID_MESSAGE, BrokerDoor
from workers.model import Submission

WITHIN_S = 20


@pytest.fixture
def queue() -> str:
    return f"documents-{uuid4().hex}"  # kombu's memory transport keeps queues for the whole process


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "memory":
        yield "memory://"
        return
    with RedisServer(port=free_port()) as server:
        yield server.url


@contextmanager
def running(url: str, ledger: RecordingLedger, queue: str) -> Iterator[None]:
    """A door that is told to stop, and has stopped, at the end of the block."""
    door = BrokerDoor(url, ledger, queue, look_up_s=0.05, first_wait_s=0.02, most_wait_s=0.2)  # type: ignore[arg-type]
    stop = threading.Event()
    thread = threading.Thread(target=door.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(WITHIN_S)
        assert not thread.is_alive()


def send(url: str, queue: str, *messages: Any, **options: Any) -> None:
    with Connection(url) as connection:
        producer = connection.Producer()
        bound = Queue(queue, Exchange(queue, type="direct"), routing_key=queue)
        for message in messages:
            producer.publish(message, routing_key=queue, declare=[bound], **options)


def is_drained(url: str, queue: str) -> bool:
    """Nothing waits, and what a closed reader had not acknowledged would wait again."""
    with Connection(url) as connection:
        bound = Queue(queue, Exchange(queue, type="direct"), routing_key=queue)(connection.channel())
        bound.declare()
        return bound.get() is None


def received(url: str, queue: str, *messages: Any, expected: int = 0, **options: Any) -> list[Submission]:
    ledger = RecordingLedger(expected=expected or len(messages))
    send(url, queue, *messages, **options)
    with running(url, ledger, queue):
        assert ledger.complete.wait(WITHIN_S)
    assert {door for door, _ in ledger.calls} == {"queue"}
    return ledger.submissions


@pytest.mark.parametrize(("message", "options"), [
    ({"body": "Hello.", "id": "7"}, {}),
    (json.dumps({"body": "Hello.", "id": "7"}), {}),
    (json.dumps({"body": "Hello.", "id": "7"}), {"serializer": "json"}),
    (json.dumps({"body": "Hello.", "id": "7"}).encode(), {}),
    (json.dumps({"body": "Hello.", "id": "7"}), {"content_type": "application/json", "content_encoding": "utf-8"}),
])
def test_a_json_message_in_any_wrapping_is_a_document(
    url: str, queue: str, message: Any, options: dict[str, Any]
) -> None:
    assert received(url, queue, message, **options) == [Submission(b"Hello.", id="7")]
    assert is_drained(url, queue)


def test_messages_of_a_simple_queue_arrive_in_order(url: str, queue: str) -> None:
    with Connection(url) as connection:
        simple = connection.SimpleQueue(queue)
        for number in range(100):
            simple.put({"body": str(number)})
        simple.close()
    ledger = RecordingLedger(expected=100)
    with running(url, ledger, queue):
        assert ledger.complete.wait(WITHIN_S)
    assert [submission.body for submission in ledger.submissions] == [str(n).encode() for n in range(100)]
    assert is_drained(url, queue)


@pytest.mark.parametrize("compression", ["zlib", "bzip2", "lzma"])
def test_a_compressed_message_is_a_document(url: str, queue: str, compression: str) -> None:
    assert received(url, queue, {"body": "Hello."}, compression=compression) == [Submission(b"Hello.")]


@pytest.mark.parametrize("compression", ["zlib", "bzip2", "lzma"])
def test_a_few_bytes_that_unpack_to_many_are_refused_and_stay_few(url: str, queue: str, compression: str) -> None:
    (bomb,) = received(url, queue, {"body": "x" * 60_000_000}, compression=compression)
    assert bomb.content_type == INVALID_MESSAGE
    assert len(bomb.body) < 100_000
    assert "exceeds" in json.loads(bomb.meta or "")["refused"]["message"]


def test_an_unknown_compression_is_refused_and_stops_nobody(url: str, queue: str) -> None:
    send(url, queue, {"body": "x"}, headers={"compression": "shrink"})
    refused, good = received(url, queue, {"body": "Hello."}, expected=2)
    assert (refused.content_type, good) == (INVALID_MESSAGE, Submission(b"Hello."))


@pytest.mark.parametrize(("message", "raw", "field"), [
    ({"colour": 1}, b'{"colour": 1}', "colour"),
    ({"body": ""}, b'{"body": ""}', "body"),
    ([1], b"[1]", "document"),
    ("not JSON", b"not JSON", "document"),
    ("<html><p>A page.</p></html>", b"<html><p>A page.</p></html>", "document"),
    (b"\xff\xfe", b"\xff\xfe", "document"),
    (b"", b"", "document"),
])
def test_an_invalid_message_is_accepted_raw_under_a_content_type_that_is_no_article(
    url: str, queue: str, message: Any, raw: bytes, field: str
) -> None:
    (submission,) = received(url, queue, message)
    assert (submission.body, submission.content_type) == (raw, INVALID_MESSAGE)
    assert json.loads(submission.meta or "")["refused"]["field"] == field
    assert is_drained(url, queue)


def test_a_pickled_message_is_not_unpickled(url: str, queue: str) -> None:
    (submission,) = received(url, queue, {"body": "x"}, serializer="pickle")
    assert submission.content_type == INVALID_MESSAGE


def test_of_a_message_too_large_no_more_is_kept_than_shows_it(queue: str) -> None:
    (submission,) = received("memory://", queue, {"body": "x" * (6 * 1024 * 1024)})
    assert (len(submission.body), submission.content_type) == (5 * 1024 * 1024 + 1, INVALID_MESSAGE)


@pytest.mark.parametrize("failure", [lambda: LedgerFull(0.9), lambda: LedgerError("away")])
def test_messages_wait_while_the_ledger_takes_none(
    url: str, queue: str, failure: Callable[[], Exception]
) -> None:
    ledger = RecordingLedger(expected=2, failures=[failure() for _ in range(3)])
    send(url, queue, {"body": "a"}, {"body": "b"})
    with running(url, ledger, queue):
        assert ledger.complete.wait(WITHIN_S)
    assert ([s.body for s in ledger.submissions], ledger.failures) == ([b"a", b"b"], [])
    assert is_drained(url, queue)


def test_messages_go_back_to_their_broker_when_the_door_stops_before_the_ledger_took_them(
    queue: str
) -> None:
    refused = threading.Event()

    class AwayLedger(RecordingLedger):
        def append(self, submissions: Any, door: str) -> Any:
            refused.set()
            raise LedgerError("away")

    with RedisServer(port=free_port()) as server:  # kombu's memory transport gives nothing back
        send(server.url, queue, {"body": "a"}, {"body": "b"})
        with running(server.url, AwayLedger(), queue):
            assert refused.wait(WITHIN_S)
        ledger = RecordingLedger(expected=2)
        with running(server.url, ledger, queue):
            assert ledger.complete.wait(WITHIN_S)
    assert sorted(s.body for s in ledger.submissions) == [b"a", b"b"]


def test_the_door_comes_back_after_its_broker_was_killed(queue: str) -> None:
    with RedisServer(port=free_port(), options={"appendonly": "yes", "appendfsync": "always"}) as server:
        ledger = RecordingLedger(expected=1)
        send(server.url, queue, {"body": "a"})
        with running(server.url, ledger, queue):
            assert ledger.complete.wait(WITHIN_S)
            server.kill()
            ledger.complete.clear()
            ledger.expected = 2
            server.start()
            send(server.url, queue, {"body": "b"})
            assert ledger.complete.wait(WITHIN_S)
        assert {s.body for s in ledger.submissions} == {b"a", b"b"}


def test_a_door_whose_broker_never_was_there_stops_when_told(queue: str) -> None:
    with running(f"redis://127.0.0.1:{free_port()}/0", RecordingLedger(), queue):
        pass
