from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from workers.errors import SettingsError
from workers.settings import Settings, config_folder, read_settings


def test_the_toml_shows_every_option_that_is_not_a_place_with_its_value() -> None:
    shown = "\n".join(
        line.removeprefix("# ") for line in (config_folder() / "newsmill.toml").read_text().splitlines()
        if line.startswith("# ") and " = " in line
    )
    places = {"ledger_url", "work_url", "store_url", "queue_url"}
    defaults = {f.name: getattr(Settings(), f.name) for f in fields(Settings) if f.name not in places}
    as_written = {name: tuple(v) if isinstance(v, list) else v for name, v in tomllib.loads(shown).items()}
    assert as_written == defaults


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "newsmill.toml").write_text("batch_documents = 8\nwatermark = 0.5\n")
    read = read_settings({"NEWSMILL_BATCH_DOCUMENTS": "16"}, tmp_path)
    assert (read.batch_documents, read.watermark) == (16, 0.5)


def test_one_url_serves_both_servers_unless_one_is_named(tmp_path: Path) -> None:
    read = read_settings({"NEWSMILL_REDIS_URL": "redis://a", "NEWSMILL_WORK_URL": "redis://b"}, tmp_path)
    assert (read.ledger_url, read.work_url) == ("redis://a", "redis://b")


def test_a_secret_can_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("redis://:geheim@a\n")
    assert read_settings({"NEWSMILL_LEDGER_URL_FILE": str(tmp_path / "url")}, tmp_path).ledger_url == "redis://:geheim@a"


def test_no_url_stands_in_the_repr() -> None:
    assert "geheim" not in repr(Settings(ledger_url="redis://:geheim@a", store_url="postgresql://u:geheim@b/c"))


def test_every_wrong_option_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "newsmill.toml").write_text("batch_documents = 0\nno_such = 1\nlog_level = 'loud'\n")
    with pytest.raises(SettingsError) as caught:
        read_settings({"NEWSMILL_HTTP_PORT": "eighty", "NEWSMILL_LEDGER_URL_FILE": "/nowhere"}, tmp_path)
    assert sorted(caught.value.problems) == [
        "NEWSMILL_HTTP_PORT: http_port: 'eighty' is no int",
        "NEWSMILL_LEDGER_URL_FILE: cannot read /nowhere: No such file or directory",
        "newsmill.toml: batch_documents: 0 is less than 1",
        "newsmill.toml: log_level: 'loud' is none of debug, info, warning, error",
        "newsmill.toml: unknown option no_such",
    ]
