"""A real terminal of 80 columns and 24 lines with a program in it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COLUMNS, LINES = 80, 24


class Terminal:
    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.pid, self._file = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe(sys.executable, [sys.executable, "-m", "workers.cli", *arguments], {  # noqa: S606
                **{k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}, **environment,
                "TERM": "xterm-256color",
            })
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.said = ""

    def read_until(self, words: str, timeout_s: float = 30.0) -> None:
        until = time.monotonic() + timeout_s
        while words not in _plain(self.said) and time.monotonic() < until:
            self._read(0.1)
        assert words in _plain(self.said), self.said[-2000:]

    def press(self, keys: str) -> None:
        os.write(self._file, keys.encode())

    def exit_code(self, timeout_s: float = 10.0) -> int:
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self._file)
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"still runs: {self.said[-500:]}")

    def screens(self) -> list[list[str]]:
        """Each drawing as its lines, without colours."""
        drawings = re.split(r"\x1b\[H", self.said)[1:]
        return [_plain(each).split("\n") for each in drawings if _plain(each).strip()]

    def _read(self, timeout_s: float) -> None:
        if select.select([self._file], [], [], timeout_s)[0]:
            try:
                self.said += os.read(self._file, 65536).decode(errors="replace")
            except OSError:  # the program is gone
                time.sleep(timeout_s)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "")
