from __future__ import annotations

import pytest

from tests.benchmarks.scores import difference, f1, rates, same_authors, same_title


def test_precision_counts_what_was_given_and_recall_what_was_wanted() -> None:
    assert rates("a b c d e", "a b c d") == (1.0, 0.5)
    assert rates("a b c d", "a b c d e") == (0.5, 1.0)


def test_an_empty_answer_has_no_precision_and_no_recall() -> None:
    assert rates("a b c d", "") == (None, 0.0)


def test_f1_is_the_harmonic_mean_of_the_averages() -> None:
    assert f1([(1.0, 0.5), (None, 0.0)]) == pytest.approx(2 * 1 * 0.25 / 1.25)


def test_an_extractor_differs_from_itself_by_nothing() -> None:
    pages = [(1.0, 0.5), (0.2, 0.9), (None, 0.0)]
    assert difference(pages, pages) == (0.0, 0.0)


def test_a_title_may_hold_the_name_of_the_site() -> None:
    assert same_title("Ferry sails again", "Ferry sails again | Post")
    assert not same_title("Ferry sails again", "Ferry")


def test_authors_are_sets_of_names() -> None:
    assert same_authors("Anna Berg and Tom Low", "Tom Low, Anna Berg")
    assert not same_authors("Anna Berg", "")
