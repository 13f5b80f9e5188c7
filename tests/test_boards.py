"""Boards and alerts ask only for what /metrics tells."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from tests.runtime.metered import exposed
from workers.adapters.clock import SystemClock
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_ledger import MemoryLedger
from workers.adapters.memory_store import MemoryStore
from workers.pipeline import PIPELINE

ROOT = Path(__file__).parent.parent
PROMETHEUS = ROOT / "config" / "prometheus"
BOARDS = {file.stem: json.loads(file.read_text()) for file in (ROOT / "config/grafana/dashboards").glob("*.json")}
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['title']}")
    for name, board in BOARDS.items() for panel in board["panels"] if panel["type"] != "row"
]
RULES = yaml.safe_load((PROMETHEUS / "rules" / "newsmill.yml").read_text())["groups"][0]["rules"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel.values[0]["targets"]] + [
    rule["expr"] for rule in RULES
]


def selectors(node: Any) -> Iterator[Any]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "param", "lhs", "rhs", "vector_selector"):
        child = getattr(node, name, None)
        if child is not None:
            yield from selectors(child)
    for child in getattr(node, "args", None) or ():
        yield from selectors(child)


def parsed(expression: str) -> Any:
    return promql_parser.parse(expression.replace("$__rate_interval", "1m").replace("$step", ".*"))


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """Every series name that /metrics can tell, with its labels."""
    text = exposed(MemoryLedger(SystemClock()), MemoryDedupIndex(window_h=1), MemoryStore())
    names: dict[str, set[str]] = {}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M):
        for series in (f"{name}_bucket", f"{name}_sum", f"{name}_count") if kind == "histogram" else (name,):
            found = re.search(rf"^{series}\{{(.*)\}}", text, re.M)
            names[series] = set(re.findall(r"(\w+)=", found[1])) if found else set()
    names["newsmill_quarantined_total"] = {"step", "reason"}  # told only for those that there are
    return names


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_metrics_and_labels_that_exist(expression: str, told: dict[str, set[str]]) -> None:
    asked = list(selectors(parsed(expression)))
    assert asked
    for selector in asked:
        labels = {matcher.name for matcher in selector.matchers.matchers}
        assert labels <= told[selector.name]


@pytest.mark.parametrize("panel", PANELS)
def test_a_legend_shows_labels_that_the_query_leaves(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        kept = {label for group in re.findall(r"by \(([^)]*)\)", target["expr"]) for label in group.split(", ")}
        assert shown == kept - {"le"}


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows_in_which_unit_and_what_to_do(panel: dict[str, Any]) -> None:
    assert len(panel["description"]) > 60
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert all(target["legendFormat"] for target in panel["targets"])


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_found_under_its_file_name_and_asks_the_datasource_of_the_viewer(name: str) -> None:
    assert BOARDS[name]["uid"] == name
    assert {panel["datasource"]["uid"] for panel in BOARDS[name]["panels"] if "datasource" in panel} == {
        "${datasource}"
    }


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_names_no_step_that_there_is_not(name: str) -> None:
    text = json.dumps(BOARDS[name]).replace('\\"', '"')
    assert set(re.findall(r'step="(\w+)"', text)) | set(re.findall(r"--scale (\w+)=", text)) <= set(PIPELINE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule['alert']} {rule['labels']['severity']}")
def test_an_alert_waits_weighs_and_explains_itself(rule: dict[str, Any]) -> None:
    assert rule["for"]
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert rule["annotations"]["summary"]
    assert "$value" in rule["annotations"]["description"]
    file, _, heading = rule["annotations"]["runbook_url"].partition("#")
    assert heading == rule["alert"].lower()
    assert f"\n## {rule['alert']}\n" in (ROOT / file).read_text()


def test_every_alert_is_seen_firing_and_silent() -> None:
    cases = yaml.safe_load((PROMETHEUS / "newsmill_test.yml").read_text())["tests"]
    seen = {(each["alertname"], bool(each.get("exp_alerts"))) for case in cases for each in case["alert_rule_test"]}
    assert seen == {(rule["alert"], fires) for rule in RULES for fires in (True, False)}


@pytest.mark.parametrize("command", [
    ("check", "config", "--syntax-only", "prometheus.yml"),
    ("check", "rules", "rules/newsmill.yml"),
    ("test", "rules", "newsmill_test.yml"),
], ids=" ".join)
def test_promtool_finds_nothing(command: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:  # a laptop need not have it; the tests above hold without it
        assert os.environ.get("CI") != "true", "CI has no promtool: install the package prometheus"
        return
    done = subprocess.run([promtool, *command], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
