"""States, provinces and seats of government that speak for a country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from workers.steps.tag.table import BadTable

_WHERE: Final = "config/tag/regions.toml"


def regions_of(table: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """(country, name, [code, short forms...]). Raises BadTable."""
    for country, regions in table.items():
        if not isinstance(regions, Mapping):
            raise BadTable([f"{_WHERE}: {country} must be a table, not {regions!r}"])
        for name, forms in regions.items():
            if not isinstance(forms, list) or not forms or not all(isinstance(form, str) for form in forms):
                raise BadTable([f"{_WHERE}: {country}: {name} must be a list of a code and short forms, not {forms!r}"])
            yield country, name, forms
