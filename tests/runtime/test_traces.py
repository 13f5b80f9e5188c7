"""OpenTelemetry: a trace a document, a span a step, none unless asked for."""

from __future__ import annotations

import gzip
import queue
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from workers.errors import SettingsError
from workers.model import Document
from workers.pipeline import PIPELINE
from workers.runtime.otel_traces import DocumentTraces
from workers.runtime.traces import is_traced, make_traces, no_traces
from workers.settings import Settings

NOW = datetime.now(UTC)
IDS = [f"{number:08x}".rjust(32, "a") for number in (1, 2**31, 2**32 - 1)]


def document(id: str) -> Document:
    return Document(id, "1-0", "cli", NOW, NOW - timedelta(seconds=3))


def test_a_document_is_one_trace_with_a_span_for_each_step_under_its_root() -> None:
    kept = InMemorySpanExporter()
    trace = DocumentTraces(SimpleSpanProcessor(kept), 1.0)
    for step in PIPELINE:
        trace(step, "batch-1", [document(IDS[0]), document(IDS[1])], 0.25)
    spans = [span for span in kept.get_finished_spans() if span.context and span.context.trace_id == int(IDS[0], 16)]
    assert [span.name for span in spans] == [*PIPELINE, "document"]
    root = spans[-1]
    assert root.context is not None
    assert root.parent is None
    assert {span.parent and span.parent.span_id for span in spans[:-1]} == {root.context.span_id}
    assert (root.end_time or 0) - (root.start_time or 0) >= 3_000_000_000
    assert (spans[0].end_time or 0) - (spans[0].start_time or 0) == 250_000_000
    assert dict(spans[0].attributes or {}) == {"newsmill.batch": "batch-1"}


def test_of_a_share_every_process_traces_the_same_documents() -> None:
    assert [is_traced(id, 0.5) for id in IDS] == [True, False, False]
    assert [is_traced(id, 1.0) for id in IDS] == [True, True, True]
    kept = InMemorySpanExporter()
    DocumentTraces(SimpleSpanProcessor(kept), 0.5)("clean", "b", [document(id) for id in IDS], 0.1)
    assert len(kept.get_finished_spans()) == 1


def test_spans_reach_a_collector_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: queue.Queue[tuple[str, bytes]] = queue.Queue()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.put((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        trace = make_traces(f"http://127.0.0.1:{server.server_port}/v1/traces", 1.0)
        trace("clean", "batch-1", [document(IDS[0])], 0.1)
        path, body = arrived.get(timeout=20)
        server.shutdown()
    assert path == "/v1/traces"
    assert bytes.fromhex(IDS[0]) in (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)


def test_without_a_collector_nothing_is_traced() -> None:
    trace = make_traces(Settings().otlp_url, Settings().trace_share)
    assert trace is no_traces
    trace("clean", "b", [document(IDS[0])], 0.1)


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "workers.runtime.otel_traces", None)
    with pytest.raises(SettingsError, match=r"newsmill\[otel\]"):
        make_traces("http://127.0.0.1:4318/v1/traces", 1.0)
