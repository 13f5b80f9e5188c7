"""newsmill logs: from files, from standard input, from the data folder."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from workers.cli.logs import logs

DOCUMENT = "a" * 32
LINES = [
    {"event": "sent", "level": "info", "timestamp": "T1", "process": "dispatch", "batch": "b",
     "entries": ["1-0", "2-0"]},
    {"event": "batch", "level": "info", "timestamp": "T2", "process": "worker", "step": "ingest", "batch": "b",
     "entries": ["1-0", "2-0"], "traces": [DOCUMENT, "c" * 32]},
    {"event": "quarantined", "level": "warning", "timestamp": "T3", "process": "worker", "step": "clean", "batch": "b",
     "trace": DOCUMENT, "entry": "1-0", "reason": "no_article", "detail": "bell \x07 rings"},
    {"event": "quarantined", "level": "warning", "timestamp": "T3", "batch": "b", "trace": "c" * 32, "entry": "2-0"},
    {"event": "away", "level": "warning", "timestamp": "T4", "dependency": "work"},
]
TEXT = "worker: Warm shutdown\n" + "".join(f"{json.dumps(line)}\n" for line in LINES)


def test_the_way_of_a_document_is_read_from_standard_input() -> None:
    done = CliRunner().invoke(logs, ["--trace", DOCUMENT, "-"], input=TEXT)
    assert [line.split()[3:5] for line in done.stdout.splitlines()] == [
        ["sent", "batch=b"], ["batch", "ingest"], ["quarantined", "clean"],
    ]
    assert "\x07" not in done.stdout


def test_the_same_is_read_from_files_and_from_the_data_folder(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "dispatch.log").write_text(f"{json.dumps(LINES[0])}\n")
    (tmp_path / "logs" / "worker.log").write_text("".join(f"{json.dumps(line)}\n" for line in LINES[1:]))
    from_folder = CliRunner().invoke(logs, ["--data", str(tmp_path), "--trace", DOCUMENT, "--json"])
    files = [str(file) for file in sorted((tmp_path / "logs").iterdir())]
    from_files = CliRunner().invoke(logs, ["--trace", DOCUMENT, "--json", *files])
    assert from_folder.stdout == from_files.stdout
    assert [json.loads(line)["timestamp"] for line in from_files.stdout.splitlines()] == ["T1", "T2", "T3"]


def test_without_a_trace_all_lines_of_a_level_are_shown() -> None:
    done = CliRunner().invoke(logs, ["--level", "warning", "-"], input=TEXT)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["T3", "T3", "T4"]


def test_an_unknown_document_is_a_no_and_a_missing_file_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(logs, ["--trace", "d" * 32, "-"], input=TEXT).exit_code == 1
    missing = CliRunner().invoke(logs, [str(tmp_path / "none.log")])
    assert "no file" in str(missing.exception)
    assert "no log files" in str(CliRunner().invoke(logs, ["--data", str(tmp_path)]).exception)
