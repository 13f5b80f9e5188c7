"""Where in an article a tag rests: exact spans, few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
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


def spans(
    text: Iterable[tuple[int, int]], title: Iterable[tuple[int, int]], most: int = SPANS_A_TAG
) -> tuple[Span, ...]:
    """The first few: of the text, and then of the title."""
    in_title: list[Span] = [(start, end, "title") for start, end in islice(title, most // 2)]
    in_text: list[Span] = list(islice(text, most - len(in_title)))
    return tuple(in_text + in_title)


def places_of(phrases: Set[tuple[str, ...]], read: Read) -> tuple[Span, ...]:
    """Where these phrases stand: the first few places in the text, then in the title. Words are case-folded; a
    phrase of one word with capitals stands in that form only."""
    return spans(_places(phrases, read.words), _places(phrases, read.title_words))


def _places(phrases: Set[tuple[str, ...]], words: Words) -> Iterator[tuple[int, int]]:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first.setdefault(phrase[0], []).append(phrase)
    places = words.places
    starts = sorted(
        at
        for first in by_first
        for at in places.get(first.casefold(), ())
        if words.folded[at] == first or words.forms[at] == first
    )
    past = 0
    for at in starts:
        if at < past:
            continue
        word, form = words.folded[at], words.forms[at]
        for phrase in (*by_first.get(word, ()), *(by_first.get(form, ()) if form != word else ())):
            if phrase == (form,) or tuple(words.folded[at : at + len(phrase)]) == phrase:
                past = at + len(phrase)
                yield words.span(at, past - 1)
                break
