"""An article on its way out of a page, before the page's document is known to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from workers.model import Precision, Removed, Role


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was published: `at` is None where that cannot be said.

    source: relative, meta, json-ld, microdata, url, feed, text, producer.
    """

    text: str | None
    at: datetime | None
    precision: Precision | None
    source: str


@dataclass(slots=True)
class Piece:
    role: Role = Role.MAIN
    title: str | None = None
    publisher: str | None = None
    time_text: str | None = None       # as on the page; or, already understood:
    published: Moment | None = None
    modified_at: datetime | None = None
    paragraphs: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    section: str | None = None
    image: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    hashtags: list[str] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    behind_paywall: bool = False
    is_last: bool = False     # of its page: what ends there may have been cut off there
    ends_apart: bool = False  # a wider gap stands before the last paragraph than between the others

    def drop(self, text: str, rule: str) -> None:
        self.removed.append(Removed(text, rule))
