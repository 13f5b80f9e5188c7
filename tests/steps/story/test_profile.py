"""What an article is about, told by terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zlib import crc32

import pytest

from workers.model import Article, Relation, RelationKind, Tag, TagKind
from workers.ports import TermKind
from workers.steps.story import Profiler
from workers.steps.story.tokens import Token, TokenKind, tokens

SEEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
profile = Profiler({"en": "the a of on in said and"})


def article(text: str, language: str = "en", **values: object) -> Article:
    return replace(Article("d-0", "d", text=text, language=language, received_at=SEEN), **values)  # type: ignore[arg-type]


def kinds(read: Article, *words: str) -> dict[str, TermKind | None]:
    salt = crc32((read.language or "").encode())
    found = {term.hash: term.kind for term in profile(read).terms}
    return {word: found.get(crc32(word.encode(), salt)) for word in words}


def test_capitals_inside_sentences_make_names_and_those_at_their_beginning_none() -> None:
    read = article("Storms sank the ferry Calder. Rescuers found Baird. Calder had left Oban.")
    assert kinds(read, "storms", "ferry", "calder", "baird", "oban", "rescuers", "the") == {
        "storms": TermKind.WORD, "ferry": TermKind.WORD, "calder": TermKind.NAME, "baird": TermKind.NAME,
        "oban": TermKind.NAME, "rescuers": TermKind.WORD, "the": None,
    }


def test_a_name_that_tag_found_is_a_name_in_any_script() -> None:
    read = article("انهار سد أوبراو فجرا", "ar", tags=(Tag(TagKind.PLACE, "p", "أوبراو", 1.0),))
    assert kinds(read, "أوبراو", "انهار") == {"أوبراو": TermKind.NAME, "انهار": TermKind.WORD}


def test_the_same_number_is_the_same_however_it_is_written() -> None:
    readings = ["1200", "1,200", "1.200", "١٢٠٠"]
    assert [list(tokens(each)) for each in readings] == [
        [Token("1200", TokenKind.NUMBER)] * 1 for _ in readings
    ]


def test_years_and_the_numbers_of_the_lead_are_terms_of_their_own() -> None:
    read = article("In 2013 a quake of 6.1 killed 35. " + "Then more was said. " * 40 + "Some 812 were hurt.")
    assert kinds(read, "year 2013", "lead 2013", "lead 61", "lead 812", "812", "35", "year 35") == {
        "year 2013": TermKind.YEAR, "lead 2013": TermKind.LEAD_NUMBER, "lead 61": TermKind.LEAD_NUMBER,
        "lead 812": None, "812": TermKind.NUMBER, "35": TermKind.SMALL_NUMBER, "year 35": None,
    }


def test_what_the_title_says_weighs_more_and_is_not_counted_twice_where_the_text_repeats_it() -> None:
    plain, titled = profile(article("the dam broke")), profile(article("the dam broke", title="dam broke"))
    repeated = profile(article("dam broke\nthe dam broke", title="dam broke"))
    assert max(term.weight for term in titled.terms) > max(term.weight for term in plain.terms)
    assert repeated.terms == titled.terms


def test_scripts_without_spaces_are_read_in_pairs() -> None:
    assert [token.folded for token in tokens("大坝决口 30")] == ["大坝", "坝决", "决口", "30"]


def test_a_profile_depends_on_the_language_but_not_on_its_region() -> None:
    english, british, german = (profile(article("ferry", language)) for language in ("en", "en-GB", "de"))
    assert english.language == british.language != german.language
    assert {term.hash for term in english.terms}.isdisjoint(term.hash for term in german.terms)


@pytest.mark.parametrize("kind", list(RelationKind), ids=str)
def test_copies_and_updates_share_the_story_of_what_they_are_of_and_parts_do_not(kind: RelationKind) -> None:
    """A page can contain the articles of many stories."""
    shares = kind in (RelationKind.EXACT, RelationKind.NEAR, RelationKind.UPDATE)
    assert profile(article("x", relation=Relation(kind, of="d-9"))).of == ("d-9" if shares else None)


@pytest.mark.parametrize(
    "text", ["", "\ud800 \x00", "9" * 5000, "A" * 100_000, "1.1.1." * 20_000, "大" * 50_000, "\u0301" * 10_000,
             " ".join(f"Name{n} 1{n}" for n in range(5000))],
    ids=["empty", "odd", "long number", "long word", "numbers", "one character", "marks", "many names"],
)
def test_a_profile_is_bounded_whatever_the_text(text: str) -> None:
    made = profile(article(text, title=text))
    assert len(made.terms) <= 64
    assert len({term.hash for term in made.terms}) == len(made.terms)
    assert all(1 <= term.weight <= 255 and 0 <= term.hash < 2**32 for term in made.terms)
    assert made == profile(article(text, title=text))
