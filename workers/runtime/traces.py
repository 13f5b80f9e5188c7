"""OpenTelemetry traces, an extra and off by default: a trace a document, a span a step.

No context has to travel with a batch: the trace's id is the document's, the root span's its first half, and
whether a document is traced follows from its id, so that every process answers alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import workers
from workers.errors import SettingsError
from workers.model import BatchId, Document, DocumentId
from workers.pipeline import PUBLISH

# (step, batch, its documents, seconds it took), told when a step is done
Trace = Callable[[str, BatchId, Sequence[Document], float], None]

_NS: Final = 1_000_000_000


def no_traces(step: str, batch: BatchId, documents: Sequence[Document], seconds: float) -> None:
    pass


def is_traced(document: DocumentId, share: float) -> bool:
    return int(document[-8:], 16) < share * 2**32


def make_traces(url: str, share: float, exporter: Any = None) -> Trace:
    """url: where an OTLP collector takes traces over HTTP. share: of the documents, 0..1.

    exporter: in place of the one over HTTP. Raises SettingsError without the extra.
    """
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            processor: Any = BatchSpanProcessor(OTLPSpanExporter(endpoint=url))
        else:
            processor = SimpleSpanProcessor(exporter)
    except ImportError as error:
        raise SettingsError(["otlp_url: traces need the extra newsmill[otel]"]) from error

    class Ids(RandomIdGenerator):
        """Random ones, but for the root span of a document."""

        document: DocumentId = ""

        def generate_trace_id(self) -> int:
            return int(self.document, 16) if self.document else super().generate_trace_id()

        def generate_span_id(self) -> int:
            return int(self.document[:16], 16) if self.document else super().generate_span_id()

    ids = Ids()
    resource = Resource.create({"service.name": "newsmill", "service.version": workers.__version__})
    provider = TracerProvider(resource=resource, id_generator=ids)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("newsmill")

    def trace(step: str, batch: BatchId, documents: Sequence[Document], seconds: float) -> None:
        end = time.time_ns()
        for document in documents:
            if not is_traced(document.id, share):
                continue
            root = SpanContext(int(document.id, 16), int(document.id[:16], 16), True, TraceFlags(TraceFlags.SAMPLED))
            within = set_span_in_context(NonRecordingSpan(root))
            said: dict[str, Any] = {"newsmill.batch": batch, "newsmill.documents": len(documents)}
            tracer.start_span(step, within, start_time=end - int(seconds * _NS), attributes=said).end(end)
            if step == PUBLISH:
                _end_root(document, end)

    def _end_root(document: Document, end: int) -> None:
        ids.document = document.id
        said: dict[str, Any] = {"newsmill.door": document.door, "newsmill.entry": document.entry_id}
        start = int(document.accepted_at.timestamp() * _NS)
        span = tracer.start_span("document", start_time=start, attributes=said)
        ids.document = ""
        span.end(end)

    return trace
