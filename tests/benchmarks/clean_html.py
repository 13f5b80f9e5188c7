"""Clean on labelled pages of HTML, rivals beside it in the same run: text, title, authors, date, speed.

    make bench-clean DATA=DIR            DIR/html-pages: pages/ID.html.gz and labels.jsonl.gz
    options: --set sh, --every 5 (each fifth page), --rounds 1, --json

The shipped weights were trained on such pages. So the row "newsmill unseen" is the one that counts for
text: each page by a model trained on other domains. Speed and metadata are of the shipped step.
Times are CPU seconds of one core, all rivals after each other on each page: read the ratios.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.rivals import RIVALS, Answer
from tests.benchmarks.scores import Rates, difference, f1, rates, same_authors, same_title
from training.blocks import answer_unseen, read_pages
from workers.model import ContentType, Document
from workers.runtime.wiring.tables import clean_tables
from workers.steps.clean import Clean
from workers.steps.clean.dates import Dates
from workers.steps.ingest.charset import decode_body

OURS, UNSEEN = "newsmill", "newsmill unseen"
FOLDS = 4
TABLES = clean_tables()
DATES = Dates(TABLES["times"])
ONE_DAY = timedelta(days=1)
RECEIVED = datetime(2026, 11, 27, tzinfo=UTC)  # after the youngest page


@dataclass
class Row:
    """What one extractor did, page by page."""

    texts: dict[str, Rates] = field(default_factory=dict)
    right: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    cpu_s: list[float] = field(default_factory=list)


def newsmill() -> Callable[[bytes, str | None], Answer]:
    clean = Clean(TABLES)

    def answer(body: bytes, url: str | None) -> Answer:
        document = Document(
            id="0" * 32, entry_id="1-0", door="cli", received_at=RECEIVED, accepted_at=RECEIVED, url=url,
            content_type=ContentType.HTML, text=decode_body(body, None)[0],
        )
        articles = clean(document)
        if not isinstance(articles, tuple):
            return Answer()
        first = articles[0]
        return Answer(first.text, first.title, " ".join(first.authors), _day(first.published_text, first.published_at))

    return answer


def _day(text: str | None, at: datetime | None) -> str | None:
    """The day as the page writes it: published_at is in UTC, labels have the day of the place."""
    if text and len(text) > 10 and text[4] == text[7] == "-":
        return text[:10]
    written = next((found.at.date() for found in DATES.find(text)), None) if text and at else None
    if written and at and abs(written - at.date()) <= ONE_DAY:
        return written.isoformat()
    return at.date().isoformat() if at else None


def read_labels(folder: Path, which: str | None, every: int) -> Iterator[Mapping[str, Any]]:
    with gzip.open(folder / "labels.jsonl.gz", "rt", encoding="utf-8") as lines:
        labels = [label for label in map(json.loads, lines) if label.get("text") and label["set"] != "rd"]
    yield from (label for label in labels[::every] if which in (None, label["set"]))


def run(folder: Path, labels: Sequence[Mapping[str, Any]], rounds: int) -> dict[str, Row]:
    extractors = {OURS: newsmill(), **RIVALS}
    rows = {name: Row() for name in extractors}
    for label in labels:
        body = gzip.decompress((folder / "pages" / f"{label['id']}.html.gz").read_bytes())
        for name, extract in extractors.items():
            best = float("inf")
            for _ in range(rounds):
                begun = time.process_time()
                answer = extract(body, label.get("url"))
                best = min(best, time.process_time() - begun)
            _note(rows[name], label, answer, best)
    return rows


def _note(row: Row, label: Mapping[str, Any], answer: Answer, cpu_s: float) -> None:
    row.cpu_s.append(cpu_s)
    if answer.text is not None:
        row.texts[label["id"]] = rates(label["text"], answer.text)
    if label.get("title") and answer.title is not None:
        row.right["title"].append(same_title(label["title"], answer.title))
    if label.get("author") and answer.authors is not None:
        row.right["authors"].append(same_authors(label["author"], answer.authors))
    if label.get("date") and answer.gives_dates:
        row.right["date"].append((answer.date or "")[:10] == label["date"][:10])


def unseen(folder: Path, labels: Sequence[Mapping[str, Any]]) -> Row:
    texts = {label["id"]: label["text"] for label in labels}
    answers = answer_unseen(list(read_pages(folder, FOLDS)))
    given = {answer["id"]: answer["text"] for answer in answers}
    return Row({id: rates(text, given.get(id, "")) for id, text in texts.items()})


def summary(rows: Mapping[str, Row]) -> list[dict[str, Any]]:
    ours = rows[UNSEEN].texts
    lines: list[dict[str, Any]] = []
    for name, row in rows.items():
        line: dict[str, Any] = {"extractor": name}
        if row.texts:
            line["text F1"] = f1(list(row.texts.values()))
            line["ours less this"] = difference([ours[id] for id in row.texts], list(row.texts.values()))
        line |= {what: sum(right) / len(right) for what, right in row.right.items()}
        if row.cpu_s:
            line["pages per CPU-s"] = len(row.cpu_s) / sum(row.cpu_s)
            line["slowest ms"] = 1000 * max(row.cpu_s)
        lines.append(line)
    return lines


def show(lines: Sequence[Mapping[str, Any]]) -> None:
    speed = next(line["pages per CPU-s"] for line in lines if line["extractor"] == OURS)
    print(f"{'':22} text F1  ours less this   title authors  date  pages/CPU-s  ours  slowest ms")
    for line in lines:
        less = line.get("ours less this")
        cells = [f"{line['extractor']:22}", _cell(line, "text F1", "7.4f")]
        cells.append(f"{less[0]:+.4f} ±{less[1]:.4f}" if less and line["extractor"] != UNSEEN else " " * 15)
        cells += [_cell(line, what, "7.3f") for what in ("title", "authors", "date")]
        cells += [_cell(line, "pages per CPU-s", "9.1f"), _times(line, speed), _cell(line, "slowest ms", "8.0f")]
        print(" ".join(cells).rstrip())


def _cell(line: Mapping[str, Any], name: str, form: str) -> str:
    width = int(form.split(".")[0])
    return format(line[name], form) if name in line else " " * width


def _times(line: Mapping[str, Any], speed: float) -> str:
    return f"{speed / line['pages per CPU-s']:6.1f}x" if "pages per CPU-s" in line else " " * 7


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, default=os.environ.get("NEWSMILL_BENCH_DATA"))
    options.add_argument("--set")
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--json", action="store_true")
    given = options.parse_args(arguments)
    if given.data is None:
        options.error("give --data DIR or NEWSMILL_BENCH_DATA")
    logging.disable(logging.CRITICAL)
    folder = Path(given.data) / "html-pages"
    labels = list(read_labels(folder, given.set, given.every))
    lines = summary({UNSEEN: unseen(folder, labels), **run(folder, labels, given.rounds)})
    if given.json:
        print(json.dumps({"pages": len(labels), "extractors": lines}))
        return
    print(f"HTML: {len(labels)} pages, {FOLDS} folds by domain for '{UNSEEN}'")
    show(lines)


if __name__ == "__main__":
    main()
