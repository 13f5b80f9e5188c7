"""Of which day a time is, where the page was written: marks often bear the time of Greenwich."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date, datetime, time, timedelta
from typing import Final

from workers.model import Precision
from workers.steps.clean.piece import Moment

_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_OF_GREENWICH: Final = re.compile(r"\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[+-]00:?00)$")
_OF_ZONE: Final = re.compile(r"\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$")
_WEST: Final = timedelta(hours=-12)  # the clocks that are furthest from Greenwich
_EAST: Final = timedelta(hours=14)
_DAY: Final = timedelta(days=1)
_ZONE_STEP_S: Final = 900
_NO_SECONDS: Final = timedelta(minutes=1)
_MIDNIGHT: Final = time()


def day_of(text: str, at: datetime) -> date:
    """As written: a text with a zone is of another day than its time in Greenwich."""
    iso = _ISO_DAY.match(text)
    try:
        return date.fromisoformat(iso[0]) if iso else at.date()
    except ValueError:
        return at.date()


def possible_days(told: Moment) -> Set[date]:
    """The days that it can be where the page was written. Midnight in Greenwich is a day without a time."""
    at, text = told.at, told.text or ""
    if at is None:
        return frozenset()
    if told.source == "url":
        return {at.date() + step for step in (-_DAY, timedelta(), _DAY)}
    if _OF_GREENWICH.search(text) and at.time() != _MIDNIGHT:
        return {(at + _WEST).date(), at.date(), (at + _EAST).date()}
    return {day_of(text, at)}


def is_same_time(at: datetime, text: str, local: datetime, precision: Precision) -> bool:
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
