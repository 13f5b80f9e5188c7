"""How a command finds the mill, and how it prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec
from rich.console import Console
from rich.table import Table

from workers.errors import NoMill, UsageError
from workers.runtime.endpoints import read_endpoints, store_in
from workers.runtime.logs import configure_logs
from workers.runtime.wiring.mill import Mill
from workers.settings import Settings, read_settings, secrets_of

_CUT: Final = {"TITLE": 20, "DETAIL": 20, "WHY": 20}  # columns that may be cut, to no less than this
_DROPPED_FIRST: Final = ("PUBLISHER", "PRODUCER ID", "RELATION", "LANG")

F = TypeVar("F", bound=Callable[..., Any])


def data_option(command: F) -> F:
    return click.option(
        "--data", type=click.Path(path_type=Path, file_okay=False), default=Path("data"), show_default=True,
        help="Data folder of the mill that `newsmill run` started.",
    )(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="For programs: JSON instead of a table.")(command)


def process_settings(process: str) -> Settings:
    """For a process of the mill: settings must name the places. Sets up logging."""
    settings = read_settings()
    missing = [name for name in ("ledger_url", "work_url", "store_url") if not getattr(settings, name)]
    if missing:
        wanted = ", ".join(f"NEWSMILL_{name.upper()}" for name in missing)
        raise UsageError(f"{process} needs {wanted} (NEWSMILL_REDIS_URL sets both Redis URLs)")
    configure_logs(settings.log_format, settings.log_level, secrets_of(settings))
    return settings


def find_mill(data: Path) -> Mill:
    """The mill of the environment's URLs, else the one that runs in the data folder. Raises NoMill."""
    settings = read_settings()
    configure_logs("auto", "warning", secrets_of(settings))
    if settings.ledger_url and settings.store_url:
        return Mill(settings)
    endpoints = read_endpoints(data)
    return Mill(replace(
        settings, ledger_url=endpoints.ledger_url, work_url=endpoints.work_url, store_url=endpoints.store_url
    ))


def find_store(data: Path) -> Mill:
    """As find_mill, but what was stored can also be read while no mill runs."""
    try:
        return find_mill(data)
    except NoMill:
        if not (data / "newsmill.db").exists():
            raise
        return Mill(replace(read_settings(), store_url=store_in(data)))


def print_json(value: Any) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table that fits the terminal: titles and details are cut, then columns that say least left out;
    ids are never cut, they are there to be copied. Colours only on a terminal."""
    cells = [[_plain(cell) for cell in row] for row in rows]
    console = console_for(sys.stdout)
    if not cells:
        console.print(empty)
        return
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    shown = list(range(len(headings)))
    for heading in _DROPPED_FIRST:
        if heading in headings and _least_width(headings, widths, shown) > console.width:
            shown.remove(headings.index(heading))
    spare = console.width - _least_width(headings, widths, shown)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in shown:
        cut = min(widths[column], _CUT.get(headings[column], widths[column]) + max(0, spare))
        table.add_column(headings[column], no_wrap=True, overflow="ellipsis", min_width=cut, max_width=cut)
    for row in cells:
        table.add_row(*(row[column] for column in shown))
    console.print(table)


def _least_width(headings: Sequence[str], widths: Sequence[int], shown: Sequence[int]) -> int:
    return sum(min(widths[c], _CUT.get(headings[c], widths[c])) for c in shown) + 2 * len(shown)


def print_fields(fields: Mapping[str, object]) -> None:
    width = max(map(len, fields), default=0)
    for name, value in fields.items():
        click.echo(f"{name:<{width}}  {_plain(value)}")


def console_for(stream: Any) -> Console:
    width = None if stream.isatty() else int(os.environ.get("COLUMNS", "120"))
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def _plain(cell: object) -> str:
    """Control characters of foreign text must not reach the terminal."""
    text = "" if cell is None else str(cell)
    return "".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in text)
