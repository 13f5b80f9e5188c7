"""The commands. Exit codes: 0 good, 1 the answer is no, 2 wrong use."""

from __future__ import annotations

import sys
from typing import Any

import click

import workers
from workers.errors import NewsmillError, SettingsError, UsageError

__all__ = ["main"]


class Commands(click.Group):
    """Commands in the order of a day's work; their modules are read when one is called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SettingsError as error:
            for problem in error.problems:
                click.echo(f"newsmill: {problem}", err=True)
            raise click.exceptions.Exit(2) from error
        except UsageError as error:
            click.echo(f"newsmill: {error}", err=True)
            raise click.exceptions.Exit(2) from error
        except NewsmillError as error:
            click.echo(f"newsmill: {error}", err=True)
            raise click.exceptions.Exit(1) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(workers.__version__, prog_name="newsmill")
def group() -> None:
    """Raw news pages in; clean, unique, tagged articles out; every document accounted for."""


def with_commands() -> click.Group:
    from workers.cli import (
        boilerplate,
        deduplication,
        documents,
        logs,
        processes,
        quarantine,
        reading,
        rules,
        sources,
        training,
        watching,
    )

    for module in (
        processes, documents, watching, sources, logs, reading, rules, training, quarantine, deduplication,
        boilerplate,
    ):
        for command in module.COMMANDS:
            group.add_command(command)
    return group


def main() -> None:
    with_commands()
    try:
        group(prog_name="newsmill")
    except BrokenPipeError:  # `newsmill find | head`
        sys.stderr.close()
        raise SystemExit(0) from None
