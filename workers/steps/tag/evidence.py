"""Where in an article a tag rests: exact spans, few of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from workers.model import Article, Span
from workers.steps.tag.words import Words

SPANS_A_TAG: Final = 10
TAGGED_CHARACTERS: Final = 250_000  # of a text; no news article is longer, a hostile page is
TAGGED_TITLE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Read:
    """An article's text and title, cut into words once for all taggers."""

    text: str
    title: str
    words: Words
    title_words: Words

    @classmethod
    def of(cls, article: Article) -> Read:
        text, title = article.text[:TAGGED_CHARACTERS], (article.title or "")[:TAGGED_TITLE]
        return cls(text, title, Words.of(text), Words.of(title))


def spans(text: Iterable[tuple[int, int]], title: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    """The first few: of the text, and then of the title."""
    in_title: list[Span] = [(start, end, "title") for start, end in islice(title, SPANS_A_TAG // 2)]
    in_text: list[Span] = list(islice(text, SPANS_A_TAG - len(in_title)))
    return tuple(in_text + in_title)
