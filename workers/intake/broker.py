"""The queue of whoever speaks kombu: Celery and AMQP people. A message is acknowledged to its broker
only after the ledger has it, so it can come twice and cannot get lost (on AMQP; kombu's own Redis
transport can lose a message whose reader is killed with -9).
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.exceptions import OperationalError
from kombu.messaging import Consumer

from workers.errors import LedgerFull, PortError, Refused
from workers.intake.admission import LIMITS, DocumentLimits, admit, line_limit
from workers.intake.compressed import bound_messages
from workers.intake.strict_json import parse_json
from workers.model import Submission
from workers.ports import Ledger

DOOR: Final = "queue"
INVALID_MESSAGE: Final = "application/x-invalid-message"  # a content type that ingest refuses: BAD_FIELD
GROUP_DOCUMENTS: Final = 32  # taken from the broker at once and unacknowledged
REDIS_SCHEMES: Final = ("redis", "rediss", "valkey", "sentinel")
VISIBILITY_S: Final = 300
GATHER_S: Final = 0.02       # how long a group waits for its next message

log = logging.getLogger(__name__)


class BrokerDoor:
    """Reads `queue` of the broker at `url`, whose name a SimpleQueue or a plain Producer can use."""

    def __init__(
        self,
        url: str,
        ledger: Ledger,
        queue: str = "newsmill.documents",
        *,
        limits: DocumentLimits = LIMITS,
        look_up_s: float = 1.0,
        first_wait_s: float = 0.5,
        most_wait_s: float = 30.0,
    ) -> None:
        """look_up_s: how often `stop` is looked at while no message comes."""
        self._url = url
        self._ledger = ledger
        self._limits = limits
        exchange = Exchange(queue, type="direct")  # type: ignore[no-untyped-call]
        self._queue = Queue(queue, exchange, routing_key=queue)  # type: ignore[no-untyped-call]
        self._look_up_s = look_up_s
        self._first_wait_s = first_wait_s
        self._most_wait_s = most_wait_s

    def run(self, stop: threading.Event) -> None:
        """Until `stop`; over every restart of broker and ledger."""
        bound_messages(line_limit(self._limits))
        wait_s = self._first_wait_s
        while not stop.is_set():
            connection = _connection_to(self._url)
            begun_s = time.monotonic()
            try:
                with _channel_of(connection) as channel:
                    self._consume(connection, channel, stop)
            except _errors(connection) as error:
                if time.monotonic() - begun_s > self._most_wait_s:
                    wait_s = self._first_wait_s  # it had worked for a while
                log.warning("no messages from %s: %r; again in %.1f s", connection.as_uri(), error, wait_s)
                stop.wait(wait_s)
                wait_s = min(2 * wait_s, self._most_wait_s)

    def _consume(self, connection: Any, channel: Any, stop: threading.Event) -> None:
        arrived: list[Any] = []
        consumer: Any = Consumer(  # type: ignore[no-untyped-call]
            channel, [self._queue], on_message=arrived.append, prefetch_count=GROUP_DOCUMENTS,
            on_decode_error=lambda message, _: arrived.append(message),  # raising would stop the door
        )
        with consumer:
            while not stop.is_set():
                _gather(connection, arrived, self._look_up_s)
                if arrived and self._append([self._read(message) for message in arrived], stop):
                    _acknowledge(arrived)
                    arrived.clear()

    def _append(self, submissions: list[Submission], stop: threading.Event) -> bool:
        """Tries until the ledger takes them; False when told to stop before that."""
        wait_s = self._first_wait_s
        while not stop.is_set():
            try:
                self._ledger.append(submissions, DOOR)
            except (LedgerFull, PortError) as error:
                log.warning("%d messages wait: %s", len(submissions), error)
                stop.wait(wait_s)
                wait_s = min(2 * wait_s, self._most_wait_s)
            else:
                return True
        return False

    def _read(self, message: Any) -> Submission:
        """What is wrong with a message is decided here and told by quarantine: nobody waits for an
        answer, so it is accepted under a content type that can become no article."""
        raw = message.body.encode(errors="surrogatepass") if isinstance(message.body, str) else message.body
        try:
            for _, error, _ in message.errors:
                raise error if isinstance(error, Refused) else Refused("document", f"cannot be unpacked: {error!r}")
            record = parse_json(bytes(raw))
            if isinstance(record, str):  # JSON text that was handed to a JSON serializer
                record = parse_json(record.encode(errors="surrogatepass"))
            if not isinstance(record, dict):
                raise Refused("document", "must be an object")
            return admit(record, self._limits)
        except Refused as refused:
            return self._invalid(bytes(raw), refused)

    def _invalid(self, raw: bytes, refused: Refused) -> Submission:
        why = json.dumps({"refused": {"field": refused.field, "message": refused.message}})
        # One byte over the limit is enough for a message too large to be known as such.
        return Submission(raw[: self._limits.body_bytes + 1], content_type=INVALID_MESSAGE, meta=why)


def _gather(connection: Any, arrived: list[Any], first_s: float) -> None:
    """Waits for one message, then takes what follows at once, up to a group."""
    timeout_s = first_s
    while len(arrived) < GROUP_DOCUMENTS:
        try:
            connection.drain_events(timeout=timeout_s)
        except TimeoutError:
            return
        timeout_s = GATHER_S


def _acknowledge(messages: list[Any]) -> None:
    try:
        for message in messages:
            message.ack()
    except AttributeError as error:  # kombu 5.7 asks a connection that is gone for its client
        raise OperationalError("the broker went before its messages were acknowledged") from error


def _connection_to(url: str) -> Any:
    # Without a word kombu's Redis transport gives a dead reader's messages to the next one after an hour.
    options = {"visibility_timeout": VISIBILITY_S} if url.startswith(REDIS_SCHEMES) else {}
    return Connection(url, connect_timeout=5, transport_options=options)  # type: ignore[no-untyped-call]


def _errors(connection: Any) -> tuple[type[BaseException], ...]:
    return (*connection.connection_errors, *connection.channel_errors, OperationalError, OSError)


@contextmanager
def _channel_of(connection: Any) -> Iterator[Any]:
    """Closing gives unacknowledged messages back; when the broker is gone it does that itself, later."""
    qos: Any = None
    try:
        connection.ensure_connection(max_retries=1, interval_start=0)  # else kombu retries by itself, for ever
        channel = connection.channel()
        qos = getattr(channel, "qos", None)  # of transports that only pretend to acknowledge
        yield channel
    finally:
        gone: tuple[type[BaseException], ...] = (*_errors(connection), AttributeError)
        try:
            connection.release()
        except gone as error:
            log.debug("%s was gone before it was closed: %r", connection.as_uri(), error)
        if qos is not None:
            qos.restore_at_shutdown = False  # done, or impossible; kombu would try again when Python ends
