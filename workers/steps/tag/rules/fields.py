"""The fields of an article that a rule can look into, each cut into words once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from workers.model import Article
from workers.steps.tag.evidence import Read
from workers.steps.tag.words import Words

EVERYWHERE: Final = "any"  # title and text: where a rule looks that names no field
FIELD_CHARACTERS: Final = 10_000
LIST_JOINT: Final = "\n\n"  # no phrase reaches from one hashtag or author into the next

_OTHERS: Final[Mapping[str, Callable[[Article], str | None]]] = {
    "publisher": lambda article: article.publisher,
    "source": lambda article: article.source,
    "url": lambda article: article.url or article.canonical_url,
    "section": lambda article: article.section,
    "hashtags": lambda article: LIST_JOINT.join(article.hashtags),
    "authors": lambda article: LIST_JOINT.join(article.authors),
    "dateline": lambda article: article.dateline.place if article.dateline else None,
}
FIELDS: Final = ("text", "title", *_OTHERS)


def fields_of(name: str) -> tuple[str, ...]:
    """Raises KeyError when there is no such field."""
    if name == EVERYWHERE:
        return "title", "text"
    if name not in FIELDS:
        raise KeyError(name)
    return (name,)


def read_fields(article: Article, read: Read, wanted: Iterable[str]) -> dict[str, tuple[str, Words]]:
    """field -> its text and words; fields that the article does not have are left out."""
    found = {}
    for name in wanted:
        if name == "text":
            found[name] = read.text, read.words
        elif name == "title":
            found[name] = read.title, read.title_words
        else:
            value = (_OTHERS[name](article) or "")[:FIELD_CHARACTERS]
            if value:
                found[name] = value, Words.of(value)
    return found
