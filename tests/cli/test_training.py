from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from workers.cli import with_commands

ROWS = [
    {"text": f"{text} {number}.", "topics": topic}
    for number in range(4)
    for text, topic in (("The team won the match", "sport"), ("The ferry left the quay", ["harbour"]))
]


def train(data: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(with_commands(), ["train", "topics", str(data), *options])
    return done.exit_code, done.output


def written(folder: Path, lines: list[str]) -> Path:
    file = folder / "labelled.jsonl"
    file.write_text("\n".join(lines))
    return file


def test_it_prints_a_line_a_topic_and_writes_the_model(tmp_path: Path) -> None:
    data = written(tmp_path, [json.dumps(row) for row in ROWS])
    code, said = train(data, "--out", str(tmp_path / "my.model"))
    assert code == 0
    assert all(word in said for word in ("sport", "harbour", "all together", "NEWSMILL_TOPICS_MODEL"))
    assert (tmp_path / "my.model").stat().st_size > 0


def test_json_has_the_same_figures(tmp_path: Path) -> None:
    data = written(tmp_path, [json.dumps(row) for row in ROWS])
    code, said = train(data, "--out", str(tmp_path / "my.model"), "--json")
    report = json.loads(said)
    assert (code, report["documents"], [each["label"] for each in report["labels"]]) == (0, 8, ["harbour", "sport"])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 1 is no JSON"),
        ('{"topics": "a"}', "line 1: text must be a string"),
        ('{"text": "a"}', "line 1: topics must be a string or a list of strings, not None"),
        ('{"text": "a", "title": 3, "topics": "a"}', "line 1: title must be a string, not 3"),
        ('{"text": "a", "topics": [1]}', "line 1: topics must be a string or a list of strings, not [1]"),
    ],
    ids=["json", "text", "topics", "title", "labels"],
)
def test_a_line_that_cannot_be_read_is_named_with_its_field(tmp_path: Path, line: str, problem: str) -> None:
    code, said = train(written(tmp_path, [line]))
    assert (code, problem in said) == (2, True)


def test_documents_of_one_topic_are_refused(tmp_path: Path) -> None:
    code, said = train(written(tmp_path, [json.dumps(row) for row in ROWS if row["topics"] == "sport"]))
    assert (code, "at least two topics" in said) == (2, True)
