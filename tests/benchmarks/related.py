"""How long `show ID --related` asks the store, at any number of articles, on SQLite and PostgreSQL.

    .venv/bin/python -m tests.benchmarks.related --articles 100000 [--json]

The articles are made up: 24 tags each, a few that a third of all have and many that are rare, as
entities and keyphrases are.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.postgres_server import PostgresServer, server_folder
from workers.adapters.sql_store import SqlStore
from workers.model import Article, Document, Tag, TagKind, Work
from workers.ports import Decision

START = datetime(2026, 11, 1, tzinfo=UTC)
BATCH = 500
ASKED = 200
KINDS = (
    [TagKind.COUNTRY] * 2 + [TagKind.TOPIC] * 3 + [TagKind.PERSON] * 3 + [TagKind.ORGANISATION] * 3
    + [TagKind.PLACE] * 3 + [TagKind.KEYPHRASE] * 10
)
SPREAD = {TagKind.COUNTRY: 60, TagKind.TOPIC: 200, TagKind.PLACE: 5_000}  # names of a kind; 50,000 of others


def articles(count: int, days: float) -> Iterator[Article]:
    chance = random.Random(7)
    for number in range(count):
        at = START + timedelta(days=days * number / count)
        words = [f"w{int(chance.paretovariate(0.7)) % 30_000}" for _ in range(80)]
        tags = {(kind, int(chance.paretovariate(0.6)) % SPREAD.get(kind, 50_000)) for kind in KINDS}
        yield Article(
            f"{number:032x}-0", f"{number:032x}", title=" ".join(words[:9]), text=" ".join(words), language="en",
            published_at=at, received_at=at,
            tags=tuple(Tag(kind, f"{kind}{name}", f"{kind}{name}", 0.8) for kind, name in sorted(tags)),
        )


def fill(store: SqlStore, count: int, days: float) -> None:
    batch: list[Decision] = []
    for article in articles(count, days):
        at = article.received_at or START
        document = Document(article.document_id, f"{at.timestamp() * 1000:.0f}-0", "cli", at, at)
        batch.append(Decision(Work(document, (article,))))
        if len(batch) == BATCH:
            store.record(batch, at)
            batch = []
    if batch:
        store.record(batch, START)


def measure(store: SqlStore, count: int) -> dict[str, float]:
    chance = random.Random(8)
    took, told = [], []
    for number in chance.choices(range(count), k=ASKED):
        began = time.perf_counter()
        found = store.related(f"{number:032x}-0", days=7, common=frozenset(), limit=10)
        took.append((time.perf_counter() - began) * 1000)
        told.append(len(found))
    took.sort()
    return {"p50_ms": took[ASKED // 2], "p95_ms": took[ASKED * 95 // 100], "most_ms": took[-1],
            "related": statistics.mean(told)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--days", type=float, default=30.0, help="over which they are spread")
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"sqlite": f"sqlite:///{folder / 'store.db'}"}
        if server_folder():
            urls["postgresql"] = stack.enter_context(PostgresServer({"fsync": "off"})).new_store_url()
        for name, url in urls.items():
            store = SqlStore(url)
            fill(store, asked.articles, asked.days)
            found[name] = measure(store, asked.articles)
            store.close()
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{asked.articles} articles over {asked.days:g} days, {ASKED} asked, those of 7 days before and after")
    print(f"{'store':<12}{'p50 ms':>9}{'p95 ms':>9}{'most ms':>9}{'related':>9}")
    for name, row in found.items():
        print(f"{name:<12}" + "".join(f"{value:>9.1f}" for value in row.values()))


if __name__ == "__main__":
    main()
