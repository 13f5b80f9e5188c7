"""The HTTP port: documents in, metrics and health out. A WSGI application, served by http_server.py."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from workers.errors import LedgerFull, PortError, Refused
from workers.intake.admission import LIMITS, DocumentLimits
from workers.intake.http_answer import Answer, come_again, problem, refusal
from workers.intake.http_documents import take_documents
from workers.intake.http_server import HttpServer, serve
from workers.ports import Ledger

__all__ = ["HttpDoor", "HttpServer", "serve"]

Respond = Callable[[WSGIEnvironment], Answer]


class HttpDoor:
    """metrics: the exposition text of Prometheus. ready: what stands in the way, one line a problem.
    watermark: share of the ledger's memory, 0..1, above which documents are sent away."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        metrics: Callable[[], bytes],
        ready: Callable[[], list[str]],
        watermark: float,
        limits: DocumentLimits = LIMITS,
    ) -> None:
        self._ledger = ledger
        self._limits = limits
        self._metrics = metrics
        self._ready = ready
        self._watermark = watermark
        self._routes: dict[str, tuple[tuple[str, ...], Respond]] = {
            "/documents": (("POST",), self._take),
            "/metrics": (("GET", "HEAD"), self._show_metrics),
            "/healthz": (("GET", "HEAD"), self._show_health),
            "/readyz": (("GET", "HEAD"), self._show_readiness),
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer = self._answer(environ)
        start_response(f"{answer.status} {answer.status.phrase}", answer.all_headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        known = self._routes.get(environ.get("PATH_INFO", ""))
        if known is None:
            return problem(404, None, f"there are {', '.join(self._routes)}")
        methods, respond = known
        if environ["REQUEST_METHOD"] not in methods:
            allow = ", ".join(methods)
            return problem(405, None, f"this path takes {allow}", (("Allow", allow),))
        try:
            return respond(environ)
        except Refused as refused:
            return refusal(refused)
        except (LedgerFull, PortError) as error:
            return come_again(error)

    def _take(self, environ: WSGIEnvironment) -> Answer:
        fullness = self._ledger.fullness()
        if fullness >= self._watermark:  # asked before the work of reading, append asks again
            raise LedgerFull(fullness)
        return take_documents(environ, self._ledger, self._limits)

    def _show_metrics(self, environ: WSGIEnvironment) -> Answer:
        return Answer(HTTPStatus.OK, self._metrics(), "text/plain; version=0.0.4; charset=utf-8")

    def _show_health(self, environ: WSGIEnvironment) -> Answer:
        return Answer(HTTPStatus.OK, b"ok\n")

    def _show_readiness(self, environ: WSGIEnvironment) -> Answer:
        problems = self._ready()
        if problems:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "".join(f"{p}\n" for p in problems).encode())
        return Answer(HTTPStatus.OK, b"ok\n")
