"""The registry of news agencies, and how a text writes one: "Reuters", "AFP/Reuters", "dpa/lby", "د ب أ"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_PARTS: Final = re.compile(r"[/,;|+&=-]| and | und | et | y | e | / ")
_BETWEEN: Final = "/,;|&("
_ANY_BETWEEN: Final = re.compile(f"[{_BETWEEN}]")
_EDGES: Final = " ./-–—()[]（）【】<>©ⓒ:"


class Agencies:
    def __init__(self, table: Mapping[str, Any]) -> None:
        self._names: dict[str, str] = {form: each["name"] for each in table["agency"] for form in each["forms"]}
        self._titles: tuple[str, ...] = tuple(table["titles"])

        self._edge_words = frozenset(word for form in self._names for word in (form.split()[0], form.split()[-1]))

    def may_edge(self, text: str) -> bool:
        """False for most lines: neither the first nor the last word is one of an agency's name."""
        bare = text.strip(_EDGES)
        first, last = bare.partition(" ")[0], bare.rpartition(" ")[2]
        if first in self._edge_words or last in self._edge_words:
            return True
        if not _ANY_BETWEEN.search(bare):
            return False
        last = last[max(map(last.rfind, _BETWEEN)) + 1 :]
        first = first[: min((at for at in map(first.find, _BETWEEN) if at > 0), default=len(first))]
        return first in self._edge_words or last in self._edge_words

    def exact(self, text: str) -> str | None:
        bare = text.strip(_EDGES)
        if bare.startswith(self._titles):  # "Agencia EFE"
            bare = bare.partition(" ")[2]
        return self._names.get(text) or self._names.get(bare)

    def named(self, text: str) -> str | None:
        """The first agency among the parts of a credit; None where something else stands beside them only."""
        whole = self.exact(text)
        if whole:
            return whole
        return next(filter(None, (self._names.get(part.strip(_EDGES)) for part in _PARTS.split(text))), None)

    def at_start(self, words: list[str]) -> str | None:
        """The agency that the words begin with, in up to three of them."""
        for count in (3, 2, 1):
            name = self.exact(" ".join(words[:count]).rstrip(",;|"))
            if name:
                return name
        return None
