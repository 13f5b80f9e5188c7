"""Which earlier article an article goes back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workers.model import ArticleId, Relation


@dataclass(frozen=True, slots=True)
class Signature:
    """What the index knows an article by.

    content_key: 64 bits over the ordered words of the text.
    publisher, place: 64-bit hashes of the publisher or source and of the address, 0 when unknown.
    distinct: different word shingles; sketch: the smallest of them, ascending, 4 bytes each, big-endian;
    looked_up: the first of those, 5 bytes each. facts: the smallest of the numbers, 4 bytes each.
    """

    article_id: ArticleId
    seen_at: datetime
    content_key: int
    publisher: int = 0
    place: int = 0
    distinct: int = 0
    sketch: bytes = b""
    looked_up: bytes = b""
    facts: bytes = b""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The index's answer for one article. `compared`: earlier articles it was held against; None when
    it was claimed before and this is its first answer again."""

    relation: Relation
    compared: int | None = 0


class DedupIndex(Protocol):
    """Judges and claims. Both in one call, so that of two copies at once one is first."""

    def claim(self, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Judgement]:
        """One answer a signature, in order. An article id claimed before gets its first answer again.

        Raises IndexFailed while the index is fresh, but for the one who is rebuilding it: judged
        against an empty index every copy would be a first.
        """
        ...

    def release(self, articles: Sequence[ArticleId]) -> None:
        """Forgets quarantined articles: their copies must not wait for them."""
        ...

    def entries(self) -> int: ...

    def is_fresh(self) -> bool:
        """True until `mark_built` since the index came into being, or came back empty."""
        ...

    def mark_built(self) -> None: ...

    def clear(self) -> None:
        """Forgets everything; fresh again."""
        ...
