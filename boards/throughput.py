"""How fast, and what limits it?"""

from __future__ import annotations

from boards.model import Board, Panel, Query, Row, falling, rising
from boards.promql import OF_STEP, STEADY, lately, mean, quantile, rate, share, total

CPU = rate("step_cpu_seconds_total", "step", OF_STEP)
DOCUMENTS = rate("step_documents_total", "step", OF_STEP)

NOW = Row("Now", (
    Panel(
        "Documents accepted (docs/s)",
        "Documents entering the ledger through any door, a plain XADD included. Zero while producers run: ask /readyz, "
        "and whether the ledger is above its watermark (board Workers and Redis).",
        "suffix:docs/s", (Query(rate("documents_accepted_total", window=STEADY), "accepted"),), "stat", 4, decimals=1,
    ),
    Panel(
        "Documents finished (docs/s)",
        "Documents that got their verdict: stored, duplicate or quarantined. Zero while documents wait: the alert "
        "NewsmillStalled fires after five minutes; `newsmill status` shows where batches stand.",
        "suffix:docs/s", (Query(rate("documents_finished_total", window=STEADY), "finished"),), "stat", 4, decimals=1,
    ),
    Panel(
        "Does it keep up? (out / in)",
        "100 % when as much goes out as comes in; 100 % is also shown while nothing comes. Below 90 % the backlog "
        "grows: the panel `Which step is busy?` names the step to scale.",
        "percentunit",
        (Query(f"{rate('documents_finished_total', window=STEADY)} / "
               f"({rate('documents_accepted_total', window=STEADY)} > 0.1) or vector(1)", "finished / accepted"),),
        "stat", 4, steps=falling(0.9, 0.98), decimals=0,
    ),
    Panel(
        "Time to drain (s)",
        "Documents in flight at the present pace. Over ten minutes: more slots, or a source that floods; "
        "`newsmill sources` names loud ones.",
        "s", (Query(f"{total('documents_in_flight')} / "
                    f"clamp_min({rate('documents_finished_total', window=STEADY)}, 0.001)", "backlog"),),
        "stat", 4, steps=rising(60, 600), decimals=0,
    ),
    Panel(
        "Accepted to settled, p95 (s)",
        "Nineteen of twenty documents have their verdict within this time. High with high queue wait: too few slots. "
        "High with low queue wait: a slow step, mostly the store.",
        "s", (Query(lately(0.95, "document_seconds"), "p95"),), "stat", 4, steps=rising(10, 60),
    ),
    Panel(
        "Published to settled, p50 (s)",
        "How old news is when it comes out: what the publisher says against our clock. It is the feed's delay more "
        "than ours; compare it with accepted to settled.",
        "s", (Query(lately(0.5, "freshness_seconds"), "p50"),), "stat", 4,
    ),
), height=4)

FLOW = Row("Flow", (
    Panel(
        "Documents in, and out by outcome (docs/s)",
        "In above out: the backlog grows. A jump in quarantined: look at `Quarantined by reason` on the "
        "board Pipeline health.",
        "suffix:docs/s",
        (Query(rate("documents_accepted_total"), "accepted"),
         Query(rate("documents_finished_total", "outcome"), "{{outcome}}")),
    ),
    Panel(
        "Documents through each step (docs/s)",
        "All steps carry the same stream: one that lies below the step before it is where batches pile up. Above: "
        "batches that were handed back come again.",
        "suffix:docs/s", (Query(DOCUMENTS, "{{step}}"),),
    ),
    Panel(
        "Articles out, by outcome (articles/s)",
        "One page can hold many articles, so this may be higher than documents finished. Duplicates are stored too, "
        "related to their original.",
        "suffix:articles/s", (Query(rate("articles_total", "outcome"), "{{outcome}}"),),
    ),
    Panel(
        "Bytes read (B/s)",
        "What the mill reads, before cleaning. A falling line at a steady number of documents: pages became smaller, "
        "so look for a layout change with `newsmill sources`.",
        "Bps", (Query(rate("document_bytes_total"), "bytes read"),),
    ),
))

TIME = Row("Where does the time go?", (
    Panel(
        "Which step is busy? (seconds of work in a second)",
        "Stacked: how many worker children each step keeps busy. The largest layer is the step to scale: "
        "`docker compose up -d --scale tag=3`, or more processors.",
        "short", (Query(rate("step_seconds_sum", "step", OF_STEP), "{{step}}"),), stacked=True,
    ),
    Panel(
        "Wait in a step's queue, p95 (s)",
        "Time between the end of one step and the begin of the next. High at one step: too few workers for it. High "
        "at all: too few processors.",
        "s", (Query(quantile(0.95, "queue_wait_seconds", "step", OF_STEP), "{{step}}"),), steps=rising(5, 30),
    ),
    Panel(
        "Time of a batch in a step, p50 and p95 (s)",
        "A batch holds up to 64 documents. publish high: the store is slow. deduplicate high: the work server is. "
        "clean or tag high at a steady batch size: heavier pages.",
        "s",
        (Query(quantile(0.5, "step_seconds", "step", OF_STEP), "{{step}} p50"),
         Query(quantile(0.95, "step_seconds", "step", OF_STEP), "{{step}} p95")),
    ),
    Panel(
        "CPU for a thousand documents (CPU seconds)",
        "What a step costs, whatever the load. It rises with longer pages or with a change of ours: compare before and "
        "after a deploy.",
        "s",
        (Query(f"1000 * {share(CPU, DOCUMENTS)}", "{{step}}"),),
    ),
    Panel(
        "Accepted to settled: p50, p95, p99 (s)",
        "Of all documents. p99 far above p95: single documents that kill workers or time out, or copies that wait for "
        "their original.",
        "s", tuple(Query(quantile(q, "document_seconds"), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99)),
        steps=rising(10, 60),
    ),
    Panel(
        "Published to settled: p50, p95 (s)",
        "How late news is when it comes out. Rising while accepted to settled stays: feeds deliver later, or clean "
        "reads dates wrongly (board Dedup and content, fields).",
        "s", tuple(Query(quantile(q, "freshness_seconds"), f"p{q * 100:.0f}") for q in (0.5, 0.95)),
    ),
))

BATCHES = Row("Batches", (
    Panel(
        "Documents in a batch: mean and p95",
        "1 on a quiet mill, 64 under load. Small batches under load: bodies so large that 4 MiB are reached first.",
        "short", (Query(mean("batch_documents"), "mean"), Query(quantile(0.95, "batch_documents"), "p95")),
    ),
    Panel(
        "Why was a batch sent? (batches/s)",
        "idle: nothing more waited. full: 64 documents. bytes: 4 MiB. rescue: sent again by the reconciler, because a "
        "message was lost, a worker died or a batch was handed back; a steady rescue line is trouble.",
        "suffix:batches/s", (Query(rate("batches_sent_total", "reason"), "{{reason}}"),),
    ),
))

BOARD = Board("newsmill-throughput", "Newsmill: Throughput", "How fast, and what limits it?",
              (NOW, FLOW, TIME, BATCHES), by_step=True)
