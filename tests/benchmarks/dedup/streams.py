"""Labelled streams: generator and judge are files of the data's owner, loaded from the folder named."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from workers.model import Article, Relation

_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stream:
    name: str
    articles: list[Article]
    languages: list[str]
    truth: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """sources.jsonl.gz in `data`; make_dedup_stream.py and score_dedup.py in `tools`."""

    data: Path
    tools: Path

    def stream(self, seed: str, folder: Path) -> Stream:
        """Made once a folder: the same seed gives the same bytes."""
        out, truth = folder / f"{seed}.stream.jsonl", folder / f"{seed}.truth.jsonl"
        if not truth.exists():
            subprocess.run(
                [sys.executable, str(self.tools / "make_dedup_stream.py"), "--sources",
                 str(self.data / "sources.jsonl.gz"), "--seed", seed, "--out", str(out), "--truth", str(truth)],
                check=True, stdout=subprocess.DEVNULL,
            )
        judge = self._judge()
        rows = judge.rows(str(out))
        articles = [
            Article(row["id"], row["id"], text=row["text"], title=row["title"], publisher=row["publisher"],
                    received_at=_START + timedelta(seconds=row["t"]))
            for row in rows
        ]
        return Stream(seed, articles, [row["lang"] for row in rows], judge.rows(str(truth)))

    def score(self, stream: Stream, relations: list[Relation]) -> dict[str, Any]:
        verdicts = [
            {"id": article.id, "verdict": str(relation.kind), "of": relation.of, "score": relation.score}
            for article, relation in zip(stream.articles, relations, strict=True)
        ]
        scored: dict[str, Any] = self._judge().score(stream.truth, verdicts)
        return scored

    def _judge(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location("score_dedup", self.tools / "score_dedup.py")
        assert spec is not None
        assert spec.loader is not None
        judge = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(judge)
        return judge
