"""Alerts ask only for what /metrics tells, are tested, and the runbook says what to do in commands that exist."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.promql import unknown
from workers.cli import with_commands

ROOT = Path(__file__).parent.parent
PROMETHEUS = ROOT / "config" / "prometheus"
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "rules" / "newsmill.yml").read_text())["groups"]
    for rule in group["rules"]
]
RULE_TESTS = ("newsmill_day_test.yml", "newsmill_test.yml")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
BOARDS = "".join(file.read_text() for file in sorted((ROOT / "config/grafana/dashboards").glob("*.json")))
TOLD = RUNBOOK + " ".join(text for rule in RULES for text in rule["annotations"].values()) + BOARDS
COMMANDS = sorted({
    " ".join(command.split()).replace("{{ $labels.step }}", "tag").replace("{{ $labels.state }}", "silent")
    for command in re.findall(r"`((?:newsmill|docker compose) [^`]+)`", TOLD)
})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule['alert']} {rule['labels']['severity']}")
def test_an_alert_asks_for_metrics_and_labels_that_exist(rule: dict[str, Any]) -> None:
    assert unknown(rule["expr"]) == []


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
    pytest.param(("test", "rules", *RULE_TESTS), marks=pytest.mark.services),  # seconds: not for make check
], ids=lambda command: " ".join(command[:2]))
def test_promtool_finds_nothing(command: tuple[str, ...]) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:  # a laptop need not have it; the tests above hold without it
        assert os.environ.get("CI") != "true", "CI has no promtool: install the package prometheus"
        return
    done = subprocess.run([promtool, *command], cwd=PROMETHEUS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
