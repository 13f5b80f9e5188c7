"""Dates that a page tells programs: JSON-LD, <meta>, microdata, its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, Final
from urllib.parse import urlsplit

from workers.steps.clean.dates import Dates
from workers.steps.clean.marks import Marks, time_of
from workers.steps.clean.page_dates.evidence import LONGEST, MOST_TIMES, Evidence
from workers.steps.clean.page_dates.order import FigureOrder, is_doubtful, other_order
from workers.steps.clean.piece import Moment
from workers.steps.clean.times import Times

_URL_DATE: Final = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
# The state of a script, or an attribute: the same words as in JSON-LD, but no block of it.
_IN_CODE: Final = re.compile(r"datePublished(?:\"|&quot;|\\\")\s?:\s?(?:\"|&quot;|\\\")([\dT:.+Z-]{10,35})")


class ToldDates:
    """table: html.toml."""

    def __init__(self, table: Mapping[str, Any], times: Times, dates: Dates, order: FigureOrder) -> None:
        self._published: Sequence[str] = table["published"]
        self._modified: Sequence[str] = table["modified"]
        self._addresses: Sequence[str] = table["canonical_url"]
        self._items: Sequence[str] = table["published_items"]
        self._times = times
        self._dates = dates
        self._order = order

    def published(self, page: Evidence) -> Moment | None:
        """The first that leaves no doubt, else the first."""
        doubtful: Moment | None = None
        for source, text in chain(self._marks(page.marks), (("url", day) for day in self.days_in_addresses(page))):
            moment = self._times.moment(text[:LONGEST], page.received_at)
            if not moment.at:
                moment = self.not_to_come(moment, page)
            if moment.at and not is_doubtful(text):
                return _from(source, moment)
            if moment.at:
                doubtful = doubtful or _from(source, moment)
        return doubtful

    def changed(self, marks: Marks, received_at: datetime) -> Moment | None:
        linked = marks.linked.get("dateModified")
        told = [("json-ld", linked), *(("meta", marks.metas.get(name)) for name in self._modified)]
        texts = ((source, text[:LONGEST]) for source, text in told if isinstance(text, str))
        read = ((source, self._times.moment(text, received_at)) for source, text in texts)
        return next((_from(source, moment) for source, moment in read if moment.at), None)

    def days_in_addresses(self, page: Evidence) -> list[str]:
        marks = page.marks
        addresses = (page.url, marks.canonical, *(marks.metas.get(name) for name in self._addresses))
        return [day for day in map(_day_in, addresses) if day]

    def in_metas(self, marks: Marks) -> Iterator[str]:
        return (marks.metas[name] for name in self._published if name in marks.metas)

    def not_to_come(self, ahead: Moment, page: Evidence) -> Moment:
        """Read with the month first where the language allows it and that is not to come, else without a time."""
        text = ahead.text or ""
        allowed = self._order.may_be_month_first(page.marks.language) and is_doubtful(text)
        read = self._dates.read(text, None) if allowed else None
        other = other_order(replace(ahead, at=read.at, precision=read.precision)) if read else None
        at = other if other and not page.is_to_come(other) else None
        return replace(ahead, at=at, precision=read.precision if read and at else None)

    def _marks(self, marks: Marks) -> Iterator[tuple[str, str]]:
        """(source, text), best first."""
        linked = (marks.linked.get("datePublished"), marks.linked.get("dateCreated"))
        yield from (("json-ld", text) for text in linked if isinstance(text, str))
        yield from (("meta", text) for text in self.in_metas(marks))
        if marks.loose_date:
            yield "json-ld", marks.loose_date
        items = chain.from_iterable(marks.items.get(item, ()) for item in self._items)
        yield from (("microdata", text) for text in map(time_of, islice(items, MOST_TIMES)) if text)
        in_code = _IN_CODE.search(marks.source)
        if in_code:
            yield "json-ld", in_code[1]


def _day_in(address: str | None) -> str | None:
    try:
        found = _URL_DATE.search(urlsplit(address).path) if address else None
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None  # "http://[", /2025/13/45/: no address, no day


def _from(source: str, moment: Moment) -> Moment:
    return replace(moment, source="relative" if moment.source == "relative" else source)
