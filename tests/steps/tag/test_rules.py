from __future__ import annotations

from typing import Any

import pytest

from tests.steps.tag.tables import english, tags
from workers.model import Article, Tag, TagKind
from workers.steps.tag import BadTable
from workers.steps.tag import Tag as TagStep


def step(*rules: dict[str, Any]) -> TagStep:
    return TagStep({"rules": {"rule": list(rules)}}, identify=english)


def hits(text: str, *rules: dict[str, Any], title: str | None = None) -> list[str]:
    return [tag.id for tag in tags(Article("a-0", "a", text=text, title=title), TagKind.RULE, step(*rules))]


def rule(**keys: Any) -> dict[str, Any]:
    return {"id": "r"} | keys


def test_a_rule_that_holds_is_a_tag_with_the_words_it_rests_on() -> None:
    article = Article("a-0", "a", text="A rate cut is near: rate cut!", title="Rate cut")
    sought = rule(label="Rates", any=["rate cut", "rate hike"])
    assert tags(article, TagKind.RULE, step(sought)) == [
        Tag(TagKind.RULE, "r", "Rates", 1.0, ((2, 10), (20, 28), (0, 8, "title")))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a b", ["r"]), ("a c", ["r"]), ("a", []), ("b c", []), ("a b x", []), ("a b y", ["r"])],
)
def test_any_needs_one_all_needs_each_none_forbids(text: str, expected: list[str]) -> None:
    assert hits(text, rule(all=["a"], any=["b", "c"], none=["x"])) == expected


@pytest.mark.parametrize(("field", "expected"), [("text", ["r"]), ("title", []), ("any", ["r"])])
def test_a_rule_looks_into_its_field_only(field: str, expected: list[str]) -> None:
    assert hits("Word", rule(any=["word"], field=field), title="Other") == expected


@pytest.mark.parametrize(("language", "expected"), [("en", ["r"]), ("fr", []), (["fr", "en"], ["r"])])
def test_a_rule_holds_in_its_languages_only(language: object, expected: list[str]) -> None:
    assert hits("Word", rule(any=["word"], language=language)) == expected


def test_rules_come_in_the_order_of_the_file() -> None:
    assert hits("b a", rule(id="z", any=["a"]), rule(id="y", any=["b"])) == ["z", "y"]


def test_five_thousand_rules_are_sought_at_once_and_at_most_a_hundred_tags_given() -> None:
    many = [rule(id=f"r{n}", any=[f"word{n}", "common"]) for n in range(5000)]
    assert hits("word4321", *many) == ["r4321"]
    assert len(hits("common", *many)) == 100


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ({"any": ["a"]}, r"rule 1 \(without id\): id must be a string, not None"),
        (rule(any="a"), r"rule 1 \(r\): any must be a list of strings, not 'a'"),
        (rule(any=[3]), r"rule 1 \(r\): any must be a list of strings, not \[3\]"),
        (rule(any=["--"]), r"rule 1 \(r\): any: '--' holds no word"),
        (rule(any=["econom*"]), r"rule 1 \(r\): any: 'econom\*': there are no wildcards"),
        (rule(none=["a"]), r"rule 1 \(r\): any or all must hold a phrase"),
        (rule(any=["a"], field="body"), r"rule 1 \(r\): field must be one of any, text, title, not 'body'"),
        (rule(any=["a"], language=3), r"rule 1 \(r\): language must be a list of strings, not 3"),
        (rule(any=["a"], near=["b"]), r"rule 1 \(r\): near is unknown"),
        (rule(any=["a"], label=""), r"rule 1 \(r\): label must be a string, not ''"),
    ],
)
def test_a_bad_rule_is_refused_naming_rule_and_key(bad: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadTable, match=problem):
        step(bad)


def test_all_bad_rules_are_named_at_once() -> None:
    with pytest.raises(BadTable) as refused:
        step(rule(any=[]), rule(id="s", any=["a"]), rule(id="s", any=["b"]))
    assert [problem.split(": ")[1] for problem in refused.value.problems] == ["rule 1 (r)", "rule 3 (s)"]


@pytest.mark.parametrize("table", [{"rules": []}, {"rule": {}}])
def test_a_table_that_holds_no_rules_as_they_are_written_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(BadTable, match=r"\[\[rule\]\]"):
        TagStep({"rules": table}, identify=english)
