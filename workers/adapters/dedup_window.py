"""Time as the dedup indexes count it: in generations of half a window, so that whole ones can be dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Two articles can be one another's copy when at most so many milliseconds lie between them."""

    ms: int

    @classmethod
    def of_hours(cls, window_h: float) -> Window:
        """Raises ValueError when that is less than a millisecond."""
        ms = int(window_h * 3_600_000)
        if ms < 1:
            raise ValueError(f"a dedup window of {window_h} hours is no window")
        return cls(ms)

    @property
    def generation_ms(self) -> int:
        return (self.ms + 1) // 2

    def generation(self, at_ms: int) -> int:
        return at_ms // self.generation_ms

    def within_reach(self, generation: int) -> range:
        """The generations that can hold something within the window, oldest first."""
        return range(generation - 2, generation + 3)


def milliseconds(at: datetime) -> int:
    """Since 1970. Raises TypeError for a time without a zone."""
    return (at - _EPOCH) // _MILLISECOND
