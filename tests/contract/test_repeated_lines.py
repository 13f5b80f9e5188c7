"""What every adapter of repeated lines holds to, on Redis and in memory alike."""

from __future__ import annotations

import pytest
import redis

from workers.adapters.memory_lines import KEPT_LINES, MOST_LINES, MOST_SOURCES, MemoryRepeatedLines
from workers.adapters.redis_lines import RedisRepeatedLines
from workers.errors import LinesError
from workers.ports import RepeatedLine, RepeatedLines

FOOT = "Bay Paper is funded by its readers."


@pytest.fixture(params=["redis", "memory"])
def lines(request: pytest.FixtureRequest) -> RepeatedLines:
    if request.param == "memory":
        return MemoryRepeatedLines()
    client: redis.Redis = request.getfixturevalue("redis_client")
    return RedisRepeatedLines(client, client)


def stories(count: int, *, first: int = 0) -> list[list[str]]:
    return [[f"Story {number} begins.", FOOT] for number in range(first, first + count)]


def test_a_line_is_proposed_from_so_many_stories_on(lines: RepeatedLines) -> None:
    lines.saw({"Bay Paper": stories(2)})
    lines.saw({"Bay Paper": stories(2, first=2)})
    assert lines.proposed("Bay Paper", least=4) == [RepeatedLine(FOOT, 4, accepted=False)]
    assert lines.proposed("Bay Paper", least=5) == []


def test_sources_do_not_share_their_lines(lines: RepeatedLines) -> None:
    lines.saw({"Bay Paper": stories(2), "North Gazette": stories(1)})
    assert lines.proposed("North Gazette", least=2) == []
    assert lines.sources() == {"Bay Paper": 2, "North Gazette": 1}


def test_nothing_is_accepted_by_being_seen(lines: RepeatedLines) -> None:
    lines.saw({"Bay Paper": stories(100)})
    assert lines.accepted() == {}


def test_what_is_accepted_is_so_until_it_is_withdrawn(lines: RepeatedLines) -> None:
    lines.saw({"Bay Paper": stories(3)})
    lines.accept("Bay Paper", [FOOT, "Never seen."])
    assert lines.accepted() == {"Bay Paper": frozenset({FOOT, "Never seen."})}
    assert lines.proposed("Bay Paper", least=3) == [
        RepeatedLine(FOOT, 3, accepted=True), RepeatedLine("Never seen.", 0, accepted=True)
    ]
    assert lines.withdraw("Bay Paper", [FOOT, "Unknown."]) == 1
    assert lines.accepted() == {"Bay Paper": frozenset({"Never seen."})}


def test_a_source_and_a_line_may_hold_any_letters(lines: RepeatedLines) -> None:
    lines.accept("صحيفة: الميناء", ["— اقرأ: المزيد | هنا"])
    assert lines.accepted() == {"صحيفة: الميناء": frozenset({"— اقرأ: المزيد | هنا"})}


def test_the_lines_of_a_source_are_bounded_and_the_frequent_ones_stay(lines: RepeatedLines) -> None:
    for number in range(20):
        lines.saw({"Bay Paper": stories(MOST_LINES // 10, first=1000 * number)})
    kept = lines.proposed("Bay Paper", least=1)
    assert KEPT_LINES <= len(kept) <= MOST_LINES
    assert kept[0] == RepeatedLine(FOOT, 20 * (MOST_LINES // 10), accepted=False)


def test_the_sources_are_bounded_and_those_seen_last_stay(lines: RepeatedLines) -> None:
    lines.saw({f"old {number}": [["x"]] for number in range(MOST_SOURCES)})
    lines.saw({"new": [["y"]]})
    assert len(lines.sources()) == MOST_SOURCES
    assert lines.sources()["new"] == 1


def test_a_server_that_is_away_is_the_worlds_fault() -> None:
    away = redis.Redis(port=1)
    lines = RedisRepeatedLines(away, away)
    with pytest.raises(LinesError):
        lines.saw({"Bay Paper": stories(1)})
    with pytest.raises(LinesError):
        lines.accepted()
