"""What a step of the operator's may do, and that whatever else it does costs one article."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.memory_mill import MemoryMill
from workers.errors import SettingsError, StoreError
from workers.model import Article, Keep, Quarantine, Reason, Relation, Tag, TagKind
from workers.runtime.exporter import MillCollector, make_metrics
from workers.runtime.guard import Guard
from workers.runtime.own_steps import OwnStep, OwnSteps, load_own_step
from workers.steps.tag import Step

GIVEN = Article("d-0", "d", text="A bridge", title="Bridge")
MARK = Tag(TagKind.RULE, "marked", "Marked", 1.0, ((2, 8),))


class AddMark:
    def __call__(self, article: Article) -> Keep | Quarantine:
        return Keep(replace(article, tags=(*article.tags, MARK)))


def ask(*decide: Any, document_s: float = 5.0, spent_s: float = 0.0) -> Keep | Quarantine:
    steps = [OwnStep(f"mine:{number}", each) for number, each in enumerate(decide)]
    return OwnSteps(steps, Guard(document_s=document_s, cpu_s=None))(GIVEN, spent_s=spent_s)


def test_a_class_that_keeps_and_changes_an_article_is_a_step() -> None:
    step: Step = AddMark()
    assert ask(step) == Keep(replace(GIVEN, tags=(MARK,)))


def test_steps_run_in_order_and_a_quarantine_is_the_last_word() -> None:
    def refuse(article: Article) -> Quarantine:
        return Quarantine(Reason.EMPTY_BODY, detail=article.tags[-1].id)

    assert ask(AddMark(), refuse, AddMark()) == Quarantine(Reason.EMPTY_BODY, detail="mine:1: marked")


def give(made: object) -> Callable[[Article], object]:
    return lambda article: made


def fail(error: BaseException) -> Callable[[Article], object]:
    def step(article: Article) -> object:
        raise error

    return step


def kept(**changes: Any) -> Callable[[Article], object]:
    return give(Keep(replace(GIVEN, **changes)))


WRONG = {
    "raises": (fail(ValueError("page text")), "mine:0: ValueError in step (test_own_step.py:"),
    "says the world failed": (fail(StoreError("away")), "mine:0: raised StoreError"),
    "ends the process": (fail(SystemExit(3)), "mine:0: raised SystemExit"),
    "gives nothing": (give(None), "mine:0: gave NoneType, neither Keep(article) nor Quarantine"),
    "gives the article itself": (give(GIVEN), "mine:0: gave Article, neither Keep(article) nor Quarantine"),
    "gives a reason of its own": (give(Quarantine("mine")), "mine:0: gave Quarantine, neither"),  # type: ignore[arg-type]
    "changes the id": (kept(id="e-0"), "mine:0: changed id, which no own step may"),
    "changes the relation": (kept(relation=Relation(of="e-0")), "mine:0: changed relation, which no own step may"),
    "puts a number into the text": (kept(text=3), "mine:0: made an article that cannot be stored: ValidationError"),
    "puts a lone surrogate into the text": (kept(text="\ud800"), "mine:0: made an article that cannot be stored: "),
    "points outside of the text": (
        kept(tags=(replace(MARK, evidence=((2, 99),)),)), "mine:0: gave tag 'marked' the evidence (2, 99), outside",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_step_that_does_wrong_quarantines_the_article_under_its_name(name: str) -> None:
    step, detail = WRONG[name]
    outcome = ask(step)
    assert isinstance(outcome, Quarantine)
    assert (outcome.reason, outcome.detail[: len(detail)]) == (Reason.STEP_FAILED, detail)
    assert "page text" not in outcome.detail


def test_lists_where_the_record_has_tuples_are_taken_as_such() -> None:
    assert ask(kept(tags=[MARK], authors=["May"])) == Keep(replace(GIVEN, tags=(MARK,), authors=("May",)))


def test_a_step_that_does_not_end_is_stopped_in_the_time_that_its_document_has_left() -> None:
    def spin(article: Article) -> Keep:
        while True:
            pass

    began = time.monotonic()
    assert ask(spin, document_s=30.0, spent_s=29.9) == Quarantine(Reason.TIMEOUT, "mine:0: no result after 30 s")
    assert time.monotonic() - began < 5


# ---- in the mill -----------------------------------------------------------------------------------


def picky(article: Article) -> Keep | Quarantine:
    if "bug" in article.text:
        raise ValueError(article.text)
    return AddMark()(article) if article.text.startswith("A bridge") else Keep(article)


@pytest.fixture(scope="module")
def mill() -> MemoryMill:
    """Three documents, one of them a page of two articles, went through a mill with the step `picky`."""
    mill = MemoryMill(own=(OwnStep("mine:picky", picky),))
    mill.push("A bridge", "a bug here", "a bug there\n\nA quay")
    mill.settle_down()
    return mill


def test_only_the_article_it_failed_on_is_quarantined(mill: MemoryMill) -> None:
    assert [(row.step, row.reason) for row in mill.store.quarantine_list()] == [("tag", "step_failed")]
    assert mill.store.counts() == {
        "stored": 2, "duplicate": 0, "quarantined": 1,
        "articles:stored": 2, "articles:duplicate": 0, "articles:quarantined": 2,
    }


def test_explain_and_quarantine_name_the_own_step(mill: MemoryMill) -> None:
    (explained,) = mill.store.explain("a bug here")
    assert explained["refused"][0]["detail"].startswith("mine:picky: ValueError in picky (test_own_step.py:")
    assert mill.store.quarantine_list()[0].detail == explained["refused"][0]["detail"]


def test_metrics_count_what_each_own_step_kept_and_quarantined(mill: MemoryMill) -> None:
    collector = MillCollector(mill.ledger, mill.index, mill.store, {})
    told = make_metrics(collector)().decode()
    assert 'newsmill_own_step_articles_total{own_step="mine:picky",result="kept"} 2.0' in told
    assert 'newsmill_own_step_articles_total{own_step="mine:picky",result="quarantined"} 2.0' in told
    assert 'newsmill_own_step_seconds_total{own_step="mine:picky"}' in told


# ---- the line of config ----------------------------------------------------------------------------


def test_a_step_is_named_by_module_or_by_file(tmp_path: Path) -> None:
    file = tmp_path / "my_marks.py"
    file.write_text("from tests.contract.test_own_step import AddMark\n")
    loaded = [load_own_step("tests.contract.test_own_step:AddMark"), load_own_step(f"{file}:AddMark")]
    assert [step.name for step in loaded] == ["tests.contract.test_own_step:AddMark", "my_marks:AddMark"]
    assert all(step.decide(GIVEN) == AddMark()(GIVEN) for step in loaded)


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("no_such_module:Step", "own_steps: no_such_module:Step: ModuleNotFoundError"),
        ("tests.contract.test_own_step:Gone", "own_steps: tests.contract.test_own_step:Gone: AttributeError"),
        ("gone.py:Step", "own_steps: gone.py:Step: FileNotFoundError"),
        ("no_class", "own_steps: no_class: "),
        ("builtins:dict", "own_steps: builtins:dict: dict has no __call__"),
    ],
)
def test_a_step_that_cannot_be_made_is_named_at_start(setting: str, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_own_step(setting)
    assert refused.value.problems[0].startswith(problem)
