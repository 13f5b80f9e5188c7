"""What another threshold of deduplication would change, on the operator's own articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workers.model import Article, ArticleId, Relation
from workers.ports import DedupIndex
from workers.runtime.rebuild import Sign
from workers.runtime.turns import chunks

_TITLES_KEPT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair whose relation another threshold would change. `now` and `then` are relation kinds."""

    article: ArticleId
    title: str | None
    other: ArticleId
    other_title: str | None
    score: float
    now: str
    then: str


@dataclass(slots=True)
class Change:
    """Of one threshold: how many articles it would judge so, and by (now, then) those it would change."""

    kinds: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: list[Pair] = field(default_factory=list)


def tune(
    articles: Iterable[Article], sign: Sign, now: DedupIndex, others: Mapping[float, DedupIndex], *, samples: int
) -> tuple[Counter[str], dict[float, Change]]:
    """Judges the articles in their order of arrival under the threshold of now and under the others.

    Returns the relations of now, and of each other threshold its Change.
    """
    found = {share: Change() for share in others}
    kinds: Counter[str] = Counter()
    titles: dict[ArticleId, str | None] = {}
    for chunk in chunks(articles):
        signatures = sign(chunk)
        before = [judgement.relation for judgement in now.claim(signatures, rebuilding=True)]
        kinds.update(str(relation.kind) for relation in before)
        if len(titles) < _TITLES_KEPT:
            titles |= {article.id: article.title for article in chunk}
        for share, index in others.items():
            after = [judgement.relation for judgement in index.claim(signatures, rebuilding=True)]
            for article, old, new in zip(chunk, before, after, strict=True):
                _note(found[share], article, old, new, titles, samples)
    return kinds, found


def _note(
    change: Change, article: Article, now: Relation, then: Relation, titles: Mapping[ArticleId, str | None],
    samples: int,
) -> None:
    change.kinds[str(then.kind)] += 1
    if now.kind is then.kind:
        return
    step = (str(now.kind), str(then.kind))
    change.changed[step] += 1
    related = then if then.of else now
    if related.of and change.changed[step] <= samples:
        change.pairs.append(
            Pair(article.id, article.title, related.of, titles.get(related.of), related.score, *step)
        )


def as_plain(kinds: Counter[str], found: Mapping[float, Change], share: float, told: Callable[[Pair], Any]) -> Any:
    """For --json."""
    return {
        "copy_share": share, "articles": sum(kinds.values()), "relations": dict(kinds),
        "others": [
            {
                "copy_share": other, "relations": dict(change.kinds),
                "changed": [{"now": now, "then": then, "articles": n} for (now, then), n in change.changed.items()],
                "pairs": [told(pair) for pair in change.pairs],
            }
            for other, change in found.items()
        ],
    }
