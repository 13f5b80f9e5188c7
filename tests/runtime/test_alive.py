from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.runtime.alive import alive_at


def test_each_turn_of_the_loop_makes_the_file_young_again(tmp_path: Path) -> None:
    file = tmp_path / "alive"
    alive = alive_at(str(file))
    alive()
    os.utime(file, (0, 0))
    alive()
    assert file.stat().st_mtime > 0


def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    alive_at("")()
    assert list(tmp_path.iterdir()) == []
