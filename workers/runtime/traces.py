"""Whether and how documents are traced: by OpenTelemetry when a collector is named, else not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.errors import SettingsError
from workers.model import BatchId, Document, DocumentId

# (step, batch, its documents, seconds it took), told when a step is done
Trace = Callable[[str, BatchId, Sequence[Document], float], None]


def no_traces(step: str, batch: BatchId, documents: Sequence[Document], seconds: float) -> None:
    pass


def is_traced(document: DocumentId, share: float) -> bool:
    """By its id alone, so that every process answers alike. share: 0..1."""
    return int(document[-8:], 16) < share * 2**32


def make_traces(url: str, share: float) -> Trace:
    """url: where an OTLP collector takes traces over HTTP; none when empty. Raises SettingsError without the extra."""
    if not url:
        return no_traces
    try:
        from workers.runtime.otel_traces import over_http
    except ImportError as error:
        raise SettingsError(["otlp_url: traces need the extra newsmill[otel]"]) from error
    return over_http(url, share)
