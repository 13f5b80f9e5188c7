"""Is everything there? Panels that more than one board shows."""

from __future__ import annotations

from boards.model import NEUTRAL, Panel, Query
from boards.promql import series, total


def servers(width: int) -> Panel:
    return Panel(
        "Do the servers answer?",
        "ledger: intake and accounts; while it is away nothing is accepted. work: broker, blobs and dedup index; "
        "while it is away nothing moves. store: articles; batches are handed back and come again. Nothing is lost "
        "either way; `newsmill doctor` says which and why.",
        "short", (Query(f"min by (dependency) ({series('dependency_up')})", "{{dependency}}"),), "stat", width,
        steps=((None, "red"), (1, "green")), words=(("0", "down", "red"), ("1", "up", "green")),
    )


def workers(width: int) -> Panel:
    return Panel(
        "Workers with a heartbeat, by step",
        "A heartbeat is at most ten seconds old. Red: no document gets past that step; `docker compose up -d STEP`.",
        "short", (Query(total("workers", "step"), "{{step}}"),), "stat", width, steps=((None, "red"), (1, "green")),
    )


def alerts(width: int) -> Panel:
    return Panel(
        "Which alerts fire?",
        "Watchdog always fires: it proves that alerts get through. Each of the others has a section in "
        "docs/runbook.md, with where to look and what to do.",
        "short", (Query('sum by (alertname, severity) (ALERTS{alertstate="firing"})', "{{alertname}} {{severity}}"),),
        "table", width, steps=NEUTRAL,
    )
