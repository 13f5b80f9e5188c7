from __future__ import annotations

import pytest

from workers.cli.reach import print_table

ROWS = [("2026-11-24 22:20", "en", "unique", "The Harbour Courier", "A very long title " * 9, "8" * 34)]
HEADINGS = ("PUBLISHED", "LANG", "RELATION", "PUBLISHER", "TITLE", "ID")


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("columns", [80, 100, 120, 300])
def test_a_table_fits_the_terminal_and_ids_are_whole(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    print_table(HEADINGS, ROWS, empty="none")
    lines = printed(capsys)
    assert max(map(len, lines)) <= columns
    assert lines[1].endswith("8" * 34)
    assert "A very long" in lines[1]


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(HEADINGS, [], empty="no article found")
    assert printed(capsys) == ["no article found"]


def test_control_characters_of_foreign_text_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("TITLE",), [("red \x1b[31mtext\x9b\n",)], empty="")
    assert printed(capsys) == ["TITLE", "red  [31mtext"]
