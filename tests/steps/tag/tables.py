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
WEIGHTS = Path(__file__).parents[3] / "workers" / "steps" / "tag" / "weights"


@cache
def shipped_tables() -> dict[str, Any]:
    topics = {path.stem: tomllib.loads(path.read_text()) for path in (CONFIG / "topics").glob("*.toml")}
    return {path.stem: tomllib.loads(path.read_text()) for path in CONFIG.glob("*.toml")} | {"topics": topics}


@cache
def shipped_weights() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in WEIGHTS.iterdir() if path.suffix in (".gz", ".bin")}


@cache
def shipped_step() -> Tag:
    return Tag(shipped_tables(), shipped_weights())


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


def wrong_spans(article: Article) -> list[tuple[str, tuple[int | str, ...]]]:
    """Spans of tags and of the summary that cut out nothing, or blanks at an end, or lie outside."""
    found = [(f"{tag.kind} {tag.id}", span, words) for tag in article.tags
             for span, words in zip(tag.evidence, evidence(article, tag), strict=True)]
    found += [("summary", span, article.text[int(span[0]) : int(span[1])]) for span in article.summary_spans]
    wrong = [(of, span) for of, span, words in found
             if not words or words != words.strip() or len(words) != int(span[1]) - int(span[0])]
    cuts = [" ".join(article.text[int(start) : int(end)].split()) for start, end in article.summary_spans]
    return wrong if (article.summary or "") in (" ".join(cuts), "".join(cuts)) else [*wrong, ("summary", ())]
