"""`newsmill rules`, on a store of its own and without a mill."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.contract.stores import article, decision
from workers.adapters.sql_store import SqlStore
from workers.cli.rules import rules
from workers.model import Tag, TagKind

GOOD = '[[rule]]\nid = "ferry"\nany = ["ferry"]\n\n[[rule]]\nid = "quay"\nlabel = "Quays"\nwhen = "title:quay"\n'
BAD = GOOD.replace("title:", "titel:")


@pytest.fixture
def run(tmp_path: Path) -> object:
    """Runs a command on a file with this text."""
    (tmp_path / "newsmill.db").touch()
    store = SqlStore(f"sqlite:///{tmp_path / 'newsmill.db'}")
    now = datetime.now(UTC)
    tag = Tag(TagKind.RULE, "ferry", "Ferry", 1.0)
    articles = [
        article("a", title="Quay built", text="A ferry came.", received_at=now, tags=(tag,)),
        article("b", title="Rain", text="Ferry and ferry.", received_at=now - timedelta(hours=3)),
        article("c", title="Old ferry", received_at=now - timedelta(days=3)),
    ]
    store.record([decision(name, each) for name, each in zip("abc", articles, strict=True)], now)
    store.close()

    def run(source: str, command: str, *options: str) -> Result:
        (tmp_path / "my.toml").write_text(source)
        places = {"NEWSMILL_LEDGER_URL": "", "NEWSMILL_STORE_URL": "", "COLUMNS": "150"}
        return CliRunner().invoke(rules, [command, str(tmp_path / "my.toml"), *options], env=places)

    run.data = str(tmp_path)  # type: ignore[attr-defined]
    return run


def test_check_says_that_nothing_is_wrong(run: Any) -> None:
    done = run(GOOD, "check")
    assert (done.exit_code, done.output.partition(": ")[2]) == (0, "2 rules of 2 phrases, nothing wrong\n")


def test_check_names_line_column_and_what_may_be_meant(run: Any) -> None:
    done = run(BAD, "check")
    assert done.exit_code == 1
    assert done.output.endswith("my.toml:8:9: rule 2 (quay): there is no field 'titel' (did you mean title?)\n")


def test_check_tells_programs_the_same(run: Any) -> None:
    done = run(BAD, "check", "--json")
    problem = {
        "message": "there is no field 'titel'", "hint": "did you mean title?", "rule": "rule 2 (quay)", "line": 8,
        "column": 9,
    }
    told = json.loads(done.output)
    assert (done.exit_code, told["rules"], told["problems"]) == (1, 0, [problem])


def test_a_file_that_is_not_there_is_wrong_use(run: Any) -> None:
    assert CliRunner().invoke(rules, ["check", "/nowhere/my.toml"]).exit_code == 2


def test_try_counts_what_would_match_and_what_has_the_tag_already(run: Any) -> None:
    done = run(GOOD, "try", "--data", run.data, "--since", "1d", "--json")
    told = json.loads(done.stdout)
    assert (told["articles"], told["with_a_match"]) == (2, 2)
    assert [(r["id"], r["would"], r["now"], [s["title"] for s in r["samples"]]) for r in told["rules"]] == [
        ("ferry", 2, 1, ["Quay built", "Rain"]), ("quay", 1, 0, ["Quay built"]),
    ]


def test_try_shows_a_table(run: Any) -> None:
    done = run(GOOD, "try", "--data", run.data, "--since", "7d")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["RULE", "WOULD", "NOW", "TITLE", "ID"]
    assert rows[1][:3] == ["ferry", "3", "1"]
    assert done.stdout.endswith("3 articles since 7d, 3 of them match a rule\n")


def test_try_does_not_run_broken_rules(run: Any) -> None:
    done = run(BAD, "try", "--data", run.data)
    assert (done.exit_code, "my.toml:8:9" in done.stderr, done.stdout) == (2, True, "")
