"""Where a story came from: the agency of its text, its dateline, the place of first publication."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workers.model import Dateline, Removed
from workers.steps.clean.agencies import Agencies
from workers.steps.clean.bylines import Byline, Bylines
from workers.steps.clean.datelines import Datelines
from workers.steps.clean.starts import Starts

_HEAD_CHARACTERS: Final = 160
_TAIL_CHARACTERS: Final = 120
_LONGEST_ORIGIN: Final = 200
_ORIGIN_CHARACTERS: Final = 400
_ORIGIN_WORD: Final = 12
_SENTENCE_BEGIN: Final = re.compile(r"[.!?。”\"»)]\s*[(\[—–-]?\s?|[(\[|]\s?")
_LONGEST_CREDIT: Final = 300
_CREDIT_RULES: Final = frozenset({"byline", "copyright", "credit", "origin", "source"})
_COPYRIGHT: Final = re.compile(
    r"(?:(?:[Cc]opyright|©|\([Cc]\)|ⓒ)[\s©]{0,3}){1,2}(?:\d{4}[-–]?\d{0,4},?\s?)?(?:by |The )?"
)
_SIGNED: Final = re.compile(
    r"[.!?。”\"’».]\s?(?:[(\[（<](?P<a>[^()\[\]（）<>]{2,40})[)\]）>]|[—–-]{1,2}\s?(?P<b>[^—–]{2,40})|/(?P<c>[^/]{2,20})/)\.?$"
)
_SENTENCE_END: Final = re.compile(r"[.!?。](?:\s|$)|[,;|]\s|\s[(–—-]\s?|$")


@dataclass(frozen=True, slots=True)
class Origin:
    wire: str | None
    dateline: Dateline | None
    originally_published_on: str | None


class Credits:
    def __init__(self, table: Mapping[str, Any]) -> None:
        self._agencies = Agencies(table)
        self._bylines = Bylines(table["byline"], self._agencies)
        self._datelines = Datelines(self._agencies)
        self._origins = Starts(table["origin"]["starts"])
        self._origins_by_word: dict[str, list[str]] = {}
        for start in table["origin"]["starts"]:
            self._origins_by_word.setdefault(start[:_ORIGIN_WORD].partition(" ")[0], []).append(start)
        self._sources = Starts(table["source"]["starts"])

    def byline(self, line: str) -> Byline | None:
        """None when the line is anything else than a byline."""
        return self._bylines.read(line)

    def is_origin(self, line: str) -> bool:
        return len(line) <= _LONGEST_ORIGIN and self._origins.find(line) is not None

    def is_agency_line(self, line: str) -> bool:
        """Nothing but an agency's name, or "Source: AFP"."""
        return len(line) <= _TAIL_CHARACTERS and self._agency_line(line) is not None

    def read(self, paragraphs: Sequence[str], removed: Sequence[Removed]) -> Origin:
        """From the text and from the credits that were taken out of it."""
        dateline = self._datelines.read(paragraphs[0][:_HEAD_CHARACTERS]) if paragraphs else None
        wire = dateline.agency if dateline else None
        wire = wire or self._signed(paragraphs[-1][-_TAIL_CHARACTERS:] if paragraphs else "")
        short = [each for each in removed if each.rule in _CREDIT_RULES and len(each.text) <= _LONGEST_CREDIT]
        for each in short:
            wire = wire or self._credited(each)
        ends = (paragraphs[0][:_ORIGIN_CHARACTERS], paragraphs[-1][-_ORIGIN_CHARACTERS:]) if paragraphs else ()
        origins = map(self._origin, (*(each.text for each in short), *ends))
        return Origin(wire, dateline, next(filter(None, origins), None))

    def _credited(self, credit: Removed) -> str | None:
        if credit.rule == "credit":  # "(APA/Red)" stands where "(Bay Paper/Anna Berg)" credits a picture
            byline = self._bylines.read(credit.text.strip("()"))
            return byline.agency if byline and byline.is_staff else None
        if credit.rule == "source":
            return self._agency_line(credit.text)
        byline = self._bylines.read(credit.text) if credit.rule == "byline" else None
        return (byline.agency if byline else None) or self._copyright(credit.text)

    def _signed(self, tail: str) -> str | None:
        """The text ends in "(AFP)", "/TASS/" or "— Reuters"."""
        found = _SIGNED.search(tail)
        if not found:
            return None
        name: str = found["a"] or found["b"] or found["c"]
        if ":" in name:  # "(Foto: …/AFP)" credits a picture, "(Quelle: dpa)" the story
            return self._agency_line(name)
        byline = self._bylines.read(f" {name}")  # "(avec AFP)", "(APA/Red)"
        return (byline.agency if byline else None) or self._agencies.named(name)

    def _agency_line(self, line: str) -> str | None:
        start = self._sources.find(line)
        if start:
            return self._agencies.named(line[len(start) :])
        copyright_ = _COPYRIGHT.match(line)
        return self._agencies.exact(line[copyright_.end() :] if copyright_ else line)

    def _copyright(self, line: str) -> str | None:
        found = _COPYRIGHT.search(line)
        return self._agencies.at_start(line[found.end() : found.end() + 40].split()) if found else None

    def _origin(self, text: str) -> str | None:
        """Behind the words that say so, at the beginning of a sentence."""
        for at in _sentences(text):
            word = text[at : at + _ORIGIN_WORD].partition(" ")[0]
            for start in self._origins_by_word.get(word, ()):
                if text.startswith(start, at):
                    rest = text[at + len(start) : at + len(start) + 80].strip(" :")
                    end = _SENTENCE_END.search(rest)
                    return rest[: end.start() if end else None].strip() or None
        return None


def _sentences(text: str) -> Iterator[int]:
    yield 0
    for end in _SENTENCE_BEGIN.finditer(text):
        yield end.end()
