"""Figures that can be read in two ways, "06/03/2025": which is the day?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from workers.steps.clean.piece import Moment

# 01/07/16: which is the day, and of which century?
_DOUBTFUL: Final = re.compile(
    r"(?:0?[1-9]|1[0-2])\s?[-./]\s?(?:0?[1-9]|1[0-2])\s?[-./]|\d{1,2}[-./]\d{1,2}[-./]\d{2}(?!\d)"
)
_MONTH_FIRST: Final = re.compile(r"\b(?:0?[1-9]|1[0-2])([-./])(?:1[3-9]|2\d|3[01])\1(?:20)?\d\d\b")
_DAY_FIRST: Final = re.compile(r"\b(?:1[3-9]|2\d|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:20)?\d\d\b")
_MONTHS: Final = 12


class FigureOrder:
    """month_first: tags of languages that write the month first, in lower case; either_order: that write either."""

    def __init__(self, month_first: Iterable[str], either_order: Iterable[str]) -> None:
        self._month_first = frozenset(month_first)
        self._either = self._month_first | frozenset(either_order)

    def is_month_first(self, language: str | None, lines: Iterable[str]) -> bool:
        """By the page's other figures, "06/24/2025"; by its language where there are none."""
        shown = "\n".join(lines)
        month_first, day_first = _MONTH_FIRST.search(shown), _DAY_FIRST.search(shown)
        if month_first or day_first:
            return not day_first
        return _tag(language) in self._month_first

    def may_be_month_first(self, language: str | None) -> bool:
        return _tag(language) in self._either


def is_doubtful(text: str) -> bool:
    return _DOUBTFUL.match(text.strip()) is not None


def other_order(moment: Moment) -> datetime | None:
    """Day and month changed; None where the figures leave no choice, or have points: then the day is first."""
    at, text = moment.at, (moment.text or "").strip()
    if at is None or at.day > _MONTHS or not is_doubtful(text) or "." in text[:3]:
        return None
    return at.replace(month=at.day, day=at.month)


def _tag(language: str | None) -> str:
    return (language or "").strip().lower().replace("_", "-")
