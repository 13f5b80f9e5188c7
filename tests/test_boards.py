"""Boards and alerts ask only for what /metrics tells."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import promql_parser
import pytest
import yaml

from boards.__main__ import BOARDS as MADE
from boards.__main__ import written
from tests.runtime.metered import exposed
from workers.adapters.clock import SystemClock
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_ledger import MemoryLedger
from workers.adapters.memory_store import MemoryStore
from workers.cli import with_commands
from workers.pipeline import PIPELINE

ROOT = Path(__file__).parent.parent
PROMETHEUS = ROOT / "config" / "prometheus"
FILES = {file.stem: file.read_text() for file in sorted((ROOT / "config/grafana/dashboards").glob("*.json"))}
BOARDS = {name: json.loads(text) for name, text in FILES.items()}
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['title']}")
    for name, board in BOARDS.items() for panel in board["panels"] if panel["type"] != "row"
]
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "rules" / "newsmill.yml").read_text())["groups"]
    for rule in group["rules"]
]
RULE_TESTS = ("newsmill_day_test.yml", "newsmill_test.yml")
OF_PROMETHEUS = {"ALERTS": {"alertname", "alertstate", "severity"}, "up": {"job", "instance"}}
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
TOLD = RUNBOOK + " ".join(text for rule in RULES for text in rule["annotations"].values()) + "".join(FILES.values())
COMMANDS = sorted({
    " ".join(command.split()).replace("{{ $labels.step }}", "tag").replace("{{ $labels.state }}", "silent")
    for command in re.findall(r"`((?:newsmill|docker compose) [^`]+)`", TOLD)
    if command != "newsmill command"
})
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
    for variable, value in (("$__rate_interval", "1m"), ("$__range", "1h"), ("$step", ".*")):
        expression = expression.replace(variable, value)
    return promql_parser.parse(expression)


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """Every series name that /metrics can tell, with its labels."""
    text = exposed(MemoryLedger(SystemClock()), MemoryDedupIndex(window_h=1), MemoryStore())
    names: dict[str, set[str]] = {}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M):
        for series in (f"{name}_bucket", f"{name}_sum", f"{name}_count") if kind == "histogram" else (name,):
            found = re.search(rf"^{series}\{{(.*)\}}", text, re.M)
            names[series] = set(re.findall(r"(\w+)=", found[1])) if found else set()
    return names | OF_PROMETHEUS


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_metrics_and_labels_that_exist(expression: str, told: dict[str, set[str]]) -> None:
    for selector in selectors(parsed(expression)):
        labels = {matcher.name for matcher in selector.matchers.matchers}
        assert labels <= told[selector.name]


def test_the_table_of_metrics_is_what_is_told(told: dict[str, set[str]]) -> None:
    rows = re.findall(r"^\| (`.+`) \| (?:counter|gauge|histogram)", (ROOT / "docs" / "watching.md").read_text(), re.M)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    exposed_names = {re.sub(r"_(bucket|sum|count)$", "", name).removeprefix("newsmill_") for name in told}
    assert listed == exposed_names - set(OF_PROMETHEUS)


@pytest.mark.parametrize("panel", PANELS)
def test_a_legend_shows_labels_that_the_query_leaves(panel: dict[str, Any]) -> None:
    for target in panel["targets"]:
        shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
        kept = {label for group in re.findall(r"by \(([^)]*)\)", target["expr"]) for label in group.split(", ")}
        assert shown == kept - {"le"}


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_what_the_builders_make(name: str) -> None:
    """`make boards` writes them; nobody edits them by hand."""
    made = {board.uid: written(board) for board in MADE}
    assert set(made) == set(FILES)
    assert FILES[name] == made[name]


@pytest.mark.parametrize("name", BOARDS)
def test_a_boards_panels_lie_inside_it_and_none_on_another(name: str) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARDS[name]["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not taken & cells, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_boards_link_to_each_other_and_ids_and_titles_are_their_own() -> None:
    assert {link["tags"][0] for board in BOARDS.values() for link in board["links"]} == {"newsmill"}
    assert all("newsmill" in board["tags"] for board in BOARDS.values())
    assert len({board["title"] for board in BOARDS.values()}) == len(BOARDS) == 4
    for board in BOARDS.values():
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_the_first_board_that_one_sees_is_there() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    home = compose["services"]["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert Path(home).stem in BOARDS


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows_in_which_unit_and_what_to_do(panel: dict[str, Any]) -> None:
    assert len(panel["description"]) > 60
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]) > 1
    assert len(panel["title"]) <= 5 * panel["gridPos"]["w"] + 12  # else it is cut
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
    assert rule["labels"]["severity"] in ("critical", "warning", "info", "none")
    assert rule["annotations"]["summary"]
    assert "$value" in rule["annotations"]["description"]
    assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"


def test_the_runbook_has_a_section_an_alert_and_no_other() -> None:
    assert re.findall(r"^## (.+)$", RUNBOOK, re.M) == list(dict.fromkeys(rule["alert"] for rule in RULES))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_an_operator_is_told_exists(command: str) -> None:
    """With its options and choices, as click knows them; services, as compose does."""
    words = shlex.split(command)
    if words[0] == "newsmill":
        told_by_click(with_commands(), words[1:])
    elif words[:2] == ["docker", "compose"]:
        services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
        assert words[2] in ("cp", "exec", "logs", "ps", "restart", "up")
        named = [word.partition(":")[0].partition("=")[0] for word in words[3:] if not word.startswith(("-", ".", "/"))]
        named = [word for word in named if not word.isdigit() and not word.isupper()]
        assert set(named[:1] if words[2] in ("exec", "cp") else named) <= set(services)


def told_by_click(command: click.Command, words: list[str]) -> None:
    """Parses the words; a placeholder in capitals stands for any value."""
    if isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, words[0]
        told_by_click(command.commands[words[0]], words[1:])
        return
    assert words or not isinstance(command, click.Group) or command.name == "quarantine"
    options = {name: option for option in command.params for name in option.opts if isinstance(option, click.Option)}
    value_of = None
    for word in words:
        if value_of is not None:
            if not word.isupper():
                value_of.type.convert(word, value_of, None)
            value_of = None
        elif word.startswith("--"):
            name, _, value = word.partition("=")
            assert name in options, f"{command.name} has no {name}"
            value_of = None if options[name].is_flag or value else options[name]


def test_every_alert_is_seen_firing_and_silent() -> None:
    cases = [case for file in RULE_TESTS for case in yaml.safe_load((PROMETHEUS / file).read_text())["tests"]]
    seen = {(each["alertname"], bool(each.get("exp_alerts"))) for case in cases for each in case["alert_rule_test"]}
    assert seen == {(rule["alert"], fires) for rule in RULES for fires in (True, False)} - {("Watchdog", False)}


@pytest.mark.parametrize("command", [
    ("check", "config", "--syntax-only", "prometheus.yml"),
    ("check", "rules", "rules/newsmill.yml"),
    ("test", "rules", *RULE_TESTS),
], ids=" ".join)
def test_promtool_finds_nothing(command: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:  # a laptop need not have it; the tests above hold without it
        assert os.environ.get("CI") != "true", "CI has no promtool: install the package prometheus"
        return
    done = subprocess.run([promtool, *command], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
