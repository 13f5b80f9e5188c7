"""`newsmill serve`: the HTTP port and, when its URL is set, the queue door."""

from __future__ import annotations

import threading

from workers.intake.broker import BrokerDoor
from workers.intake.http import HttpDoor, serve
from workers.runtime.wiring.mill import Mill


def serve_doors(mill: Mill, stop: threading.Event) -> None:
    settings = mill.settings
    door = HttpDoor(mill.ledger, metrics=mill.metrics, ready=mill.problems, watermark=settings.watermark)
    server = serve(door, settings.http_host, settings.http_port, threads=settings.http_threads)
    mill.log.process("serving", port=server.port)
    queue = None
    if settings.queue_url:
        queue = threading.Thread(
            target=BrokerDoor(settings.queue_url, mill.ledger, queue=settings.queue_name).run, args=(stop,), daemon=True
        )
        queue.start()
    stop.wait()
    server.stop()
    if queue is not None:
        queue.join(timeout=10)
