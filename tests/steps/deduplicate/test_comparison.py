from __future__ import annotations

from workers.steps.deduplicate import Comparison, compare

OLD = (
    "Rail services resume. Trains between Fairhaven and Marlow run again from 12 May after 250 workers "
    "repaired the bridge that was damaged in the storm of last winter."
)


def shared(new: str, old: str) -> list[str]:
    return [new[int(passage.new[0]) : int(passage.new[1])] for passage in compare(new, old).passages]


def test_a_passage_is_a_run_of_equal_words_wherever_it_stands() -> None:
    new = "By our staff. TRAINS between Fairhaven and Marlow\nrun again from 14 May after 250 workers repaired it."
    assert shared(new, OLD) == ["TRAINS between Fairhaven and Marlow\nrun again from"]


def test_both_spans_name_the_same_words() -> None:
    passage = compare("He said: " + OLD[22:], OLD).passages[0]
    assert OLD[int(passage.old[0]) : int(passage.old[1])] == OLD[22:-1]


def test_the_longest_passage_stands_first() -> None:
    new = OLD[:75] + " Nobody knows why. " + OLD[80:]
    assert [passage.words for passage in compare(new, OLD).passages] == sorted(
        (passage.words for passage in compare(new, OLD).passages), reverse=True
    )


def test_numbers_that_one_of_them_lacks_are_named_in_their_order() -> None:
    found = compare("From 14 May, 300 workers, 1,250 tonnes.", "From 12 May, 300 workers.")
    assert (found.new_numbers, found.old_numbers) == (("14", "1,250"), ("12",))


def test_texts_with_nothing_in_common_share_no_passage() -> None:
    assert compare("A bakery opens.", "The lake froze.") == Comparison((), (), ())


def test_texts_without_spaces_are_compared_character_by_character() -> None:
    old = "市议会表示，旧桥因为安全原因将关闭两个星期，市民需要绕行。"
    assert shared("新消息：旧桥因为安全原因将关闭两个星期。", old) == ["旧桥因为安全原因将关闭两个星期"]


def test_a_text_that_repeats_itself_is_compared_in_bounded_time() -> None:
    assert compare("again and " * 15_000, "again and " * 15_000).passages[0].words == 20_000
