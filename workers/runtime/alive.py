"""A file that a process touches as its own loop turns: the health check looks at its age."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def alive_at(file: str) -> Callable[[], None]:
    """What the loop calls each turn; it does nothing when `file` is empty.

    Called from the loop itself, never from a thread: a loop that hangs is a file that ages.
    """
    return Path(file).touch if file else _nobody_looks


def _nobody_looks() -> None:
    """Without a file, liveness is the heartbeat key alone."""
