"""Is anything lost, stuck or failing?"""

from __future__ import annotations

from boards import presence
from boards.model import ZERO_IS_GOOD, Board, Panel, Query, Row, rising
from boards.promql import OF_STEP, increase, quantile, rate, series, share, total

FAILED = f'result!="ok", {OF_STEP}'

LOST = Row("Is anything lost?", (
    Panel(
        "Documents unaccounted for",
        "Accepted less in flight, stored, duplicate, quarantined and vanished, read at one moment. Must be 0. "
        "Otherwise delete nothing, `newsmill ledger --check`, and runbook NewsmillDocumentsUnaccounted.",
        "short", (Query(f"max({series('ledger_difference')})", "documents"),), "stat", 4, steps=ZERO_IS_GOOD,
    ),
    Panel(
        "Articles unaccounted for",
        "Articles produced less stored, duplicate and quarantined. Must be 0. Otherwise a bug: `newsmill ledger "
        "--check`, and report it with its output.",
        "short", (Query(f"max({series('articles_difference')})", "articles"),), "stat", 4, steps=ZERO_IS_GOOD,
    ),
    Panel(
        "Documents vanished",
        "In this time range. Entries that somebody else deleted or trimmed from the intake before they were settled. "
        "The mill cannot bring them back; find who calls XDEL, XTRIM or XADD with MAXLEN.",
        "short", (Query(increase("documents_vanished_total"), "vanished"),), "stat", 4, steps=rising(0.5, 0.5),
        decimals=0,
    ),
    Panel(
        "Documents in flight",
        "In the intake stream: waiting, or in a batch. It goes back to 0 when nothing comes.",
        "short", (Query(f"max({series('documents_in_flight')})", "in flight"),), "stat", 4,
    ),
    Panel(
        "Quarantined (% of finished)",
        "In this time range: share of the documents that got no article out. Above 10 %: see the two panels below "
        "for step and reason; `newsmill quarantine list` names documents.",
        "percentunit",
        (Query(share(increase("documents_finished_total", where='outcome="quarantined"'),
                     increase("documents_finished_total")), "quarantined"),),
        "stat", 4, steps=rising(0.02, 0.1), decimals=1,
    ),
    Panel(
        "Alerts firing",
        "The table below names them; each has a section in docs/runbook.md. The Watchdog, which always fires, is "
        "not counted.",
        "short", (Query('count(ALERTS{alertstate="firing", alertname!="Watchdog"}) or vector(0)', "alerts"),),
        "stat", 4, steps=rising(0.5, 5),
    ),
), height=4)

THERE = Row("Is everything there?", (presence.servers(8), presence.workers(8), presence.alerts(8)), height=5)

STUCK = Row("Is anything stuck?", (
    Panel(
        "Oldest document without a verdict (s)",
        "The best single sign of trouble. Amber after a minute, red after five, when the alert fires. Slots busy: "
        "scale; slots idle: look at what comes after the step with the longest queue.",
        "s", (Query(f"max({series('intake_oldest_seconds')})", "oldest"),), steps=rising(60, 300),
    ),
    Panel(
        "Where do documents in flight stand?",
        "not yet in a batch: held back because enough batches are out. In batches: under way. Only `not in a batch` "
        "growing is a backlog; only `in batches` standing still is a stuck batch.",
        "short",
        (Query(f"max({series('intake_waiting')})", "not in a batch"),
         Query(f"max({series('intake_pending')})", "in batches")),
        stacked=True,
    ),
    Panel(
        "Batches in each step's queue",
        "At most twice the worker slots and two are out at a time. All in one queue: that step is slow or has no "
        "worker.",
        "short", (Query(total("queue_batches", "step", OF_STEP), "{{step}}"),), stacked=True,
    ),
    Panel(
        "Wait in a step's queue, p95 (s)",
        "Rising at one step while the others are flat: scale that step. Rising at all: look at processors and the work "
        "server.",
        "s", (Query(quantile(0.95, "queue_wait_seconds", "step", OF_STEP), "{{step}}"),), steps=rising(5, 30),
    ),
    Panel(
        "Most overdue batch (s past its deadline)",
        "The reconciler takes up overdue batches within a second. Growing: no reconciler runs, or it cannot reach the "
        "ledger. `docker compose ps reconciler`.",
        "s", (Query(f"max({series('batches_overdue_seconds')})", "overdue"),), steps=rising(10, 30),
    ),
    Panel(
        "Time since the last verdict (s)",
        "Grows while nothing comes, which is no fault. Growing while documents are in flight: the mill is stalled.",
        "s", (Query(f"time() - max({series('last_finish_timestamp_seconds')} > 0)", "since the last verdict"),),
    ),
))

FAILING = Row("Is anything failing?", (
    Panel(
        "Quarantined by reason (docs/s)",
        "One reason that jumps: a layout changed or a producer sends something else; `newsmill "
        "sources` tells whose. step_failed is a bug of ours, killed_worker a document that kills: keep its payload.",
        "suffix:docs/s", (Query(rate("quarantined_total", "reason"), "{{reason}}"),),
        stacked=True,
    ),
    Panel(
        "Why were documents quarantined? (documents in this time range)",
        "The eight most frequent. `newsmill quarantine list --reason REASON` names the documents, `newsmill "
        "explain ID` says more; once the cause is mended, `newsmill quarantine requeue ID`.",
        "short", (Query(f"topk(8, {increase('quarantined_total', 'step, reason')})", "{{step}} {{reason}}"),),
        "bargauge", steps=((None, "green"), (0.5, "orange")), decimals=0,
    ),
    Panel(
        "Batches that failed, of all, by step (%)",
        "handed back: a server was away, the batch comes again unharmed. died: its worker was killed. Above 5 % "
        "for ten minutes it alarms.",
        "percentunit",
        (Query(share(rate("batches_total", "step", FAILED), rate("batches_total", "step", OF_STEP)), "{{step}}"),),
        width=8, steps=rising(0.01, 0.05),
    ),
    Panel(
        "Batches handed back or died (batches/s)",
        "publish handed back: the store. deduplicate handed back: the work server, or an index that is being rebuilt. "
        "died at any step: see the worker's last log lines, exit code 137 is memory.",
        "suffix:batches/s",
        (Query(rate("batches_total", "step, result", FAILED), "{{step}} {{result}}"),), width=8,
    ),
    Panel(
        "Rescues by the reconciler (batches/s)",
        "lost: a message did not arrive, seen after each restart of the work server. died: a worker was gone. "
        "poison: a document that killed its worker again and again was quarantined alone.",
        "suffix:batches/s", (Query(rate("rescues_total", "cause"), "{{cause}}"),), width=8,
    ),
))

BOARD = Board("newsmill-health", "Newsmill: Pipeline health", "Is anything lost, stuck or failing?",
              (LOST, THERE, STUCK, FAILING), by_step=True)
