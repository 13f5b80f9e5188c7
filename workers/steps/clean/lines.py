"""The lines of a page dump, each with what it is at first sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from workers.steps.clean.boilerplate import Boilerplate, begins_one, folded_key, heading_key, in_all_languages
from workers.steps.clean.credits import Credits
from workers.steps.clean.sentences import BULLETS, is_name
from workers.steps.clean.starts import Starts
from workers.steps.clean.times import Stamp, Times

MOST_LINES: Final = 20_000  # of one page; a book has fewer
_HEADING_CHARACTERS: Final = 80
_MOST_GAP: Final = 3


class Kind(Enum):
    TEXT = "text"
    TIME = "time"
    LABEL = "label"              # "- Yahoo": publisher or category of an aggregator's item
    BYLINE = "byline"
    TAGS = "tags"                # a row of hashtags
    INDEX = "index"              # "Latest news with #…"
    RELATED = "related"          # these four divide the page
    COMMENTS = "comments"
    HASHTAGS = "hashtags"
    PROMOTION = "promotion"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    kind: Kind
    rule: str = ""
    stamp: Stamp | None = None
    label: str = ""
    gap: int = 0  # blank lines before it
    bylines: tuple[Line, ...] = ()  # that stand in the same line as a time

    @property
    def after_gap(self) -> bool:
        return self.gap > 0

    @property
    def is_text(self) -> bool:
        return self.kind is Kind.TEXT


_HEADINGS: Final = {
    "related": Kind.RELATED,
    "comments": Kind.COMMENTS,
    "hashtags": Kind.HASHTAGS,
    "promotion": Kind.PROMOTION,
}


class LineReader:
    def __init__(
        self, sections: Mapping[str, Any], boilerplate: Boilerplate, times: Times, sources: Credits
    ) -> None:
        self._headings = {
            heading_key(text): kind
            for name, kind in _HEADINGS.items()
            for text in in_all_languages(sections, name)
        }
        self._sorted_headings = sorted(self._headings)
        self._index_starts = Starts(start.casefold() for start in in_all_languages(sections, "index_starts"))
        self._boilerplate = boilerplate
        self._times = times
        self._sources = sources

    def read(self, text: str) -> tuple[list[Line], int]:
        """The lines that hold anything, and how many more there were beyond MOST_LINES.

        A last one that is a cut-off heading counts as boilerplate.
        """
        lines: list[Line] = []
        seen: dict[tuple[str, int], Line] = {}  # chrome repeats, and a hostile page repeats a lot
        gap = 0
        beyond = 0
        for raw in text.split("\n"):
            stripped = raw.strip()
            if stripped and len(lines) >= MOST_LINES:
                beyond += 1
            elif stripped:
                line = seen.get((stripped, gap)) or self._classify(stripped, gap)
                seen[stripped, gap] = line
                lines.append(line)
            gap = 0 if stripped else min(gap + 1, _MOST_GAP)
        if lines and lines[-1].is_text and begins_one(lines[-1].text, self._sorted_headings):
            lines[-1] = Line(lines[-1].text, Kind.BOILERPLATE, "cut_chrome", gap=lines[-1].gap)
        return lines, beyond

    def _classify(self, text: str, gap: int) -> Line:
        if len(text) > _HEADING_CHARACTERS:
            return self._long_line(text, gap)
        folded = text.casefold()
        kind = self._headings.get(folded_key(folded))
        if kind:
            return Line(text, kind, kind.value, gap=gap)
        if self._index_starts.find(folded) is not None:
            return Line(text, Kind.INDEX, "index", gap=gap)
        if text[0] == "#" and len(text) > 1:
            return self._tags_or_text(text, gap)
        label = text[1:].strip() if text[0] in BULLETS else ""
        if label and text[1].isspace() and is_name(label) and not self._boilerplate.rule_for(text):
            return Line(text, Kind.LABEL, "label", label=label, gap=gap)
        if self._sources.byline(text) is not None:
            return Line(text, Kind.BYLINE, "byline", gap=gap)
        line = self._long_line(text, gap)
        stamp = self._times.stamp(text) if line.is_text else None
        if stamp is None:
            return line
        return self._time_line(text, stamp, gap)

    def _time_line(self, text: str, stamp: Stamp, gap: int) -> Line:
        """Of "By Anna Berg | Bay Paper | 3 June" the byline goes its own way."""
        parts = [part for part in (stamp.rest, *stamp.more) if part]
        said = [part for part in parts if self._sources.byline(part[:1].upper() + part[1:]) is not None]
        bylines = tuple(Line(part, Kind.BYLINE, "byline") for part in said)
        names = [part for part in parts if part not in said]
        rest = names[0] if names and (not said or is_name(names[0])) else ""
        return Line(text, Kind.TIME, "timestamp", stamp=Stamp(stamp.text, rest), gap=gap, bylines=bylines)

    def _long_line(self, text: str, gap: int) -> Line:
        if text[0] == "#":
            return self._tags_or_text(text, gap)
        rule = self._boilerplate.rule_for(text)
        if rule:
            return Line(text, Kind.BOILERPLATE, rule, gap=gap)
        return Line(text, Kind.TEXT, gap=gap)

    def _tags_or_text(self, text: str, gap: int) -> Line:
        is_row = all(word[0] == "#" and len(word) > 1 for word in text.split())
        return Line(text, Kind.TAGS if is_row else Kind.TEXT, "hashtags", gap=gap)


def tags_in(row: str) -> list[str]:
    """The hashtags of a row, without their sign."""
    return [tag for tag in (word.strip("#,;.") for word in row.replace("#", " #").split()) if tag]
