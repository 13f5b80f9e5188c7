"""Which articles are about one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, Protocol

from workers.model import ArticleId, StoryId


class TermKind(IntEnum):
    """What a term of an article is; how common it is taken to be depends on it."""

    WORD = 0
    SHORT_WORD = 1
    NAME = 2
    NUMBER = 3
    SMALL_NUMBER = 4
    LEAD_NUMBER = 5  # a number again, for standing where the article says what happened
    YEAR = 6


class Term(NamedTuple):
    hash: int    # 32 bits, of the term in its language
    kind: TermKind
    weight: int  # 1..255, without its rarity


@dataclass(frozen=True, slots=True)
class Profile:
    """What the story index knows an article by.

    language: 32-bit hash; articles of two languages share no term.
    terms: at most 64, different ones, those of a kind by falling weight.
    of: an article whose copy or later version it is, and whose story it shares.
    story: the story it has, when the index is rebuilt.
    """

    article_id: ArticleId
    seen_at: datetime
    language: int
    terms: tuple[Term, ...]
    of: ArticleId | None = None
    story: StoryId | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The story of an article; `absorbed`: a small story that the article showed to be the same one."""

    story: StoryId
    absorbed: StoryId | None = None


class StoryIndex(Protocol):
    """Judges and joins. Both in one call, so that of two first articles of one story one founds it."""

    def join(self, profiles: Sequence[Profile], *, rebuilding: bool = False) -> list[Joined]:
        """One answer an article, in order. One that fits no story founds its own, named by its id.

        An article id that was joined before gets its first answer again and changes nothing.
        Raises IndexFailed while the index is fresh, but for the one who is rebuilding it.
        """
        ...

    def is_fresh(self) -> bool:
        """True until `mark_built` since the index came into being, or came back empty."""
        ...

    def mark_built(self) -> None: ...
