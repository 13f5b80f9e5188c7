from __future__ import annotations

from datetime import UTC, datetime

from tests.runtime.memory_mill import MemoryMill
from workers.runtime.turns import AT_ONCE, newest_articles

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def test_the_newest_articles_come_in_order_and_counting_them_takes_turns_too() -> None:
    mill = MemoryMill()
    mill.push(*(f"text number {number}" for number in range(AT_ONCE + 3)))
    mill.settle_down()
    turns = list(newest_articles(mill.store, LONG_AGO, 5))
    stored = [article.id for article in mill.store.articles_since(LONG_AGO)]
    assert [[article.id for article in turn] for turn in turns] == [[], [], stored[-5:]]
