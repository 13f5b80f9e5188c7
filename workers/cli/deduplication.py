"""index and tune: the dedup index made anew, and what another threshold would change."""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from workers.cli.reach import data_option, find_mill, find_store, json_option, print_fields, print_json, print_table
from workers.cli.reading import read_time
from workers.errors import UsageError
from workers.runtime.tune import Change, as_plain


@click.group()
def index() -> None:
    """The dedup index: what copies are recognised by."""


@index.command()
@data_option
@json_option
def rebuild(data: Path, as_json: bool) -> None:
    """Make the index anew from the store. Batches wait while it runs; nothing is judged twice.

    A mill does this by itself when its index came back empty.
    """
    def say(count: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{count}", nl=False, err=True)

    count = find_mill(data).rebuild_index(say)
    if as_json:
        print_json({"articles": count})
    else:
        click.echo(f"the index holds {count} articles of the window")


@click.group()
def tune() -> None:
    """What another setting would change, on your own articles. Changes nothing."""


@tune.command()
@data_option
@json_option
@click.option("--since", default="3d", show_default=True, help="Time, date, or an age such as 3d.")
@click.option("--copy-share", "shares", type=click.FloatRange(0.1, 1.0), multiple=True,
              help="Thresholds to try; default a tenth less and more than the setting dedup_copy_share.")
@click.option("--samples", type=click.IntRange(0, 1000), default=5, show_default=True, help="Pairs shown a change.")
def dedup(data: Path, as_json: bool, since: str, shares: tuple[float, ...], samples: int) -> None:
    """Judge the stored articles again under other thresholds and show what would change.

    copy share: the least share of one article that must stand in the other for a copy.
    """
    moment = read_time(since)
    if moment is None:
        raise UsageError("--since must name a time")
    mill = find_store(data)
    share = mill.settings.dedup_copy_share
    others = shares or tuple(round(other, 2) for other in (share - 0.1, share + 0.1) if 0.1 <= other <= 1)
    kinds, found = mill.tune_dedup(moment, others, samples)
    if as_json:
        print_json(as_plain(kinds, found, share, dataclasses.asdict))
    else:
        _print(kinds, found, share)


def _print(kinds: Counter[str], found: Mapping[float, Change], share: float) -> None:
    print_fields({"articles": sum(kinds.values()), f"at {share:g}, as set": _counts(kinds)})
    for other, change in found.items():
        click.echo()
        print_fields({f"at {other:g}": _counts(change.kinds), "changed": sum(change.changed.values())})
        for (now, then), count in change.changed.most_common():
            click.echo(f"  {count} {now} would be {then}")
        if change.pairs:
            print_table(
                ("NOW", "THEN", "SCORE", "TITLE", "OTHER TITLE", "ID", "OTHER ID"),
                [(pair.now, pair.then, f"{pair.score:.2f}", pair.title, pair.other_title, pair.article, pair.other)
                 for pair in change.pairs],
                empty="",
            )


def _counts(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())


COMMANDS: tuple[click.Command, ...] = (index, tune)
