"""Logs: JSON lines in production, readable ones on a terminal; Celery's own lines in the same format.

A document's trace id is its document id. One line a batch and step, not a document and step (fifty times the
cost): the line of ingest lists the documents of its batch, and trace.py puts a document's way together.
Never page text, never a secret.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from typing import Any, Final

import structlog

from workers.errors import PortError
from workers.model import BatchId, DocumentId, EntryId, Quarantine

# every field that a line of ours may have, and its type; tests hold the lines to it
FIELDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "event": str, "level": str, "timestamp": str, "process": str, "exception": str,
    "step": str, "batch": str, "documents": int, "seconds": (int, float), "docs_per_second": (int, float),
    "entries": list, "traces": list,                               # of a batch, in one order
    "trace": str, "entry": str, "reason": str, "detail": str,      # trace: the id of one document
    "act": str, "cause": str, "error": str, "dependency": str, "vanished": int, "adopted": int,
    "source": str, "state": str, "articles": int, "stories": int,
    "accepted": int, "quarantined": int, "in_flight": int, "oldest_seconds": (int, float),
    "file": str, "rules": int, "problems": list, "problem_count": int,
    "port": int, "name": str, "code": int, "restart_s": (int, float),
}
HIDDEN: Final = "***"
_QUIET = ("celery.app.trace", "celery.worker.strategy", "celery.pool", "waitress.queue")
_PASSWORD_IN_URL = re.compile(r"(?<=://)([^\s/?#@:]*):[^\s/@]*(?=@)")

Line = MutableMapping[str, Any]


def configure_logs(log_format: str, level: str, secrets: Collection[str] = ()) -> None:
    """log_format: json, console, or auto (console when standard error is a terminal).
    secrets: what must not be said, beside passwords in URLs, which never are."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    readable = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if readable else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info,
            hiding(secrets), renderer,
        ],
    ))
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def hiding(secrets: Collection[str]) -> Callable[[Any, str, Line], Line]:
    """A processor over whole lines, tracebacks included: the last before they are written."""
    said = [re.escape(secret) for secret in sorted(secrets, key=len, reverse=True) if secret]
    known = re.compile("|".join(said)) if said else None

    def hidden(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [hidden(each) for each in value]
        if not isinstance(value, str):
            return value
        value = known.sub(HIDDEN, value) if known else value
        return _PASSWORD_IN_URL.sub(rf"\1:{HIDDEN}", value) if "://" in value else value

    def hide(_logger: Any, _method: str, line: Line) -> Line:
        return {name: hidden(value) for name, value in line.items()}

    return hide


class Log:
    """One event a batch and step, one a quarantined document, and what is out of the ordinary."""

    def __init__(self, process: str) -> None:
        self._log = structlog.stdlib.get_logger("newsmill").bind(process=process)

    def batch(
        self, step: str, batch: BatchId, *, documents: int, seconds: float,
        ids: Sequence[tuple[EntryId, DocumentId]] = (),
    ) -> None:
        """ids: of the documents; ingest says them."""
        said = {"entries": [entry for entry, _ in ids], "traces": [document for _, document in ids]} if ids else {}
        self._log.info(
            "batch", step=step, batch=batch, documents=documents, seconds=round(seconds, 4),
            docs_per_second=round(documents / seconds, 1) if seconds else 0.0, **said,
        )

    def sent(self, batch: BatchId, *, entries: Sequence[EntryId], reason: str) -> None:
        self._log.info("sent", batch=batch, documents=len(entries), reason=reason, entries=list(entries))

    def handed_back(self, step: str, batch: BatchId, error: PortError) -> None:
        self._log.warning("handed_back", step=step, batch=batch, error=_said(error))

    def quarantined(self, batch: BatchId, document: DocumentId, entry: EntryId, quarantine: Quarantine) -> None:
        self._log.warning(
            "quarantined", batch=batch, trace=document, entry=entry, step=quarantine.step,
            reason=str(quarantine.reason), detail=quarantine.detail,
        )

    def rescued(self, batch: BatchId, *, act: str, step: str, cause: str, entries: Sequence[EntryId]) -> None:
        self._log.warning(
            "rescued", batch=batch, act=act, step=step, cause=cause, documents=len(entries), entries=list(entries)
        )

    def swept(self, *, vanished: int, adopted: int) -> None:
        self._log.error("swept", vanished=vanished, adopted=adopted)

    def incident(self, text: str) -> None:
        self._log.error("incident", detail=text)

    def away(self, what: str, error: Exception) -> None:
        self._log.warning("away", dependency=what, error=_said(error))

    def rebuilt(self, entries: int, seconds: float) -> None:
        self._log.info("index_rebuilt", documents=entries, seconds=round(seconds, 3))

    def source(self, source: str, state: str, odd: Mapping[str, str]) -> None:
        """A source that came into another state."""
        said = self._log.warning if odd else self._log.info
        said("source", source=source, state=state, detail="; ".join(odd.values()))

    def throughput(
        self, *, seconds: float, accepted: int, documents: int, quarantined: int, in_flight: int, oldest_seconds: float
    ) -> None:
        """documents: those that got a verdict in these seconds."""
        self._log.info(
            "throughput", seconds=round(seconds, 3), documents=documents, docs_per_second=round(documents / seconds, 1),
            accepted=accepted, quarantined=quarantined, in_flight=in_flight, oldest_seconds=round(oldest_seconds, 3),
        )

    def rules_loaded(self, file: str, rules: int) -> None:
        self._log.info("rules_loaded", file=file, rules=rules)

    def rules_refused(self, file: str, problems: Sequence[str]) -> None:
        """The old rules stay in use."""
        self._log.error("rules_refused", file=file, problems=list(problems[:20]), problem_count=len(problems))

    def process(self, event: str, **fields: Any) -> None:
        self._log.info(event, **fields)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
