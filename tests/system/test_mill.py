"""The mill as its users run it: real servers, real workers, every door, kill -9."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.__main__ import faults, storm
from tests.system.plant import ROOT, Plant, tale
from workers.pipeline import PIPELINE

pytestmark = pytest.mark.system

STORY = "The council of Port Helvig voted on Tuesday to rebuild the harbour bridge before the winter storms."


@pytest.fixture(scope="module")
def plant() -> Iterator[Plant]:
    with Plant(serve=True, log_level="debug") as running:
        until = time.monotonic() + 60
        while time.monotonic() < until and ask(running, "GET", "/readyz")[0] != 200:
            time.sleep(0.1)
        yield running


def ask(plant: Plant, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", plant.http_port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except ConnectionRefusedError:
        return 0, b""
    finally:
        connection.close()


def outcome(plant: Plant, producer: str) -> tuple[str, str, str] | None:
    """(verdict, step, reason) of the newest document under a producer id."""
    rows = plant.query(
        "select verdict, step, reason from outcomes where producer_id = ? order by entry_id desc", producer
    )
    return rows[0] if rows else None


def test_a_stranger_s_xadd_becomes_a_stored_article(plant: Plant) -> None:
    plant.redis.xadd("{newsmill}:documents", {"body": f"Bridge vote\n{tale('xadd')}", "id": "stranger"})
    plant.wait_until_idle()
    assert outcome(plant, "stranger") == ("stored", None, None)
    assert plant.counts()["read:stream"] >= 1


def test_each_door_leads_into_the_same_mill(plant: Plant) -> None:
    lines = [json.dumps({"body": tale(f"line {i}"), "id": f"line {i}"}) for i in range(3)]
    assert ask(plant, "POST", "/documents", gzip.compress("\n".join(lines).encode()),
               Content_Type="application/x-ndjson", Content_Encoding="gzip")[0] == 202
    status, answer = ask(plant, "POST", "/documents", json.dumps({"text": tale("one"), "id": "one"}).encode(),
                         Content_Type="application/json")
    pushed = plant.command("push", "-", "--wait", stdin=json.dumps({"body": tale("cli"), "id": "cli"}).encode())
    assert (status, pushed.returncode) == (202, 0), (answer, pushed.stderr)
    assert pushed.stdout.decode().split()[1] == "stored"
    plant.wait_until_idle()
    wanted = ["line 0", "line 1", "line 2", "one", "cli"]
    assert [outcome(plant, each) for each in wanted] == [("stored", None, None)] * 5


def test_bad_input_is_quarantined_with_step_and_reason_and_its_63_neighbours_are_stored(plant: Plant) -> None:
    """Promise 6: one bad document costs one document."""
    bad = {
        "no body": ({"source": "x"}, "no_body"),
        "white": ({"body": " \n\t "}, "empty_body"),
        "pdf": ({"body": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"}, "binary"),
        "unknown field": ({"body": STORY, "colour": "red"}, "bad_field"),
        "broken json": ({"body": '{"text": "a', "content_type": "application/json"}, "bad_json"),
        "six megabytes": ({"body": b"word " * 1_258_000}, "too_large"),
        "deep json": ({"body": "[" * 1_000_000, "content_type": "application/json"}, None),
        "deep html": ({"body": "<div>" * 1_000_000, "content_type": "text/html"}, None),
        "sixteen megabytes": ({"body": b"w " * 8_388_608}, "too_large"),
        "charset": ({"body": b"+ADw-p+AD4-" + STORY.encode(), "content_type": "text/html; charset=utf-7"}, "charset"),
    }
    before = plant.counts().get("quarantined", 0)
    for i in range(63):
        plant.redis.xadd("{newsmill}:documents", {"body": f"Neighbour {i}\n{tale(str(i))}", "id": f"n {i}"})
        if i % 6 == 0 and i // 6 < len(bad):
            name = list(bad)[i // 6]
            plant.redis.xadd("{newsmill}:documents", {**bad[name][0], "id": f"bad {name}"})
    plant.wait_until_idle()
    assert [outcome(plant, f"n {i}") for i in range(63)] == [("stored", None, None)] * 63
    found = {name: outcome(plant, f"bad {name}") for name in bad}
    assert {name: row and row[0] for name, row in found.items()} == dict.fromkeys(bad, "quarantined")
    reasons = {name: reason for name, (_, reason) in bad.items() if reason}
    assert {name: found[name][2] for name in reasons} == reasons  # type: ignore[index]
    assert plant.counts()["quarantined"] - before == len(bad)
    assert plant.ledger_check()["balanced"]


def test_a_nul_byte_in_a_page_harms_nothing(plant: Plant) -> None:
    plant.redis.xadd("{newsmill}:documents", {"body": b"Nul\n" + tale("nul").encode() + b"\x00 nul.", "id": "nul"})
    plant.wait_until_idle()
    assert outcome(plant, "nul") == ("stored", None, None)


def test_a_five_megabyte_page_gives_messages_below_four_kilobytes(plant: Plant) -> None:
    """Ids and references in messages, never payloads."""
    work = plant.work_server.client()
    plant.stop("worker")
    page = "\n\n".join(f"{STORY} Paragraph {i}." for i in range(45_000))[: 5 * 1024 * 1024]
    plant.redis.xadd("{newsmill}:documents", {"body": page, "id": "large"})
    until = time.monotonic() + 20
    while not work.llen("{newsmill}:celery:ingest") and time.monotonic() < until:
        time.sleep(0.05)
    messages = work.lrange("{newsmill}:celery:ingest", 0, -1)
    plant.start("worker")
    assert messages
    assert max(map(len, messages)) < 4096
    plant.wait_until_idle()
    assert outcome(plant, "large") is not None


def test_the_metrics_equal_the_ledger(plant: Plant) -> None:
    plant.wait_until_idle()
    status, body = ask(plant, "GET", "/metrics")
    assert status == 200
    samples = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if not line.startswith("#"))
    counts = plant.counts()
    for verdict in ("stored", "duplicate", "quarantined"):
        name = f'newsmill_documents_finished_total{{outcome="{verdict}"}}'
        assert float(samples[name]) == counts.get(verdict, 0)
    accepted = int(plant.redis.xinfo_stream("{newsmill}:documents")["entries-added"])
    assert float(samples["newsmill_documents_accepted_total"]) == accepted
    assert float(samples["newsmill_ledger_difference"]) == 0
    assert [float(samples[f'newsmill_workers{{step="{step}"}}']) for step in PIPELINE] == [1.0] * 5
    assert len(samples) <= 500


def test_every_log_line_is_json_without_page_text(plant: Plant) -> None:
    plant.wait_until_idle()
    lines = [line for log in plant.folder.glob("*.log") for line in log.read_text().splitlines() if line.strip()]
    spoken = [json.loads(line) for line in lines if not line.startswith("worker: ")]  # Celery prints its farewell
    assert all({"event", "level", "timestamp"} <= set(line) for line in spoken)
    assert not [line for line in lines if "Port Helvig" in line]
    batches = [line for line in spoken if line["event"] == "batch"]
    assert {line["step"] for line in batches} == set(PIPELINE)
    assert all({"batch", "documents", "seconds", "docs_per_second"} <= set(line) for line in batches)


def test_articles_can_be_listened_to_by_a_consumer_group(plant: Plant) -> None:
    plant.redis.xgroup_create("{newsmill}:articles", "listener", "0", mkstream=True)
    rows = plant.redis.xreadgroup("listener", "me", {"{newsmill}:articles": ">"}, count=5)
    events = [(fields[b"event"], json.loads(fields[b"article"])["schema"]) for _, fields in rows[0][1]]
    assert len(events) == 5
    assert {event for event, _ in events} <= {b"stored", b"duplicate"}
    assert {schema for _, schema in events} == {1}


def test_the_commands_answer_as_the_contract_says(plant: Plant) -> None:
    plant.redis.xadd("{newsmill}:documents", {"body": f"Asked for\n{tale('asked')}", "id": "asked", "source": "desk"})
    plant.redis.xadd("{newsmill}:documents", {"body": "", "id": "asked empty"})
    plant.wait_until_idle()
    found = json.loads(plant.command("find", "asked for", "--source", "desk", "--json").stdout)
    assert [article["producer_id"] for article in found] == ["asked"]
    assert plant.command("find", "no such word anywhere", "--json").stdout.strip() == b"[]"
    shown = json.loads(plant.command("show", "asked", "--json").stdout)
    assert shown[0]["title"] == "Asked for"
    assert plant.command("show", found[0]["id"]).returncode == 0
    assert plant.command("show", "nobody").returncode == 1
    explained = json.loads(plant.command("explain", "asked", "--json").stdout)
    assert explained
    listed = json.loads(plant.command("quarantine", "list", "--json").stdout)
    empty = next(row for row in listed if row["producer_id"] == "asked empty")
    assert (empty["step"], empty["reason"]) == ("ingest", "empty_body")
    requeued = json.loads(plant.command("quarantine", "requeue", empty["document_id"], "--json").stdout)
    assert list(requeued) == [empty["document_id"]]
    plant.wait_until_idle()
    assert plant.ledger_check()["balanced"]
    status = json.loads(plant.command("status", "--until-idle", "30", "--json").stdout)
    assert (status["in_flight"], status["difference"]) == (0, 0)
    assert plant.command("doctor").returncode == 0
    assert plant.command("find", "--since", "yesterdayish").returncode == 2
    assert plant.command("no-such-command").returncode == 2


def test_a_document_pushed_twice_is_two_documents_and_one_article(plant: Plant) -> None:
    twice = [{"body": f"Twice\n{tale('twice')}", "id": "twice"}] * 2
    for fields in twice:
        plant.redis.xadd("{newsmill}:documents", fields)
    plant.wait_until_idle()
    rows = plant.query("select verdict from outcomes where producer_id = 'twice' order by verdict")
    assert rows == [("duplicate",), ("stored",)]  # two workers may meet them in either order


def test_a_door_that_stands_open_when_the_ledger_is_full_says_when_to_come_again(plant: Plant) -> None:
    plant.redis.config_set("maxmemory", str(plant.redis.info("memory")["used_memory"] + 1000))
    try:
        status, body = ask(plant, "POST", "/documents", STORY.encode(), Content_Type="text/plain")
        assert status == 503
        assert b"full" in body
    finally:
        plant.redis.config_set("maxmemory", "1gb")


def test_base64_bodies_and_meta_come_back(plant: Plant) -> None:
    body = f"Encodé\n{tale('café')} café.".encode("iso-8859-1")
    record = {"body_base64": base64.b64encode(body).decode(), "id": "b64", "meta": {"desk": 7},
              "content_type": "text/plain; charset=iso-8859-1"}
    assert ask(plant, "POST", "/documents", json.dumps(record).encode(), Content_Type="application/json")[0] == 202
    plant.wait_until_idle()
    shown = json.loads(plant.command("show", "b64", "--json").stdout)[0]
    assert (shown["meta"], "café" in shown["text"]) == ({"desk": 7}, True)


def test_a_small_storm_of_kills_loses_nothing_and_quarantines_only_the_poison() -> None:
    """Promises 1, 2 and 6 under kill -9; `make chaos` is the long version."""
    found = storm(seed=7, count=400, kills=4, seconds=20, poison=1, say=False)
    assert faults(found) == {}
    assert found["samples"] > 50


def run_mill(data: Path, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers.cli", "run", "--data", str(data), *arguments],
        env={**os.environ, "NEWSMILL_HTTP_PORT": "0"}, cwd=ROOT, capture_output=True, text=True, timeout=timeout,
        check=False,
    )


def test_run_until_idle_ends_by_itself_and_a_second_run_goes_on_with_the_same_data(tmp_path: Path) -> None:
    first = run_mill(tmp_path / "data", "--until-idle")
    assert first.returncode == 0, first.stderr
    assert "ledger difference 0" in first.stdout
    accepted = first.stdout.split("accepted ")[1].split(",")[0]
    second = run_mill(tmp_path / "data", "--until-idle")
    assert second.returncode == 0, second.stderr
    assert f"accepted {accepted}, in flight 0" in second.stdout
    assert "pushed" not in second.stderr


def test_everything_that_run_started_dies_with_it(tmp_path: Path) -> None:
    """Also when it is killed with -9; the next run takes over the data."""
    data = tmp_path / "data"
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", "run", "--data", str(data)],
        env={**os.environ, "NEWSMILL_HTTP_PORT": "0"}, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not (data / "endpoints.json").exists() and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 30
    while living(data) and time.monotonic() < until:
        time.sleep(0.1)
    assert living(data) == []
    status = subprocess.run(
        [sys.executable, "-m", "workers.cli", "status", "--data", str(data)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )
    assert (status.returncode, status.stderr) == (1, f"newsmill: no mill runs in {data}\n")
    assert run_mill(data, "--until-idle").returncode == 0


def living(data: Path) -> list[str]:
    """Processes that have this data folder in their command line or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:  # gone, or another user's
            continue
        if str(data).encode() in said and int(process.name) != os.getpid():
            found.append(process.name)
    return found


def test_a_line_that_a_source_repeats_is_proposed_and_removed_once_accepted(plant: Plant) -> None:
    foot = "Helvig Paper is funded by its readers."

    def push(number: int) -> list[str]:
        """The rules that took something from the story."""
        text = f"Bridge {number} is open. It was {number * 7}."
        body = f"Bridge number {number} opens\nHelvig Paper | 3 hours ago\n{text}\n{foot}"
        line = json.dumps({"body": body, "id": f"bridge {number}", "content_type": "text/plain"})
        assert plant.command("push", "-", "--wait", stdin=line.encode()).returncode == 0
        shown = json.loads(plant.command("show", f"bridge {number}", "--json").stdout)
        article = shown[0] if isinstance(shown, list) else shown
        return [removed["rule"] for removed in article["removed"]]

    assert [push(number) for number in range(4)] == [[]] * 4
    listed = plant.command("boilerplate", "list", "Helvig Paper", "--sightings", "3", "--json")
    assert json.loads(listed.stdout) == [{"line": foot, "stories": 4, "accepted": False}]
    assert plant.command("boilerplate", "accept", "Helvig Paper", foot).returncode == 0
    until = time.monotonic() + 60
    assert any(push(number) == ["repeated"] for number in range(4, 400) if time.monotonic() < until)
