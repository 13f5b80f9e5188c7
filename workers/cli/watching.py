"""status, ledger, doctor, bench: how the mill is."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from workers.cli.reach import data_option, find_mill, json_option, print_fields, print_json, print_table
from workers.errors import PortError, UsageError
from workers.intake.files import read_submissions
from workers.model import Submission, Verdict
from workers.runtime.logs import configure_logs
from workers.runtime.look import Between, Look
from workers.runtime.wiring.mill import Mill
from workers.settings import read_settings, seeds_folder


@click.command()
@data_option
@json_option
@click.option("--until-idle", type=float, metavar="SECONDS",
              help="Wait until nothing is in flight; give up (exit 1) when nothing finished for so long.")
@click.option("--live", is_flag=True, help="One screen, drawn again every second, until q or Ctrl-C.")
def status(data: Path, as_json: bool, until_idle: float | None, live: bool) -> None:
    """Counts, rates, queue lengths, the oldest waiting document."""
    mill = find_mill(data)
    if live:
        from workers.cli.live import watch_live

        watch_live(lambda: _wide_look(mill))
        return
    idle = until_idle is None or _wait_until_idle(mill, until_idle)
    first = _look(mill)
    time.sleep(0.0 if until_idle is not None else 1.0)
    found = Between(first, _look(mill)).values()
    if as_json:
        print_json(found)
    else:
        _print_status(found)
    if not idle:
        raise click.exceptions.Exit(1)


def _wait_until_idle(mill: Mill, patience_s: float) -> bool:
    audit = mill.ledger.audit()
    since, finished = time.monotonic(), audit.accepted - audit.in_flight
    while audit.in_flight or audit.batches:
        if time.monotonic() - since > patience_s:
            return False
        time.sleep(0.1)
        audit = mill.ledger.audit()
        if audit.accepted - audit.in_flight != finished:
            since, finished = time.monotonic(), audit.accepted - audit.in_flight
    return True


def _look(mill: Mill) -> Look:
    return Look(mill.ledger.audit(), mill.ledger.out(), mill.ledger.workers())


def _wide_look(mill: Mill) -> Look:
    """With what else can be in trouble; raises PortError only when the ledger is away."""
    look, away = _look(mill), {}
    try:
        states = mill.store.source_states()
    except PortError as error:
        states, away["store"] = {}, str(error)
    try:
        mill.broker.identity()
    except PortError as error:
        away["work"] = str(error)
    return replace(look, sources=states, away=away)


def _print_status(found: dict[str, Any]) -> None:
    print_fields({
        "accepted": f"{found['accepted']}  ({found['accepted_per_second']}/s)",
        "in flight": f"{found['in_flight']}  (not in a batch yet: {found['waiting']})",
        "stored": found["stored"], "duplicate": found["duplicate"], "quarantined": found["quarantined"],
        "vanished": found["vanished"], "finished": f"{found['finished_per_second']}/s",
        "oldest": f"{found['oldest_seconds']:.1f} s", "difference": found["difference"],
    })
    click.echo()
    print_table(
        ("STEP", "QUEUED", "RUNNING", "WAITING", "WORKERS", "SLOTS"),
        [(step, *row.values()) for step, row in found["steps"].items()], empty="",
    )


@click.command()
@data_option
@json_option
@click.option("--check", is_flag=True, help="Exit 1 unless both equations hold.")
def ledger(data: Path, as_json: bool, check: bool) -> None:
    """The equations: what was accepted, and where every document and article is."""
    audit = find_mill(data).ledger.audit()
    balanced = audit.difference == 0 and audit.articles_difference == 0
    articles = {"produced": audit.counters.get("articles:produced", 0)}
    articles |= {str(verdict): audit.counters.get(f"articles:{verdict}", 0) for verdict in Verdict}
    found: dict[str, Any] = {
        "accepted": audit.accepted, "in_flight": audit.in_flight, "stored": audit.stored,
        "duplicate": audit.duplicate, "quarantined": audit.quarantined, "vanished": audit.vanished,
        "articles": articles, "balanced": balanced,
    }
    if as_json:
        print_json(found)
    else:
        sign = "=" if audit.difference == 0 else "!="
        click.echo(
            f"documents  accepted {audit.accepted} {sign} in flight {audit.in_flight} + stored {audit.stored} + "
            f"duplicate {audit.duplicate} + quarantined {audit.quarantined} + vanished {audit.vanished}"
        )
        sign = "=" if audit.articles_difference == 0 else "!="
        click.echo(
            f"articles   produced {articles['produced']} {sign} stored {articles['stored']} + "
            f"duplicate {articles['duplicate']} + quarantined {articles['quarantined']}"
        )
        if not balanced:
            click.echo(f"difference {audit.difference} documents, {audit.articles_difference} articles")
    if check and not balanced:
        raise click.exceptions.Exit(1)


@click.command()
@data_option
@json_option
def doctor(data: Path, as_json: bool) -> None:
    """Check servers, persistence, eviction, store durability, versions."""
    checks = find_mill(data).checks()
    if as_json:
        print_json(checks)
    else:
        for check in checks:
            click.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.said}")
    if not all(check.ok for check in checks):
        raise click.exceptions.Exit(1)


@click.command()
@json_option
@click.argument("paths", nargs=-1)
@click.option("--documents", type=click.IntRange(64), default=2000, show_default=True)
@click.option("--concurrency", type=click.IntRange(1), help="Worker children; default one a processor.")
def bench(as_json: bool, paths: tuple[str, ...], documents: int, concurrency: int | None) -> None:
    """Throughput of the whole mill and of each step, on the seeds or on PATHS; what carrying costs."""
    from workers.runtime.bench import print_bench, run_bench

    found = read_submissions(list(paths) or [str(seeds_folder() / "pages")], stdin=sys.stdin.buffer)
    submissions = [each.result for each in found if isinstance(each.result, Submission)]
    if not submissions:
        raise UsageError(f"no documents in {', '.join(paths)}")
    configure_logs("auto", "warning")
    measured = run_bench(
        read_settings(), submissions, documents=documents, concurrency=concurrency or os.cpu_count() or 1,
        say=lambda line: click.echo(line, err=True),
    )
    if as_json:
        print_json(measured)
    else:
        print_bench(measured)


COMMANDS: tuple[click.Command, ...] = (status, ledger, doctor, bench)
