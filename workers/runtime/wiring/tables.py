"""What the steps are made of, as read from files."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from workers.errors import SettingsError
from workers.runtime.repeated import Accepted
from workers.runtime.wiring.rules import RULES_FILE
from workers.settings import config_folder

BLOCK_WEIGHTS = Path(__file__).parents[2] / "steps/clean/weights/blocks.json"
TAG_WEIGHTS = Path(__file__).parents[2] / "steps/tag/weights"


def read_tables(folder: Path, but: str = "") -> dict[str, Any]:
    """The TOML files of a folder by their names without ending; `but` one, by its name."""
    tables = {}
    for file in sorted(file for file in folder.glob("*.toml") if file.name != but):
        try:
            tables[file.stem] = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise SettingsError([f"{file}: {error}"]) from error
    return tables


def clean_tables() -> dict[str, Any]:
    """What Clean wants: the files of config/clean; the weights made by training/blocks.py; the names that tag knows."""
    given = read_tables(config_folder() / "tag", but=RULES_FILE).get("entities", {}).get("given", "")
    more = {"blocks": json.loads(BLOCK_WEIGHTS.read_bytes()), "given_names": given.split()}
    return read_tables(config_folder() / "clean") | more


def read_weights() -> dict[str, bytes]:
    """What the tag step was trained to, by name of the file."""
    return {file.name: file.read_bytes() for file in sorted(TAG_WEIGHTS.iterdir()) if file.suffix in (".gz", ".bin")}


def read_model(file: str) -> bytes | None:
    """What `newsmill train topics` wrote; None when no file is set. Raises SettingsError."""
    if not file:
        return None
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise SettingsError([f"topics_model: {file}: {error.strerror}"]) from error


def listed_lines() -> Accepted:
    """Lines that the settings accept as repeated by a source: config/clean/repeated.toml."""
    sources = read_tables(config_folder() / "clean").get("repeated", {}).get("sources", {})
    wrong = [source for source, lines in sources.items() if not isinstance(lines, list)]
    if wrong:
        raise SettingsError([f"repeated.toml: {source}: wants a list of lines" for source in wrong])
    return {source: frozenset(lines) for source, lines in sources.items()}


def stopwords() -> dict[str, Any]:
    """By language; empty when there is no such file."""
    stopwords: dict[str, Any] = read_tables(config_folder() / "tag", but=RULES_FILE).get("stopwords", {})
    return stopwords
