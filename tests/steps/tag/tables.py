"""The shipped tables, and a tag step on them that all tests share: its model takes half a second to load."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from workers.model import Article, Keep, TagKind
from workers.model import Tag as ArticleTag
from workers.steps.tag import Tag

CONFIG = Path(__file__).parents[3] / "config" / "tag"


@cache
def shipped_tables() -> dict[str, Any]:
    return {path.stem: tomllib.loads(path.read_text()) for path in CONFIG.glob("*.toml")}


@cache
def shipped_step() -> Tag:
    return Tag(shipped_tables())


def english(text: str) -> tuple[str, float]:
    return "en", 1.0


def tag(article: Article, step: Tag | None = None) -> Article:
    outcome = (step or shipped_step())(article)
    assert isinstance(outcome, Keep)
    return outcome.article


def tags(article: Article, kind: TagKind, step: Tag | None = None) -> list[ArticleTag]:
    return [each for each in tag(article, step).tags if each.kind is kind]


def evidence(article: Article, given: ArticleTag) -> list[str]:
    """The words that the spans of a tag cut out."""
    fields = {
        "title": article.title, "dateline": article.dateline and article.dateline.place, "url": article.url,
        "publisher": article.publisher, "source": article.source, "section": article.section,
        "hashtags": "\n\n".join(article.hashtags), "authors": "\n\n".join(article.authors),
    }
    return [
        (fields[str(span[2])] or "" if len(span) == 3 else article.text)[int(span[0]) : int(span[1])]
        for span in given.evidence
    ]
