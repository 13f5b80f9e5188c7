"""Which of a page's dates is that of publication: marks first, then its address, then what stands on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from workers.model import Precision
from workers.steps.clean.dates import Dates
from workers.steps.clean.linked_data import is_of_news
from workers.steps.clean.marks import Marks, content_of
from workers.steps.clean.page_dates.days import day_of, is_same_time, possible_days
from workers.steps.clean.page_dates.evidence import LONGEST, MOST_TIMES, Evidence
from workers.steps.clean.page_dates.order import FigureOrder, other_order
from workers.steps.clean.page_dates.shown import ShownDates
from workers.steps.clean.page_dates.told import ToldDates
from workers.steps.clean.piece import Moment
from workers.steps.clean.times import Times

_NAMING: Final = ("class", "id", "itemprop", "data-testid")


class PageDates:
    """table: html.toml."""

    def __init__(self, table: Mapping[str, Any], times: Times, dates: Dates) -> None:
        self._dates = dates
        self._order = FigureOrder(table["month_first"], table["either_order"])
        self._says_changed = _any_of(table["modified_labels"])
        self._told = ToldDates(table, times, dates, self._order)
        self._shown = ShownDates(times, dates, self._says_changed.search, self._told.not_to_come)
        self._named_published = _any_of(table["published_names"])
        self._named_modified = _any_of(table["modified_names"])

    def published(self, page: Evidence) -> Moment | None:
        """None when nothing on the page can be read as a time, or only as one to come.

        A time of change is taken where there is no other: the article is not younger.
        """
        moment = self._best(page)
        other = other_order(moment) if moment else None
        if moment is None or other is None or page.is_to_come(other):
            return moment
        is_other = self._order.is_month_first(page.marks.language, [*page.near, *page.far])
        return replace(moment, at=other) if is_other else moment

    def modified(self, marks: Marks, received_at: datetime) -> datetime | None:
        moment = self._told.changed(marks, received_at)
        return moment.at if moment else None

    def _best(self, page: Evidence) -> Moment | None:
        told = self._told.published(page)
        if told:
            return self._as_shown(told, page)
        changed = self._told.changed(page.marks, page.received_at)
        return self._shown.surest(page, changed) or changed

    def _as_shown(self, told: Moment, page: Evidence) -> Moment:
        """What a mark tells, corrected by what readers see beside the headline.

        The day of the place is written in place of that of Greenwich. A day before that of the mark is taken, and
        one in an element named for publication: marks often have the time of a move to another system.
        """
        if told.at is None or told.source == "relative":
            return told
        shown = list(self._shown.by_the_headline(page))
        possible = possible_days(told)
        agreeing = next((moment for moment in shown if not possible.isdisjoint(possible_days(moment))), None)
        if told.source == "url":
            return agreeing or told
        if len(possible) > 1:
            told = _in_local_time(told, self._written(page, shown))
        if agreeing or not shown:
            return told
        if max(possible_days(shown[0])) < min(possible):
            return shown[0]
        return self._later(told, page, shown) or told

    def _later(self, told: Moment, page: Evidence, shown: Sequence[Moment]) -> Moment | None:
        """A day after that of the mark: of publication by the name of its element, or by a newsroom's word.

        Blogs show the day of the last change without a word; a newsroom that does so has published again, unless
        its address has the day of the mark.
        """
        possible, changed = possible_days(told), self._told.changed(page.marks, page.received_at)
        addressed = any(date.fromisoformat(day) in possible for day in self._told.days_in_addresses(page))
        is_again = is_of_news(page.marks.linked) and not addressed
        if is_again and changed and changed.at and day_of(changed.text or "", changed.at) in possible_days(shown[0]):
            return shown[0]
        return self._named(page.marks, shown, possible | (possible_days(changed) if changed else frozenset[date]()))

    def _named(self, marks: Marks, shown: Sequence[Moment], others: Set[date]) -> Moment | None:
        """What is shown in an element that is named for publication, and for no change. others: days it is not."""
        for node in marks.times[:MOST_TIMES]:
            name = " ".join(node.attributes.get(attribute) or "" for attribute in _NAMING)
            if self._named_published.search(name) and not self._named_modified.search(name):
                text = content_of(node) or ""
                days = {found.at.date() for found in self._dates.find(text)}
                found = next((moment for moment in shown if moment.at and moment.at.date() in days), None)
                if found and others.isdisjoint(days) and not self._says_changed.search(text):
                    return found
        return None

    def _written(self, page: Evidence, shown: Iterable[Moment]) -> Iterator[tuple[str, datetime, Precision]]:
        """Other writings of a time on the page, those in figures first."""
        times = (node.attributes.get("datetime") or "" for node in page.marks.times[:MOST_TIMES])
        for text in (*self._told.in_metas(page.marks), *times, *self._told.days_in_addresses(page)):
            read = self._dates.read(text[:LONGEST], None)
            if read and read.at:
                yield text, read.at, read.precision
        for moment in shown:
            if moment.text and moment.at and moment.precision:
                yield moment.text, moment.at, moment.precision


def _in_local_time(told: Moment, written: Iterable[tuple[str, datetime, Precision]]) -> Moment:
    """With the text of the same time in the zone of the place, where its day is another than in Greenwich."""
    at = told.at
    same = ((text, local) for text, local, precision in written if at and is_same_time(at, text, local, precision))
    text, local = next(same, (None, at))
    return replace(told, text=text) if text and at and local and day_of(text, local) != at.date() else told


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
