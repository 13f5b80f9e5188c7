"""What the training scripts compute before they train."""

from __future__ import annotations

from training.alignment import covered_words

LABEL = "The ferry sails twice a day from June, the harbour master said on Friday morning."


def test_words_of_the_label_are_found_in_the_blocks_that_hold_them() -> None:
    blocks = ["Home News Sport", "The ferry sails twice a day from June,", "the harbour master said on Friday morning."]
    counts, hits, share = covered_words(blocks, LABEL)
    assert (counts, hits, share) == ([3, 8, 7], [0, 8, 7], 1.0)


def test_a_run_of_three_words_is_chance() -> None:
    assert covered_words(["the harbour master spoke of the weather"], LABEL)[1] == [0]


def test_a_label_of_another_page_covers_nothing() -> None:
    assert covered_words(["The council voted for the wall on Tuesday."], LABEL)[2] == 0
