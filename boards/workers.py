"""Are workers, servers and store all right?"""

from __future__ import annotations

from boards import presence
from boards.model import Board, Panel, Query, Row, falling, rising
from boards.promql import OF_STEP, increase, quantile, rate, series, share, total

LEDGER = 'server="ledger"'

WORKERS = Row("Workers", (
    presence.workers(12),
    Panel(
        "Workers that died",
        "In this time range: batches whose worker was killed. One after a deploy is no fault. Several: out of memory "
        "(exit code 137), or a document that kills, which is found and quarantined by itself.",
        "short", (Query(increase("batches_total", where='result="died"'), "died"),), "stat", 6, steps=rising(0.5, 3),
        decimals=0,
    ),
    Panel(
        "Version",
        "Of the process that serves /metrics. Two at once: a deploy is under way.",
        "short", (Query("sum by (version, python) (newsmill_build_info)", "{{version}} on Python {{python}}"),),
        "stat", 6,
    ),
), height=4)

BUSY = Row("Work", (
    Panel(
        "How busy are the slots of each step? (%)",
        "Time in a step against the time its worker children have. Above 80 % and documents wait: more slots. Low and "
        "documents wait: they wait for a server, not for a slot. Children that serve all steps count under each.",
        "percentunit",
        (Query(share(rate("step_seconds_sum", "step", OF_STEP), total("worker_slots", "step", OF_STEP)), "{{step}}"),),
        steps=rising(0.8, 0.95), share=True,
    ),
    Panel(
        "Processors used by each step (cores)",
        "CPU time of worker children. Their sum near the number of processors: the machine is the limit, add machines "
        "and not slots.",
        "short", (Query(rate("step_cpu_seconds_total", "step", OF_STEP), "{{step}}"),), stacked=True,
    ),
    Panel(
        "Largest worker child (bytes of memory)",
        "Resident memory. A child is replaced after 1000 batches and may have 2 GiB; growing from batch to batch is a "
        "leak in a parser, lower tasks_per_child.",
        "bytes", (Query(f"max by (step) ({series('worker_memory_bytes', OF_STEP)})", "{{step}}"),),
        steps=rising(1.2e9, 1.6e9),
    ),
    Panel(
        "Worker slots",
        "Children of all workers of a step. It falls when a worker is gone; concurrency and --scale set it.",
        "short", (Query(total("worker_slots", "step", OF_STEP), "{{step}}"),), steps=falling(1, 1),
    ),
))

REDIS = Row("Ledger and work server", (
    presence.servers(6),
    Panel(
        "Is what they hold on disk?",
        "no: appendonly is off, or the last write or rewrite failed, mostly for a full disk. What is accepted now "
        "would not survive a power cut: runbook NewsmillRedisPersistenceFailing.",
        "short", (Query(f"min by (server) ({series('redis_persistence_ok')})", "{{server}}"),), "stat", 6,
        steps=((None, "red"), (1, "green")), words=(("0", "no", "red"), ("1", "yes", "green")),
    ),
    Panel(
        "Ledger's memory, of its maximum (%)",
        "At 70 % (the watermark) doors refuse with 503 until documents are settled. It grows only with what waits: "
        "find out why it waits.",
        "percentunit",
        (Query(f"sum({series('redis_memory_bytes', LEDGER)}) / "
               f"(sum({series('redis_memory_max_bytes', LEDGER)}) > 0)", "ledger"),),
        "stat", 6, steps=rising(0.5, 0.6), decimals=1,
    ),
    Panel(
        "Keys evicted, connections refused",
        "In this time range; must be 0. Evicted: maxmemory-policy is not noeviction, and documents may be gone. "
        "Refused: maxclients is too low.",
        "short",
        (Query(increase("redis_evicted_keys_total"), "evicted"),
         Query(increase("redis_rejected_connections_total"), "refused")),
        "stat", 6, steps=rising(0.5, 0.5), decimals=0,
    ),
    Panel(
        "Memory of the servers (bytes)",
        "ledger: documents in flight. work: the dedup index (a window of articles), blobs of batches under way and "
        "messages.",
        "bytes", (Query(total("redis_memory_bytes", "server"), "{{server}}"),),
    ),
    Panel(
        "Commands (commands/s)",
        "One server manages about 100,000 a second; scripts count as one and cost more. Flat at a high level while "
        "documents wait: the server is the limit.",
        "suffix:commands/s", (Query(rate("redis_commands_total", "server"), "{{server}}"),),
    ),
    Panel(
        "Connections, and those that wait",
        "Waiting ones are workers that wait for messages: they should be there. Connections that only grow are a leak.",
        "short",
        (Query(total("redis_clients", "server"), "{{server}}"),
         Query(total("redis_blocked_clients", "server"), "{{server}} waiting")),
    ),
    Panel(
        "Writes that waited for the disk (writes/s)",
        "The disk is slower than what is written. Any steady line on the ledger: acceptance and settling wait for "
        "it too.",
        "suffix:writes/s", (Query(rate("redis_delayed_fsyncs_total", "server"), "{{server}}"),),
    ),
))

STORE = Row("Store", (
    Panel(
        "Time of a store transaction: p50, p95, p99 (s)",
        "One a batch of up to 64 documents, durable when it ends. High: the disk, locks of somebody else's query, or a "
        "store that grew; `newsmill retain --days N` bounds it.",
        "s", tuple(Query(quantile(q, "store_seconds"), f"p{q * 100:.0f}") for q in (0.5, 0.95, 0.99)),
        steps=rising(0.5, 2),
    ),
    Panel(
        "Articles written (articles/s)",
        "Stored and duplicate: both are written. It follows documents finished; if that runs and this does not, "
        "documents are quarantined.",
        "suffix:articles/s", (Query(rate("articles_total", where='outcome!="quarantined"'), "written"),),
    ),
))

BOARD = Board("newsmill-workers", "Newsmill: Workers and Redis", "Are workers, servers and store all right?",
              (WORKERS, BUSY, REDIS, STORE), by_step=True)
