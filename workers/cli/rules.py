"""rules: check a file of rules, and try it on what is stored, before the mill reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

import click

from workers.cli.reach import data_option, find_store, json_option, print_json, print_table
from workers.cli.reading import read_time
from workers.model import Article, Tag, TagKind
from workers.runtime.wiring.rules import RULES_FILE, check_rules
from workers.settings import config_folder

_SAMPLES: Final = 3

file_argument = click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))


@click.group()
def rules() -> None:
    """Your own tags: check FILE, try FILE on stored articles. FILE: the mill's own when not given."""


@rules.command()
@file_argument
@json_option
def check(file: Path | None, as_json: bool) -> None:
    """Name line and column of everything that is wrong in FILE; exit 1 when something is."""
    file = file or config_folder() / "tag" / RULES_FILE
    made = _read(file)
    problems = made if isinstance(made, tuple) else ()
    if as_json:
        counted = {"rules": 0, "phrases": 0} if isinstance(made, tuple) else {
            "rules": len(made), "phrases": made.phrases,
        }
        print_json({"file": str(file), **counted, "problems": problems})
    elif isinstance(made, tuple):
        for problem in problems:
            click.echo(problem.said(str(file)))
    else:
        click.echo(f"{file}: {len(made)} rules of {made.phrases} phrases, nothing wrong")
    if problems:
        raise click.exceptions.Exit(1)


@rules.command("try")
@file_argument
@data_option
@json_option
@click.option("--since", default="1d", show_default=True, help="Time, date, or an age such as 1d.")
@click.option("--limit", type=click.IntRange(1), default=100_000, show_default=True,
              help="Most articles to try them on.")
def try_(file: Path | None, data: Path, as_json: bool, since: str, limit: int) -> None:
    """What the rules in FILE would match among stored articles that came since then.

    NOW counts the articles that have the tag already, from the rules they were tagged with.
    """
    file = file or config_folder() / "tag" / RULES_FILE
    made = _read(file)
    if isinstance(made, tuple):
        for problem in made:
            click.echo(problem.said(str(file)), err=True)
        raise click.exceptions.Exit(2)
    articles = find_store(data).store.articles_since(read_time(since) or datetime.now(UTC) - timedelta(days=1))
    trial = _Trial.of(made, articles, limit)
    if as_json:
        print_json(trial.record(str(file)))
        return
    print_table(
        ("RULE", "WOULD", "NOW", "TITLE", "ID"),
        [row for each in trial.matched.values() for row in each.rows()],
        empty=f"{file} holds no rules",
    )
    click.echo(f"{trial.articles} articles since {since}, {trial.with_a_match} of them match a rule")


def _read(file: Path) -> Any:
    try:
        source = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        click.echo(f"newsmill: {file}: {error}", err=True)
        raise click.exceptions.Exit(2) from error
    return check_rules(source, str(file))


class Rules(Protocol):
    """As wiring makes them."""

    @property
    def names(self) -> list[tuple[str, str]]: ...

    def match(self, article: Article) -> list[Tag]: ...


@dataclass(slots=True)
class _Matched:
    id: str
    label: str
    would: int = 0
    now: int = 0
    samples: list[Article] = field(default_factory=list)

    def rows(self) -> list[tuple[object, ...]]:
        """The rule in the first; a sample in each."""
        counts = [(self.id, self.would, self.now), *[("", "", "")] * (len(self.samples) - 1)]
        samples = [(article.title or article.text[:80], article.id) for article in self.samples] or [("", "")]
        return [(*count, *sample) for count, sample in zip(counts, samples, strict=True)]


@dataclass(slots=True)
class _Trial:
    matched: dict[str, _Matched]
    articles: int = 0
    with_a_match: int = 0

    @classmethod
    def of(cls, rules: Rules, articles: Iterable[Article], limit: int) -> _Trial:
        trial = cls({id: _Matched(id, label) for id, label in rules.names})
        for article in articles:
            if trial.articles == limit:
                break
            trial._see(article, [tag.id for tag in rules.match(article)])
        return trial

    def _see(self, article: Article, found: list[str]) -> None:
        self.articles += 1
        self.with_a_match += bool(found)
        for id in found:
            matched = self.matched[id]
            matched.would += 1
            if len(matched.samples) < _SAMPLES:
                matched.samples.append(article)
        for tag in article.tags:
            if tag.kind is TagKind.RULE and tag.id in self.matched:
                self.matched[tag.id].now += 1

    def record(self, file: str) -> dict[str, Any]:
        return {
            "file": file, "articles": self.articles, "with_a_match": self.with_a_match,
            "rules": [
                {
                    "id": each.id, "label": each.label, "would": each.would, "now": each.now,
                    "samples": [{"id": article.id, "title": article.title} for article in each.samples],
                }
                for each in self.matched.values()
            ],
        }


COMMANDS: tuple[click.Command, ...] = (rules,)
