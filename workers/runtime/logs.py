"""Logs: JSON lines in production, readable ones on a terminal; Celery's own lines in the same format.

Fields: event, level, timestamp, step, batch, documents, seconds, docs_per_second, document, entry,
reason, detail, cause, error, file, rules, problems. Never page text, never a URL with credentials.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any

import structlog

from workers.errors import PortError
from workers.model import BatchId, DocumentId, EntryId, Quarantine

_QUIET = ("celery.app.trace", "celery.worker.strategy", "celery.pool", "waitress.queue", "trafilatura", "htmldate")


def configure_logs(log_format: str, level: str) -> None:
    """log_format: json, console, or auto (console when standard error is a terminal)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    readable = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if readable else structlog.processors.JSONRenderer()
    )
    errors = [] if readable else [structlog.processors.format_exc_info]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *errors, renderer],
    ))
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # its remarks quote pages
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Log:
    """One event a batch and step, one a quarantined document, and what is out of the ordinary."""

    def __init__(self, process: str) -> None:
        self._log = structlog.stdlib.get_logger("newsmill").bind(process=process)

    def batch(self, step: str, batch: BatchId, *, documents: int, seconds: float) -> None:
        self._log.info(
            "batch", step=step, batch=batch, documents=documents, seconds=round(seconds, 4),
            docs_per_second=round(documents / seconds, 1) if seconds else 0.0,
        )

    def sent(self, batch: BatchId, *, documents: int, reason: str) -> None:
        self._log.debug("sent", batch=batch, documents=documents, reason=reason)

    def handed_back(self, step: str, batch: BatchId, error: PortError) -> None:
        self._log.warning("handed_back", step=step, batch=batch, error=_said(error))

    def quarantined(self, document: DocumentId, entry: EntryId, quarantine: Quarantine) -> None:
        self._log.warning(
            "quarantined", document=document, entry=entry, step=quarantine.step,
            reason=str(quarantine.reason), detail=quarantine.detail,
        )

    def rescued(self, batch: BatchId, *, act: str, step: str, cause: str, documents: int) -> None:
        self._log.warning("rescued", batch=batch, act=act, step=step, cause=cause, documents=documents)

    def swept(self, *, vanished: int, adopted: int) -> None:
        self._log.error("swept", vanished=vanished, adopted=adopted)

    def incident(self, text: str) -> None:
        self._log.error("incident", detail=text)

    def away(self, what: str, error: Exception) -> None:
        self._log.warning("away", dependency=what, error=_said(error))

    def rebuilt(self, entries: int, seconds: float) -> None:
        self._log.info("index_rebuilt", documents=entries, seconds=round(seconds, 3))

    def rules_loaded(self, file: str, rules: int) -> None:
        self._log.info("rules_loaded", file=file, rules=rules)

    def rules_refused(self, file: str, problems: Sequence[str]) -> None:
        """The old rules stay in use."""
        self._log.error("rules_refused", file=file, problems=list(problems[:20]), problem_count=len(problems))

    def process(self, event: str, **fields: Any) -> None:
        self._log.info(event, **fields)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
