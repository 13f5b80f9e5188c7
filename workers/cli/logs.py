"""logs: the mill's log lines for people; the way of one document through all of them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final

import click

from workers.cli.reach import data_option, json_option, print_json
from workers.errors import UsageError
from workers.runtime.trace import Line, Lines, read_lines, trace

LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_FIRST: Final = ("timestamp", "level", "process", "event", "step")
_CONTROL: Final = dict.fromkeys([*range(32), *range(127, 160)], " ")


@click.command()
@data_option
@json_option
@click.argument("paths", nargs=-1)
@click.option("--trace", "id", metavar="ID", help="The way of one document: by the id of it, an article, its entry.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="Lines of this level and above.")
def logs(data: Path, as_json: bool, paths: tuple[str, ...], id: str | None, level: str) -> None:
    """Log lines from PATHS, `-` for standard input, else from the data folder of `newsmill run`."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as spooled:
        lines = _lines(paths or tuple(map(str, sorted((data / "logs").glob("*.log")))), spooled)
        if id is None:
            shown: Any = read_lines(lines())
        else:
            shown = trace(lines, id)
            if not shown:
                click.echo(f"no line about {id}", err=True)
                raise click.exceptions.Exit(1)
        for line in shown:
            if _is_loud(line, level):
                print_json(line) if as_json else click.echo(_readable(line))


def _lines(paths: tuple[str, ...], spooled: IO[str]) -> Lines:
    """Read from the beginning each time: standard input is kept in a file meanwhile."""
    if not paths:
        raise UsageError("no log files: name some, or - for standard input")
    missing = [path for path in paths if path != "-" and not Path(path).is_file()]
    if missing:
        raise UsageError(f"no file {', '.join(missing)}")
    if "-" in paths:
        for line in sys.stdin:
            spooled.write(line)

    def each(path: str) -> Iterator[str]:
        if path == "-":
            spooled.seek(0)
            yield from spooled
            return
        with open(path, encoding="utf-8", errors="replace") as file:
            yield from file

    return lambda: chain.from_iterable(map(each, paths))


def _is_loud(line: Line, level: str) -> bool:
    said = str(line.get("level", "info"))
    return said not in LEVELS or LEVELS.index(said) >= LEVELS.index(level)


def _readable(line: Line) -> str:
    at, level, process, event, step = (str(line.get(name, "")) for name in _FIRST)
    rest = " ".join(f"{name}={_short(value)}" for name, value in line.items() if name not in _FIRST)
    return f"{at[:23]:<23} {level:<7} {process:<9} {event:<12} {step:<11} {rest}".translate(_CONTROL).rstrip()


def _short(value: Any) -> str:
    return f"[{len(value)}]" if isinstance(value, list) else str(value)


COMMANDS: tuple[click.Command, ...] = (logs,)
