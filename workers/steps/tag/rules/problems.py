"""What is said of rules that are written wrong: what, in which rule, in which line and column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workers.steps.tag.rules.places import Path, Places
from workers.steps.tag.table import BadTable

_TOML_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.S)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in which rule, and where in the file; `hint` says what might be meant."""

    message: str
    hint: str = ""
    rule: str = ""
    line: int | None = None
    column: int | None = None

    def said(self, file: str) -> str:
        where = file if self.line is None else f"{file}:{self.line}:{self.column}"
        rule = f"{self.rule}: " if self.rule else ""
        return f"{where}: {rule}{self.message}" + (f" ({self.hint})" if self.hint else "")


class BadRules(BadTable):
    def __init__(self, found: list[Problem], file: str) -> None:
        super().__init__([problem.said(file) for problem in found])
        self.found = tuple(found)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was read. `places` is None where only its values are known."""

    table: Mapping[str, Any]
    places: Places | None = None
    file: str = "config/tag/rules.toml"


class Wrong(Exception):  # one rule; told by its Problem
    def __init__(self, path: Path, message: str, hint: str = "", character: int | None = None) -> None:
        super().__init__(message)
        self.path, self.hint, self.character = path, hint, character


def read_rules(source: str, file: str) -> Written:
    """Raises BadRules when it is no TOML."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.fullmatch(str(error))
        line, column = (int(match[2]), int(match[3])) if match and match[2] else _end(source)
        raise BadRules([Problem(match[1] if match else str(error), line=line, column=column)], file) from error
    return Written(table, Places(source), file)


def _end(source: str) -> tuple[int, int]:
    last = source.split("\n")[-1]
    return source.count("\n") + 1, len(last) + 1
