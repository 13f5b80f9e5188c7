"""How a store tells everything that was decided about a document, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from workers.model import Article, ArticleId, RefusedArticle, Verdict, article_to_json

_TOLD = ("id", "part", "role", "title", "version", "stored_at")


def explained_outcome(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def explained_article(
    article: Article, judged_of: ArticleId | None, group: tuple[ArticleId, ArticleId]
) -> dict[str, Any]:
    """`judged_of` is what the index compared it with; `of` may be that one's original instead.
    group: its id and its head's."""
    record = msgspec.json.decode(article_to_json(article))  # lists, not tuples: what its JSON will show
    return {name: record[name] for name in _TOLD} | {
        "verdict": article.verdict.value,
        "kept": True,
        "relation": record["relation"] | {"judged_of": judged_of, "group": group[0], "group_head": group[1]},
        "published": {
            "at": record["published_at"],
            "from": record["published_from"],
            "precision": record["published_precision"],
            "text": record["published_text"],
        },
        "language": record["language"],
        "removed": record["removed"],
        "tags": record["tags"],
    }


def explained_former_article(article: ArticleId, verdict: Verdict, original: ArticleId | None) -> dict[str, Any]:
    """Of one that retention has removed: its outcome is left."""
    part = article.rpartition("-")[2]
    return {
        "id": article,
        "part": int(part) if part.isdecimal() else None,
        "verdict": verdict.value,
        "kept": False,
        "relation": {"of": original},
    }


def explained_refused(refused: RefusedArticle) -> dict[str, Any]:
    return {
        "id": refused.id,
        "part": refused.part,
        "title": refused.title,
        "step": refused.quarantine.step,
        "reason": refused.quarantine.reason.value,
        "detail": refused.quarantine.detail,
    }


def explained_quarantine(payload_bytes: int, kept: bool, requeued_as: str | None) -> dict[str, Any]:
    return {"payload_bytes": payload_bytes, "payload_kept": kept, "requeued_as": requeued_as}
