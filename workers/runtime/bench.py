"""`newsmill bench`: what carrying costs, and how fast the whole mill and each step are.

Every figure of one call comes from one run on one machine: read the ratios, not the last digit.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from workers.errors import NewsmillError
from workers.model import Submission
from workers.pipeline import PIPELINE
from workers.runtime.bench_worker import BURN_MS, burn
from workers.runtime.endpoints import store_in
from workers.runtime.logs import Log
from workers.runtime.supervisor import Supervisor
from workers.runtime.wiring.mill import Mill
from workers.runtime.wiring.servers import embedded_servers, killed_with
from workers.settings import Settings

Say = Callable[[str], None]

_TEXT: Final = "The council voted on Tuesday to rebuild the harbour bridge before the winter storms return. " * 60
_PATIENCE_S: Final = 60.0
_RUN: Final = re.compile(rb"[^<>\n]{60,}")  # running text: a paragraph, not a byline or a time


class BenchStuck(NewsmillError):
    pass


def run_bench(
    settings: Settings, submissions: Sequence[Submission], *, documents: int, concurrency: int, say: Say
) -> dict[str, Any]:
    """submissions: real documents for the whole mill, repeated up to `documents`, reworded each time."""
    return {
        "documents": documents,
        "concurrency": concurrency,
        "carrying": _carrying(settings, documents * 4, concurrency, say),
        "pool": _against_pool(settings, documents, concurrency, say),
        "alone": _alone(settings, submissions, concurrency, say),
        "mill": _whole_mill(settings, submissions, documents, concurrency, say),
    }


# ---- the four measurements

def _carrying(settings: Settings, documents: int, concurrency: int, say: Say) -> dict[str, float]:
    """CPU of every process but the pusher, for documents of 5.6 kB through steps that do nothing and a
    store that keeps nothing."""
    with _bench_mill(settings, concurrency, burn_ms=0.0) as bench:
        bench.carry(_texts(256), "warming up")
        before, started = bench.cpu_seconds(), time.monotonic()
        say(f"carrying {documents} documents")
        bench.carry(_texts(documents), "carrying")
        seconds = time.monotonic() - started
        after = bench.cpu_seconds()
        spent = {name: (after[name] - before.get(name, 0.0)) * 1000 / documents for name in after}
        counters = bench.mill.ledger.audit().counters
        batches = sum(n for name, n in counters.items() if name.startswith("batches_sent:"))
        return {
            "cpu_ms_per_document": round(sum(spent.values()), 3),
            **{f"cpu_ms_{name}": round(ms, 3) for name, ms in sorted(spent.items())},
            "documents_per_second": round(documents / seconds, 1),
            "documents_per_batch": round((documents + 256) / batches, 1),
        }


def _against_pool(settings: Settings, documents: int, concurrency: int, say: Say) -> dict[str, float]:
    """A step of BURN_MS of CPU a document, in the mill and in a bare pool of as many processes, by turns."""
    ratios, pool_rates, mill_rates = [], [], []
    with _bench_mill(settings, concurrency, burn_ms=BURN_MS) as bench:
        bench.carry(_texts(256), "warming up")
        for turn in range(3):
            say(f"{documents} documents of {BURN_MS:g} ms, turn {turn + 1} of 3")
            pool_s = _pool_seconds(documents, concurrency)
            with bench.dispatcher_held():  # the pool has its input too before its clock starts
                bench.push(_texts(documents))
            started = time.monotonic()
            bench.wait(documents, "with steps", poll_s=0.1)
            mill_s = time.monotonic() - started
            ratios.append(pool_s / mill_s)
            pool_rates.append(documents / pool_s)
            mill_rates.append(documents / mill_s)
    return {
        "mill_over_pool": round(statistics.median(ratios), 3),
        "mill_documents_per_second": round(statistics.median(mill_rates), 1),
        "pool_documents_per_second": round(statistics.median(pool_rates), 1),
    }


def _pool_seconds(documents: int, concurrency: int) -> float:
    with multiprocessing.get_context("spawn").Pool(concurrency) as pool:
        pool.map(burn, [0.1] * concurrency)  # the processes are up
        started = time.monotonic()
        pool.map(burn, [BURN_MS] * documents, chunksize=64)
        return time.monotonic() - started


def _alone(settings: Settings, submissions: Sequence[Submission], concurrency: int, say: Say) -> dict[str, float]:
    """Documents one by one through an idle mill with its real steps and store."""
    with _real_mill(settings, concurrency) as bench:
        say("lone documents on an idle mill")
        bench.carry(_distinct(submissions, 32), "warming up")
        for submission in _distinct(submissions, 60, "alone"):
            bench.carry([submission], "alone", poll_s=0.002)
            time.sleep(0.05)
        took = bench.document_ms[1:]  # without the warming up
        return {
            "p50_ms": round(statistics.median(took), 1),
            "p95_ms": round(statistics.quantiles(took, n=20)[18], 1),
        }


def _whole_mill(
    settings: Settings, submissions: Sequence[Submission], documents: int, concurrency: int, say: Say
) -> dict[str, Any]:
    with _real_mill(settings, concurrency) as bench:
        bench.carry(_distinct(submissions, 64), "warming up")
        first, started = bench.mill.ledger.audit().counters, time.monotonic()
        say(f"{documents} documents through the whole mill")
        bench.carry(_distinct(submissions, documents, "whole"), "whole mill")
        seconds = time.monotonic() - started
        last = bench.mill.ledger.audit().counters

        def grown(name: str) -> int:
            return last.get(name, 0) - first.get(name, 0)

        cpu = {step: grown(f"step_cpu_us:{step}") for step in PIPELINE}
        return {
            "documents_per_second": round(documents / seconds, 1),
            "articles_per_second": round(grown("articles:produced") / seconds, 1),
            "step_cpu_ms_per_document": {step: round(us / 1000 / documents, 3) for step, us in cpu.items()},
            "step_share_of_cpu": {step: round(us / max(1, sum(cpu.values())), 3) for step, us in cpu.items()},
            "store_ms_per_document": round(grown("h:store_seconds::sum") / documents, 3),
        }


# ---- a mill of the bench's own

class _Bench:
    def __init__(self, mill: Mill, supervisor: Supervisor, servers: Mapping[str, int]) -> None:
        self.mill = mill
        self.document_ms: list[float] = []
        self._supervisor = supervisor
        self._servers = servers

    def carry(self, submissions: Sequence[Submission], what: str, *, poll_s: float = 0.02) -> None:
        """Pushes and waits until all are settled."""
        started = time.monotonic()
        self.push(submissions)
        self.wait(len(submissions), what, poll_s=poll_s)
        self.document_ms.append((time.monotonic() - started) * 1000)

    def push(self, submissions: Sequence[Submission]) -> None:
        for start in range(0, len(submissions), 256):
            self.mill.ledger.append(submissions[start : start + 256], "cli")

    def wait(self, documents: int, what: str, *, poll_s: float) -> None:
        """Until all are settled. Each look at the ledger costs it a millisecond."""
        until = time.monotonic() + _PATIENCE_S + documents * 0.1
        while (audit := self.mill.ledger.audit()).in_flight or audit.batches:
            if time.monotonic() > until:
                raise BenchStuck(f"{what}: {audit.in_flight} documents in flight after {_PATIENCE_S:g} s")
            time.sleep(poll_s)

    @contextmanager
    def dispatcher_held(self) -> Iterator[None]:
        pids = [child.process.pid for name, child in self._supervisor.children.items()
                if name == "dispatch" and child.process]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def cpu_seconds(self) -> dict[str, float]:
        """CPU time so far by process, children and past children included."""
        roots = {name: child.process.pid for name, child in self._supervisor.children.items() if child.process}
        return {name: _tree_cpu_s(pid) for name, pid in {**roots, **self._servers}.items()}


def _tree_cpu_s(pid: int) -> float:
    """From /proc: this process, what it waited for, and its living children. 0 where there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    ticks = sum(int(fields[i]) for i in (11, 12, 13, 14))
    return ticks / os.sysconf("SC_CLK_TCK") + sum(_tree_cpu_s(int(child)) for child in children)


@contextmanager
def _bench_mill(settings: Settings, concurrency: int, *, burn_ms: float) -> Iterator[_Bench]:
    with _mill(settings, concurrency, ("-m", "workers.runtime.bench_worker", str(burn_ms))) as bench:
        yield bench


@contextmanager
def _real_mill(settings: Settings, concurrency: int) -> Iterator[_Bench]:
    with _mill(settings, concurrency, ("-m", "workers.cli", "worker")) as bench:
        yield bench


@contextmanager
def _mill(settings: Settings, concurrency: int, worker: tuple[str, ...]) -> Iterator[_Bench]:
    """On embedded servers in a folder that goes with it."""
    with tempfile.TemporaryDirectory(prefix="newsmill-bench-") as folder:
        data = Path(folder)
        servers = embedded_servers(replace(settings, ledger_url="", work_url=""), data)
        settings = replace(
            settings, ledger_url=servers.ledger_url, work_url=servers.work_url, store_url=store_in(data),
            concurrency=concurrency,
        )
        environment = {
            "NEWSMILL_LEDGER_URL": settings.ledger_url, "NEWSMILL_WORK_URL": settings.work_url,
            "NEWSMILL_STORE_URL": settings.store_url, "NEWSMILL_CONCURRENCY": str(concurrency),
            "NEWSMILL_LOG_FORMAT": "json",
        }
        supervisor = Supervisor(environment, data, Log("bench"), killed_with)
        mill = Mill(settings, "bench")
        try:
            for server in servers.started:
                server.start()
            mill.store.counts()
            supervisor.start("worker", *worker)
            supervisor.start("dispatch", "-m", "workers.cli", "dispatch")
            supervisor.start("reconcile", "-m", "workers.cli", "reconcile")
            _wait_until_ready(mill)
            pids = {server.name: server.pid for server in servers.started}
            yield _Bench(mill, supervisor, pids)
        finally:
            supervisor.stop("dispatch", "worker", "reconcile", timeout_s=10)
            mill.store.close()
            for server in servers.started:
                server.stop()


def _wait_until_ready(mill: Mill) -> None:
    until = time.monotonic() + _PATIENCE_S
    while problems := mill.problems():
        if time.monotonic() > until:
            raise BenchStuck("; ".join(problems))
        time.sleep(0.05)
    while mill.index.is_fresh() and time.monotonic() < until:
        time.sleep(0.05)


# ---- documents

def _texts(count: int) -> list[Submission]:
    return [Submission(f"{number} {_TEXT}".encode(), content_type="text/plain") for number in range(count)]


def _distinct(submissions: Sequence[Submission], count: int, mark: str = "") -> list[Submission]:
    """The documents over and over, each with its words in an order of its own, so that they are no copies."""
    return [_reworded(each, f"{mark} {number}") for number, each in enumerate(islice(cycle(submissions), count))]


def _reworded(submission: Submission, mark: str) -> Submission:
    draw = random.Random(mark)  # noqa: S311  the same documents each run
    body = submission.body
    if body.lstrip().startswith(b"{"):
        record = json.loads(body)
        record["text"] = _shuffled(str(record.get("text", "")).encode(), draw).decode()
        return replace(submission, body=json.dumps(record).encode())
    return replace(submission, body=_RUN.sub(lambda run: _shuffled(run[0], draw), body))


def _shuffled(run: bytes, draw: random.Random) -> bytes:
    words = run.split(b" ")
    draw.shuffle(words)
    return b" ".join(words)


def print_bench(found: Mapping[str, Any]) -> None:
    """For people: what each figure is, and the goal where there is one."""
    carrying, pool, alone, mill = found["carrying"], found["pool"], found["alone"], found["mill"]
    lines = [
        ("carrying, CPU a document", f"{carrying['cpu_ms_per_document']} ms", "<= 0.6 ms"),
        *((f"  {name.removeprefix('cpu_ms_')}", f"{ms} ms", "") for name, ms in carrying.items()
          if name.startswith("cpu_ms_") and name != "cpu_ms_per_document"),
        ("  documents a batch", carrying["documents_per_batch"], ""),
        ("  documents a second", carrying["documents_per_second"], ""),
        (f"steps of {BURN_MS:g} ms, mill / bare pool", pool["mill_over_pool"], ">= 0.90"),
        ("lone document, p50 / p95", f"{alone['p50_ms']} / {alone['p95_ms']} ms", "p95 <= 150 ms"),
        ("whole mill, documents a second", mill["documents_per_second"], ""),
        ("  articles a second", mill["articles_per_second"], ""),
        *((f"  {step}, CPU a document", f"{ms} ms ({mill['step_share_of_cpu'][step]:.0%})", "")
          for step, ms in mill["step_cpu_ms_per_document"].items()),
        ("  store, time a document", f"{mill['store_ms_per_document']} ms", ""),
    ]
    for name, value, goal in lines:
        sys.stdout.write(f"{name:<36} {value!s:>18}  {goal}".rstrip() + "\n")
