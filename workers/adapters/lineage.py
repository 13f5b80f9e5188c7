"""What an article is a version of, which group it belongs to, and who heads the group.

A group is everything that goes back to one article, whose id it bears. Its head is that article until a
fuller or an earlier published one arrives: ids stay, the head moves. An update by the same publisher or at
the same address is the next version of one article. Both stores ask here, so that they cannot disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from workers.adapters.originals import originals_first
from workers.model import Article, ArticleId, Precision, RelationKind, Work

_WHOLE: Final = (RelationKind.EXACT, RelationKind.NEAR, RelationKind.CONTAINS)
_COARSE: Final = (Precision.DAY, Precision.MONTH, Precision.YEAR)


class Line(NamedTuple):
    """The row of an article that goes back to another. first_id: version 1 of what it is a version of."""

    article_id: ArticleId
    group_id: ArticleId
    first_id: ArticleId
    version_no: int


class Head(NamedTuple):
    group_id: ArticleId
    head_no: int
    head_id: ArticleId


class Regrouping(NamedTuple):
    article_id: ArticleId
    regroup_no: int
    group_id: ArticleId


@dataclass(slots=True)
class Families:
    """What a store knows of the originals of one call; `place` adds to it as it goes."""

    articles: dict[ArticleId, Article] = field(default_factory=dict)
    lines: dict[ArticleId, Line] = field(default_factory=dict)
    heads: dict[ArticleId, Head] = field(default_factory=dict)      # the latest of a group
    versions: dict[ArticleId, int] = field(default_factory=dict)    # the latest of a first version
    new_lines: list[Line] = field(default_factory=list)
    new_heads: list[Head] = field(default_factory=list)

    def place(self, works: Iterable[Work]) -> list[Work]:
        """The works with the versions of their articles, an original before what goes back to it."""
        works = list(works)
        placed = {article.id: self._place(article) for _, article in originals_first(works)}
        return [
            replace(work, articles=tuple(placed.get(article.id, article) for article in work.articles))
            for work in works
        ]

    def _place(self, article: Article) -> Article:
        original = article.relation.of
        if original is not None:
            line = self._line(article, original)
            self.lines[article.id] = line
            self.new_lines.append(line)
            self.versions[line.first_id] = max(self.versions.get(line.first_id, 1), line.version_no)
            article = replace(article, version=line.version_no)
            self._move_head(article, line.group_id)
        self.articles[article.id] = article
        return article

    def _line(self, article: Article, original: ArticleId) -> Line:
        old = self.lines.get(original, Line(original, original, original, 1))
        if is_version(article, self.articles.get(original)):
            return Line(article.id, old.group_id, old.first_id, self.versions.get(old.first_id, 1) + 1)
        return Line(article.id, old.group_id, article.id, 1)

    def _move_head(self, article: Article, group: ArticleId) -> None:
        last = self.heads.get(group, Head(group, 0, group))
        head = self.articles.get(last.head_id)
        if head is not None and _leads(article, head):
            self.heads[group] = moved = Head(group, last.head_no + 1, article.id)
            self.new_heads.append(moved)


def is_version(article: Article, old: Article | None) -> bool:
    if article.relation.kind is not RelationKind.UPDATE or old is None:
        return False
    ours, theirs = (set(_names(each)) for each in (article, old))
    return not ours.isdisjoint(theirs)


def _names(article: Article) -> Iterator[tuple[str, str]]:
    publisher = article.publisher_id or article.publisher or article.source
    address = article.canonical_url or article.url
    if publisher:
        yield "publisher", publisher.casefold()
    if address:
        yield "address", address


def _leads(article: Article, head: Article) -> bool:
    """A page that glues several articles heads none of their groups."""
    if article.relation.kind not in _WHOLE or article.relation.also:
        return False
    is_fuller = article.relation.kind is RelationKind.CONTAINS and article.relation.of == head.id
    return is_fuller or _is_earlier(article, head)


def _is_earlier(article: Article, head: Article) -> bool:
    if article.published_at is None or head.published_at is None:
        return False
    if article.published_precision in _COARSE or head.published_precision in _COARSE:
        return article.published_at.date() < head.published_at.date()
    return article.published_at < head.published_at


def regrouped(
    firsts: Mapping[ArticleId, ArticleId], groups: Mapping[ArticleId, ArticleId]
) -> dict[ArticleId, ArticleId]:
    """The articles whose group changes, with the new one.

    firsts: of each article the first of those that belong together now. groups: the groups of so far.
    Ids stay: those that belong together keep the group that most of them are in, if its first article is
    among them or not to be seen any more.
    """
    together: dict[ArticleId, list[ArticleId]] = {}
    for article, first in firsts.items():
        together.setdefault(first, []).append(article)
    changed: dict[ArticleId, ArticleId] = {}
    taken: set[ArticleId] = set()
    for first, members in sorted(together.items(), key=lambda each: (-len(each[1]), each[0])):
        counted = Counter(groups.get(article, article) for article in members)
        free = [
            (count, group == first, group) for group, count in counted.items()
            if firsts.get(group) == first or (group not in firsts and group not in taken)
        ]
        group = max(free)[2] if free else first
        taken.add(group)
        changed |= {article: group for article in members if groups.get(article, article) != group}
    return changed


def strayed_heads(
    firsts: Mapping[ArticleId, ArticleId], groups: Mapping[ArticleId, ArticleId], heads: Mapping[ArticleId, Head]
) -> list[Head]:
    """New heads for groups whose head belongs to another group by now: their first article.

    groups: as they are after regrouping.
    """
    new: dict[ArticleId, Head] = {}
    for article, first in firsts.items():
        group = groups.get(article, article)
        last = heads.get(group, Head(group, 0, group))
        if group not in new and groups.get(last.head_id, last.head_id) != group:
            new[group] = Head(group, last.head_no + 1, first)
    return list(new.values())
