"""A file that is used again when it changes, without a restart; one that is no good changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workers.errors import SettingsError
from workers.ports import Counts
from workers.runtime.logs import Log

Stamp = tuple[int, int, int]  # time of change in ns, bytes, inode: a file moved into place has another one


class Reloading:
    """Made before the file is first read; called before each batch: a microsecond while nothing changes.

    use: takes the file's new text into use, or raises SettingsError and leaves all as it was.
    """

    def __init__(self, file: Path, use: Callable[[str], int]) -> None:
        self._file = file
        self._use = use
        self._stamp = self._look()

    def __call__(self, log: Log) -> Counts:
        stamp = self._look()
        if stamp == self._stamp:
            return {}
        self._stamp = stamp
        try:
            rules = self._use(self._file.read_text(encoding="utf-8"))
        except (SettingsError, OSError, UnicodeDecodeError) as error:
            problems = error.problems if isinstance(error, SettingsError) else (str(error),)
            log.rules_refused(str(self._file), problems)
            return {"rules:refused": 1}
        log.rules_loaded(str(self._file), rules)
        return {"rules:loaded": 1}

    def _look(self) -> Stamp | None:
        """None: there is no such file."""
        try:
            stat = self._file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
