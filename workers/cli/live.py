"""status --live: the mill on one screen of 80 columns, drawn again every second."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from workers.cli.reach import console_for
from workers.errors import PortError, UsageError
from workers.pipeline import PIPELINE
from workers.ports import SourceState
from workers.runtime.look import Between, Look, Looks

EVERY_S: Final = 1.0
TROUBLES: Final = 6  # lines of them: a screen has 24
_USUAL: Final = (SourceState.NORMAL, SourceState.LEARNING)


def watch_live(look: Callable[[], Look]) -> None:
    """Until q or Ctrl-C. Raises UsageError where there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("status --live needs a terminal; elsewhere use status --json")
    looks = Looks()
    with _keys() as is_quit, Live(console=console_for(sys.stdout), screen=True, auto_refresh=False) as live:
        while True:
            try:
                between = looks.add(look())
            except PortError as error:
                live.update(Text(f"newsmill: {error}", style="bold red"), refresh=True)
            else:
                live.update(screen(between, looks.first or between.now), refresh=True)
            if is_quit(EVERY_S):
                return


def screen(between: Between, first: Look) -> Group:
    """At most 80 columns and 24 lines. first: since when troubles are counted."""
    return Group(
        _head(between), Text(), _documents(between), Text(), _steps(between), Text(),
        *_troubles(Between(first, between.now)), _sources(between.now), Text("q ends", style="dim"),
    )


def _head(between: Between) -> Text:
    at = datetime.fromtimestamp(between.now.audit.now_ms / 1000, UTC)
    head = Text(f"newsmill  {at:%Y-%m-%d %H:%M:%S} UTC   ", style="bold", no_wrap=True, overflow="ellipsis")
    for name in ("ledger", "work", "store"):
        is_away = name in between.now.away
        head.append(f"{name} {'DOWN' if is_away else 'ok'}   ", style="bold red" if is_away else "green")
    return head


def _documents(between: Between) -> Table:
    audit, out = between.now.audit, between.finished_per_second
    drain = f"{audit.in_flight / out:,.0f} s" if audit.in_flight and out > 0 else "-"
    pairs = [
        ("accepted", f"{audit.accepted:,}", ""), ("in/s", f"{between.accepted_per_second:,.1f}", ""),
        ("oldest", f"{audit.oldest_ms / 1000:,.1f} s", _grade(audit.oldest_ms / 1000, 60, 300)),
        ("stored", f"{audit.stored:,}", ""), ("out/s", f"{out:,.1f}", ""), ("drains in", drain, ""),
        ("duplicate", f"{audit.duplicate:,}", ""), ("in flight", f"{audit.in_flight:,}", ""),
        ("overdue", f"{audit.overdue_ms / 1000:,.1f} s", _grade(audit.overdue_ms / 1000, 5, 20)),
        ("quarantined", f"{audit.quarantined:,}", ""),
        ("vanished", f"{audit.vanished:,}", _grade(audit.vanished, 1, 1)),
        ("difference", f"{audit.difference:,}", _grade(abs(audit.difference), 1, 1)),
    ]
    table = Table.grid(padding=(0, 1))
    for _ in range(3):
        table.add_column(style="dim", min_width=10, no_wrap=True)
        table.add_column(justify="right", min_width=12, no_wrap=True)
    for row in range(0, len(pairs), 3):
        cells = [cell for name, value, style in pairs[row : row + 3] for cell in (Text(name), Text(value, style=style))]
        table.add_row(*cells)
    return table


def _steps(between: Between) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in ("STEP", "QUEUED", "RUNNING", "WAITING", "DOCS/S", "BUSY", "WORKERS", "SLOTS"):
        table.add_column(heading, justify="left" if heading == "STEP" else "right", no_wrap=True)
    for step in PIPELINE:
        row, busy = between.step(step), between.busy(step)
        rate = between.more(f"step_documents:{step}") / between.seconds
        table.add_row(
            step, f"{row['queued']:,}", f"{row['running']:,}",
            Text(f"{row['waiting']:,}", _grade(row["waiting"], 1, 10)),
            f"{rate:,.1f}", "-" if busy is None else f"{min(1.0, busy):.0%}",
            Text(f"{row['workers']:,}", "" if row["workers"] else "bold red"), f"{row['slots']:,}",
        )
    return table


def _troubles(since: Between) -> Iterator[Text]:
    troubles = since.troubles()
    if not troubles:
        yield Text(f"no trouble in the last {since.seconds:,.0f} s", style="green")
        return
    yield Text(f"in the last {since.seconds:,.0f} s", style="bold")
    for name, count in troubles[:TROUBLES]:
        yield Text(f"{count:>10,}  {name.replace(':', ' ')}", style="yellow", no_wrap=True, overflow="ellipsis")
    if len(troubles) > TROUBLES:
        yield Text(f"            and {len(troubles) - TROUBLES} more kinds", style="yellow")


def _sources(look: Look) -> Text:
    states = [state for state in SourceState if state not in _USUAL and look.sources.get(state)]
    odd = [f"{look.sources[state]:,} {state}" for state in states]
    known = sum(look.sources.values())
    said = f"{known:,} sources" + (f": {', '.join(odd)}" if odd else ", none odd" if known else "")
    return Text(said, style="yellow" if odd else "", no_wrap=True, overflow="ellipsis")


def _grade(value: float, amber: float, red: float) -> str:
    return "bold red" if value >= red else "yellow" if value >= amber else ""


@contextmanager
def _keys() -> Iterator[Callable[[float], bool]]:
    """Gives what waits so long for a q; Ctrl-C counts as one. The terminal is left as it was found."""
    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    tty.setcbreak(file)

    def is_quit(timeout_s: float) -> bool:
        until = time.monotonic() + timeout_s
        while (left_s := until - time.monotonic()) > 0:
            if not select.select([file], [], [], left_s)[0]:
                continue
            pressed = os.read(file, 64)
            if not pressed or b"q" in pressed.lower():
                return True
        return False

    try:
        yield is_quit
    except KeyboardInterrupt:
        return
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
