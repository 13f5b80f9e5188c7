from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workers.steps.tag.phrases import Phrases
from workers.steps.tag.words import Words


@settings(deadline=None)
@given(st.text())
def test_every_word_stands_where_it_says(text: str) -> None:
    words = Words.of(text)
    assert [text[words.starts[at] : words.end(at)] for at in range(len(words))] == words.forms


@given(st.text())
def test_words_and_gaps_together_are_the_text(text: str) -> None:
    words = Words.of(text)
    assert "".join(gap + form for gap, form in zip(words.gaps, [*words.forms, ""], strict=True)) == text


def test_signs_inside_a_word_do_not_part_it() -> None:
    assert Words.of("हिन्दी में, e\u0301te\u0301 مُحَمَّد").forms == ["हिन्दी", "में", "e\u0301te\u0301", "مُحَمَّد"]


def test_characters_of_scripts_without_spaces_are_words_by_themselves() -> None:
    assert Words.of("北京 Tokyo 東京").forms == ["北", "京", "Tokyo", "東", "京"]


def test_an_underscore_belongs_to_no_word() -> None:
    assert Words.of("snake_case").forms == ["snake", "case"]


def phrases(*sought: str) -> Phrases[str]:
    made: Phrases[str] = Phrases()
    for phrase in sought:
        made.add(phrase, phrase)
    return made


def found(sought: Phrases[str], text: str) -> list[str]:
    return [value for match in sought.matches(Words.of(text)) for value in match.values]


def longest(sought: Phrases[str], text: str) -> list[str]:
    return [value for match in sought.longest(Words.of(text)) for value in match.values]


def test_all_phrases_are_found_in_one_another() -> None:
    assert found(phrases("South Korea", "Korea", "South"), "in South Korea") == ["South", "South Korea", "Korea"]


def test_of_phrases_in_one_another_the_longest_is_taken() -> None:
    assert longest(phrases("Guinea", "Papua New Guinea", "New"), "Papua New Guinea, Guinea") == [
        "Papua New Guinea", "Guinea",
    ]


def test_a_phrase_is_found_whole_or_not_at_all() -> None:
    assert found(phrases("rate cut", "art"), "a rate cutter, the rate. Cut the part") == []


def test_hyphens_line_breaks_and_case_do_not_hide_a_phrase() -> None:
    assert found(phrases("rate cut"), "Rate-cut, RATE\ncut") == ["rate cut", "rate cut"]


def test_a_phrase_does_not_reach_over_a_paragraph() -> None:
    assert found(phrases("rate cut"), "the rate\n\ncut") == []
