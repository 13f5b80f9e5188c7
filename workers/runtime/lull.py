"""When a duty that wants a quiet mill may act."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from workers.ports import Clock

BUSY_MOST: Final = timedelta(minutes=10)


class Lull:
    """Nothing is in flight; or it never was so for BUSY_MOST: a feed that never stops has no quiet moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.now()

    def has_come(self, in_flight: int) -> bool:
        now = self._clock.now()
        if in_flight and now - self._last < BUSY_MOST:
            return False
        self._last = now
        return True
