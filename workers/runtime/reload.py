"""A file that is used again when it changes, without a restart; one that is no good changes nothing."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from workers.errors import SettingsError
from workers.ports import Counts
from workers.runtime.logs import Log

Stamp = tuple[int, int, int]  # time of change in ns, bytes, inode: a file moved into place has another one


class LastGood:
    """The text that a process forked from the one that made this took into use last: a file without a name."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  open as long as there are such processes

    def put(self, text: str) -> None:
        data, number = text.encode(), self._file.fileno()
        fcntl.lockf(number, fcntl.LOCK_EX)
        try:
            os.ftruncate(number, 0)
            os.pwrite(number, data, 0)
        finally:
            fcntl.lockf(number, fcntl.LOCK_UN)

    def get(self) -> str:
        """Empty when there was none."""
        number = self._file.fileno()
        fcntl.lockf(number, fcntl.LOCK_EX)
        try:
            return os.pread(number, os.fstat(number).st_size, 0).decode()
        finally:
            fcntl.lockf(number, fcntl.LOCK_UN)


class Reloading:
    """Made before the file is first read; called before each batch: a microsecond while nothing changes.

    use: takes the file's new text into use, or raises SettingsError and leaves all as it was.
    """

    def __init__(self, file: Path, use: Callable[[str], int], last_good: LastGood) -> None:
        """last_good: of all that reload this file, so that a process which saw only the mistake after a good
        text (it was busy, or is new) uses what its neighbours use."""
        self._file = file
        self._use = use
        self._last_good = last_good
        self._used = ""
        self._stamp = self._look()

    def __call__(self, log: Log) -> Counts:
        stamp = self._look()
        if stamp == self._stamp:
            return {}
        self._stamp = stamp
        try:
            text = self._file.read_text(encoding="utf-8")
            counts = self._take(text, log)
        except (SettingsError, OSError, UnicodeDecodeError) as error:
            problems = error.problems if isinstance(error, SettingsError) else (str(error),)
            log.rules_refused(str(self._file), problems)
            missed = self._last_good.get()
            return {"rules:refused": 1, **(self._take(missed, log) if missed != self._used else {})}
        if self._look() == stamp:  # else another has a newer one by now
            self._last_good.put(text)
        return counts

    def _take(self, text: str, log: Log) -> Counts:
        rules = self._use(text)
        self._used = text
        log.rules_loaded(str(self._file), rules)
        return {"rules:loaded": 1}

    def _look(self) -> Stamp | None:
        """None: there is no such file."""
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
