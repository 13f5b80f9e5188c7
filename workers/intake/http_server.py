"""The port itself: waitress, with limits on what a slow, large or ambiguous request can cost."""

from __future__ import annotations

import threading
import time
from typing import Any, Final
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

from workers.errors import UsageError
from workers.intake.http_answer import problem

WIRE_BYTES: Final = 64 * 1024 * 1024
HEADER_BYTES: Final = 16 * 1024
CONNECTIONS: Final = 200
IDLE_S: Final = 60        # of a connection without a request
HEADER_S: Final = 10.0    # until the header is there
BODY_GRACE_S: Final = 20.0
BODY_BYTES_A_S: Final = 1024  # slower, after the grace, is no upload
LOOK_EVERY_S: Final = 5   # at connections that linger
DRAINED_BYTES: Final = 4 * WIRE_BYTES  # of a body too large, read and dropped so that its sender hears why


class Request(HTTPRequestParser):  # type: ignore[misc]
    expect_continue: bool = False
    _to_drain = 0

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.begun_s = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:  # two lengths: request smuggling
            raise ParsingError("Content-Length stands beside Transfer-Encoding")

    def received(self, data: bytes) -> int:
        """Bytes consumed. A body that announces itself too large is drained, not kept."""
        if self._to_drain:
            consumed = min(self._to_drain, len(data))
            self._to_drain -= consumed
            self.body_bytes_received += consumed
            self.completed = not self._to_drain
            return consumed
        consumed = int(super().received(data))
        announced = self.content_length if isinstance(self.error, RequestEntityTooLarge) else 0
        if self.expect_continue and self.error:
            self.expect_continue = False  # "go on" would be a lie, and the client waits for our word
        elif 0 < announced <= DRAINED_BYTES and self.headers_finished:
            self._to_drain, self.completed = announced, False
        return consumed

    def is_too_slow(self, now_s: float) -> bool:
        age_s = now_s - self.begun_s
        if not self.headers_finished:
            return age_s > HEADER_S
        return bool(self.body_bytes_received < (age_s - BODY_GRACE_S) * BODY_BYTES_A_S)


class _Problem(ErrorTask):  # type: ignore[misc]
    """What waitress itself refuses, in the form of every other answer."""

    def execute(self) -> None:
        error = self.request.error
        answer = problem(error.code, None, error.reason.lower())
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(answer.all_headers)
        self.set_close_on_finish()
        self.content_length = len(answer.body)
        self.write(answer.body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = Request
    error_task_class = _Problem


class _Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = _Channel

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in self.active_channels.values():
            if channel.request is not None and channel.request.is_too_slow(time.monotonic()):
                channel.will_close = True


class HttpServer:
    """Serves from construction until stop(), in threads of its own."""

    def __init__(self, app: WSGIApplication, adjustments: Adjustments) -> None:
        self._server: Any = _Server(app, adj=adjustments, bind_socket=True)
        self.port = int(self._server.effective_port)
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self._run, name="http", daemon=True)
        self._loop.start()

    def stop(self, *, within_s: float = 5.0) -> None:
        """Requests in hand are answered, those not yet begun are closed."""
        self._server.accepting = False
        self._server.task_dispatcher.shutdown(timeout=within_s)
        self._server.trigger.pull_trigger(self._stopping.set)
        self._loop.join()

    def _run(self) -> None:
        server = self._server
        while not self._stopping.is_set():
            wasyncore.loop(timeout=1.0, map=server._map, use_poll=True, count=1)
        until_s = time.monotonic() + 2.0
        while time.monotonic() < until_s and any(c.total_outbufs_len for c in _channels(server)):
            wasyncore.loop(timeout=0.1, map=server._map, use_poll=True, count=1)
        wasyncore.close_all(server._map)


def _channels(server: Any) -> list[Any]:
    return list(server.active_channels.values())


def serve(app: WSGIApplication, host: str, port: int, *, threads: int = 8) -> HttpServer:
    """port 0 takes a free one. Raises UsageError when the address cannot be listened on."""
    adjustments = Adjustments(
        host=host, port=port, threads=threads, ident="newsmill", expose_tracebacks=False,
        max_request_header_size=HEADER_BYTES, max_request_body_size=WIRE_BYTES + 1,
        connection_limit=CONNECTIONS, channel_timeout=IDLE_S, cleanup_interval=LOOK_EVERY_S,
    )
    try:
        return HttpServer(app, adjustments)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}") from error
