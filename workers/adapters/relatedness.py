"""Which articles are related to one, and why: by the tags they share, rare ones more, and by words.

The databases only say who else has a tag, so that all stores answer alike. Bounded: so many tags are
asked for, so many of the newest holders of each looked at, so many candidates read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log2, sqrt
from typing import Final

from workers.adapters.search_words import key, words
from workers.model import Article, TagKind
from workers.ports import Related

ASKED_MOST: Final = 24        # tags of the article
HOLDERS_MOST: Final = 400     # of one tag, the newest
CANDIDATES_MOST: Final = 60   # read and compared word by word
LEAST_SCORE: Final = 0.15     # below it two articles have a country or a common word in common
HALF: Final = 10.0            # weight of shared tags that gives a score of one half
TITLE_WORD_WEIGHT: Final = 0.5
LEAST_WORD: Final = 3         # letters
LEAD_CHARACTERS: Final = 600  # of the text, where there is no summary
SHOWN_WORDS: Final = 10

_WEIGHTS: Final[Mapping[TagKind, float]] = {
    TagKind.PERSON: 1.5, TagKind.ORGANISATION: 1.5, TagKind.PLACE: 1.0, TagKind.COUNTRY: 0.5, TagKind.TOPIC: 0.7,
    TagKind.KEYPHRASE: 1.0, TagKind.HASHTAG: 1.0, TagKind.RULE: 0.7,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A tag that other articles may have too."""

    kind: TagKind
    key: str
    label: str
    weight: float


Holders = Callable[[Asked], Sequence[int]]  # numbers of articles in the window with that tag, HOLDERS_MOST newest
Load = Callable[[Sequence[int]], Iterable[tuple[int, Article]]]


def days_around(moment: datetime, days: float) -> tuple[datetime, datetime]:
    """The calendar ends somewhere: a page may say it is of the year 1."""
    reach = timedelta(days=days)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return (
        moment - reach if moment - first > reach else first,
        moment + reach if last - moment > reach else last,
    )


def related_articles(
    article: Article, *, articles: int, holders: Holders, load: Load, common: Set[str], limit: int
) -> list[Related]:
    """Best first. articles: how many there are in the window, HOLDERS_MOST at most.

    common: words that say nothing, without accents and in small letters.
    """
    held = [(asked, numbers) for asked in _asked(article, common) if (numbers := holders(asked))]
    weights: defaultdict[int, float] = defaultdict(float)
    for asked, numbers in held:
        weight = asked.weight * log2(1 + articles / len(numbers))
        for number in numbers:
            weights[number] += weight
    best = sorted(weights, key=lambda number: (-weights[number], -number))[:CANDIDATES_MOST]
    shared: dict[int, list[Asked]] = {number: [] for number in best}
    for asked, numbers in held:
        for number in shared.keys() & numbers:
            shared[number].append(asked)
    own = _said(article, common)
    found = [
        _related(other, weights[number], shared[number], own, _said(other, common))
        for number, other in load(best) if not _is_same(article, other)
    ]
    found.sort(key=lambda each: (-each.score, each.article.id))
    return _without_copies([each for each in found if each.score >= LEAST_SCORE])[:limit]


def _asked(article: Article, common: Set[str]) -> list[Asked]:
    """The article's tags, and the words of its title: they may be another's keyphrases."""
    tags = [Asked(tag.kind, key(tag.id), tag.label, _WEIGHTS[tag.kind] * tag.score) for tag in article.tags]
    title = [
        Asked(TagKind.KEYPHRASE, word, word, TITLE_WORD_WEIGHT)
        for word in words(article.title or "").split() if len(word) >= LEAST_WORD and word not in common
    ]
    first = {(each.kind, each.key): each for each in reversed(tags + title)}
    return sorted(first.values(), key=lambda each: (-each.weight, each.key))[:ASKED_MOST]


def _said(article: Article, common: Set[str]) -> set[str]:
    lead = article.summary or article.text[:LEAD_CHARACTERS]
    found = set(words(f"{article.title or ''}\n{lead}").split())
    return {word for word in found if len(word) >= LEAST_WORD and word not in common}


def _related(other: Article, weight: float, asked: list[Asked], own: set[str], theirs: set[str]) -> Related:
    by_tags = weight / (weight + HALF)
    same = own & theirs
    by_words = len(same) / sqrt(max(1, len(own)) * max(1, len(theirs)))
    told = {word for each in asked for word in each.key.split()}
    return Related(
        article=other,
        score=round(1 - (1 - by_tags) * (1 - by_words), 3),
        tags=tuple((str(each.kind), each.label) for each in asked),
        words=tuple(sorted(same - told)[:SHOWN_WORDS]),
    )


def _is_same(article: Article, other: Article) -> bool:
    """Itself, or a copy of it, or both of one original: its relation tells that already."""
    ours = {article.id, *_original(article)}
    return not ours.isdisjoint({other.id, *_original(other)})


def _original(article: Article) -> tuple[str, ...]:
    of = article.relation.of
    return (of,) if of is not None and article.relation.kind.is_copy else ()


def _without_copies(found: list[Related]) -> list[Related]:
    """Of the copies of one article the best."""
    kept: dict[str, Related] = {}
    for each in found:
        kept.setdefault((*_original(each.article), each.article.id)[0], each)
    return list(kept.values())
