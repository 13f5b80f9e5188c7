"""The registry of publishers: names as pages show them, to one id and one name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

_ENDINGS: Final = (".com", ".org", ".net", " online")


@dataclass(frozen=True, slots=True)
class Publisher:
    id: str
    name: str


class Publishers:
    """Raises ValueError where one name belongs to two."""

    def __init__(self, table: Iterable[Mapping[str, Any]]) -> None:
        self._known: dict[str, Publisher] = {}
        for row in table:
            publisher = Publisher(row["id"], row["name"])
            for name in (row["name"], *row.get("forms", ())):
                other = self._known.setdefault(_key(name), publisher)
                if other != publisher:
                    raise ValueError(f"publishers.toml: {name} belongs to {other.id} and to {publisher.id}")

    def find(self, name: str | None) -> Publisher | None:
        return self._known.get(_key(name)) if name else None


def _key(name: str) -> str:
    key = " ".join(name.casefold().split()).removeprefix("the ")
    for ending in _ENDINGS:
        key = key.removesuffix(ending)
    return key
