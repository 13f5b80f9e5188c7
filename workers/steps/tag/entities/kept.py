"""Answers kept by what was asked: as a dict, so that five hundred look-ups of a text are one call."""

from __future__ import annotations

from collections.abc import Callable


class Kept(dict[str, int]):
    """Asks `find` for what it does not hold yet."""

    def __init__(self, find: Callable[[str], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: str) -> int:
        self[key] = found = self._find(key)
        return found

    def numbers(self, keys: list[str]) -> list[int]:
        return list(map(self.__getitem__, keys))
