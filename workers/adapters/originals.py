"""Which of the documents proposed in one call may be written, and as copies of what.

What goes back to another article (a copy, an update, a page around it) may stand only beside that one. Both stores
ask here, so that they cannot disagree.
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
    """`works` may be written, related to originals that are no copies; the others wait."""

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


def related_in(work: Work) -> list[Article]:
    """Those that go back to another article, copies or not."""
    return [article for article in kept_articles(work) if _goes_back(article)]


def _goes_back(article: Article) -> bool:
    return article.relation.of is not None or article.relation.kind.is_copy


def originals_of(works: Iterable[Work]) -> set[ArticleId]:
    return {article.relation.of for work in works for article in related_in(work) if article.relation.of}


def originals_first(works: Iterable[Work]) -> Iterator[tuple[Work, Article]]:
    """In the order given, but an article after the one that it goes back to: so the numbers tell, when an index
    is rebuilt, and versions are counted."""
    here = {article.id: (work, article) for work in works for article in kept_articles(work)}
    written: set[ArticleId] = set()
    for article in here:
        path: list[tuple[Work, Article]] = []
        following = article
        while following in here and following not in written:
            written.add(following)
            path.append(here[following])
            following = path[-1][1].relation.of or ""
        yield from reversed(path)


def admit(works: Sequence[Work], known: Mapping[ArticleId, Known]) -> Admission:
    """`known`: what the store says of `originals_of(works)`; an article that it will never hold, though
    its document is decided, is quarantined there.

    All stay in until one of their originals turns out to be missing, so that two pages which hold
    each other's copies, or updates, let each other in.
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
    """Follows what articles go back to, through this call and the store: a copy of a copy to the original."""

    def __init__(self, works: Iterable[Work], known: Mapping[ArticleId, Known]) -> None:
        self._here = {article.id: article for work in works for article in kept_articles(work)}
        self._known = known
        self._root: dict[ArticleId, ArticleId | None] = {}

    def of(self, related: Article) -> ArticleId | None:
        """The article, no copy, that it may be written beside; None when there is none."""
        path: list[Article] = []
        article: Article | None = related
        while article is not None and _goes_back(article) and article.id not in self._root:
            self._root[article.id] = None  # a ring comes back to here and finds nothing
            path.append(article)
            article = self._here.get(article.relation.of or "")
        for article in reversed(path):
            self._root[article.id] = self._beside(article.relation.of or "")
        return self._root[related.id]

    def _beside(self, original: ArticleId) -> ArticleId | None:
        article = self._here.get(original)
        if article is None:
            return self._stored(original)
        root = self._root[original] if _goes_back(article) else original
        return root if root is None or article.relation.kind.is_copy else original

    def _stored(self, original: ArticleId) -> ArticleId | None:
        known = self._known.get(original)
        if known is None or known.verdict is Verdict.QUARANTINED:
            return None
        return original if known.verdict is Verdict.STORED else known.of

    def is_ring(self, related: Article) -> bool:
        """The article goes back, over others or not, to itself."""
        seen: set[ArticleId] = set()
        article: Article | None = related
        while article is not None and _goes_back(article) and article.id not in seen:
            seen.add(article.id)
            article = self._here.get(article.relation.of or "")
        return article is not None and article.id == related.id

    def is_quarantined(self, original: ArticleId) -> bool:
        known = self._known.get(original)
        return known is not None and known.verdict is Verdict.QUARANTINED

    def related(self, work: Work) -> Work:
        if not related_in(work):
            return work
        return replace(work, articles=tuple(self._relate(article) for article in work.articles))

    def _relate(self, article: Article) -> Article:
        if not _goes_back(article) or (root := self.of(article)) == article.relation.of:
            return article
        return replace(article, relation=replace(article.relation, of=root))


def _waits(work: Work, roots: _Roots, proposed: Mapping[DocumentId, set[ArticleId]]) -> Waiting | None:
    """A lost original comes first: for that one the runtime can act at once."""
    orphans = [article for article in related_in(work) if roots.of(article) is None]
    for article in orphans:
        if _is_lost(article, roots, proposed):
            return Waiting(work.document.id, article.relation.of or "", lost=True)
    return Waiting(work.document.id, orphans[0].relation.of or "", lost=False) if orphans else None


def _is_lost(article: Article, roots: _Roots, proposed: Mapping[DocumentId, set[ArticleId]]) -> bool:
    original = article.relation.of
    if original is None or roots.is_quarantined(original) or roots.is_ring(article):
        return True
    articles = proposed.get(document_of(original))
    return articles is not None and original not in articles
