"""`newsmill story`: what a reader sees."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.contract.stores import NOW, art, article, copy, decision
from workers.adapters.sql_store import SqlStore
from workers.cli.reading import COMMANDS
from workers.model import Article, Relation

story = next(command for command in COMMANDS if command.name == "story")


def told(one: Article, **values: object) -> Article:
    return replace(one, relation=replace(one.relation, story=art("a")), **values)  # type: ignore[arg-type]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A dispatch, forty reprints of it, another text of the agency, and two writers of their own."""
    store = SqlStore(f"sqlite:///{tmp_path}/newsmill.db")
    names = [f"r{number:02}" for number in range(40)]
    pages = [("a", told(article("a"), wire="Reuters"))]
    pages += [(name, told(copy(name, of=art("a")))) for name in names]
    pages += [("b", told(article("b"), wire="reuters")), ("c", told(article("c"))), ("d", told(article("d")))]
    other = article("e", relation=Relation(story=art("e")))
    store.record([decision(name, page) for name, page in [*pages, ("e", other)]], NOW)
    store.close()
    return tmp_path


@pytest.mark.parametrize("id", [art("a"), art("r07"), "c.txt"])
def test_a_story_is_told_with_its_independent_origins_by_any_of_its_articles(data: Path, id: str) -> None:
    done = CliRunner().invoke(story, ["--data", str(data), "--json", id])
    (found,) = json.loads(done.output)
    counts = {name: found[name] for name in ("story", "articles", "origins", "is_whole")}
    assert (done.exit_code, counts) == (0, {"story": art("a"), "articles": 44, "origins": 3, "is_whole": True})
    assert [(origin["wire"] or "").casefold() for origin in found["told"]] == ["reuters", "", ""]
    assert [len(origin["articles"]) for origin in found["told"]] == [42, 1, 1]


def test_the_table_says_how_many_speak_for_themselves(data: Path) -> None:
    done = CliRunner().invoke(story, ["--data", str(data), art("c")])
    assert done.output.splitlines()[0] == f"story {art('a')}: 44 articles, 3 independent origins"


def test_an_unknown_story_is_said_and_ends_with_1(data: Path) -> None:
    done = CliRunner().invoke(story, ["--data", str(data), "nothing"])
    assert (done.exit_code, done.output) == (1, "no story under nothing\n")
