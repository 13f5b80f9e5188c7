"""Which of the documents proposed in one call may be written, and as copies of what.

A copy may stand only beside its original. Both stores ask here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workers.model import Article, ArticleId, DocumentId, RefusedArticle, Verdict, Work
from workers.ports import Waiting


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has said of an article; `of` is the original of a duplicate, itself never a copy."""

    verdict: Verdict
    of: ArticleId | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """`works` may be written, copies related to originals that are none; the others wait."""

    works: tuple[Work, ...]
    waiting: Mapping[DocumentId, Waiting]


def document_of(article: ArticleId) -> DocumentId:
    return article.rpartition("-")[0]


def kept_articles(work: Work) -> tuple[Article, ...]:
    return work.articles if work.quarantine is None else ()


def refused_articles(work: Work) -> tuple[RefusedArticle, ...]:
    """A document that is quarantined as a whole takes the articles made of it along."""
    if work.quarantine is None:
        return work.refused
    taken_along = tuple(
        RefusedArticle(article.id, article.part, article.title, work.quarantine) for article in work.articles
    )
    return work.refused + taken_along


def copies_in(work: Work) -> list[Article]:
    return [article for article in kept_articles(work) if article.relation.kind.is_copy]


def originals_of(works: Iterable[Work]) -> set[ArticleId]:
    return {copy.relation.of for work in works for copy in copies_in(work) if copy.relation.of}


def originals_first(works: Iterable[Work]) -> Iterator[tuple[Work, Article]]:
    """In the order given, but a copy after its original: so the numbers tell, when an index is rebuilt."""
    here = {article.id: (work, article) for work in works for article in kept_articles(work)}
    written: set[ArticleId] = set()
    for work, article in here.values():
        original = here.get(article.relation.of or "") if article.relation.kind.is_copy else None
        for place in filter(None, (original, (work, article))):
            if place[1].id not in written:
                written.add(place[1].id)
                yield place


def admit(works: Sequence[Work], known: Mapping[ArticleId, Known]) -> Admission:
    """`known`: what the store says of `originals_of(works)`; an article that it will never hold, though
    its document is decided, is quarantined there.

    All stay in until one of their originals turns out to be missing, so that two pages which hold
    each other's copies let each other in.
    """
    proposed = {work.document.id: {article.id for article in kept_articles(work)} for work in works}
    admitted = {work.document.id: work for work in works}
    waiting: dict[DocumentId, Waiting] = {}
    while True:
        roots = _Roots(admitted.values(), known)
        out = {name: wait for name, work in admitted.items() if (wait := _waits(work, roots, proposed))}
        if not out:
            return Admission(tuple(roots.related(work) for work in admitted.values()), waiting)
        waiting |= out
        admitted = {name: work for name, work in admitted.items() if name not in out}


class _Roots:
    """Follows copies of copies to the original, through this call and the store."""

    def __init__(self, works: Iterable[Work], known: Mapping[ArticleId, Known]) -> None:
        self._here = {article.id: article for work in works for article in kept_articles(work)}
        self._known = known
        self._root: dict[ArticleId, ArticleId | None] = {}

    def of(self, copy: Article) -> ArticleId | None:
        """None when there is no stored original at the end."""
        path: list[ArticleId] = []
        article: Article | None = copy
        while article is not None and article.relation.kind.is_copy and article.id not in self._root:
            self._root[article.id] = None  # a ring comes back to here and finds nothing
            path.append(article.id)
            article = self._here.get(article.relation.of or "")
        root = self._end(path[-1], article) if path else self._root[copy.id]
        self._root |= dict.fromkeys(path, root)
        return root

    def _end(self, last: ArticleId, article: Article | None) -> ArticleId | None:
        if article is not None:
            return self._root[article.id] if article.relation.kind.is_copy else article.id
        original = self._here[last].relation.of or ""
        known = self._known.get(original)
        if known is None or known.verdict is Verdict.QUARANTINED:
            return None
        return original if known.verdict is Verdict.STORED else known.of

    def is_ring(self, copy: Article) -> bool:
        """The copy is, over others or not, named as its own original."""
        seen: set[ArticleId] = set()
        article: Article | None = copy
        while article is not None and article.relation.kind.is_copy and article.id not in seen:
            seen.add(article.id)
            article = self._here.get(article.relation.of or "")
        return article is not None and article.id == copy.id and article.relation.kind.is_copy

    def is_quarantined(self, original: ArticleId) -> bool:
        known = self._known.get(original)
        return known is not None and known.verdict is Verdict.QUARANTINED

    def related(self, work: Work) -> Work:
        if not copies_in(work):
            return work
        return replace(work, articles=tuple(self._relate(article) for article in work.articles))

    def _relate(self, article: Article) -> Article:
        if not article.relation.kind.is_copy or (root := self.of(article)) == article.relation.of:
            return article
        return replace(article, relation=replace(article.relation, of=root))


def _waits(work: Work, roots: _Roots, proposed: Mapping[DocumentId, set[ArticleId]]) -> Waiting | None:
    """A lost original comes first: for that one the runtime can act at once."""
    orphans = [copy for copy in copies_in(work) if roots.of(copy) is None]
    for copy in orphans:
        if _is_lost(copy, roots, proposed):
            return Waiting(work.document.id, copy.relation.of or "", lost=True)
    return Waiting(work.document.id, orphans[0].relation.of or "", lost=False) if orphans else None


def _is_lost(copy: Article, roots: _Roots, proposed: Mapping[DocumentId, set[ArticleId]]) -> bool:
    original = copy.relation.of
    if original is None or roots.is_quarantined(original) or roots.is_ring(copy):
        return True
    articles = proposed.get(document_of(original))
    return articles is not None and original not in articles
