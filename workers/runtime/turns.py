"""Long work of a duty, a piece at a time: the reconciler's other duties must not wait for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


def go_on(turns: Iterator[T], turn_s: float, take: Callable[[T], None]) -> bool:
    """Hands `take` one turn, and more until `turn_s` have passed; whether that was the last one."""
    until = time.monotonic() + turn_s
    for turn in turns:
        take(turn)
        if time.monotonic() > until:
            return False
    return True
