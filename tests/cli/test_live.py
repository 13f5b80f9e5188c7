"""newsmill status --live: fits 80 columns and 24 lines, whatever the figures; in a real terminal too."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from click.testing import CliRunner
from rich.console import Console

from tests.cli.terminal import COLUMNS, LINES, Terminal
from workers.cli.live import screen
from workers.cli.watching import status
from workers.model import Reason
from workers.pipeline import PIPELINE
from workers.ports import Audit, Out, SourceState, WorkerBeat
from workers.runtime.look import Between, Look, Looks

QUIET = Audit(10, 0, 7, 2, 1, 0, 0, 0, 0, 1_795_000_000_000, {})
HUGE = replace(
    QUIET, accepted=98_765_432_100, in_flight=12_345_678, stored=87_654_321_000, duplicate=9_876_543_210,
    quarantined=123_456_789, vanished=12_345, oldest_ms=987_654_321, overdue_ms=98_765_432,
    now_ms=QUIET.now_ms + 10_000,
    counters={
        **{f"quarantined:{step}:{reason}": 1_234_567 for step in PIPELINE for reason in Reason},
        **{f"h:step_seconds:{step}:sum": 10**9 for step in PIPELINE},
        **{f"step_documents:{step}": 10**8 for step in PIPELINE},
    },
)
BUSY = Look(
    HUGE, [Out("b", step, state, 64) for step in PIPELINE for state in ("queued", "running", "waiting")] * 400,
    [WorkerBeat(str(i), PIPELINE, 128) for i in range(100)],
    {str(state): 1000 for state in SourceState}, {"work": "refused", "store": "refused", "ledger": "refused"},
)
LOOK = Look(QUIET, [], [WorkerBeat("w", ("clean",), 2)])


def drawn(between: Between, first: Look) -> list[str]:
    console = Console(width=COLUMNS, record=True, force_terminal=True, file=io.StringIO())
    console.print(screen(between, first))
    return console.export_text().splitlines()


@pytest.mark.parametrize("now", [LOOK, BUSY], ids=["quiet", "huge"])
def test_it_fits_whatever_the_figures(now: Look) -> None:
    lines = drawn(Between(LOOK, now), LOOK)
    assert len(lines) <= LINES
    assert [line for line in lines if len(line) > COLUMNS] == []


def test_huge_figures_are_not_cut() -> None:
    text = "\n".join(drawn(Between(LOOK, BUSY), LOOK))
    figures = ("98,765,432,100", "87,654,321,000", "12,345,678", "98,765.4 s", "12,800")
    assert [figure for figure in figures if figure not in text] == []


def test_it_says_what_is_down_what_went_wrong_and_which_step_has_no_worker() -> None:
    text = "\n".join(drawn(Between(LOOK, BUSY), LOOK))
    assert "store DOWN" in text
    assert "1,234,567  quarantined clean bad_field" in text
    assert "1,000 silent" in text
    quiet = drawn(Between(LOOK, LOOK), LOOK)
    assert any("no trouble" in line for line in quiet)
    assert next(line for line in quiet if line.startswith("tag")).split()[-2:] == ["0", "0"]


def test_rates_are_means_of_the_last_ten_seconds() -> None:
    looks = Looks()
    for second in range(30):
        accepted = 10 * second if second < 15 else 150
        audit = replace(QUIET, accepted=accepted, now_ms=QUIET.now_ms + 1000 * second)
        between = looks.add(Look(audit, [], []))
    assert (between.seconds, between.accepted_per_second) == (10.0, 0.0)


def test_without_a_terminal_it_is_wrong_use(tmp_path: Path) -> None:
    environment = {"NEWSMILL_LEDGER_URL": "redis://127.0.0.1:1", "NEWSMILL_WORK_URL": "redis://127.0.0.1:1",
                   "NEWSMILL_STORE_URL": f"sqlite:///{tmp_path}/newsmill.db"}
    done = CliRunner(env=environment).invoke(status, ["--live"])
    assert "needs a terminal" in str(done.exception)


@pytest.mark.parametrize("keys", ["q", "\x03"], ids=["q", "ctrl-c"])
def test_in_a_real_terminal_it_is_drawn_again_and_again_until_told_to_stop(
    keys: str, redis_url: str, redis_client: redis.Redis, tmp_path: Path
) -> None:
    """The terminal is left as it was: the other screen closed, the cursor shown."""
    redis_client.xadd("{newsmill}:documents", {"body": "waits"})
    terminal = Terminal(["status", "--live"], {
        "NEWSMILL_REDIS_URL": redis_url, "NEWSMILL_STORE_URL": f"sqlite:///{tmp_path}/newsmill.db",
    })
    terminal.read_until("q ends")
    redis_client.xadd("{newsmill}:documents", {"body": "waits too"})
    terminal.read_until("accepted               2")
    terminal.press(keys)
    assert terminal.exit_code() == 0
    assert terminal.said.rindex("\x1b[?1049l") > terminal.said.rindex("\x1b[?1049h")
    assert terminal.said.rindex("\x1b[?25h") > terminal.said.rindex("\x1b[?25l")
    screens = terminal.screens()
    assert len(screens) >= 2
    assert max(len(line.rstrip()) for lines in screens for line in lines) <= COLUMNS
    assert max(len([line for line in lines if line.strip()]) for lines in screens) <= LINES
    assert "accepted" in "\n".join(screens[0])
