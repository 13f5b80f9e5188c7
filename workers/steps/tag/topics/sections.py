"""What the section of an article and the path of its address say about its topic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from workers.model import Span
from workers.steps.tag.table import BadTable

MOST_CHARACTERS: Final = 2_000
_PATH: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*://[^/?#]*)?([^?#]*)", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"[^/]+")
_NAME: Final = re.compile(r"[^\W\d_]+(?:[ _&-]+[^\W\d_]+)*")
MOST_WORDS: Final = 3  # a segment of more words is an article's, not a section's


class Sections:
    """table: concept -> names of sections, commas between. Raises BadTable."""

    def __init__(self, table: Mapping[str, Any], where: str) -> None:
        self._concepts: dict[str, str] = {}
        for concept, names in table.items():
            if not isinstance(names, str):
                raise BadTable([f"{where}: {concept} must be names in one string, not {names!r}"])
            for name in names.split(","):
                self._concepts.setdefault(_plain(name), concept)

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(self._concepts.values())

    def named(self, section: str | None, url: str | None) -> Iterator[tuple[str, Span]]:
        """(concept, span of its name in section or url)."""
        for match in _NAME.finditer((section or "")[:MOST_CHARACTERS]):
            yield from self._named(match[0], match.start(), "section")
        path = _PATH.match((url or "")[:MOST_CHARACTERS])
        if path is not None and url is not None:
            for match in _SEGMENT.finditer(url, path.start(1), path.end(1)):
                name = _NAME.match(match[0])
                if name is not None and len(re.split(r"[ _&-]+", name[0])) <= MOST_WORDS:
                    yield from self._named(name[0], match.start(), "url")

    def _named(self, name: str, start: int, where: str) -> Iterator[tuple[str, Span]]:
        whole = self._concepts.get(_plain(name))
        if whole is not None:
            yield whole, (start, start + len(name), where)
            return
        for part in re.finditer(r"[^\W\d_]+", name):
            concept = self._concepts.get(_plain(part[0]))
            if concept is not None:
                yield concept, (start + part.start(), start + part.end(), where)


def _plain(name: str) -> str:
    return "-".join(re.findall(r"[^\W_]+", name.casefold()))
