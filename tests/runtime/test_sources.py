"""A source against its own weeks, on a clock that walks through them hour by hour."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.pipeline import WATCH
from workers.ports import SourceHour, SourceState
from workers.runtime.sources import judge

WEEK = 168
MONDAY = 490_872  # an hour since the epoch: Monday 2025-12-29 00:00 UTC

Brought = Callable[[int], SourceHour | None]  # hours since that Monday -> what came


def hour(at: int, documents: int, *, words: int = 400, language: str = "en", undated: int = 0,
         quarantined: int = 0, duplicates: int = 0) -> SourceHour:
    articles = documents - quarantined
    return SourceHour(
        "post", MONDAY + at, language if articles else "", documents, quarantined, duplicates, articles,
        min(undated, articles), articles * round(1000 * math.log1p(words)),
    )


def office(at: int) -> int:
    """Six an hour on weekdays from 8 to 18."""
    return 6 if at % WEEK < 120 and 8 <= at % 24 < 18 else 0


def weeks_of(volume: Callable[[int], int], hours: int, since: int = 0, **content: int | str) -> list[SourceHour]:
    return [hour(at, volume(at), **content) for at in range(since, hours) if volume(at)]  # type: ignore[arg-type]


def states(history: list[SourceHour], at: Iterable[int]) -> list[tuple[int, SourceState]]:
    """What it is in, as seen at each of these hours, when it is neither normal nor being learnt."""
    found = []
    for now in at:
        seen = [each for each in history if each.hour <= MONDAY + now]
        state = judge(seen, MONDAY + now).state if seen else SourceState.LEARNING
        if state not in (SourceState.NORMAL, SourceState.LEARNING):
            found.append((now, state))
    return found


def first_alarm(history: list[SourceHour], since: int, until: int) -> tuple[int, SourceState] | None:
    return next(iter(states(history, range(since, until))), None)


def test_a_source_that_keeps_to_its_week_never_alarms_weekends_included() -> None:
    assert states(weeks_of(office, 6 * WEEK), range(0, 6 * WEEK, 3)) == []


def test_in_its_first_two_weeks_a_source_is_learnt() -> None:
    history = weeks_of(office, 2 * WEEK)
    assert judge(history[:100], MONDAY + 7 * 24).state is SourceState.LEARNING
    assert judge(history, MONDAY + 2 * WEEK + 8).state is SourceState.NORMAL


def test_a_source_that_falls_silent_on_a_wednesday_is_found_once_eight_documents_are_missing() -> None:
    silent_from = 4 * WEEK + 2 * 24 + 10  # after Wednesday's 9 o'clock documents
    history = weeks_of(office, silent_from)
    assert first_alarm(history, silent_from, silent_from + 48) == (silent_from + 2 + WATCH.grace_h, SourceState.SILENT)


def test_a_busy_source_is_found_silent_within_three_hours() -> None:
    silent_from = 3 * WEEK + 50
    found = first_alarm(weeks_of(lambda at: 60, silent_from), silent_from, silent_from + 24)
    assert found == (silent_from + 3, SourceState.SILENT)


def test_a_silence_that_begins_on_a_friday_evening_is_found_on_monday_morning() -> None:
    saturday = 4 * WEEK + 5 * 24
    monday = 5 * WEEK
    found = first_alarm(weeks_of(office, saturday), saturday, monday + 48)
    assert found == (monday + 8 + 2 + WATCH.grace_h, SourceState.SILENT)


def test_a_source_stays_silent_until_it_is_forgotten() -> None:
    silent_from = 5 * WEEK
    history = weeks_of(office, silent_from)
    kept = [each for each in history if each.hour > MONDAY + silent_from + WATCH.forgotten_h - WATCH.kept_h]
    assert judge(kept, MONDAY + silent_from + WATCH.forgotten_h).state is SourceState.SILENT


def test_a_daily_batch_that_is_an_hour_late_is_not_silent() -> None:
    late = 4 * WEEK
    history = weeks_of(lambda at: 100 if at % 24 == 6 else 0, late)
    assert judge(history, MONDAY + late + 8).state is SourceState.NORMAL  # 6:00 to 7:59
    assert judge(history, MONDAY + late + 9).state is SourceState.SILENT


def test_one_flood_in_the_weeks_before_makes_no_silence_afterwards() -> None:
    flood = hour(3 * WEEK + 33, 10_000)
    history = [each for each in weeks_of(office, 5 * WEEK) if each.hour != flood.hour]
    history = sorted([*history, flood], key=lambda each: each.hour)
    assert states(history, range(3 * WEEK + 60, 5 * WEEK, 3)) == []


def test_a_mill_that_is_behind_makes_no_source_silent() -> None:
    """Judged as of the oldest document without a verdict, three hours ago."""
    stopped = 3 * WEEK + 2 * 24 + 12
    assert judge(weeks_of(office, stopped), MONDAY + stopped).state is SourceState.NORMAL


def test_a_fifth_of_the_usual_documents_is_quiet_within_a_day() -> None:
    change = 4 * WEEK + 24
    history = weeks_of(office, change) + weeks_of(lambda at: office(at) // 5, change + 72, change)
    found = first_alarm(history, change, change + 72)
    assert found is not None
    assert found[1] is SourceState.QUIET
    assert found[0] - change <= 24 + WATCH.grace_h


def test_four_times_the_busiest_day_is_loud() -> None:
    change = 4 * WEEK + 24
    history = weeks_of(office, change) + weeks_of(lambda at: 4 * office(at), change + 24, change)
    found = first_alarm(history, change, change + 30)
    assert found is not None
    assert found[1] is SourceState.LOUD


CHANGES = {
    SourceState.LENGTH: {"words": 60},
    SourceState.UNDATED: {"undated": 6},
    SourceState.LANGUAGE: {"language": "fr"},
    SourceState.COPIES: {"duplicates": 5},
    SourceState.QUARANTINED: {"quarantined": 6},
}


@pytest.mark.parametrize("state", CHANGES, ids=str)
def test_a_layout_change_is_found_within_its_next_thirty_documents(state: SourceState) -> None:
    change = 4 * WEEK + 24 + 8
    content: dict[str, int | str] = CHANGES[state]  # type: ignore[assignment]
    history = weeks_of(office, change) + weeks_of(office, change + WEEK, change, **content)
    found = first_alarm(history, change, change + WEEK)
    assert found is not None
    assert found[1] is state
    assert sum(office(at) for at in range(change, found[0] + 1)) <= WATCH.group_documents


def test_a_change_that_stays_for_more_than_a_week_is_the_usual_then() -> None:
    change = 4 * WEEK
    history = weeks_of(office, change) + weeks_of(office, change + 3 * WEEK, change, words=60)
    alarms = [now for now, _ in states(history, range(change, change + 3 * WEEK, 5))]
    assert change < min(alarms)
    assert change + 5 * 24 < max(alarms) < change + 10 * 24


def test_a_weekend_edition_of_another_length_is_usual_once_it_was_seen() -> None:
    def content(at: int) -> SourceHour:
        return hour(at, 6, words=1500 if at % WEEK >= 120 else 400)

    history = [content(at) for at in range(6 * WEEK) if 8 <= at % 24 < 18]
    assert states(history, range(3 * WEEK, 6 * WEEK, 4)) == []


def test_sources_of_every_size_that_only_vary_by_chance_give_next_to_no_alarm() -> None:
    """Six sources over four judged weeks."""
    chance = random.Random(7)
    alarms = []
    for each in range(6):
        rate = (0.3, 2, 12)[each % 3]
        history = []
        for at in range(6 * WEEK):
            busy = rate * (1.0 if at % WEEK < 120 else 0.4) * (1.5 if 7 <= at % 24 < 20 else 0.3)
            documents = sum(chance.random() < busy / 30 for _ in range(30))
            if documents:
                history.append(hour(
                    at, documents, words=round(400 * math.exp(chance.gauss(0, 0.6 / documents**0.5))),
                    undated=sum(chance.random() < 0.3 for _ in range(documents)),
                    duplicates=sum(chance.random() < 0.2 for _ in range(documents)),
                ))
        alarms += states(history, range(2 * WEEK, 6 * WEEK, 13))
    assert len(alarms) <= 1, alarms


def test_what_is_odd_is_said_in_words_and_figures() -> None:
    history = weeks_of(office, 4 * WEEK) + weeks_of(office, 4 * WEEK + 24, 4 * WEEK, words=60, undated=6)
    report = judge(history, MONDAY + 4 * WEEK + 20)
    assert report.state is SourceState.LENGTH
    assert report.odd == {
        "length": "60 words an article, usually 400", "undated": "100% of its articles, usually 0%",
    }
    assert (report.words, report.usual_words, report.day, report.usual_day) == (60, 400, 60, 60)


ANY_HOUR = st.builds(
    lambda at, documents, refused, copies, words, language: hour(
        at, documents, words=words, language=language, quarantined=min(refused, documents),
        duplicates=min(copies, documents), undated=refused,
    ),
    st.integers(0, 8 * WEEK), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 10**6),
    st.sampled_from(["en", "fr", ""]),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(history=st.lists(ANY_HOUR, min_size=1, max_size=40), now=st.integers(0, 9 * WEEK))
def test_whatever_a_source_brought_it_is_in_one_state(history: list[SourceHour], now: int) -> None:
    """A fault here would stop the reconciler, which has more important duties."""
    ordered = sorted(history, key=lambda each: (each.hour, each.language))
    report = judge(ordered, MONDAY + now)
    assert report.state in SourceState
    assert json.loads(json.dumps(report.values()))["state"] == report.state
