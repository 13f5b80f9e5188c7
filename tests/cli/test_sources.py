"""newsmill sources, on a store of its own and without a mill."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workers.adapters.sql_store import SqlStore
from workers.cli.sources import sources
from workers.ports import SourceStanding, SourceState
from workers.runtime.sources import SourceReport

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOUR = int(NOW.timestamp()) // 3600
REPORTS = {
    "light": SourceReport(SourceState.NORMAL, HOUR, 60, 58, words=410, undated=0.03, copies=0.0, language="en"),
    "post": SourceReport(SourceState.SILENT, HOUR - 9, 0, 60, odd={"silent": "nothing for 9 h, in which 30 are usual"}),
    "\x1b[31mred": SourceReport(SourceState.LEARNING, HOUR, 4),
}


@pytest.fixture
def ask(tmp_path: Path) -> object:
    store = SqlStore(f"sqlite:///{tmp_path}/newsmill.db")

    def asked(*arguments: str, judged: bool = True) -> Result:
        if judged:
            store.note_sources([SourceStanding(n, r.state, NOW, r.values()) for n, r in REPORTS.items()])
        store.counts()
        return CliRunner(env={"COLUMNS": "100"}).invoke(sources, ["--data", str(tmp_path), *arguments])

    return asked


def test_the_worst_comes_first_with_what_is_odd_about_it(ask) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    lines = ask().stdout.splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["silent", "normal", "learning"]
    assert "nothing for 9 h, in which 30 are usual" in lines[1]
    assert "410 words, en, 3% undated, 0% copies" in lines[2]
    assert all(len(line) <= 100 for line in lines)
    assert "\x1b" not in "".join(lines)


def test_one_state_can_be_asked_for_also_where_nobody_is_in_it(ask) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert "post" in ask("--state", "silent").stdout
    assert "light" not in ask("--state", "silent").stdout
    assert ask("--state", "loud").stdout.strip() == "no source is loud"


def test_before_anything_is_judged_it_says_so(ask) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert "no source is judged yet" in ask(judged=False).stdout


def test_json_has_every_figure(ask) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    post = json.loads(ask("--json").stdout)[0]
    assert (post["source"], post["state"], post["day"], post["usual_day"]) == ("post", "silent", 0, 60)
    assert (post["since"], post["last"]) == ("2026-11-24T08:00:00Z", "2026-11-23T23:00:00Z")
    assert post["odd"] == {"silent": "nothing for 9 h, in which 30 are usual"}
