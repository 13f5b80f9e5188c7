"""A story as a reader wants it: who tells it, and how many of them have it from themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from workers.model import Article, ArticleId, StoryId
from workers.ports import Query, Store

ARTICLES_MOST = 10_000  # of a story that are read: the newest
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Member:
    """What is told of an article; its text stays in the store."""

    id: ArticleId
    title: str | None
    publisher: str | None
    language: str | None
    at: datetime | None   # published, else received
    wire: str | None
    original: ArticleId   # of whose text it is: its own id when it is nobody's copy

    @classmethod
    def of(cls, article: Article) -> Member:
        relation = article.relation
        return cls(
            article.id, article.title, article.publisher or article.source, article.language,
            article.published_at or article.received_at, article.wire, relation.of or article.id,
        )


@dataclass(frozen=True, slots=True)
class Origin:
    """One text and its copies, or all that came from one agency; the earliest first."""

    wire: str | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """`is_whole`: False when it has more articles than were read."""

    id: StoryId
    origins: tuple[Origin, ...]
    is_whole: bool = True

    @property
    def articles(self) -> int:
        return sum(len(origin.members) for origin in self.origins)


def stories_under(store: Store, id: str) -> list[Story]:
    """By the id of a story, or of an article, document, stream entry, or the producer's."""
    named = [article.relation.story for article in store.articles_of(id)] or [id]
    roots = dict.fromkeys(store.story_root(story) for story in named if story is not None)
    return [story for story in (_read(store, root) for root in roots) if story.origins]


def _read(store: Store, story: StoryId) -> Story:
    members: list[Member] = []
    while len(members) < ARTICLES_MOST:
        page = store.find(Query(story=story, limit=_PAGE, offset=len(members)))
        members += map(Member.of, page)
        if len(page) < _PAGE:
            return Story(story, origins_of(members))
    return Story(story, origins_of(members), is_whole=False)


def origins_of(members: Sequence[Member]) -> tuple[Origin, ...]:
    """Articles that go back to one text or to one agency, by whatever way, are one origin. The largest first."""
    groups: dict[str, list[Member]] = {}
    leader = _Leaders()
    for member in members:
        for name in _sources_of(member):
            leader.join(f"article {member.id}", name)
    for member in members:
        groups.setdefault(leader.of(f"article {member.id}"), []).append(member)
    made = [_origin(group) for group in groups.values()]
    return tuple(sorted(made, key=lambda origin: (-len(origin.members), _earliest(origin.members[0]))))


def _sources_of(member: Member) -> Iterator[str]:
    yield f"article {member.original}"
    if member.wire:
        yield f"wire {member.wire.casefold()}"


def _origin(group: Iterable[Member]) -> Origin:
    members = tuple(sorted(group, key=_earliest))
    return Origin(next((member.wire for member in members if member.wire), None), members)


def _earliest(member: Member) -> tuple[float, str]:
    return (member.at.timestamp() if member.at else 0.0), member.id


class _Leaders:
    """Disjoint sets: each name has one leader, the same for all that were joined."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, name: str) -> str:
        while (above := self._above.get(name, name)) != name:
            self._above[name] = self._above.get(above, above)
            name = above
        return name

    def join(self, one: str, other: str) -> None:
        self._above[self.of(one)] = self.of(other)
