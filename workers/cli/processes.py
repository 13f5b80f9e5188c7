"""run, worker, dispatch, reconcile, serve: the processes of a mill."""

from __future__ import annotations

import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import click
from rich.live import Live
from rich.table import Table

from workers.cli.reach import console_for, data_option, print_fields, process_settings
from workers.errors import UsageError
from workers.model import Submission
from workers.pipeline import PIPELINE
from workers.ports import Audit
from workers.settings import read_settings, secrets_of, seeds_folder


@click.command()
@data_option
@click.option("--until-idle", is_flag=True, help="End with a summary once every document has its verdict.")
@click.option("--seeds/--no-seeds", default=True, help="Push the seed pages into a new data folder.", show_default=True)
def run(data: Path, until_idle: bool, seeds: bool) -> None:
    """Run a whole mill on this machine: embedded Redis servers, SQLite, all processes."""
    from workers.intake.files import read_submissions
    from workers.runtime.logs import configure_logs
    from workers.runtime.mill import running, seed_once

    settings = read_settings()
    configure_logs(settings.log_format, "warning", secrets_of(settings))
    with running(settings, data, _say) as mill:
        _say(f"the mill runs; data lie in {data.resolve()}")
        print_fields({
            "push": f"newsmill push PATH... --data {data}",
            "articles": f"newsmill find --data {data}",
            "documents": f"{mill.endpoints.http}/documents",
            "metrics": f"{mill.endpoints.http}/metrics",
            "health": f"{mill.endpoints.http}/readyz",
            "ledger": mill.endpoints.ledger_url,
            "store": mill.endpoints.store_url,
            "logs": data / "logs",
        })
        if seeds:
            folder = seeds_folder() / "pages"
            found = read_submissions([str(folder)], stdin=sys.stdin.buffer)
            pushed = seed_once(mill, (each.result for each in found if isinstance(each.result, Submission)))
            if pushed:
                _say(f"pushed {pushed} seed documents from {folder}")
        started, before = time.monotonic(), mill.tick()
        audit = before
        with _Watch() as watch:
            while not mill.stopped.wait(0.1):
                audit = mill.tick() or audit
                watch.show(audit, mill.supervisor.failing())
                if until_idle and mill.is_idle(audit):
                    break
        if audit is not None and before is not None:
            _summary(audit, before, time.monotonic() - started)
        failing = mill.supervisor.failing()
    if failing:
        raise UsageError(f"{', '.join(failing)} ended again and again: see {data / 'logs'}")


def _say(line: str) -> None:
    click.echo(line, err=True)


class _Watch:
    """The live count: a table that is drawn again on a terminal, a line each 10 s elsewhere."""

    def __init__(self) -> None:
        self._live = Live(console=console_for(sys.stderr), refresh_per_second=4) if sys.stderr.isatty() else None
        self._said = 0.0

    def __enter__(self) -> _Watch:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, audit: Audit | None, failing: list[str]) -> None:
        if self._live:
            self._live.update(_count_table(audit, failing))
        elif audit is not None and time.monotonic() - self._said > 10:
            self._said = time.monotonic()
            _say(_count_line(audit))


def _count_table(audit: Audit | None, failing: list[str]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in _counts(audit).items():
        table.add_row(name, str(value))
    for name in failing:
        table.add_row("failing", f"{name}: see its log")
    return table


def _count_line(audit: Audit) -> str:
    return ", ".join(f"{name} {value}" for name, value in _counts(audit).items())


def _counts(audit: Audit | None) -> dict[str, object]:
    if audit is None:
        return {"ledger": "does not answer"}
    return {
        "accepted": audit.accepted, "in flight": audit.in_flight, "stored": audit.stored,
        "duplicate": audit.duplicate, "quarantined": audit.quarantined,
    }


def _summary(audit: Audit, before: Audit, seconds: float) -> None:
    finished = audit.accepted - audit.in_flight - (before.accepted - before.in_flight)
    click.echo(_count_line(audit))
    articles = audit.counters
    click.echo(
        f"articles {articles.get('articles:produced', 0)}: stored {articles.get('articles:stored', 0)}, "
        f"duplicate {articles.get('articles:duplicate', 0)}, quarantined {articles.get('articles:quarantined', 0)}"
    )
    click.echo(f"finished {finished} documents in {seconds:.1f} s; ledger difference {audit.difference}")


@click.command()
@click.option("--steps", default=",".join(PIPELINE), show_default=True, help="Steps this worker runs.")
def worker(steps: str) -> None:
    """Run steps: a Celery worker with one child a slot."""
    from workers.runtime.wiring.worker import work

    named = tuple(step.strip() for step in steps.split(",") if step.strip())
    unknown = [step for step in named if step not in PIPELINE]
    if unknown or not named:
        raise UsageError(f"no step {', '.join(unknown) or '(none given)'}; there are {', '.join(PIPELINE)}")
    work(process_settings("worker"), tuple(step for step in PIPELINE if step in named))


@click.command()
def dispatch() -> None:
    """Make batches of what waits and send them on their way."""
    from workers.runtime.wiring.mill import Mill

    Mill(process_settings("dispatch"), "dispatch").dispatcher.run(_stop_on_signals())


@click.command()
def reconcile() -> None:
    """Find overdue batches: send them again, split them, quarantine what kills workers."""
    from workers.runtime.wiring.mill import Mill

    Mill(process_settings("reconcile"), "reconcile").reconciler.run(_stop_on_signals())


@click.command()
def serve() -> None:
    """Serve POST /documents, /metrics, /healthz and /readyz; run the queue door when it is set."""
    from workers.runtime.doors import serve_doors
    from workers.runtime.wiring.mill import Mill

    serve_doors(Mill(process_settings("serve"), "serve"), _stop_on_signals())


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop


COMMANDS = (run, worker, dispatch, reconcile, serve)
