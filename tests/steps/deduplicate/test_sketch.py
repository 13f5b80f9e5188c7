from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.deduplicate.test_signature import TEXTS
from workers.steps.deduplicate.sketch import SMALL, Sketch, sketch

LONG = " ".join(f"word{n} of the {n * 7} report" for n in range(400))


def one(text: str) -> Sketch:
    return sketch([text])[0]


def numbers(packed: bytes, width: int = 4) -> list[int]:
    return [int.from_bytes(packed[at : at + width], "big") for at in range(0, len(packed), width)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(), max_size=8))
def test_a_text_has_the_same_sketch_alone_and_in_any_batch(texts: list[str]) -> None:
    assert sketch(texts) == [one(text) for text in texts]


def test_a_batch_of_more_texts_than_a_byte_counts_is_sketched_whole() -> None:
    texts = [f"{LONG[:200]} {n} times" for n in range(600)]
    assert sketch(texts)[::97] == [one(text) for text in texts[::97]]


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_sketch_is_blind_to_normal_form_case_and_white_space(
    language: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    text = TEXTS[language]
    changed = unicodedata.normalize(form, text.upper()).replace(" ", " \n\u00a0")
    assert one(changed) == one(text)


@given(st.text(st.characters(categories=["L", "M", "N", "Z", "P"])))
def test_upper_case_of_any_script_changes_nothing_that_folding_undoes(text: str) -> None:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if unicodedata.normalize("NFKC", folded.casefold()) == folded:
        assert one(folded) == one(text)


def test_shingles_are_kept_ascending_and_those_looked_up_are_the_first_of_them() -> None:
    kept, looked_up = numbers(one(LONG).kept), numbers(one(LONG).looked_up, 5)
    assert all(a < b for a, b in pairwise(kept))
    assert [each >> 8 for each in looked_up] == kept[: len(looked_up)]
    assert (len(kept), len(looked_up)) == (64, 64)


def test_a_longer_text_is_looked_up_by_more_shingles_up_to_a_bound() -> None:
    counts = [len(one(LONG[:size]).looked_up) // 5 for size in (200, 1500, 4000, 40_000)]
    assert counts[0] == 16
    assert counts == sorted(counts)
    assert counts[-1] == 64


def test_the_small_measure_keeps_less() -> None:
    small = sketch([LONG[:2000]], SMALL)[0]
    assert (len(small.kept), len(small.kept) < len(one(LONG[:2000]).kept)) == (48 * 4, True)


def test_each_word_of_a_text_too_short_for_a_shingle_is_one() -> None:
    assert (one("Bridge closed").distinct, one("the bridge closed again").distinct) == (2, 1)


def test_a_text_without_words_has_nothing() -> None:
    assert one(" … \n—") == Sketch(one("").content_key, 0, 0, b"", b"", b"")


@pytest.mark.parametrize(
    ("text", "count"),
    [("1,250 people", 1), ("at 5:30", 1), ("3.5 percent", 1), ("in 2015. 16 came", 2), ("5 30", 2), ("12,500.75", 1)],
    ids=["thousands", "time", "decimal", "sentence end", "apart", "both"],
)
def test_figures_that_belong_together_are_one_number(text: str, count: int) -> None:
    assert len(numbers(one(text).facts)) == count


def test_numbers_are_the_same_in_figures_of_any_script() -> None:
    assert one("قتل ١٢ و ٣٤٥").facts == one("dead 12 and 345").facts


def test_at_most_sixteen_numbers_are_kept_ascending() -> None:
    kept = numbers(one(LONG).facts)
    assert (len(kept), kept) == (16, sorted(set(kept)))


def test_a_text_of_megabytes_is_sketched_beside_small_ones() -> None:
    texts = ["short one", "Würde " * 300_000, "another short one"]
    assert sketch(texts)[0] == one(texts[0])
    assert sketch(texts)[2] == one(texts[2])
