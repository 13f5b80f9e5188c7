"""What a table in config/tag/ may hold, and what is said when it holds something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class BadTable(ValueError):  # the tree in errors.py does not say Error either
    """Tables in config/tag/ that cannot be used. `problems` names file, entry, key and value of each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def strings(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """A list of strings under `key`; empty when absent. Raises BadTable for anything else."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadTable([f"{where}: {key} must be a list of strings, not {value!r}"])
    return tuple(value)


def mapping(table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    """A table under `key`; empty when absent. Raises BadTable for anything else."""
    value = table.get(key, {})
    if not isinstance(value, Mapping):
        raise BadTable([f"{where}: {key} must be a table, not {value!r}"])
    return value
