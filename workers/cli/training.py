"""train: make a model of your own out of documents that you have labelled."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from workers.cli.reach import json_option, print_json, print_table
from workers.errors import UsageError
from workers.model import Article
from workers.runtime.wiring.topics import train_topics_on

if TYPE_CHECKING:
    from workers.runtime.wiring.topics import Quality, Report


@click.group()
def train() -> None:
    """Make a model of your own out of documents that you have labelled."""


@train.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("topics.model"), show_default=True)
@click.option("--field", default="topics", show_default=True, help="Holds the labels: a string, or a list of them.")
@json_option
def topics(data: Path, out: Path, field: str, as_json: bool) -> None:
    """Learn topics from DATA: JSON lines, plain or gzip, with `text`, `title` if there is one, and the labels.

    Labels may be codes of IPTC Media Topics (medtop:15000000) or words of your own. The report is of documents that
    the model had not seen: three times a third of them. Use the file by NEWSMILL_TOPICS_MODEL=FILE.
    """
    model, report = train_topics_on(_labelled(data, field))
    out.write_bytes(model)
    if as_json:
        print_json({"file": str(out), "bytes": len(model)} | _record(report))
        return
    _print(report)
    click.echo(f"wrote {out}, {len(model) / 1e6:.1f} MB; use it by NEWSMILL_TOPICS_MODEL={out}")


def _labelled(data: Path, field: str) -> Iterator[tuple[Article, frozenset[str]]]:
    with _opened(data) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _one(line, f"{data}: line {number}", field)


def _opened(data: Path) -> IO[str]:
    if data.suffix == ".gz":
        return gzip.open(data, "rt", encoding="utf-8")
    return data.open(encoding="utf-8")


def _one(line: str, where: str, field: str) -> tuple[Article, frozenset[str]]:
    """Raises UsageError naming file, line and field."""
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is no JSON: {error}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise UsageError(f"{where}: text must be a string")
    title = row.get("title")
    if title is not None and not isinstance(title, str):
        raise UsageError(f"{where}: title must be a string, not {title!r}")
    return Article("", "", title=title, text=row["text"]), _labels(row.get(field), where, field)


def _labels(value: Any, where: str, field: str) -> frozenset[str]:
    labels = [value] if isinstance(value, str) else value
    if not isinstance(labels, list) or not all(isinstance(label, str) and label for label in labels):
        raise UsageError(f"{where}: {field} must be a string or a list of strings, not {value!r}")
    return frozenset(labels)


def _record(report: Report) -> dict[str, Any]:
    return asdict(report) | {
        "f1": report.all.f1, "labels": [asdict(label) | {"f1": label.f1} for label in report.labels],
    }


def _print(report: Report) -> None:
    print_table(
        ("TOPIC", "DOCUMENTS", "PRECISION", "RECALL", "F1"),
        [_row(label.label, label) for label in report.labels] + [_row("all together", report.all)],
        empty="no topics",
    )
    accuracy = "" if report.accuracy is None else f", accuracy {report.accuracy:.3f}"
    mean = f"mean F1 of the topics {report.macro_f1:.3f}"
    click.echo(f"{report.documents} documents, {report.terms} terms, {mean}{accuracy}")
    if report.left_out:
        click.echo(f"left out, too few documents: {', '.join(report.left_out)}")


def _row(label: str, quality: Quality) -> tuple[str, ...]:
    return label, str(quality.documents), *(f"{value:.3f}" for value in (quality.precision, quality.recall, quality.f1))


COMMANDS = (train,)
