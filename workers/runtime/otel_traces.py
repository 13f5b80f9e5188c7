"""OpenTelemetry, for those who installed the extra: a trace a document, a span a step.

No context has to travel with a batch: the trace's id is the document's, the root span's its first half.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

import workers
from workers.model import BatchId, Document, DocumentId
from workers.pipeline import PUBLISH
from workers.runtime.traces import is_traced

_NS: Final = 1_000_000_000


def over_http(url: str, share: float) -> DocumentTraces:
    return DocumentTraces(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)), share)


class _Ids(RandomIdGenerator):
    """Random ones, but for the root span of `document`."""

    document: DocumentId = ""

    def generate_trace_id(self) -> int:
        return int(self.document, 16) if self.document else super().generate_trace_id()

    def generate_span_id(self) -> int:
        return int(self.document[:16], 16) if self.document else super().generate_span_id()


class DocumentTraces:
    """share: of the documents, 0..1."""

    def __init__(self, processor: SpanProcessor, share: float) -> None:
        self._share = share
        self._ids = _Ids()
        resource = Resource.create({"service.name": "newsmill", "service.version": workers.__version__})
        provider = TracerProvider(resource=resource, id_generator=self._ids)
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("newsmill")

    def __call__(self, step: str, batch: BatchId, documents: Sequence[Document], seconds: float) -> None:
        end = time.time_ns()
        for document in documents:
            if is_traced(document.id, self._share):
                self._step(step, batch, document, end - int(seconds * _NS), end)

    def _step(self, step: str, batch: BatchId, document: Document, start: int, end: int) -> None:
        span = self._tracer.start_span(
            step, _within(document.id), start_time=start, attributes={"newsmill.batch": batch}
        )
        span.end(end)
        if step == PUBLISH:
            self._root(document, end)

    def _root(self, document: Document, end: int) -> None:
        self._ids.document = document.id
        span = self._tracer.start_span(
            "document", start_time=int(document.accepted_at.timestamp() * _NS),
            attributes={"newsmill.door": document.door, "newsmill.entry": document.entry_id},
        )
        self._ids.document = ""
        span.end(end)


def _within(document: DocumentId) -> Context:
    """The root span of a document, whoever will write it."""
    sampled = TraceFlags(TraceFlags.SAMPLED)
    root = SpanContext(int(document, 16), int(document[:16], 16), is_remote=True, trace_flags=sampled)
    return set_span_in_context(NonRecordingSpan(root))
