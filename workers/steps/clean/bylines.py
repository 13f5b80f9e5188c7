"""Lines that say who wrote a story: "By Anna Berg", "By Coast Ledger staff and AFP", "Le Courrier avec AFP"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workers.steps.clean.agencies import Agencies
from workers.steps.clean.starts import Starts

_LONGEST: Final = 100
_PARTICLES: Final = frozenset(("de", "van", "von", "der", "den", "la", "le", "al", "bin", "da", "dos", "di", "el"))
_NAME_WORDS: Final = 5
_STAFF_WORDS: Final = 7


@dataclass(frozen=True, slots=True)
class Byline:
    """names: of persons; agency: the one that the line names, if any."""

    names: tuple[str, ...] = ()
    agency: str | None = None
    is_staff: bool = False  # nobody else but the agency and a desk


class Bylines:
    def __init__(self, table: Mapping[str, Any], agencies: Agencies) -> None:
        self._starts = Starts(sorted(table["starts"], key=len, reverse=True))
        self._staff = frozenset(table["staff"])
        self._desks = frozenset(table["desks"])
        self._joiner = re.compile(r"\s?[,/&|;()]\s?|\s[-–—]\s" + _either(table["joiners"]))
        self._aside = re.compile(_either(table["asides"]).removeprefix("|"))
        self._agencies = agencies

    def read(self, line: str) -> Byline | None:
        """None when the line is anything else than a byline."""
        if len(line) > _LONGEST:
            return None
        bare = line.rstrip(" .|")
        if bare.casefold() in self._desks:
            return Byline()
        start = self._starts.find(line)
        if start is None and not self._agencies.may_edge(bare):
            return None
        parts = [part.strip() for part in self._joiner.split(bare[len(start or "") :]) if part.strip()]
        if start is None:
            return self._unmarked(parts)
        names = tuple(self._person(part) for part in parts)
        if not parts or not all(name or self._is_staff(part) for name, part in zip(names, parts, strict=True)):
            return self._unmarked(parts)
        return Byline(tuple(name for name in names if name), self._agency(parts))

    def _unmarked(self, parts: list[str]) -> Byline | None:
        """"Coast Ledger/AFP": names, one of them an agency's."""
        agency = self._agency(parts)
        others = [part for part in parts if not self._agencies.exact(part)]
        if agency is None or len(others) > 2 or not all(self._is_staff(part) or _is_named(part) for part in others):
            return None
        return Byline(agency=agency, is_staff=bool(others) and all(map(self._is_staff, others)))

    def _agency(self, parts: list[str]) -> str | None:
        """Also of "AFP staff", "Redazione ANSA"."""
        names = [part for part in parts if not self._is_desk(part)]
        names += [word for part in parts if self._is_desk(part) for word in part.split()]
        return next(filter(None, map(self._agencies.exact, names)), None)

    def _person(self, part: str) -> str | None:
        """Also "Anna Berg in Paris"."""
        name = self._aside.split(part, maxsplit=1)[0]
        return name if not self._is_staff(part) and is_person(name) else None

    def _is_staff(self, part: str) -> bool:
        return self._agencies.exact(part) is not None or self._is_desk(part)

    def _is_desk(self, part: str) -> bool:
        words = part.casefold().split()
        return len(words) <= _STAFF_WORDS and any(word in self._staff for word in words)


def is_person(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= _NAME_WORDS or any(character.isdigit() for character in name):
        return False
    return _has_capitals(words) and (len(words) > 1 or not words[0].isascii())


def _is_named(part: str) -> bool:
    words = part.split()
    return 1 <= len(words) <= 4 and (_has_capitals(words) or "." in part) and part[-1].isalnum() and ":" not in part


def _has_capitals(words: list[str]) -> bool:
    return all(not word[0].islower() or word in _PARTICLES for word in words)


def _either(words: list[str]) -> str:
    return "".join(rf"|\s{re.escape(word)}\s" for word in words)
