"""Who wrote it and where it came from: byline, dateline, agency, place of first publication."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workers.model import Dateline, Removed

_HEAD_CHARACTERS: Final = 160
_TAIL_CHARACTERS: Final = 120
_LONGEST_BYLINE: Final = 100
_LONGEST_ORIGIN: Final = 200
_ORIGIN_CHARACTERS: Final = 400
_CREDIT_RULES: Final = frozenset({"byline", "copyright", "origin"})
_PARTICLES: Final = frozenset(("de", "van", "von", "der", "den", "la", "le", "al", "bin", "da", "dos", "di", "el"))
_NO_PLACES: Final = frozenset(
    (
        "UPDATE", "BREAKING", "EXCLUSIVE", "LIVE", "WATCH", "READ", "NOTE", "VIDEO", "PHOTOS", "OPINION",
        "ANALYSIS", "EDITORIAL", "STAFF", "MAN", "WOMAN", "REPORTER", "QUESTION", "ANSWER", "CORRECTION",
    )
)
_NAME_WORDS: Final = 5
_DATELINE: Final = re.compile(
    r"(?P<place>[^\W\d_][\w.'’/ -]{1,38}(?:,\s[^\W\d_][\w.'’ -]{1,24}){0,2}?)"
    r"(?:,\s?(?:[^\W\d_]{3,12}\.?\s\d{1,2}|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12})(?:,?\s\d{4})?)?"
    r"\s?(?:[(（/](?P<inside>[^()（）]{0,40})[)）/])?\s{0,2}"
    r"(?P<dash>[—–]|--?|:|：)\s{0,2}(?=\S)"
)
_ASIAN: Final = re.compile(r"(?P<agency>[\w]{2,6})(?P<place>[^\W\d_]{2,6})\d{1,2}月\d{1,2}日[电電讯訊]")
_COPYRIGHT: Final = re.compile(r"(?:[Cc]opyright|©|\([Cc]\))[\s©]{0,3}(?:\d{4}[-–]?\d{0,4}\s?)?(?:by |The )?")
_SIGNED: Final = re.compile(
    r"[.!?。”\"’]\s?(?:[(\[（](?P<a>[^()\[\]（）]{2,40})[)\]）]|[—–-]{1,2}\s?(?P<b>[^—–]{2,40}))\.?$"
)
_SENTENCE_END: Final = re.compile(r"[.!?。](?:\s|$)|[,;|]\s|\s[(–—-]\s?|$")


@dataclass(frozen=True, slots=True)
class Origin:
    wire: str | None
    dateline: Dateline | None
    originally_published_on: str | None


class Credits:
    def __init__(self, table: Mapping[str, Any]) -> None:
        self._agencies: dict[str, str] = {form: each["name"] for each in table["agency"] for form in each["forms"]}
        self._origins: Sequence[str] = tuple(table["origin"]["starts"])
        self._bylines: tuple[str, ...] = tuple(table["byline"]["starts"])

    def byline(self, line: str) -> list[str]:
        """The names, when the line is nothing but a byline; an agency is none."""
        if len(line) > _LONGEST_BYLINE or not line.startswith(self._bylines):
            return []
        start = max((s for s in self._bylines if line.startswith(s)), key=len)
        names = [name.strip(" .,|") for name in re.split(r",| and | & | et | und | y | e | و ", line[len(start) :])]
        return names if names and all(_is_person(name) for name in names) else []

    def is_origin(self, line: str) -> bool:
        return len(line) <= _LONGEST_ORIGIN and line.startswith(tuple(self._origins))

    def read(self, paragraphs: Sequence[str], removed: Sequence[Removed]) -> Origin:
        """From the text and from the credits that were taken out of it."""
        first = paragraphs[0][:_HEAD_CHARACTERS] if paragraphs else ""
        dateline = self._dateline(first)
        wire = dateline.agency if dateline else None
        wire = wire or self._signed(paragraphs[-1][-_TAIL_CHARACTERS:] if paragraphs else "")
        short = [each.text for each in removed if each.rule in _CREDIT_RULES and len(each.text) <= 300]
        for line in short:
            wire = wire or self._copyright(line) or self._agency_byline(line)
        ends = (paragraphs[0][:_ORIGIN_CHARACTERS], paragraphs[-1][-_ORIGIN_CHARACTERS:]) if paragraphs else ()
        lines = (*short, *ends)
        origin = next(filter(None, map(self._origin, lines)), None)
        return Origin(wire, dateline, origin)

    def _dateline(self, first: str) -> Dateline | None:
        asian = _ASIAN.match(first)
        if asian and asian["agency"] in self._agencies:
            return Dateline(asian["place"], None, self._agencies[asian["agency"]])
        found = _DATELINE.match(first)
        if not found:
            return None
        inside = found["inside"]
        agency = self._agency_in(inside) if inside else None
        place = found["place"].strip(" ,-")
        capitals = place.split(",")[0]
        is_place = agency is not None or (capitals.isupper() and len(capitals) > 2 and _is_city(capitals))
        return Dateline(place, None, agency) if is_place else None

    def _agency_in(self, text: str) -> str | None:
        bare = text.strip(" ./-")
        if bare in self._agencies:
            return self._agencies[bare]
        parts = (part.strip() for part in re.split(r"[/,;|+&-]| and ", bare))
        return next((self._agencies[part] for part in parts if part in self._agencies), None)

    def _signed(self, tail: str) -> str | None:
        """The text ends in "(AFP)" or "— Reuters"."""
        found = _SIGNED.search(tail)
        return self._agency_in(found["a"] or found["b"]) if found else None

    def _copyright(self, line: str) -> str | None:
        found = _COPYRIGHT.search(line)
        if not found:
            return None
        words = line[found.end() : found.end() + 40].split()
        for count in (3, 2, 1):
            name = self._agencies.get(" ".join(words[:count]).strip(".,;|"))
            if name:
                return name
        return None

    def _agency_byline(self, line: str) -> str | None:
        start = next((s for s in self._bylines if line.startswith(s)), None)
        return self._agencies.get(line[len(start) :].strip(" .")) if start else None

    def _origin(self, line: str) -> str | None:
        for start in self._origins:
            at = line.find(start)
            if at >= 0:
                rest = line[at + len(start) : at + len(start) + 80].strip(" :")
                end = _SENTENCE_END.search(rest)
                return rest[: end.start() if end else None].strip() or None
        return None


def _is_person(name: str) -> bool:
    words = name.split()
    if not 1 <= len(words) <= _NAME_WORDS or any(character.isdigit() for character in name):
        return False
    has_capitals = all(not word[0].islower() or word in _PARTICLES for word in words)
    return has_capitals and (len(words) > 1 or not words[0].isascii())


def _is_city(capitals: str) -> bool:
    """Not one of the capital words that begin paragraphs."""
    return capitals not in _NO_PLACES
