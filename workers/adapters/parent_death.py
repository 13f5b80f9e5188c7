"""Processes that end when the one that started them is gone, however it went."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def dies_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    """What a new child of `parent` calls to get this signal from the kernel when `parent` is gone.

    Linux only; elsewhere it does nothing.
    """

    def ask() -> None:
        if os.uname().sysname != "Linux":
            return
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # gone before it was asked for: no signal would come
            os.kill(os.getpid(), number)

    return ask
