"""`newsmill run`: all processes of a mill on this machine, started, watched, drained and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workers.runtime.logs import Log

_RESTART_S: Final = (0.2, 1.0, 2.0, 5.0)  # waits before the 1st, 2nd ... restart in a row
_STEADY_S: Final = 30.0  # a process that lived so long is not in a row


@dataclass(slots=True)
class Child:
    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    restart_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Children live in process groups of their own (Ctrl-C reaches this process alone) and
    are killed by the kernel when this process is gone, however it went."""

    environment: Mapping[str, str]
    folder: Path
    log: Log
    killed_with: Callable[[int], Callable[[], None]]
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        child = self.children[name] = Child(name, arguments)
        self._spawn(child)

    def _spawn(self, child: Child) -> None:
        with (self.folder / f"{child.name}.log").open("ab") as out:
            child.process = subprocess.Popen(
                [sys.executable, *child.arguments],
                env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, preexec_fn=self.killed_with(os.getpid()),
            )
        child.started = time.monotonic()

    def watch(self) -> None:
        """Restarts what has ended, after a wait that grows while it keeps ending."""
        for child in self.children.values():
            if child.process is None:
                if time.monotonic() >= child.restart_at:
                    self._spawn(child)
            elif child.process.poll() is not None:
                if time.monotonic() - child.started > _STEADY_S:
                    child.failures = 0
                pause_s = _RESTART_S[min(child.failures, len(_RESTART_S) - 1)]
                self.log.process("process_ended", name=child.name, code=child.process.returncode, restart_s=pause_s)
                child.failures += 1
                child.process, child.restart_at = None, time.monotonic() + pause_s

    def failing(self) -> list[str]:
        """Processes that ended three times in a row: somebody must look at their logs."""
        return [child.name for child in self.children.values() if child.failures >= 3]

    def stop(self, *names: str, timeout_s: float) -> None:
        """SIGTERM to each, SIGKILL to its whole group when the time is over."""
        processes = [self.children.pop(name).process for name in names if name in self.children]
        running = [process for process in processes if process is not None and process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + timeout_s
        for process in running:
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
