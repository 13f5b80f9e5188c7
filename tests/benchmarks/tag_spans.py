"""Checks every span of every tag and summary over all texts of a data folder.

    .venv/bin/python -m tests.benchmarks.tag_spans --data FOLDER [--json]

FOLDER holds data sets, each a folder with *.jsonl.gz whose rows have `text`. Exit 1 when a span is wrong.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.steps.tag.tables import shipped_step, tag, wrong_spans
from workers.model import Article


def articles(folder: Path) -> Iterator[tuple[str, Article]]:
    for file in sorted(folder.glob("*/*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if isinstance(row.get("text"), str) and row["text"].strip():
                    title = row.get("title") if isinstance(row.get("title"), str) else None
                    yield file.parent.name, Article("a-0", "a", text=row["text"], title=title, url=row.get("url"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    shipped_step()
    counts: dict[str, Counter[str]] = {}
    for name, article in articles(asked.data):
        tagged = tag(article)
        counts.setdefault(name, Counter()).update(
            articles=1, tags=len(tagged.tags), wrong=len(wrong_spans(tagged)), summaries=tagged.summary is not None,
            spans=len(tagged.summary_spans) + sum(len(each.evidence) for each in tagged.tags),
        )
    if asked.json:
        print(json.dumps(counts))
    else:
        names = ("articles", "tags", "summaries", "spans", "wrong")
        print(f"{'':<24}" + "".join(f"{name:>11}" for name in names))
        for folder, row in counts.items():
            print(f"{folder:<24}" + "".join(f"{row[name]:>11}" for name in names))
    raise SystemExit(any(row["wrong"] for row in counts.values()))


if __name__ == "__main__":
    main()
