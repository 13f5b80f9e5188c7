from __future__ import annotations

import pytest

from tests.steps.clean.pages import articles, removed, tables
from workers.steps.clean.boilerplate import Boilerplate, heading_key, in_all_languages

BOILERPLATE = Boilerplate(tables()["boilerplate"])


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Erreur lors de la récupération des données", "error_residue"),
        ("حدث خطأ أثناء جلب البيانات", "error_residue"),
        ("Fehler beim Laden der Daten.", "error_residue"),
        ("произошла ошибка", "error_residue"),
        ("ADVERTISEMENT", "advertisement"),
        ("广告", "advertisement"),
        ("Publicité", "advertisement"),
        ("Read more...", "read_more"),
        ("» Weiterlesen", "read_more"),
        ("اقرأ المزيد", "read_more"),
        ("Also Read | Storm closes roads", "also_read"),
        ("Lea también: La tormenta", "also_read"),
        ("We use cookies to make this site work.", "cookies"),
        ("Diese Website verwendet Cookies, um gut zu sein.", "cookies"),
        ("Subscribe to our newsletter", "newsletter"),
        ("Подписывайтесь на нас в соцсетях", "newsletter"),
        ("© 2025 Bay Paper. All rights reserved.", "copyright"),
        ("جميع الحقوق محفوظة لصحيفة الميناء", "copyright"),
        ("Foto: Anna Berg", "credit"),
        ("(Photo courtesy: Bay Paper)", "credit"),
        ("Réservé aux abonnés", "paywall"),
        ("— Anna Berg (@anna) July 20, 2025", "social"),
        ("https://example.org/a", "social"),
        ("&w=3840&q=100)", "picture_address"),
        ("(1)", "marker"),
        ("* * *", "marker"),
        ("4 min read", "marker"),
        ("0:00 / 3:15", "player"),
        ("This is a developing story. More soon.", "live_blog"),
        ("The council voted on Tuesday.", None),
        ("Read the small print, the mayor said.", None),
        ("In 2025 the council will vote.", None),
    ],
)
def test_a_rule_takes_its_line_and_no_sentence(line: str, rule: str | None) -> None:
    assert BOILERPLATE.rule_for(line) == rule


@pytest.mark.parametrize(
    ("line", "rest", "parts"),
    [
        ("It rained. Advertisement It stopped.", "It rained. It stopped.", [("Advertisement", "advertisement")]),
        ("It rained. Advertisement 2 It stopped.", "It rained. It stopped.", [("Advertisement 2", "advertisement")]),
        ("It rained. read more It stopped.", "It rained. It stopped.", [("read more", "read_more")]),
        ("They read more books. So do we.", "They read more books. So do we.", []),
        ("An Advertisement for a wall. So it was.", "An Advertisement for a wall. So it was.", []),
        ("It rained. (Photo: Anna Berg) It stopped.", "It rained. It stopped.", [("(Photo: Anna Berg)", "credit")]),
        ("It rained. (Bay Paper/Anna Berg)", "It rained.", [("(Bay Paper/Anna Berg)", "credit")]),
        ("It rained. pic.twitter.com/abc123", "It rained.", [("pic.twitter.com/abc123", "social")]),
        ("It rained. please consider", "It rained.", [("please consider", "newsletter")]),
        (
            "It rained. Video Player is loading. Play Video This is a modal window.",
            "It rained.",
            [("Video Player is loading. Play Video This is a modal window.", "player")],
        ),
        ("Il pleut. Publicité Il fait beau.", "Il pleut. Il fait beau.", [("Publicité", "advertisement")]),
    ],
)
def test_a_foreign_part_is_cut_from_between_sentences(line: str, rest: str, parts: list[tuple[str, str]]) -> None:
    assert BOILERPLATE.trimmer(line).trim(line) == (rest, parts)


def test_an_article_reports_each_removed_line_with_its_rule() -> None:
    article = articles(
        "Wall opens\nThe wall is open. Advertisement It was time.\nErreur lors de la récupération des données"
    )[0]
    assert article.text == "The wall is open. It was time."
    assert removed(article) == [
        ("Erreur lors de la récupération des données", "error_residue"),
        ("Advertisement", "advertisement"),
    ]


RULES = {rule["name"]: rule for rule in tables()["boilerplate"]["rule"]}


def removed_by(line: str) -> set[str]:
    """The rules that take the line or a part of it."""
    whole = BOILERPLATE.rule_for(line)
    return {whole} if whole else {rule for _, rule in BOILERPLATE.trimmer(line).trim(line)[1]}


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_removes_and_keeps_what_its_examples_say(name: str) -> None:
    rule = RULES[name]
    assert rule["removes"]
    assert rule["keeps"]
    assert {line: removed_by(line) for line in rule["removes"]} == {line: {name} for line in rule["removes"]}
    assert [line for line in rule["keeps"] if removed_by(line)] == []


@pytest.mark.parametrize("name", sorted(RULES))
def test_each_phrase_of_a_rule_is_removed_in_its_language(name: str) -> None:
    rule = RULES[name]
    lines = list(in_all_languages(rule, "lines"))
    lines += [f"{start} xyz" for start in in_all_languages(rule, "starts")]
    parts = [f"It rained. {phrase} It stopped." for phrase in in_all_languages(rule, "between")]
    parts += [f"It rained. {phrase}" for phrase in in_all_languages(rule, "ends")]
    assert [line for line in (*lines, *parts) if not removed_by(line)] == []


def test_no_whole_line_belongs_to_two_rules() -> None:
    phrases = [
        (heading_key(phrase), name) for name, rule in RULES.items() for phrase in in_all_languages(rule, "lines")
    ]
    rules = {phrase: {rule for other, rule in phrases if other == phrase} for phrase, _ in phrases}
    assert {phrase: found for phrase, found in rules.items() if len(found) > 1} == {}


def test_every_rule_has_a_name_and_something_to_match() -> None:
    kinds = {"lines", "starts", "ends", "between", "spans", "patterns", "inside"}
    assert all(kinds & set(rule) for rule in RULES.values())
