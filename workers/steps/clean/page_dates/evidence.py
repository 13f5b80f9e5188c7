"""What dates are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from workers.steps.clean.marks import Marks

LONGEST: Final = 200  # characters of a line or a mark that is read for a date
MOST_TIMES: Final = 20
_AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Evidence:
    """near: short lines with figures around the headline, those after it first; far: such lines below."""

    marks: Marks
    near: Sequence[str]
    far: Sequence[str]
    url: str | None
    received_at: datetime

    def is_to_come(self, at: datetime) -> bool:
        """More than a day ahead: clocks are wrong and places lie east, but not by more."""
        return at > self.received_at + _AHEAD
