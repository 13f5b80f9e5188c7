"""boilerplate list, accept, withdraw: the lines that a source repeats under its stories."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from workers.cli.reach import data_option, find_mill, json_option, print_json, print_table
from workers.errors import UsageError
from workers.ports import RepeatedLine
from workers.runtime.wiring.tables import listed_lines

_SIGHTINGS: Final = 8
_LONGEST: Final = 1000  # characters of a line


@click.group()
def boilerplate() -> None:
    """Lines that a source repeats under its stories: learned, proposed, removed once accepted."""


sightings_option = click.option(
    "--sightings", type=click.IntRange(2), default=_SIGHTINGS, show_default=True,
    help="A line is proposed once it stood in so many stories that are no copies of each other.",
)


@boilerplate.command("list")
@data_option
@json_option
@sightings_option
@click.argument("source", required=False)
def list_(data: Path, as_json: bool, sightings: int, source: str | None) -> None:
    """The lines of SOURCE that are proposed or accepted; without SOURCE, the sources."""
    if source is None:
        _list_sources(data, as_json=as_json)
        return
    rows = _rows(data, source, sightings)
    if as_json:
        print_json(rows)
        return
    print_table(
        ("STORIES", "STATE", "LINE"),
        [(row.stories, "accepted" if row.accepted else "proposed", row.line) for row in rows],
        empty=f"{source} repeats no line in {sightings} stories",
    )


def _list_sources(data: Path, *, as_json: bool) -> None:
    sources = find_mill(data).lines.sources()
    if as_json:
        print_json([{"source": source, "stories": stories} for source, stories in sources.items()])
    else:
        rows = [(stories, source) for source, stories in sources.items()]
        print_table(("STORIES", "SOURCE"), rows, empty="no story was seen yet")


def _rows(data: Path, source: str, sightings: int) -> list[RepeatedLine]:
    listed = listed_lines().get(source, frozenset())
    rows = find_mill(data).lines.proposed(source, least=sightings)
    known = {row.line for row in rows}
    return [
        *(RepeatedLine(row.line, row.stories, row.accepted or row.line in listed) for row in rows),
        *(RepeatedLine(line, 0, accepted=True) for line in sorted(listed - known)),
    ]


@boilerplate.command()
@data_option
@sightings_option
@click.option("--all", "all_", is_flag=True, help="All lines that are proposed.")
@click.argument("source")
@click.argument("lines", nargs=-1, metavar="LINE...")
def accept(data: Path, sightings: int, all_: bool, source: str, lines: tuple[str, ...]) -> None:
    """Remove LINE from every story of SOURCE that comes from now on (workers know within 10 s)."""
    mill = find_mill(data)
    if all_:
        lines += tuple(row.line for row in mill.lines.proposed(source, least=sightings) if not row.accepted)
    wanted = _checked(lines, empty=f"{source} repeats no line in {sightings} stories" if all_ else "accept which LINE?")
    mill.lines.accept(source, wanted)
    click.echo(f"{source}: {len(wanted)} accepted")


@boilerplate.command()
@data_option
@click.argument("source")
@click.argument("lines", nargs=-1, required=True, metavar="LINE...")
def withdraw(data: Path, source: str, lines: tuple[str, ...]) -> None:
    """Keep LINE in the stories of SOURCE again."""
    done = find_mill(data).lines.withdraw(source, lines)
    click.echo(f"{source}: {done} withdrawn")
    if not done:
        raise click.exceptions.Exit(1)


def _checked(lines: tuple[str, ...], *, empty: str) -> list[str]:
    wanted = [line.strip() for line in lines]
    if not wanted:
        raise UsageError(empty)
    wrong = next((line for line in wanted if not line or len(line) > _LONGEST or "\n" in line), None)
    if wrong is not None:
        raise UsageError(f"{wrong[:60]!r} is no line of 1 to {_LONGEST} characters")
    return wanted


COMMANDS: tuple[click.Command, ...] = (boilerplate,)
