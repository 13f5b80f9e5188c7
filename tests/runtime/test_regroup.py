"""Groups once quiet are those of the order of time, whatever order articles came in."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from tests.runtime.memory_mill import MemoryMill
from workers.errors import LedgerError, StoreError
from workers.model import Entry, Submission

WORDS = ["w" + "".join(chr(97 + int(figure)) for figure in str(number)) for number in range(300)]
STORY = " ".join(WORDS[:100])
HALVES = [" ".join([*WORDS[start : start + 45], *WORDS[other : other + 45]]) for start, other in ((0, 110), (55, 200))]


def push(mill: MemoryMill, text: str, *, hours_ago: float = 0.0) -> Entry:
    """Its time is the entry's own; the clock goes back for it and then to where it was."""
    now = mill.clock.time
    mill.clock.time = now - timedelta(hours=hours_ago)
    entry = mill.ledger.append([Submission(text.encode())], "cli")[0]
    mill.clock.time = now
    mill.settle_down()
    mill.clock.move(1)
    return entry


def once_quiet(mill: MemoryMill) -> None:
    mill.regrouper.watch_order()
    mill.regrouper.go_on(turn_s=60)


def group(mill: MemoryMill, entry: Entry) -> tuple[str, str]:
    relation = mill.store.explain(entry.document_id)[0]["articles"][0]["relation"]
    return relation["group"], relation["group_head"]


def events(mill: MemoryMill) -> list[tuple[str, str]]:
    return [(event, msgspec.json.decode(article)["relation"]["kind"]) for event, article in mill.ledger.articles]


def test_copies_that_share_nothing_are_of_one_group_once_their_original_has_come_late() -> None:
    mill = MemoryMill()
    first, second = (push(mill, half) for half in HALVES)
    assert group(mill, first) != group(mill, second)
    original = push(mill, STORY, hours_ago=2)
    once_quiet(mill)
    groups = {group(mill, entry)[0] for entry in (first, second, original)}
    assert len(groups) == 1


def test_each_article_whose_group_changed_is_told_with_its_relation_in_the_order_of_time() -> None:
    mill = MemoryMill()
    for half in HALVES:
        push(mill, half)
    push(mill, STORY, hours_ago=2)
    before = len(mill.ledger.articles)
    once_quiet(mill)
    told = events(mill)[before:]
    assert told
    assert {event for event, _ in told} == {"regrouped"}
    assert "unique" not in {kind for _, kind in told}


def test_a_feed_that_never_stops_has_its_late_originals_too() -> None:
    mill = MemoryMill()
    first, second = (push(mill, half) for half in HALVES)
    push(mill, STORY, hours_ago=2)
    mill.push("on its way")
    once_quiet(mill)
    assert group(mill, first) != group(mill, second)
    mill.clock.move(600)
    once_quiet(mill)
    assert group(mill, first) == group(mill, second)


def test_verdicts_and_relations_stand() -> None:
    mill = MemoryMill()
    entries = [push(mill, half) for half in HALVES]
    before = [mill.store.articles_of(entry.document_id) for entry in entries]
    push(mill, STORY, hours_ago=2)
    once_quiet(mill)
    assert [mill.store.articles_of(entry.document_id) for entry in entries] == before


def test_what_comes_later_joins_the_group_of_now() -> None:
    mill = MemoryMill()
    second = [push(mill, half) for half in HALVES][1]
    push(mill, STORY, hours_ago=2)
    once_quiet(mill)
    copy = push(mill, HALVES[1] + " and a word")
    assert group(mill, copy) == group(mill, second)


def test_articles_in_the_order_of_their_times_are_not_gone_through_again() -> None:
    mill = MemoryMill()
    push(mill, STORY)
    push(mill, STORY + " and a word more")
    mill.regrouper.watch_order()
    assert mill.regrouper._turns is None


def test_nothing_is_regrouped_while_documents_are_in_flight() -> None:
    mill = MemoryMill()
    for half in HALVES:
        push(mill, half)
    push(mill, STORY, hours_ago=2)
    mill.push("on its way")
    mill.regrouper.watch_order()
    assert mill.regrouper._turns is None


def test_a_second_look_changes_nothing() -> None:
    mill = MemoryMill()
    for half in HALVES:
        push(mill, half)
    push(mill, STORY, hours_ago=2)
    once_quiet(mill)
    mill.regrouper._seen_to = 0
    before = list(mill.ledger.articles)
    once_quiet(mill)
    assert mill.ledger.articles == before


def test_a_store_that_fails_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mill = MemoryMill()
    entries = [push(mill, half) for half in HALVES]
    push(mill, STORY, hours_ago=2)
    store, mill.regrouper._store = mill.store, _Away(mill)
    with pytest.raises(StoreError):
        once_quiet(mill)
    mill.regrouper._store = store
    once_quiet(mill)
    assert len({group(mill, entry)[0] for entry in entries}) == 1


def test_what_changed_while_the_ledger_was_away_is_told_when_it_is_back() -> None:
    mill = MemoryMill()
    for half in HALVES:
        push(mill, half)
    push(mill, STORY, hours_ago=2)
    mill.regrouper.watch_order()
    ledger, mill.regrouper._untold._ledger = mill.ledger, _Silent()
    with pytest.raises(LedgerError):
        mill.regrouper.go_on(turn_s=60)
    mill.regrouper._untold._ledger = ledger
    mill.regrouper.go_on()
    assert "regrouped" in {event for event, _ in events(mill)}


class _Silent:
    def emit(self, events: object, *, keep_articles: int) -> None:
        raise LedgerError("refused")


class _Away:
    def __init__(self, mill: MemoryMill) -> None:
        self.came_late = mill.store.came_late

    def articles_since(self, since: object) -> object:
        raise StoreError("refused")
