"""The tables and lists that ship, as the tag step gets them."""

from __future__ import annotations

import gzip
import tomllib
from pathlib import Path
from typing import Any, Final

from workers.steps.tag.entities.clusters import read_clusters
from workers.steps.tag.entities.known import known_words
from workers.steps.tag.entities.word_features import WordFeatures
from workers.steps.tag.gazetteer import Gazetteer

ROOT: Final = Path(__file__).parent.parent
WEIGHTS: Final = ROOT / "workers/steps/tag/weights"


def read_text(name: str) -> str:
    return gzip.decompress((WEIGHTS / name).read_bytes()).decode()


def read_tables() -> dict[str, Any]:
    return {path.stem: tomllib.loads(path.read_text()) for path in (ROOT / "config/tag").glob("*.toml")}


def read_shipped_features(*, plain: bool = False) -> WordFeatures:
    tables = read_tables()
    known = known_words(tables, Gazetteer(read_text("cities.tsv.gz")))
    return WordFeatures(tables["entities"], read_clusters(read_text("clusters.tsv.gz")), known, plain=plain)
