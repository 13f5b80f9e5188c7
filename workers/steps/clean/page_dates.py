"""When the article of an HTML page was published: marks first, then its address, then what stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import chain, islice, repeat
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from workers.steps.clean.dates import Dates
from workers.steps.clean.marks import Marks, content_of
from workers.steps.clean.piece import Moment
from workers.steps.clean.times import Times

_URL_DATE: Final = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_YEAR: Final = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
# The state of a script, or an attribute: the same words as in JSON-LD, but no block of it.
_IN_CODE: Final = re.compile(r"datePublished(?:\"|&quot;|\\\")\s?:\s?(?:\"|&quot;|\\\")([\dT:.+Z-]{10,35})")
_MOST_TIMES: Final = 20
_MOST_LINES: Final = 60
_LONGEST: Final = 200
_LONGEST_STAMP: Final = 60  # a line that is hardly more than a time
_AHEAD: Final = timedelta(days=1)


class _Sure(IntEnum):
    """How sure it is that a visible time is that of publication; smaller is surer."""

    WHOLE = 0     # a date with its year, or a relative time by the headline
    CHANGED = 1   # said to be of a change: not before publication
    FAR = 2       # a relative time elsewhere on the page
    YEARLESS = 3  # the year is taken from the last change
    NOT = 4


class PageDates:
    """table: html.toml."""

    def __init__(self, table: Mapping[str, Any], times: Times, dates: Dates) -> None:
        self._published: Sequence[str] = table["published"]
        self._modified: Sequence[str] = table["modified"]
        self._addresses: Sequence[str] = table["canonical_url"]
        self._items: Sequence[str] = table["published_items"]
        self._times = times
        self._dates = dates
        self._changed = re.compile("|".join(map(re.escape, table["modified_labels"])), re.IGNORECASE)

    def published(
        self, marks: Marks, near: Iterable[str], far: Iterable[str], url: str | None, received_at: datetime
    ) -> Moment | None:
        """None when nothing on the page can be read as a time, or only as one to come.

        A time of change is taken where there is no other: the article is not younger.
        """
        addresses = (url, marks.canonical, *(marks.metas.get(name) for name in self._addresses))
        told = chain(self._told(marks), (("url", day) for day in map(_day_in, addresses) if day))
        read = ((source, self._times.moment(text[:_LONGEST], received_at)) for source, text in told)
        first = next(((source, moment) for source, moment in read if moment.at), None)
        if first:
            return _from(*first)
        return self._shown(marks, near, far, received_at) or self._changed_at(marks, received_at)

    def modified(self, marks: Marks, received_at: datetime) -> datetime | None:
        moment = self._changed_at(marks, received_at)
        return moment.at if moment else None

    def _changed_at(self, marks: Marks, received_at: datetime) -> Moment | None:
        linked = marks.linked.get("dateModified")
        told = [("json-ld", linked), *(("meta", marks.metas.get(name)) for name in self._modified)]
        texts = ((source, text[:_LONGEST]) for source, text in told if isinstance(text, str))
        read = ((source, self._times.moment(text, received_at)) for source, text in texts)
        return next((_from(source, moment) for source, moment in read if moment.at), None)

    def _told(self, marks: Marks) -> Iterator[tuple[str, str]]:
        """(source, text) from the marks, best first."""
        linked = (marks.linked.get("datePublished"), marks.linked.get("dateCreated"))
        yield from (("json-ld", text) for text in linked if isinstance(text, str))
        yield from (("meta", marks.metas[name]) for name in self._published if name in marks.metas)
        if marks.loose_date:
            yield "json-ld", marks.loose_date
        items = chain.from_iterable(marks.items.get(item, ()) for item in self._items)
        yield from (("microdata", text) for text in map(_time, islice(items, _MOST_TIMES)) if text)
        in_code = _IN_CODE.search(marks.source)
        if in_code:
            yield "json-ld", in_code[1]

    def _shown(
        self, marks: Marks, near: Iterable[str], far: Iterable[str], received_at: datetime
    ) -> Moment | None:
        """The surest of what readers see; in the order of the lines where it is equally sure."""
        times = map(_time, marks.times[:_MOST_TIMES])
        lines = chain(zip(chain(near, times), repeat(True)), zip(islice(far, _MOST_LINES), repeat(False)))
        best: tuple[_Sure, Moment | None] = (_Sure.NOT, None)
        for line, is_near in lines:
            seen = self._seen(line, received_at, is_near) if line and len(line) <= _LONGEST else None
            if seen and seen[0] < best[0]:
                best = seen
            if best[0] is _Sure.WHOLE:
                break
        sure, moment = best
        if sure is _Sure.YEARLESS and moment:
            return self._times.moment(moment.text or "", self.modified(marks, received_at) or received_at)
        return moment

    def _seen(self, line: str, received_at: datetime, is_near: bool) -> tuple[_Sure, Moment] | None:
        changed = None
        for found in self._dates.find(line):
            if found.at <= received_at + _AHEAD:
                moment = Moment(found.text, found.at, found.precision, "text")
                if not self._changed.search(found.before):
                    return _Sure.WHOLE, moment
                changed = changed or (_Sure.CHANGED, moment)
        return changed or (self._stamp(line, received_at, is_near) if len(line) <= _LONGEST_STAMP else None)

    def _stamp(self, line: str, received_at: datetime, is_near: bool) -> tuple[_Sure, Moment] | None:
        stamp = self._times.stamp(line)
        moment = self._times.moment(stamp.text, received_at) if stamp else None
        if moment is None or not moment.at:
            return None
        if moment.source == "relative":
            return (_Sure.WHOLE if is_near and not self._changed.search(line) else _Sure.FAR), moment
        return (_Sure.WHOLE if _YEAR.search(moment.text or "") else _Sure.YEARLESS), moment


def _day_in(address: str | None) -> str | None:
    try:
        found = _URL_DATE.search(urlsplit(address).path) if address else None
    except ValueError:
        return None  # "http://[": no address at all
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else None


def _from(source: str, moment: Moment) -> Moment:
    kind = "relative" if moment.source == "relative" else source
    return Moment(moment.text, moment.at, moment.precision, kind)


def _time(node: LexborNode) -> str | None:
    attributes = node.attributes
    return attributes.get("datetime") or attributes.get("content") or content_of(node)
