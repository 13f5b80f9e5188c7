"""find, show, story, explain, retain: what was stored, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from workers.cli.reach import data_option, find_store, json_option, print_fields, print_json, print_table
from workers.errors import UsageError
from workers.model import Article, RelationKind, article_record
from workers.ports import Query, Related
from workers.runtime.story import Story, stories_under

_AGO = re.compile(r"(\d{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def read_time(said: str | None) -> datetime | None:
    """RFC 3339, a date, or an age such as 3d, 12h, 30m. Raises UsageError."""
    if said is None:
        return None
    ago = _AGO.fullmatch(said.strip())
    try:
        if ago:
            return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        moment = datetime.fromisoformat(said)
    except (ValueError, OverflowError):
        raise UsageError(f"{said!r} is no time: write 2026-11-24T08:00:00Z, 2026-11-24, or an age such as 3d") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@data_option
@json_option
@click.argument("text", nargs=-1)
@click.option("--topic", help="Topic by id or label.")
@click.option("--entity", help="Person, organisation, place or country by label or id.")
@click.option("--tag", help="Any tag by id or label.")
@click.option("--source", help="Source or publisher.")
@click.option("--language")
@click.option("--story", help="Story by id.")
@click.option("--relation", type=click.Choice([str(kind) for kind in RelationKind]))
@click.option("--since", help="Time, date, or an age such as 3d.")
@click.option("--until", help="Time, date, or an age such as 3d.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
def find(
    data: Path, as_json: bool, text: tuple[str, ...], topic: str | None, entity: str | None, tag: str | None,
    source: str | None, language: str | None, story: str | None, relation: str | None, since: str | None,
    until: str | None, limit: int, offset: int,
) -> None:
    """Articles by TEXT, topic, entity, source, language, time; newest first."""
    query = Query(
        text=" ".join(text) or None, topic=topic, entity=entity, tag=tag, source=source, language=language,
        since=read_time(since), until=read_time(until), kind=relation, story=story, limit=limit, offset=offset,
    )
    articles = find_store(data).store.find(query)
    if as_json:
        print_json([article_record(article) for article in articles])
        return
    print_table(
        ("PUBLISHED", "LANG", "RELATION", "PUBLISHER", "TITLE", "ID"),
        [(_when(a), a.language, a.relation.kind, a.publisher or a.source, a.title, a.id) for a in articles],
        empty="no article found",
    )


def _when(article: Article) -> str:
    return _moment(article.published_at or article.received_at)


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


@click.command()
@data_option
@json_option
@click.option("--versions", is_flag=True, help="All versions of the article under ID, the oldest first.")
@click.argument("id")
@click.option("--related", is_flag=True, help="With each, the articles that have to do with it, and why.")
@click.option("--days", type=click.FloatRange(0, 3650), default=7.0, show_default=True,
              help="Related ones are dated at most so many days before or after it.")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True, help="Most related articles.")
def show(
    data: Path, as_json: bool, id: str, versions: bool, related: bool, days: float, limit: int
) -> None:
    """The articles under ID (of an article, document, stream entry, or the producer's)."""
    mill = find_store(data)
    articles = mill.store.versions(id) if versions else mill.store.articles_of(id)
    found = {each.id: mill.related(each.id, days=days, limit=limit) for each in articles} if related else {}
    if as_json:
        print_json([
            article_record(each) | ({"related": list(map(_related_record, found[each.id]))} if related else {})
            for each in articles
        ])
    for number, article in enumerate([] if as_json else articles):
        if number:
            click.echo()
        _print_article(article)
        if related:
            _print_related(found[article.id])
    if not articles:
        if not as_json:
            click.echo(f"no article under {id}", err=True)
        raise click.exceptions.Exit(1)


def _print_article(article: Article) -> None:
    relation = f"{article.relation.kind} of {article.relation.of}" if article.relation.of else article.relation.kind
    said = {
        "title": article.title, "publisher": article.publisher, "wire": article.wire,
        "authors": ", ".join(article.authors), "published": f"{_when(article)} ({article.published_from})"
        if article.published_at else article.published_text, "language": article.language,
        "relation": relation, "story": article.relation.story,
        "version": article.version if article.version > 1 else None, "summary": article.summary,
        "tags": ", ".join(f"{tag.kind}:{tag.label}" for tag in article.tags),
        "url": article.url, "source": article.source, "role": article.role, "id": article.id,
    }
    print_fields({name: value for name, value in said.items() if value})
    click.echo()
    for paragraph in article.text.split("\n\n"):
        click.echo("".join(c for c in paragraph if c >= " " or c in "\t\n"))
        click.echo()


def _related_record(related: Related) -> dict[str, Any]:
    article = related.article
    return {
        "id": article.id, "score": related.score, "title": article.title, "publisher": article.publisher,
        "source": article.source, "url": article.url, "published_at": article.published_at,
        "tags": [{"kind": kind, "label": label} for kind, label in related.tags], "words": list(related.words),
    }


def _print_related(found: Sequence[Related]) -> None:
    print_table(
        ("SCORE", "PUBLISHED", "TITLE", "WHY", "ID"),
        [(f"{each.score:.2f}", _when(each.article), each.article.title, _why(each), each.article.id) for each in found],
        empty="no related article found",
    )


def _why(related: Related) -> str:
    return ", ".join([*(label for _, label in related.tags), *related.words])


@click.command()
@data_option
@json_option
@click.argument("id")
def story(data: Path, as_json: bool, id: str) -> None:
    """Who tells the story ID (of a story, or of one of its articles), and from how many origins.

    Copies of one text are one origin, and so is all that came from one agency.
    """
    found = stories_under(find_store(data).store, id)
    if as_json:
        print_json([_story_record(each) for each in found])
    for number, each in enumerate([] if as_json else found):
        if number:
            click.echo()
        _print_story(each)
    if not found:
        if not as_json:
            click.echo(f"no story under {id}", err=True)
        raise click.exceptions.Exit(1)


def _story_record(story: Story) -> dict[str, Any]:
    return {
        "story": story.id, "articles": story.articles, "origins": len(story.origins), "is_whole": story.is_whole,
        "told": [
            {
                "wire": origin.wire,
                "articles": [
                    {"id": each.id, "title": each.title, "publisher": each.publisher, "language": each.language,
                     "at": each.at}
                    for each in origin.members
                ],
            }
            for origin in story.origins
        ],
    }


def _print_story(story: Story) -> None:
    more = "" if story.is_whole else " or more"
    origins = len(story.origins)
    said = "1 independent origin" if origins == 1 else f"{origins} independent origins"
    click.echo(f"story {story.id}: {story.articles}{more} articles, {said}")
    print_table(
        ("ORIGIN", "WIRE", "PUBLISHED", "PUBLISHER", "TITLE", "ID"),
        [
            (number, each.wire, _moment(each.at), each.publisher, each.title, each.id)
            for number, origin in enumerate(story.origins, 1) for each in origin.members
        ],
        empty="no article found",
    )


@click.command()
@data_option
@json_option
@click.argument("id")
def explain(data: Path, as_json: bool, id: str) -> None:
    """Everything that was decided about ID, and why."""
    decided = find_store(data).explain(id)
    if as_json:
        print_json(decided)
    for number, document in enumerate([] if as_json else decided):
        if number:
            click.echo()
        _print_tree(document)
    if not decided:
        if not as_json:
            click.echo(f"nothing is known under {id}", err=True)
        raise click.exceptions.Exit(1)


def _print_tree(value: dict[str, Any], indent: str = "") -> None:
    for name, each in value.items():
        if isinstance(each, dict):
            click.echo(f"{indent}{name}")
            _print_tree(each, indent + "  ")
        elif isinstance(each, list) and each and isinstance(each[0], dict):
            click.echo(f"{indent}{name}")
            for item in each:
                _print_tree(item, indent + "  - ")
        elif each not in (None, [], ""):
            text = str(each).replace("\n", " ")
            click.echo(f"{indent}{name}: {text if len(text) <= 160 else text[:159] + '…'}")


@click.command()
@data_option
@json_option
@click.option("--days", type=click.IntRange(1), required=True, help="Articles older than that are removed.")
def retain(data: Path, as_json: bool, days: int) -> None:
    """Keep the store bounded: remove old articles and payloads, never outcomes."""
    removed = find_store(data).store.retain(datetime.now(UTC) - timedelta(days=days))
    if as_json:
        print_json({"removed": removed})
    else:
        click.echo(f"removed {removed} articles older than {days} days; their outcomes stay")


COMMANDS: tuple[click.Command, ...] = (find, show, story, explain, retain)
