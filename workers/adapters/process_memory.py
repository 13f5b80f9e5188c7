"""Resident memory of this process's children, from /proc; 0 where there is none."""

from __future__ import annotations

import os
from pathlib import Path


def largest_child_bytes() -> int:
    return max((_resident_bytes(child) for child in _children()), default=0)


def _children() -> list[str]:
    """Those of every thread: Celery forks from more than one."""
    found: list[str] = []
    for thread in Path("/proc/self/task").glob("*/children"):
        try:
            found += thread.read_text().split()
        except OSError:  # the thread is gone
            continue
    return found


def _resident_bytes(child: str) -> int:
    try:
        pages = int(Path(f"/proc/{child}/statm").read_text().split()[1])
    except (OSError, IndexError):  # the child is gone
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
