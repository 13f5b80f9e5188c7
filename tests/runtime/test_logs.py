"""Lines keep to their schema, say no secret and no page text, and lead from a document to all its steps."""

from __future__ import annotations

import ast
import logging
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtime.log_lines import faults, lines_of, said_while
from tests.runtime.memory_mill import MemoryMill
from workers.errors import LedgerError
from workers.model import Entry, Quarantine, Reason
from workers.pipeline import PIPELINE
from workers.runtime.logs import FIELDS, Log
from workers.runtime.trace import read_lines, trace
from workers.settings import Settings, secrets_of

WORKERS = Path(__file__).parents[2] / "workers"

PAGES = ("calm words", "more calm words", "poison", "bug in clean secret words", "calm words", "last words")


def troubled_mill() -> tuple[list[Entry], str]:
    """A mill to which happens what can happen: copies, bugs, a killer, a lost message, a deleted entry."""
    entries: list[Entry] = []

    def live() -> None:
        mill = MemoryMill()
        entries.extend(mill.push(*PAGES))
        mill.dispatch()
        mill.broker.messages.clear()
        mill.settle_down()
        gone = mill.push("deleted")[0]
        mill.ledger.delete(gone.id)
        mill.reconciler.sweep()
        mill.ledger.articles.clear()
        mill.reconciler.keep_mark()

    return entries, said_while(live)


def of(id: str, text: str) -> list[dict[str, object]]:
    return trace(lambda: text.splitlines(), id)


def test_every_line_keeps_to_the_schema() -> None:
    _, text = troubled_mill()
    lines = lines_of(text)
    assert {line["event"] for line in lines} >= {"sent", "batch", "rescued", "quarantined", "swept"}
    assert [(line, faults(line)) for line in lines if faults(line)] == []


BAD = Quarantine(Reason.CHARSET, "no charset fits", "ingest")
SAID: dict[str, Callable[[Log], None]] = {
    "batch": lambda log: log.batch("ingest", "b", documents=1, seconds=0.5, ids=[("1-0", "d")]),
    "sent": lambda log: log.sent("b", entries=["1-0"], reason="idle"),
    "handed_back": lambda log: log.handed_back("publish", "b", LedgerError("refused")),
    "quarantined": lambda log: log.quarantined("b", "d", "1-0", BAD),
    "rescued": lambda log: log.rescued("b", act="send", step="tag", cause="lost", entries=["1-0"]),
    "swept": lambda log: log.swept(vanished=1, adopted=2),
    "incident": lambda log: log.incident("lost its tail"),
    "away": lambda log: log.away("ledger", LedgerError("refused")),
    "rebuilt": lambda log: log.rebuilt(5, 0.5),
    "source": lambda log: log.source("post", "length", {"length": "60 words an article, usually 400"}),
    "throughput": lambda log: log.throughput(
        seconds=30.0, accepted=9, documents=6, quarantined=1, in_flight=3, oldest_seconds=0.5),
    "rules_loaded": lambda log: log.rules_loaded("rules.toml", 3),
    "rules_refused": lambda log: log.rules_refused("rules.toml", ["1:1: no"]),
    "process": lambda log: log.process("serving", port=8080),
}


@pytest.mark.parametrize("name", SAID)
def test_all_that_can_be_said_keeps_to_the_schema(name: str) -> None:
    line, = lines_of(said_while(lambda: SAID[name](Log("test"))))
    assert faults(line) == []


def test_nothing_else_can_be_said() -> None:
    assert set(SAID) == {name for name in vars(Log) if not name.startswith("_")}


def test_what_a_process_says_of_itself_keeps_to_the_schema() -> None:
    trees = [ast.parse(file.read_text()) for file in WORKERS.rglob("*.py")]
    said = [
        keyword.arg for tree in trees for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "process"
        for keyword in call.keywords
    ]
    assert "port" in said
    assert [name for name in said if name not in FIELDS] == []


def test_lines_of_libraries_keep_to_the_schema_too() -> None:
    text = said_while(lambda: logging.getLogger("celery.worker").warning("Connection lost, %s", "trying again"))
    assert [faults(line) for line in lines_of(text)] == [[]]


def test_throughput_is_one_line_with_its_rate() -> None:
    figures = {"accepted": 9, "documents": 60, "quarantined": 1, "in_flight": 3, "oldest_seconds": 0.5}
    line, = lines_of(said_while(lambda: Log("test").throughput(seconds=30.0, **figures)))  # type: ignore[arg-type]
    assert (line["event"], line["seconds"], line["docs_per_second"]) == ("throughput", 30.0, 2.0)


def test_no_line_holds_page_text() -> None:
    _, text = troubled_mill()
    assert "calm" not in text
    assert "secret words" not in text


def test_a_document_is_followed_through_all_its_steps_by_its_id() -> None:
    entries, text = troubled_mill()
    steps = [line["step"] for line in of(entries[0].document_id, text) if line["event"] == "batch"]
    assert steps[-len(PIPELINE):] == list(PIPELINE)


@pytest.mark.parametrize("name", ["document", "article", "entry"])
def test_each_name_of_a_document_leads_to_the_same_lines(name: str) -> None:
    entries, text = troubled_mill()
    document, entry = entries[0].document_id, entries[0].id
    found = of({"document": document, "article": f"{document}-0", "entry": entry}[name], text)
    assert found
    assert found == of(document, text)


def test_a_document_s_way_shows_its_rescue_and_its_quarantine_and_not_its_neighbours() -> None:
    entries, text = troubled_mill()
    killer = of(entries[2].document_id, text)
    assert [(line["reason"]) for line in killer if line["event"] == "quarantined"] == ["killed_worker"]
    assert [line["cause"] for line in killer if line["event"] == "rescued"][-1] == "poison"
    assert "entries" not in str(killer[0])
    assert not [line for line in of(entries[0].document_id, text) if line["event"] == "quarantined"]
    bug = of(entries[3].document_id, text)
    assert [line["reason"] for line in bug if line["event"] == "quarantined"] == ["step_failed"]


def test_lines_of_several_processes_in_any_order_come_out_in_order_of_time() -> None:
    entries, text = troubled_mill()
    lines = text.splitlines()
    random.Random(3).shuffle(lines)
    shuffled = trace(lambda: lines, entries[0].document_id)
    assert [line["timestamp"] for line in shuffled] == sorted(str(line["timestamp"]) for line in shuffled)
    assert len(shuffled) == len(of(entries[0].document_id, text))


def test_what_is_no_line_of_json_is_passed_over_and_a_prefix_taken_off() -> None:
    text = 'worker: Warm shutdown\nclean-1  | {"event": "batch"}\n{"broken\n[1]\n{"no": "event"}'
    assert list(read_lines(text.splitlines())) == [{"event": "batch"}]


def test_an_id_that_nobody_has_leads_nowhere() -> None:
    _, text = troubled_mill()
    assert of("0" * 32, text) == []


SECRETS = Settings(
    ledger_url="redis://mill:le%40dger-pass@10.0.0.1:6379/0", work_url="rediss://:work-pass@work/0",
    store_url="postgresql://newsmill:st0re-pass@db/newsmill", queue_url="amqp://guest:queue-pass@mq//",
    otlp_url="http://user:otlp-pass@collector:4318/v1/traces",
)
PASSWORDS = ("le%40dger-pass", "le@dger-pass", "work-pass", "st0re-pass", "queue-pass", "otlp-pass")


def test_the_passwords_of_all_urls_are_known() -> None:
    assert secrets_of(SECRETS) == set(PASSWORDS)
    assert secrets_of(Settings(ledger_url="redis://ledger:6379/0", store_url="sqlite:////data/newsmill.db")) == set()


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_line_says_a_password_wherever_it_comes_from(log_format: str) -> None:
    def say() -> None:
        for url in (SECRETS.ledger_url, SECRETS.work_url, SECRETS.store_url, SECRETS.queue_url, SECRETS.otlp_url):
            Log("test").away("ledger", LedgerError(f"cannot reach {url}"))
            Log("test").process("serving", name=url)
            logging.getLogger("kombu").error("Cannot connect to %s", url)
        for password in PASSWORDS:
            try:
                raise ValueError(f"AUTH {password} refused")
            except ValueError:
                logging.getLogger("redis").exception("failed")

    text = said_while(say, secrets_of(SECRETS), log_format)
    assert [password for password in PASSWORDS if password in text] == []
    assert "10.0.0.1:6379" in text
    assert "AUTH *** refused" in text


def test_a_password_in_a_url_that_no_setting_names_is_hidden_too() -> None:
    text = said_while(lambda: Log("test").incident("see https://me:hunter2@example.org/a and https://example.org/b:c@d"))
    assert "see https://me:***@example.org/a and https://example.org/b:c@d" in text
