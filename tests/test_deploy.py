"""What docker-compose.yml, Dockerfile and config/redis promise; read as files, no Docker needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from workers.adapters.embedded_redis import LEDGER_OPTIONS, WORK_OPTIONS
from workers.pipeline import PIPELINE
from workers.settings import Settings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = {name for name, service in SERVICES.items() if service["image"].startswith("newsmill:")}

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_each_step_is_a_service_of_its_own_that_runs_that_step_alone() -> None:
    assert {step: SERVICES[step]["command"] for step in PIPELINE} == {
        step: ["worker", "--steps", step] for step in PIPELINE
    }


def test_beside_the_steps_there_are_their_carriers_servers_and_watchers() -> None:
    assert set(SERVICES) - set(PIPELINE) == {
        "dispatcher", "reconciler", "http", "ledger", "work", "postgres", "prometheus", "grafana",
    }


@every_service
def test_a_service_can_write_nothing_but_its_data_and_gains_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "pid", "network_mode"} & set(service)
    assert not [volume for volume in service.get("volumes", ()) if "docker.sock" in volume]


@every_service
def test_no_service_runs_as_root(name: str) -> None:
    user = str(SERVICES[name]["user"])
    assert user not in ("", "0", "root")
    assert not user.startswith(("0:", "root:"))


def test_our_own_services_run_as_one_user_without_a_name() -> None:
    assert {SERVICES[name]["user"] for name in OWN} == {"10001:10001"}


@every_service
def test_a_service_comes_back_says_how_it_is_and_gets_time_to_finish(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]
    assert service["stop_grace_period"] == "30s"


@every_service
def test_an_image_has_a_tag_that_means_something_and_no_digest(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.fullmatch(r"[a-z0-9./-]+:(?!latest)[\w.-]+", image), image


def test_one_service_builds_the_image_and_the_others_take_it() -> None:
    assert [name for name in SERVICES if "build" in SERVICES[name]] == ["http"]
    assert {SERVICES[name].get("pull_policy") for name in OWN - {"http"}} == {"never"}


def test_no_variable_needs_a_value() -> None:
    variables = re.findall(r"(?<!\$)\$(?!\$)(\{[^}]*\}|\w+)", TEXT)
    assert variables
    assert [variable for variable in variables if not re.fullmatch(r"\{\w+:-[^}]*\}", variable)] == []


def test_every_variable_is_described() -> None:
    described = (ROOT / "docs" / "compose.md").read_text()
    assert [name for name in re.findall(r"\$\{(\w+)", TEXT) if f"`{name}`" not in described] == []


def test_only_door_and_watchers_publish_a_port_and_only_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"http", "prometheus", "grafana"}
    assert [port for ports in published.values() for port in ports if not port.startswith("127.0.0.1:")] == []


def test_servers_and_steps_have_no_way_out() -> None:
    assert COMPOSE["networks"]["data"] == {"internal": True}
    outside = {name for name, service in SERVICES.items() if service["networks"] != ["data"]}
    assert outside == {"http", "prometheus", "grafana"}


def test_every_named_volume_is_declared_and_every_mounted_file_exists() -> None:
    mounts = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())]
    files = {mount for mount in mounts if mount.startswith("./")}
    assert set(mounts) - files == set(COMPOSE["volumes"])
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_every_setting_given_is_one_that_newsmill_reads() -> None:
    given = {name for service in OWN for name in SERVICES[service]["environment"]}
    known = {f"NEWSMILL_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert given - known == set()


def test_a_worker_is_healthy_as_long_as_its_own_loop_touches_the_file() -> None:
    carriers = OWN - {"http"}
    assert {SERVICES[name]["environment"]["NEWSMILL_ALIVE_FILE"] for name in carriers} == {"/tmp/alive"}
    assert [name for name in carriers if "/tmp/alive" not in SERVICES[name]["healthcheck"]["test"][1]] == []


@pytest.mark.parametrize(("server", "embedded"), [("ledger", LEDGER_OPTIONS), ("work", WORK_OPTIONS)])
def test_a_server_is_as_durable_as_the_embedded_one(server: str, embedded: tuple[str, ...]) -> None:
    lines = (ROOT / "config" / "redis" / f"{server}.conf").read_text().splitlines()
    configured = dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    wanted = {name.removeprefix("--"): value for name, value in zip(embedded[::2], embedded[1::2], strict=True)}
    assert wanted.items() <= configured.items()
    assert SERVICES[server]["command"] == ["redis-server", f"/etc/redis/{server}.conf"]


def test_the_image_ends_as_an_ordinary_user_on_a_pinned_python() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line.split()[1] for line in lines if line.startswith("FROM")] == ["python:3.13-slim"] * 2
    assert [line for line in lines if line.startswith("USER")] == ["USER 10001:10001"]
    assert any("--require-hashes" in line for line in lines)


def test_the_image_gets_only_what_it_runs() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule[0] == "!"} == {
        "workers", "config", "seeds", "pyproject.toml", "requirements.txt", "README.md", "LICENSE",
    }
