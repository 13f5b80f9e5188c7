"""When the article of an HTML page was published: marks first, then its address, then what stands on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from itertools import chain, islice, repeat
from typing import Any, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from workers.model import Precision
from workers.steps.clean.dates import Dates
from workers.steps.clean.marks import Marks, content_of
from workers.steps.clean.piece import Moment
from workers.steps.clean.times import Times

_URL_DATE: Final = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR: Final = re.compile(r"\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
# The state of a script, or an attribute: the same words as in JSON-LD, but no block of it.
_IN_CODE: Final = re.compile(r"datePublished(?:\"|&quot;|\\\")\s?:\s?(?:\"|&quot;|\\\")([\dT:.+Z-]{10,35})")
# 01/07/16: which is the day, and of which century?
_DOUBTFUL: Final = re.compile(
    r"(?:0?[1-9]|1[0-2])\s?[-./]\s?(?:0?[1-9]|1[0-2])\s?[-./]|\d{1,2}[-./]\d{1,2}[-./]\d{2}(?!\d)"
)
_MONTH_FIRST: Final = re.compile(r"\b(?:0?[1-9]|1[0-2])([-./])(?:1[3-9]|2\d|3[01])\1(?:20)?\d\d\b")
_DAY_FIRST: Final = re.compile(r"\b(?:1[3-9]|2\d|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:20)?\d\d\b")
_MONTHS: Final = 12
_OF_GREENWICH: Final = re.compile(r"\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[+-]00:?00)$")
_OF_ZONE: Final = re.compile(r"\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$")
_WEST: Final = timedelta(hours=-12)  # the clocks that are furthest from Greenwich
_EAST: Final = timedelta(hours=14)
_ZONE_STEP_S: Final = 900
_NO_SECONDS: Final = timedelta(minutes=1)
_MIDNIGHT: Final = time()
_NAMING: Final = ("class", "id", "itemprop", "data-testid")
_MOST_TIMES: Final = 20
_MOST_LINES: Final = 60
_LONGEST: Final = 200
_LONGEST_STAMP: Final = 60  # a line that is hardly more than a time
_DAY: Final = timedelta(days=1)
_AHEAD: Final = _DAY


class _Sure(IntEnum):
    """How sure it is that a visible time is that of publication; smaller is surer."""

    WHOLE = 0     # a date with its year, or a relative time by the headline
    CHANGED = 1   # said to be of a change: not before publication
    FAR = 2       # elsewhere on the page: a relative time, a date among other words
    COARSE = 3    # no day: "May 2024", "2 months ago"
    YEARLESS = 4  # the year is taken from the last change
    NOT = 5


class PageDates:
    """table: html.toml."""

    def __init__(self, table: Mapping[str, Any], times: Times, dates: Dates) -> None:
        self._published: Sequence[str] = table["published"]
        self._modified: Sequence[str] = table["modified"]
        self._addresses: Sequence[str] = table["canonical_url"]
        self._items: Sequence[str] = table["published_items"]
        self._times = times
        self._dates = dates
        self._changed = _any_of(table["modified_labels"])
        self._month_first = frozenset(table["month_first"])
        self._either_order = frozenset(table["either_order"])
        self._named_published = _any_of(table["published_names"])
        self._named_modified = _any_of(table["modified_names"])

    def published(
        self, marks: Marks, near: Iterable[str], far: Iterable[str], url: str | None, received_at: datetime
    ) -> Moment | None:
        """None when nothing on the page can be read as a time, or only as one to come.

        A time of change is taken where there is no other: the article is not younger.
        """
        near, far = list(near), list(far)
        moment = self._first(marks, near, far, url, received_at)
        other = _other_order(moment) if moment else None
        if moment and other and other <= received_at + _AHEAD and self._is_month_first(marks.language, [*near, *far]):
            return replace(moment, at=other)
        return moment

    def _first(
        self, marks: Marks, near: Sequence[str], far: Sequence[str], url: str | None, received_at: datetime
    ) -> Moment | None:
        addresses = (url, marks.canonical, *(marks.metas.get(name) for name in self._addresses))
        days = [day for day in map(_day_in, addresses) if day]
        told = self._first_told(chain(self._told(marks), (("url", day) for day in days)), marks.language, received_at)
        if told:
            return self._as_shown(told, marks, near, days, received_at)
        return self._shown(marks, near, far, received_at) or self._changed_at(marks, received_at)

    def _is_month_first(self, language: str | None, lines: Iterable[str]) -> bool:
        """By the page's other figures, "06/24/2025"; by the language where there are none."""
        shown = "\n".join(lines)
        month_first, day_first = _MONTH_FIRST.search(shown), _DAY_FIRST.search(shown)
        if month_first or day_first:
            return not day_first
        return _language_tag(language) in self._month_first

    def _first_told(
        self, told: Iterable[tuple[str, str]], language: str | None, received_at: datetime
    ) -> Moment | None:
        """The first that leaves no doubt, else the first."""
        doubtful: Moment | None = None
        for source, text in told:
            moment = self._times.moment(text[:_LONGEST], received_at)
            if not moment.at:
                moment = self._before(moment, language, received_at)
            if moment.at and not _DOUBTFUL.match(text.strip()):
                return _from(source, moment)
            if moment.at:
                doubtful = doubtful or _from(source, moment)
        return doubtful

    def _before(self, ahead: Moment, language: str | None, received_at: datetime) -> Moment:
        """Read with the month first where the language allows it and that is not to come, else without a time."""
        text = ahead.text or ""
        allowed = _language_tag(language) in self._month_first | self._either_order
        read = self._dates.read(text, None) if allowed and _DOUBTFUL.match(text.strip()) else None
        other = _other_order(replace(ahead, at=read.at, precision=read.precision)) if read else None
        at = other if other and other <= received_at + _AHEAD else None
        return replace(ahead, at=at, precision=read.precision if read and at else None)

    def _as_shown(
        self, told: Moment, marks: Marks, near: Sequence[str], days: Sequence[str], received_at: datetime
    ) -> Moment:
        """What a mark tells, corrected by what readers see beside the headline.

        The day of the place is written in place of that of Greenwich. A day before that of the mark is taken, and
        one in an element named for publication: marks often have the time of a move to another system. What is
        shown on the day of the last change is of the change, whatever its element is named.
        """
        if told.at is None or told.source == "relative":
            return told
        shown = list(self._shown_near(near, received_at))
        possible = _possible_days(told)
        agreeing = next((moment for moment in shown if not possible.isdisjoint(_possible_days(moment))), None)
        if told.source == "url":
            return agreeing or told
        if len(possible) > 1:
            told = self._in_local_time(told, self._written(marks, days, shown))
        if agreeing or not shown:
            return told
        if max(_possible_days(shown[0])) < min(possible):
            return shown[0]
        changed = self._changed_at(marks, received_at)
        return self._named(marks, shown, possible | (_possible_days(changed) if changed else set())) or told

    def _in_local_time(self, told: Moment, written: Iterable[tuple[str, datetime, Precision]]) -> Moment:
        """With the text of the same time in the zone of the place, where its day is another than in Greenwich."""
        at = told.at
        same = ((text, local) for text, local, precision in written if at and _is_same(at, text, local, precision))
        text, local = next(same, (None, at))
        return replace(told, text=text) if text and at and local and _day_of(text, local) != at.date() else told

    def _written(
        self, marks: Marks, days: Sequence[str], shown: Iterable[Moment]
    ) -> Iterator[tuple[str, datetime, Precision]]:
        """Other writings of a time on the page, those in figures first."""
        metas = (marks.metas[name] for name in self._published if name in marks.metas)
        times = (node.attributes.get("datetime") or "" for node in marks.times[:_MOST_TIMES])
        for text in chain(metas, times, days):
            read = self._dates.read(text[:_LONGEST], None)
            if read and read.at:
                yield text, read.at, read.precision
        yield from ((moment.text, moment.at, moment.precision) for moment in shown)  # type: ignore[misc]

    def _shown_near(self, near: Iterable[str], received_at: datetime) -> Iterator[Moment]:
        """Days in lines that are hardly more than a date, not said to be of a change; figures only where clear."""
        for line in near:
            for found in self._dates.find(line) if len(line) <= _LONGEST_STAMP else ():
                if (
                    found.at <= received_at + _AHEAD
                    and not self._changed.search(found.before)
                    and not _DOUBTFUL.match(found.text)
                ):
                    yield Moment(found.text, found.at, found.precision, "text")

    def _named(self, marks: Marks, shown: Sequence[Moment], others: Set[date]) -> Moment | None:
        """What is shown in an element that is named for publication, and for no change. others: days it is not."""
        for node in marks.times[:_MOST_TIMES]:
            name = " ".join(node.attributes.get(attribute) or "" for attribute in _NAMING)
            if self._named_published.search(name) and not self._named_modified.search(name):
                text = content_of(node) or ""
                days = {found.at.date() for found in self._dates.find(text)}
                found = next((moment for moment in shown if moment.at and moment.at.date() in days), None)
                if found and others.isdisjoint(days) and not self._changed.search(text):
                    return found
        return None

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
            seen = self._seen(line, marks.language, received_at, is_near) if line and len(line) <= _LONGEST else None
            if seen and seen[0] < best[0]:
                best = seen
            if best[0] is _Sure.WHOLE:
                break
        sure, moment = best
        if sure is _Sure.YEARLESS and moment:
            return self._times.moment(moment.text or "", self.modified(marks, received_at) or received_at)
        return moment

    def _seen(
        self, line: str, language: str | None, received_at: datetime, is_near: bool
    ) -> tuple[_Sure, Moment] | None:
        changed = None
        for found in self._dates.find(line):
            moment = Moment(found.text, found.at, found.precision, "text")
            if found.at > received_at + _AHEAD:
                moment = self._before(moment, language, received_at)
            if moment.at:
                if not self._changed.search(found.before):
                    return (_Sure.WHOLE if is_near or len(line) <= _LONGEST_STAMP else _Sure.FAR), moment
                changed = changed or (_Sure.CHANGED, moment)
        return changed or (self._stamp(line, received_at, is_near) if len(line) <= _LONGEST_STAMP else None)

    def _stamp(self, line: str, received_at: datetime, is_near: bool) -> tuple[_Sure, Moment] | None:
        stamp = self._times.stamp(line)
        moment = self._times.moment(stamp.text, received_at) if stamp else None
        if moment is None or not moment.at:
            return None
        if moment.precision in (Precision.MONTH, Precision.YEAR):
            return _Sure.COARSE, moment
        if moment.source == "relative":
            return (_Sure.WHOLE if is_near and not self._changed.search(line) else _Sure.FAR), moment
        return (_Sure.WHOLE if _YEAR.search(moment.text or "") else _Sure.YEARLESS), moment


def _day_in(address: str | None) -> str | None:
    try:
        found = _URL_DATE.search(urlsplit(address).path) if address else None
    except ValueError:
        return None  # "http://[": no address at all
    return f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}" if found else None


def _other_order(moment: Moment) -> datetime | None:
    """Day and month changed; None where the figures leave no choice, or have points: then the day is first."""
    at, text = moment.at, (moment.text or "").strip()
    if at is None or at.day > _MONTHS or not _DOUBTFUL.match(text) or "." in text[:3]:
        return None
    return at.replace(month=at.day, day=at.month)


def _possible_days(told: Moment) -> Set[date]:
    """The days that it can be where the page was written. Midnight in Greenwich is a day without a time."""
    at, text = told.at, told.text or ""
    if at is None:
        return frozenset()
    if told.source == "url":
        return {at.date() + step for step in (-_DAY, timedelta(), _DAY)}
    if _OF_GREENWICH.search(text) and at.time() != _MIDNIGHT:
        return {(at + _WEST).date(), at.date(), (at + _EAST).date()}
    return {_day_of(text, at)}


def _day_of(text: str, at: datetime) -> date:
    """As written: a text with a zone is of another day than its time in Greenwich."""
    iso = _ISO_DAY.match(text)
    try:
        return date.fromisoformat(iso[0]) if iso else at.date()
    except ValueError:
        return at.date()


def _is_same(at: datetime, text: str, local: datetime, precision: Precision) -> bool:
    """Whether the text can be the time `at` as a clock of some place shows it.

    local: the text read as if it were of Greenwich, but for a zone that it bears itself.
    """
    if precision is Precision.DAY:
        return local.date() in ((at + _WEST).date(), at.date(), (at + _EAST).date())
    gap = local - at
    if _OF_GREENWICH.search(text):
        return False
    if _OF_ZONE.search(text):
        return abs(gap) < _NO_SECONDS
    off_step_s = (gap + _NO_SECONDS).total_seconds() % _ZONE_STEP_S
    return _WEST <= gap <= _EAST and off_step_s < 2 * _NO_SECONDS.total_seconds()


def _language_tag(language: str | None) -> str:
    return (language or "").strip().lower().replace("_", "-")


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


def _from(source: str, moment: Moment) -> Moment:
    kind = "relative" if moment.source == "relative" else source
    return Moment(moment.text, moment.at, moment.precision, kind)


def _time(node: LexborNode) -> str | None:
    attributes = node.attributes
    return attributes.get("datetime") or attributes.get("content") or content_of(node)
