"""Stories on their way through the mill, and as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from tests.runtime.memory_mill import MemoryMill
from workers.adapters.memory_story import MemoryStoryIndex
from workers.model import Article
from workers.ports import Joined, Profile
from workers.runtime.logs import Log
from workers.runtime.merge_stories import Pairs
from workers.runtime.rebuild import RebuildStories
from workers.runtime.story import Member, Origin, origins_of, stories_under
from workers.steps.story import Profiler

FERRY = (
    "The ferry Calder sank in the Strait of Lorne with 212 people aboard. Captain Ewan Baird left last. {}",
    "All 212 aboard the Calder are safe after the ferry sank off Lorne, said Captain Ewan Baird. {}",
    "How Ewan Baird saved 212: the captain of the Calder and the night off Lorne when his ferry sank. {}",
)
DAM = "Engineers in Oberau found a crack in the dam and 1400 people left their homes beside the Inn. {}"
AT = datetime(2026, 3, 1, tzinfo=UTC)


def member(id: str, original: str = "", wire: str | None = None, hour: int = 0) -> Member:
    return Member(id, None, None, "en", AT + timedelta(hours=hour), wire, original or id)


def test_articles_of_one_event_are_one_story_from_the_door_to_the_store() -> None:
    mill = MemoryMill()
    mill.push(*(text.format("") for text in FERRY), DAM.format(""))
    mill.settle_down()
    (dam,) = stories_under(mill.store, DAM[:20])
    found = [stories_under(mill.store, text.format("")[:20]) for text in FERRY]
    assert {story.id for (story,) in found}.isdisjoint({dam.id})
    assert [(story.articles, len(story.origins)) for (story,) in found] == [(3, 3)] * 3


def test_a_batch_that_comes_again_leaves_stories_as_they_are() -> None:
    mill = MemoryMill()
    mill.push(*(text.format("") for text in FERRY))
    mill.dispatch()
    mill.run_until("publish")
    batch, _ = mill.broker.messages[0]
    mill.broker.messages.clear()
    mill.clock.move(1000)
    mill.settle_down()
    (story,) = stories_under(mill.store, FERRY[0][:20])
    assert batch
    assert (story.articles, len(story.origins)) == (3, 3)


def test_while_the_index_is_not_built_batches_wait_and_then_find_the_stories_of_the_store() -> None:
    mill = MemoryMill()
    mill.push(FERRY[0].format(""), DAM.format(""))
    mill.settle_down()
    again = MemoryMill(store=mill.store, stories=MemoryStoryIndex(window_h=72))  # as after FLUSHALL
    again.clock.move(3600)
    (late,) = again.push(FERRY[1].format(""))
    again.dispatch()
    again.drain()
    assert again.verdict(late) == "in flight"
    rebuild = RebuildStories(
        store=again.store, index=again.stories, profile=Profiler({}), window_h=72, clock=again.clock, log=Log("test")
    )
    rebuild()
    again.settle_down()
    (story,) = stories_under(again.store, FERRY[1][:20])
    assert story.articles == 2


def test_forty_reprints_of_one_text_are_one_origin() -> None:
    reprints = [member(f"r{at}", "r0", hour=at) for at in range(40)]
    assert origins_of([*reprints, member("own")]) == (Origin(None, tuple(reprints)), Origin(None, (member("own"),)))


def test_all_that_came_from_one_agency_is_one_origin_whatever_its_text() -> None:
    told = [member("a", wire="Reuters"), member("b", wire="REUTERS"), member("c", "b"), member("d", wire="AP")]
    assert [[each.id for each in origin.members] for origin in origins_of(told)] == [["a", "b", "c"], ["d"]]


def test_copies_of_a_text_that_is_not_among_them_are_one_origin() -> None:
    assert len(origins_of([member("a", "gone"), member("b", "gone")])) == 1


def test_a_member_goes_back_to_the_original_of_its_relation() -> None:
    article = Article("d-0", "d", source="wire", received_at=AT)
    copy = replace(article, id="e-0", relation=replace(article.relation, of="d-0"))
    assert [Member.of(each).original for each in (article, copy)] == ["d-0", "d-0"]


def test_there_is_no_story_under_an_unknown_id() -> None:
    assert stories_under(MemoryMill().store, "nothing") == []


# ---- stories that are one


def one_of_all(profiles: Sequence[Profile]) -> Iterator[Pairs]:
    """Stands for the linkage: every story is the first one."""
    first, *others = dict.fromkeys(profile.story or "" for profile in profiles)
    yield tuple((story, first) for story in others)


def merged(mill: MemoryMill) -> list[tuple[str, str, str]]:
    """Goes through the duty; the events that tell of it: which, of what article, in what story."""
    before = len(mill.ledger.articles)
    mill.merger.watch()
    mill.merger.go_on(turn_s=60)
    told = [(event, msgspec.json.decode(article)) for event, article in mill.ledger.articles[before:]]
    return [(event, record["id"], record["relation"]["story"]) for event, record in told]


def two_stories() -> MemoryMill:
    mill = MemoryMill()
    mill.push(FERRY[0].format(""), DAM.format(""))
    mill.settle_down()
    mill.merger._merged = one_of_all
    return mill


def test_an_absorbed_story_is_told_once_with_its_founder_and_found_by_either_name() -> None:
    mill = two_stories()
    (ferry,), (dam,) = (stories_under(mill.store, text[:20]) for text in (FERRY[0], DAM))
    assert merged(mill) == [("absorbed", dam.id, ferry.id)]
    assert stories_under(mill.store, dam.id) == stories_under(mill.store, ferry.id)
    mill.merger._seen_to, mill.merger._rested_at = 0, 0.0
    assert merged(mill) == []


def test_stories_are_not_merged_while_documents_are_in_flight_nor_again_for_nothing_new() -> None:
    mill = two_stories()
    mill.push("on its way")
    mill.merger.watch()
    assert mill.merger._turns is None
    mill.settle_down()
    merged(mill)
    mill.merger._rested_at = 0.0
    mill.merger.watch()
    assert mill.merger._turns is None


def test_a_feed_that_never_stops_has_its_stories_merged_too() -> None:
    mill = two_stories()
    mill.push("on its way")
    mill.clock.move(599)
    assert merged(mill) == []
    mill.clock.move(1)
    assert [event for event, _, _ in merged(mill)] == ["absorbed"]


class Bridging(MemoryStoryIndex):
    """Every article shows the story before to be its own."""

    last: str | None = None

    def join(self, profiles: Sequence[Profile], *, rebuilding: bool = False) -> list[Joined]:
        joined = []
        for profile in profiles:
            joined.append(Joined(profile.article_id, self.last))
            self.last = profile.article_id
        return joined


def test_a_story_that_an_article_showed_to_be_another_is_told_with_it() -> None:
    mill = MemoryMill(stories=Bridging(window_h=72))
    mill.push(FERRY[0].format(""))
    mill.settle_down()
    mill.push(DAM.format(""))
    mill.settle_down()
    told = [(event, msgspec.json.decode(article)) for event, article in mill.ledger.articles]
    ferry, dam, absorbed = [(event, record["id"], record["relation"]["story"]) for event, record in told]
    assert (ferry[0], dam[0], absorbed) == ("stored", "stored", ("absorbed", ferry[1], dam[1]))
