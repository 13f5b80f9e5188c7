"""Lines that a source repeats under its stories, as a worker carries them: counted after deduplicate,
handed to clean once they are accepted.

Learning is a favour to the operator: when its server is away, documents go on and the stories of that
batch are not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from workers.errors import PortError
from workers.model import Article, RelationKind
from workers.ports import RepeatedLines
from workers.runtime.logs import Log

Accepted = Mapping[str, frozenset[str]]  # source -> its lines

_FIRST: Final = 2             # paragraphs of a story among which repeated lines are looked for,
_LAST: Final = 5              # from its beginning and from its end
_LINE_CHARACTERS: Final = 300
_EVERY_S: Final = 10.0        # so long an acceptance may take to reach a worker


class Repeated:
    """listed: what the settings accept, config/clean/repeated.toml."""

    def __init__(
        self, lines: RepeatedLines, listed: Accepted, log: Log, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lines = lines
        self._listed = listed
        self._log = log
        self._monotonic = monotonic
        self._accepted: Accepted = listed
        self._read_at = -_EVERY_S

    def accepted(self) -> Accepted:
        """Of at most 10 s ago, or the last that could be read."""
        now = self._monotonic()
        if now - self._read_at >= _EVERY_S:
            self._read_at = now
            try:
                self._accepted = merged(self._listed, self._lines.accepted())
            except PortError as error:
                self._log.away("lines", error)
        return self._accepted

    def learn(self, articles: Iterable[Article]) -> None:
        """Counts the lines at the ends of stories that are no copies."""
        stories: dict[str, list[list[str]]] = {}
        for article in articles:
            source = source_of(article)
            if source and article.relation.kind is RelationKind.UNIQUE:
                stories.setdefault(source, []).append(ends(article.text))
        if not stories:
            return
        try:
            self._lines.saw(stories)
        except PortError as error:
            self._log.away("lines", error)


def source_of(article: Article) -> str:
    return article.publisher or article.source or ""


def ends(text: str) -> list[str]:
    """The distinct short paragraphs that a story begins and ends with; never all of it."""
    paragraphs = text.split("\n\n")
    if len(paragraphs) < 2:
        return []
    places = {*range(min(_FIRST, len(paragraphs))), *range(max(0, len(paragraphs) - _LAST), len(paragraphs))}
    lines = (paragraphs[place] for place in sorted(places))
    return list(dict.fromkeys(line for line in lines if len(line) <= _LINE_CHARACTERS))


def merged(left: Accepted, right: Accepted) -> Accepted:
    return {source: left.get(source, frozenset()) | right.get(source, frozenset()) for source in {*left, *right}}
