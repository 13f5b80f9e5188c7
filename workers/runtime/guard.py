"""What one document may cost a worker: bounded time and memory, whatever it holds."""

from __future__ import annotations

import resource
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

from workers.errors import PortError
from workers.model import Quarantine, Reason

T = TypeVar("T")
DETAIL_CHARACTERS: Final = 300


class DocumentTimeout(BaseException):
    """Not an Exception: parsers catch those, and would swallow the alarm."""


class Guard:
    """Calls a step on one document and turns what goes wrong into a Quarantine.

    Two kernel timers: after `document_s` of wall time Python is interrupted; after `cpu_s` of CPU time
    SIGPROF, whose default action is death, ends what never returns to Python (a loop in C). The
    parent sees that death, and the batch is split. Both cost about a microsecond to set.
    """

    def __init__(self, *, document_s: float, cpu_s: float | None) -> None:
        self._document_s = document_s
        self._cpu_s = cpu_s if threading.current_thread() is threading.main_thread() else None
        self._timed = threading.current_thread() is threading.main_thread()
        if self._timed:
            signal.signal(signal.SIGALRM, _interrupt)

    def call(self, decide: Callable[[], T], *, spent_s: float = 0.0) -> T | Quarantine:
        """PortError passes: it is the world's fault. Any other exception costs this document only."""
        try:
            self._arm(max(0.05, self._document_s - spent_s))
            try:
                return decide()
            finally:
                self._disarm()
        except PortError:
            raise
        except DocumentTimeout:
            return Quarantine(Reason.TIMEOUT, f"no result after {self._document_s:g} s")
        except MemoryError:
            return Quarantine(Reason.MEMORY, "more memory than one document may use")
        except Exception as bug:  # noqa: BLE001  a bug costs one article, never its 63 neighbours
            return Quarantine(Reason.STEP_FAILED, _where(bug))

    def _arm(self, seconds: float) -> None:
        if self._timed:
            signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second, should it be swallowed
            if self._cpu_s is not None:
                signal.setitimer(signal.ITIMER_PROF, self._cpu_s)

    def _disarm(self) -> None:
        if self._timed:
            signal.setitimer(signal.ITIMER_REAL, 0)
            if self._cpu_s is not None:
                signal.setitimer(signal.ITIMER_PROF, 0)


def limit_memory(most_bytes: int) -> None:
    """Bounds this process's address space: an allocation beyond it raises MemoryError."""
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = most_bytes if hard == resource.RLIM_INFINITY else min(most_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise DocumentTimeout


def _where(bug: Exception) -> str:
    """Kind and place of a bug. Its message may hold page text, so only its class is named."""
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        place = f" in {code.co_name} ({code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno})"
    return f"{type(bug).__name__}{place}"[:DETAIL_CHARACTERS]
