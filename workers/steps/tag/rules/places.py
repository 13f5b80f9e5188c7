"""Where in a TOML file each key and value stands, which tomllib does not tell.

For files that tomllib has read: what is no TOML is not noticed here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]  # ("rule", 3, "any", 0): the first phrase under any of the fourth rule

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+")
_STRING: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|' r"'''.*?'''(?:'{0,2})|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'", re.S
)
_PLAIN: Final = re.compile(r"[^,\]}\n#]*")
_ESCAPE: Final = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_LINE_END: Final = re.compile(r"\\[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Position:
    line: int    # from 1
    column: int  # from 1, in characters


class Places:
    def __init__(self, source: str) -> None:
        self._source = source.replace("\r\n", "\n")
        self._at = 0
        self._keys: dict[Path, int] = {}
        self._values: dict[Path, tuple[int, int]] = {}
        self._tables: Counter[Path] = Counter()  # arrays of tables: how many there are
        table: Path = ()
        while self._skip_blank():
            if self._source[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def of(self, path: Path, character: int | None = None) -> Position | None:
        """Of a value, or a character in its string; else of its key or table; None for what is not there."""
        if path in self._values:
            start, end = self._values[path]
            inside = 0 if character is None else _inside(self._source[start:end], character)
            return self._position(start + inside)
        return self.of_key(path)

    def of_key(self, path: Path) -> Position | None:
        while path and path not in self._keys:
            path = path[:-1]
        return self._position(self._keys[path]) if path else None

    def _position(self, at: int) -> Position:
        return Position(self._source.count("\n", 0, at) + 1, at - self._source.rfind("\n", 0, at))

    def _skip_blank(self) -> bool:
        match = _BLANK.match(self._source, self._at)
        self._at = match.end() if match else self._at
        return self._at < len(self._source)

    def _header(self) -> Path:
        start = self._at
        brackets = 2 if self._source.startswith("[[", start) else 1
        self._at += brackets
        path: Path = ()
        names = self._dotted()
        for name in names[:-1]:
            path = self._current((*path, name))
        path = (*path, names[-1])
        if brackets == 2:
            self._tables[path] += 1
        path = self._current(path)
        self._keys[path] = start
        self._skip_blank()
        self._at += brackets
        return path

    def _current(self, path: Path) -> Path:
        return (*path, self._tables[path] - 1) if self._tables[path] else path

    def _dotted(self) -> list[str]:
        names = []
        while self._skip_blank() and (match := _KEY.match(self._source, self._at)):
            names.append(match[0].strip("\"'"))
            self._at = match.end()
            self._skip_blank()
            if not self._source.startswith(".", self._at):
                break
            self._at += 1
        return names

    def _pair(self, table: Path) -> None:
        start = self._at
        path: Path = (*table, *self._dotted())
        self._keys[path] = start
        self._at += 1  # the =
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        start = self._at
        opening = self._source[start : start + 1]
        if opening in ("[", "{"):
            self._collection(path, "]" if opening == "[" else "}")
        else:
            match = _STRING.match(self._source, start) or _PLAIN.match(self._source, start)
            self._at = max(match.end() if match else start, start + 1)
        self._values[path] = start, self._at

    def _collection(self, path: Path, closing: str) -> None:
        self._at += 1
        place = 0
        while self._skip_blank() and self._source[self._at] != closing:
            if self._source[self._at] == ",":
                self._at += 1
            elif closing == "]":
                self._value((*path, place))
                place += 1
            else:
                self._pair(path)
        self._at += 1


def _inside(token: str, character: int) -> int:
    """Where in a written string its n-th character stands."""
    if token[:1] not in ("'", '"'):
        return 0
    at = 3 if token[:3] in ("'''", '"""') else 1
    if at == 3 and token[3:4] == "\n":
        at += 1  # TOML leaves out a line break right after the quotes
    if token[0] == "'":
        return at + character
    at = _skip_line_end(token, at)
    for _ in range(character):
        match = _ESCAPE.match(token, at)
        at = _skip_line_end(token, match.end() if match else at + 1)
    return min(at, len(token) - 1)


def _skip_line_end(token: str, at: int) -> int:
    """A backslash at the end of a line, and the blanks after it, stand for no character."""
    while match := _LINE_END.match(token, at):
        at = match.end()
    return at
