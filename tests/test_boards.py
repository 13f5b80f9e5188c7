"""Boards ask only for what /metrics tells, explain themselves, and are what the builders make."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from boards.__main__ import BOARDS as MADE
from boards.__main__ import written
from tests.promql import OF_PROMETHEUS, told, unknown
from workers.pipeline import PIPELINE

ROOT = Path(__file__).parent.parent
FILES = {file.stem: file.read_text() for file in sorted((ROOT / "config/grafana/dashboards").glob("*.json"))}
BOARDS = {name: json.loads(text) for name, text in FILES.items()}
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['title']}")
    for name, board in BOARDS.items() for panel in board["panels"] if panel["type"] != "row"
]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_asks_for_metrics_and_labels_that_exist(panel: dict[str, Any]) -> None:
    assert [unknown(target["expr"]) for target in panel["targets"]] == [[]] * len(panel["targets"])


def test_the_table_of_metrics_is_what_is_told() -> None:
    rows = re.findall(r"^\| (`.+`) \| (?:counter|gauge|histogram)", (ROOT / "docs" / "watching.md").read_text(), re.M)
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    exposed_names = {re.sub(r"_(bucket|sum|count)$", "", name).removeprefix("newsmill_") for name in told()}
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
