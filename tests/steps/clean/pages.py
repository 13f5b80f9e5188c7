"""Builders for the tests of clean: the step with the project's own tables, and documents."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from workers.model import Article, ContentType, Document, Quarantine
from workers.steps.clean import Clean

CONFIG = Path(__file__).parents[3] / "config" / "clean"
WEIGHTS = CONFIG.parents[1] / "workers/steps/clean/weights/blocks.json"
RECEIVED = datetime(2025, 7, 20, 12, tzinfo=UTC)


@cache
def tables() -> dict[str, Any]:
    edited = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in CONFIG.glob("*.toml")}
    names = tomllib.loads((CONFIG.parent / "tag/entities.toml").read_text("utf-8"))["given"].split()
    return edited | {"blocks": json.loads(WEIGHTS.read_bytes()), "given_names": names}


@cache
def clean() -> Clean:
    return Clean(tables(), articles_a_page=500)


def document(
    text: str = "",
    kind: ContentType = ContentType.DUMP,
    *,
    url: str | None = None,
    record: dict[str, Any] | None = None,
) -> Document:
    return Document(
        id="d",
        entry_id="1-0",
        door="cli",
        received_at=RECEIVED,
        accepted_at=RECEIVED,
        producer_id="p",
        source="s",
        url=url,
        meta={"m": 1},
        content_type=kind,
        text=text,
        record=record,
    )


def articles(text: str, kind: ContentType = ContentType.DUMP, *, url: str | None = None) -> tuple[Article, ...]:
    outcome = clean()(document(text, kind, url=url))
    assert isinstance(outcome, tuple), outcome
    return outcome


def refused(text: str, kind: ContentType = ContentType.DUMP) -> Quarantine:
    outcome = clean()(document(text, kind))
    assert isinstance(outcome, Quarantine), outcome
    return outcome


def removed(article: Article) -> list[tuple[str, str]]:
    return [(each.text, each.rule) for each in article.removed]
