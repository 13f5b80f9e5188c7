from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.tag.tables import english, evidence, tags
from workers.model import Article, Dateline, Tag, TagKind
from workers.steps.tag import BadTable
from workers.steps.tag import Tag as TagStep
from workers.steps.tag.rules import BadRules, Rules, read_rules
from workers.steps.tag.rules.places import Places


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
        (rule(any=["--"]), r"rule 1 \(r\): '--' holds no word"),
        (rule(any=["ec*nomy"]), r"a \* stands only at the end, where a word may go on \(write each form\)"),
        (rule(any=["ec*"]), r"'ec\*': at least 3 letters stand before a \*"),
        (rule(none=["a"]), r"rule 1 \(r\): this rule would have to be asked of every article"),
        (rule(any=["a"], field="tittle"), r"there is no field 'tittle' \(did you mean title\?\)"),
        (rule(any=["a"], field="body"), r"there is no field 'body' \(known are any, text, title, publisher"),
        (rule(any=["a"], language=3), r"rule 1 \(r\): language must be a list of strings, not 3"),
        (rule(any=["a"], language="English"), r"'English' is no language \(write its ISO 639 code"),
        (rule(near=["b"]), r"rule 1 \(r\): near needs two phrases or more"),
        (rule(near=["a", "b"], within=0), r"within must be a number of words, 1 to 1000, not 0"),
        (rule(any=["a"], label=""), r"rule 1 \(r\): label must be a string, not ''"),
        (rule(any=["a"], nonne=["b"]), r"rule 1 \(r\): nonne is unknown \(did you mean none\?\)"),
        (rule(), r"rule 1 \(r\): any, all, near or when must say what to look for"),
        (rule(when="a b"), r"nothing joins 'b' to what is before it \(write and, or, near/5"),
        (rule(when="(a or b"), r"this \( is never closed"),
        (rule(when="a)"), r"this \) closes nothing"),
        (rule(when='"a b'), r"this quotation mark is never closed"),
        (rule(when="a or"), r"should stand here, not the end"),
        (rule(when="a and or b"), r"not 'or' \(put it in double quotes"),
        (rule(when="titel:a"), r"there is no field 'titel' \(did you mean title\?\)"),
        (rule(when="a near b"), r"'near' must say within how many words \(write near/5\)"),
        (rule(when="(a and b) near/3 c"), r"near takes words, phrases and groups of them joined by or"),
        (rule(when="not a or b"), r"this rule would have to be asked of every article"),
        (rule(when="/a+/"), r"this rule would have to be asked of every article"),
        (rule(when="a and /(?=b)/"), r"RE2 cannot read this pattern.*no look-around"),
        (rule(when="(" * 99 + "a" + ")" * 99), r"groups are nested more than 50 deep"),
    ],
)
def test_a_bad_rule_is_refused_naming_rule_and_cause(bad: dict[str, Any], problem: str) -> None:
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


# ---- when ------------------------------------------------------------------------------------------

FLIGHT = r"flight and /\b[A-Z]{2}[0-9]{3}\b/"


@pytest.mark.parametrize(
    ("when", "text", "holds"),
    [
        ("a and b", "b a", True),
        ("a AND b", "a", False),
        ("a or b and c", "a", True),  # and binds closer than or
        ("(a or b) and c", "a", False),
        ("a and not b", "a c", True),
        ("a and not b", "a b", False),
        ("a and not (b or c)", "a c", False),
        ("a and not not b", "a b", True),
        ('"rate cut" and bank', "a rate-cut, says the bank", True),
        ('"rate cut"', "rate of a cut", False),
        ("“rate cut”", "Rate\ncut", True),
        ('"or"', "now or never", True),
        ("econom*", "Economics", True),
        ("econom*", "uneconomic", False),
        ('"central bank*"', "the central bankers", True),
        ('"central bank*"', "a central riverbank", False),
        ("port near/3 strike", "strike at the port", True),
        ("port near/2 strike", "strike at the port", False),
        ("port near/9 port", "port", False),
        ("port near/9 port", "port by port", True),
        ("port near/2 (strike or walkout)", "walkout in port", True),
        ("a near/1 b near/1 c", "c b a", True),
        ("a near/1 b near/1 c", "b a x c", False),
        ("利率 near/4 央行", "央行下调利率", True),
        (FLIGHT, "Flight BA123 was late", True),
        (FLIGHT, "flight ba123 was late", False),
        (FLIGHT + "i", "flight ba123 was late", True),
    ],
)
def test_when_means_what_it_says(when: str, text: str, holds: bool) -> None:
    assert hits(text, rule(when=when)) == (["r"] if holds else [])


def test_the_keys_of_a_rule_must_all_hold() -> None:
    sought = rule(any=["a", "b"], when="c", near=["d", "e"], within=2, none=["x"])
    texts = ["a c d e", "b c e d", "a d e", "c d e", "a c d 1 2 e", "a c d e x"]
    assert [text for text in texts if hits(text, sought)] == ["a c d e", "b c e d"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("title:bridge", [((4, 10, "title"), "bridge")]),
        ("publisher:courier", [((8, 15, "publisher"), "Courier")]),
        ('url:"sport/ski"', [((20, 29, "url"), "sport/ski")]),
        ("section:sport", [((0, 5, "section"), "Sport")]),
        ("hashtags:snow", [((5, 9, "hashtags"), "Snow")]),
        ("authors:may", [((4, 7, "authors"), "May")]),
        ("dateline:oslo", [((0, 4, "dateline"), "OSLO")]),
        ("source:feed", [((0, 4, "source"), "feed")]),
        ("any:bridge", [((4, 10, "title"), "bridge")]),
        ("bridge or text:snowfall", [((2, 10), "snowfall"), ((4, 10, "title"), "bridge")]),
        ("text:bridge", []),
        ('hashtags:"ski snow"', []),  # no phrase reaches from one hashtag into the next
    ],
)
def test_a_field_is_looked_into_and_named_in_the_evidence(when: str, expected: list[Any]) -> None:
    article = Article(
        "a-0", "a", title="The bridge", text="A snowfall", publisher="Harbour Courier", section="Sport",
        source="feed-7", url="https://a.example/1/sport/ski.html", hashtags=("Ski", "Snow"), authors=("Ann May",),
        dateline=Dateline(place="OSLO"),
    )
    found = tags(article, TagKind.RULE, step(rule(when=when)))
    assert [pair for tag in found for pair in zip(tag.evidence, evidence(article, tag), strict=True)] == expected


def test_the_evidence_of_near_is_both_words_and_of_a_pattern_what_it_matched() -> None:
    article = Article("a-0", "a", text="Flight BA123: strike at port")
    (found,) = tags(article, TagKind.RULE, step(rule(when="port near/3 strike and /BA[0-9]+/ and not rain")))
    assert evidence(article, found) == ["BA123", "strike", "port"]


@given(words=st.lists(st.sampled_from(["a", "b", "x"]), max_size=12))
def test_near_is_what_a_search_through_all_pairs_finds(words: list[str]) -> None:
    pairs = [(i, j) for i, left in enumerate(words) for j, right in enumerate(words) if (left, right) == ("a", "b")]
    assert bool(hits(" ".join(words), rule(when="a near/2 b"))) == any(abs(i - j) <= 2 for i, j in pairs)


@given(words=st.lists(st.sampled_from(["a", "b", "c"]), max_size=10))
def test_every_phrase_is_found_wherever_it_stands(words: list[str]) -> None:
    phrases = ["a b", "b a", "a a", "b c a", "c", "a b c"]
    found = hits(" ".join(words), *(rule(id=phrase, any=[phrase]) for phrase in phrases))
    assert found == [phrase for phrase in phrases if f" {phrase} " in f" {' '.join(words)} "]


@pytest.mark.parametrize("text", ["a b", "b a", "x a b", "a b c a", "b c a b"])
def test_a_phrase_that_the_text_is_too_short_for_leaves_the_others_alone(text: str) -> None:
    phrases = ["a b", "a b c", "x a b", "c a b c", "b a"]
    article = Article("a-0", "a", text=text)
    found = tags(article, TagKind.RULE, step(*(rule(id=phrase, any=[phrase]) for phrase in phrases)))
    assert [(tag.id, evidence(article, tag)) for tag in found] == [
        (phrase, [phrase]) for phrase in phrases if phrase in text
    ]


# ---- line and column -------------------------------------------------------------------------------

FILE = """\
# watchlist
[[rule]]
id = "one"
any = [
    "storm",  # fine
    "--",
]

[[rule]]
id = 'two'
when = '''
storm and
titel:flood'''

[[rule]]
id = "one"
label = "caf\\u00e9"
when = "caf\\u00e9 storm"
colour = { any = ["x"] }
"""


def problems(source: str) -> list[str]:
    with pytest.raises(BadRules) as refused:
        Rules(read_rules(source, "my.toml"))
    return list(refused.value.problems)


def test_each_problem_has_its_line_and_column() -> None:
    assert problems(FILE) == [
        "my.toml:6:6: rule 1 (one): '--' holds no word",
        "my.toml:13:1: rule 2 (two): there is no field 'titel' (did you mean title?)",
        "my.toml:19:1: rule 3 (one): colour is unknown (known are id, label, any, all, none, near, within, when, "
        "field, language)",
        "my.toml:16:6: rule 3 (one): id 'one' is taken by an earlier rule (the one in line 3)",
        "my.toml:18:19: rule 3 (one): nothing joins 'storm' to what is before it (write and, or, near/5 between the "
        "two, or double quotes around a phrase)",
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("[[rule]]\nid = \n", "my.toml:2:6: Invalid value"),
        ("[[rule]\n", "my.toml:1:7: Expected ']]' at the end of an array declaration"),
        ('[[rule]]\nid = "a', "my.toml:2:8: Unterminated string"),
        ("rules = []", "my.toml:1:1: rules is unknown (rules stand under [[rule]])"),
        ('[[rule]]\r\nid = "a"\r\nany = ["b", "!"]\r\n', "my.toml:3:14: rule 1 (a): '!' holds no word"),
    ],
)
def test_what_is_no_toml_or_no_rule_has_line_and_column_too(source: str, problem: str) -> None:
    assert problems(source) == [problem]


def test_a_file_without_rules_is_good() -> None:
    assert len(Rules(read_rules("# none yet\n", "my.toml"))) == 0


TRICKY = """\
title.short = 1 # [[rule]] in a comment
"quoted key" = 'lit"eral'
dates = [1979-05-27 07:32:00, 1e3, true, inf]

[[rule]]
id = \"\"\"
  one "two" \\
     three\"\"\"
any = ["a]", 'b}', \"\"\"c\"\"\", # , "x"
  '''d
e''', "f",]
inline = {k = ["g", {m = "h"}], "n o" = 'p'}
[rule.below]
deep = "q"
[[rule]]
any = [[], ["r"]]"""


def test_every_string_of_a_tricky_file_is_found_where_it_stands() -> None:
    places = Places(TRICKY)
    lines = TRICKY.split("\n")

    def written(*path: str | int) -> str:
        at = places.of(path, 0)
        assert at is not None
        return lines[at.line - 1][at.column - 1 :][:3]

    any_ = ("rule", 0, "any")
    assert [written(*any_, place) for place in range(5)] == ["a]\"", "b}'", 'c""', "d", 'f",']
    assert written("rule", 0, "id") == "  o"
    assert written("quoted key") == 'lit'
    assert written("rule", 0, "inline", "k", 0) == 'g",'
    assert written("rule", 0, "inline", "k", 1, "m") == 'h"}'
    assert written("rule", 0, "inline", "n o") == "p'}"
    assert written("rule", 0, "below", "deep") == 'q"'
    assert written("rule", 1, "any", 1, 0) == 'r"]'
    # behind the line that goes on: "  one "two" three"
    beyond = places.of(("rule", 0, "id"), len('  one "two" '))
    assert beyond is not None
    assert lines[beyond.line - 1][beyond.column - 1 :] == 'three"""'


@pytest.mark.parametrize("place", range(0, len(FILE), 7))
def test_a_file_that_is_half_written_is_refused_or_read_and_never_more(place: int) -> None:
    with suppress(BadRules):
        Rules(read_rules(FILE[:place], "my.toml"))


# ---- what rules may cost ---------------------------------------------------------------------------

MANY = [rule(id=f"r{n}", when=f"port near/9 (strike or walkout{n}) and not title:x{n}") for n in range(150)]


@pytest.mark.parametrize(
    "text",
    ["port strike " * 20_000, "port " * 20_000 + "strike " * 20_000, "flight " + "A" * 240_000, "港" * 50_000],
    ids=["pairs", "far apart", "one word", "han"],
)
def test_a_hostile_text_costs_bounded_time(text: str) -> None:
    made = step(*MANY, rule(id="p", when=r"flight and /(A+A+)+B/"), rule(id="q", when="港 near/3 港 near/3 港"))
    began = time.process_time()
    found = tags(Article("a-0", "a", text=text, title=text), TagKind.RULE, made)
    assert time.process_time() - began < 3
    assert len(found) <= 100
    assert max((len(tag.evidence) for tag in found), default=0) <= 10


def test_without_re2_a_rule_with_a_pattern_is_refused_by_name_and_others_work() -> None:
    program = (
        "import sys; sys.modules['re2'] = None\n"
        "from workers.steps.tag.rules import BadRules, Rules\n"
        "Rules({'rule': [{'id': 'a', 'any': ['b']}]})\n"
        "try: Rules({'rule': [{'id': 'a', 'when': 'b and /c/'}]})\n"
        "except BadRules as bad: print(bad)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("patterns need RE2, which is not installed (pip install 'newsmill[patterns]')\n")
