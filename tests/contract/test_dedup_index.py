"""What every dedup index holds to, on Redis and in memory alike."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.errors import IndexFailed
from workers.model import Relation, RelationKind
from workers.ports import DedupIndex, Signature

WINDOW_H = 168
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNIQUE = Relation()

Index = Callable[[float], DedupIndex]
Built = TypeVar("Built", bound=DedupIndex)


@pytest.fixture(params=["redis", "memory"])
def index_of(request: pytest.FixtureRequest) -> Index:
    """Makes an index with a window of so many hours."""
    if request.param == "memory":
        return lambda window_h: MemoryDedupIndex(window_h=window_h)
    client: redis.Redis = request.getfixturevalue("redis_client")
    return lambda window_h: RedisDedupIndex(client, window_h=window_h)


@pytest.fixture
def fresh_index(index_of: Index) -> DedupIndex:
    return index_of(WINDOW_H)


@pytest.fixture
def index(fresh_index: DedupIndex) -> DedupIndex:
    fresh_index.mark_built()
    return fresh_index


def built(index: Built) -> Built:
    index.mark_built()
    return index


def signature(article: str, content: int, after_h: float = 0) -> Signature:
    return Signature(article, NOON + timedelta(hours=after_h), content)


def exact(of: str) -> Relation:
    return Relation(RelationKind.EXACT, of=of, score=1.0, of_new=1.0, of_old=1.0)


def test_a_second_article_of_the_same_content_is_exact_and_names_the_first(index: DedupIndex) -> None:
    index.claim([signature("a", 1)])
    assert index.claim([signature("b", 1)]) == [exact("a")]


def test_a_batch_is_judged_article_by_article_in_order(index: DedupIndex) -> None:
    batch = [signature("a", 1), signature("b", 2), signature("c", 1), signature("d", 2)]
    assert index.claim(batch) == [UNIQUE, UNIQUE, exact("a"), exact("b")]


def test_two_parts_of_one_document_can_be_copies_of_one_another(index: DedupIndex) -> None:
    assert index.claim([signature("doc-0", 1), signature("doc-1", 1)]) == [UNIQUE, exact("doc-0")]


def test_a_redelivered_article_never_matches_itself(index: DedupIndex) -> None:
    index.claim([signature("a", 1)])
    assert index.claim([signature("a", 1)]) == [UNIQUE]


def test_a_redelivered_copy_gets_its_first_answer_though_the_window_is_over_by_its_time(
    index: DedupIndex,
) -> None:
    index.claim([signature("a", 1), signature("b", 1, 1)])
    assert index.claim([signature("b", 1, 1000)]) == [exact("a")]


def test_a_batch_split_otherwise_gets_the_same_answers(index: DedupIndex) -> None:
    batch = [signature("a", 1), signature("b", 1), signature("c", 2)]
    first = index.claim(batch)
    assert [answer for one in reversed(batch) for answer in index.claim([one])] == first[::-1]


@pytest.mark.parametrize("after_h", [0, 1, 84, 167.99, 168, -1, -168])
def test_a_copy_within_the_window_is_exact(index: DedupIndex, after_h: float) -> None:
    index.claim([signature("a", 1)])
    assert index.claim([signature("b", 1, after_h)]) == [exact("a")]


@pytest.mark.parametrize("after_h", [168.01, 300, 24 * 365, -168.01, -24 * 365 * 60])
def test_a_copy_outside_the_window_is_unique(index: DedupIndex, after_h: float) -> None:
    index.claim([signature("a", 1)])
    assert index.claim([signature("b", 1, after_h)]) == [UNIQUE]


def test_the_window_counts_from_the_first_one_not_from_its_copies(index: DedupIndex) -> None:
    index.claim([signature("a", 1), signature("b", 1, 100)])
    assert index.claim([signature("c", 1, 200), signature("d", 1, 300)]) == [UNIQUE, exact("c")]


def test_the_length_of_the_window_is_the_operators(index_of: Index) -> None:
    index = built(index_of(0.5))
    index.claim([signature("a", 1)])
    assert index.claim([signature("b", 1, 0.4), signature("c", 1, 0.6)]) == [exact("a"), UNIQUE]


def test_a_window_of_no_length_is_refused(index_of: Index) -> None:
    with pytest.raises(ValueError, match="a dedup window of 0 hours is no window"):
        index_of(0)


def test_a_released_article_is_forgotten_as_an_original_and_as_an_article(index: DedupIndex) -> None:
    index.claim([signature("a", 1), signature("b", 2)])
    index.release(["a", "never claimed"])
    assert index.claim([signature("c", 1), signature("a", 1), signature("d", 2)]) == [
        UNIQUE, exact("c"), exact("b"),
    ]


def test_releasing_a_copy_leaves_its_original_in_place(index: DedupIndex) -> None:
    index.claim([signature("a", 1), signature("b", 1)])
    index.release(["b"])
    assert index.claim([signature("c", 1)]) == [exact("a")]


def test_entries_are_the_articles_remembered(index: DedupIndex) -> None:
    index.claim([signature("a", 1), signature("b", 1), signature("c", 2)])
    index.claim([signature("a", 1)])
    index.release(["c"])
    assert index.entries() == 2


def test_a_fresh_index_judges_nothing_but_for_its_builder(fresh_index: DedupIndex) -> None:
    with pytest.raises(IndexFailed, match="not rebuilt yet"):
        fresh_index.claim([signature("b", 1)])
    fresh_index.claim([signature("a", 1)], rebuilding=True)
    assert fresh_index.is_fresh()
    fresh_index.mark_built()
    assert not fresh_index.is_fresh()
    assert fresh_index.claim([signature("b", 1)]) == [exact("a")]


def test_content_keys_use_all_64_bits(index: DedupIndex) -> None:
    keys = [0, 1, 2**63, 2**64 - 1, 0x20, 0x0A0A0A0A_0A0A0A0A, 0x20202020_20202020]
    index.claim([signature(f"a{key}", key) for key in keys])
    assert index.claim([signature(f"b{key}", key) for key in keys]) == [exact(f"a{key}") for key in keys]


def test_nothing_is_claimed_by_an_empty_batch(index: DedupIndex) -> None:
    assert (index.claim([]), index.entries()) == ([], 0)


def test_a_batch_of_pages_with_hundreds_of_articles_is_judged_whole(index: DedupIndex) -> None:
    batch = [signature(f"a{number}", number % 1000) for number in range(3000)]
    kinds = [relation.kind for relation in index.claim(batch)]
    assert kinds == [RelationKind.UNIQUE] * 1000 + [RelationKind.EXACT] * 2000


CLAIMS = st.lists(
    st.builds(signature, st.sampled_from("abcdefghij"), st.integers(0, 3), st.integers(0, 500)), max_size=12
)
STREAMS = st.lists(st.tuples(CLAIMS, st.lists(st.sampled_from("abcdefghij"), max_size=2)), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=STREAMS)
def test_both_indexes_give_the_same_verdicts_on_any_stream(
    stream: list[tuple[list[Signature], list[str]]], redis_client: redis.Redis
) -> None:
    def verdicts(index: DedupIndex) -> list[list[Relation] | int]:
        given: list[list[Relation] | int] = []
        for claims, released in stream:
            given.append(index.claim(claims))
            index.release(released)
            given.append(index.entries())
        return given

    redis_client.flushall()
    on_redis = verdicts(built(RedisDedupIndex(redis_client, window_h=WINDOW_H)))
    assert on_redis == verdicts(built(MemoryDedupIndex(window_h=WINDOW_H)))


# ---- Redis -----------------------------------------------------------------------------------------


def _claim_all(url: str, prefix: str, answers: multiprocessing.Queue[list[Relation]]) -> None:
    index = built(RedisDedupIndex(redis.Redis.from_url(url), window_h=WINDOW_H))
    batches = [[signature(f"{prefix}{key}", key) for key in range(at, at + 16)] for at in range(0, 1600, 16)]
    answers.put([relation for batch in batches for relation in index.claim(batch)])


def test_of_two_processes_with_the_same_articles_exactly_one_is_first(
    redis_client: redis.Redis, redis_url: str
) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[list[Relation]] = context.Queue()
    racers = [context.Process(target=_claim_all, args=(redis_url, name, answers)) for name in "ab"]
    for racer in racers:
        racer.start()
    both = [answers.get(timeout=60) for _ in racers]
    for racer in racers:
        racer.join(timeout=60)
    firsts = [sum(relation == UNIQUE for relation in pair) for pair in zip(*both, strict=True)]
    assert firsts == [1] * 1600


def test_every_table_on_redis_expires_by_itself_under_one_hash_tag(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    index.claim([signature(f"a{day}", day, 24 * day) for day in range(60)])
    tables = [key for key in redis_client.scan_iter() if not key.endswith(b":built")]
    assert {key.startswith(b"{newsmill}:dedup:") for key in tables} == {True}
    assert all(0 < redis_client.ttl(key) <= 1.5 * WINDOW_H * 3600 for key in tables)


def test_a_batch_is_one_script_call(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    index.claim([signature("a", 1)])
    redis_client.config_resetstat()
    index.claim([signature(f"b{number}", number) for number in range(64)])
    calls = redis_client.info("commandstats")
    assert calls["cmdstat_evalsha"]["calls"] == 1


def test_a_server_that_forgot_its_scripts_is_taught_again(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    index.claim([signature("a", 1)])
    redis_client.script_flush()
    assert index.claim([signature("b", 1)]) == [exact("a")]


def test_an_index_that_came_back_empty_is_fresh_again(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    index.claim([signature("a", 1)])
    redis_client.flushall()
    assert index.is_fresh()


@pytest.mark.parametrize("hours_later", [1, 83, 167])
def test_a_redelivery_is_answered_for_at_least_a_window(redis_client: redis.Redis, hours_later: int) -> None:
    now = [NOON.timestamp()]
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=lambda: now[0]))
    index.claim([signature("a", 1), signature("b", 1)])
    now[0] += hours_later * 3600
    assert index.claim([signature("b", 1)]) == [exact("a")]


def test_an_original_whose_verdict_is_forgotten_is_still_no_copy_of_itself(redis_client: redis.Redis) -> None:
    now = [NOON.timestamp()]
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=lambda: now[0]))
    index.claim([signature("a", 1)])
    now[0] += 10 * WINDOW_H * 3600
    assert index.claim([signature("a", 1)]) == [UNIQUE]


def test_a_host_whose_clock_is_behind_finds_the_answers_of_one_ahead(redis_client: redis.Redis) -> None:
    ahead = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=lambda: NOON.timestamp() + WINDOW_H * 1800))
    behind = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=NOON.timestamp))
    ahead.claim([signature("a", 1), signature("b", 1)])
    assert behind.claim([signature("b", 1)]) == [exact("a")]


def _calls(index: DedupIndex) -> Sequence[Callable[[], object]]:
    return [
        lambda: index.claim([signature("a", 1)]), lambda: index.release(["a"]), index.entries, index.is_fresh,
        index.mark_built,
    ]


@pytest.mark.parametrize("call", range(5), ids=["claim", "release", "entries", "is_fresh", "mark_built"])
def test_a_server_that_is_away_is_index_failed(call: int) -> None:
    client = redis.Redis(unix_socket_path="/nonexistent/redis.sock", retry=Retry(NoBackoff(), 0))
    nowhere = RedisDedupIndex(client, window_h=WINDOW_H)
    with pytest.raises(IndexFailed, match="ConnectionError"):
        _calls(nowhere)[call]()


# ---- memory ----------------------------------------------------------------------------------------


def test_the_memory_index_forgets_the_oldest_claims_past_its_most() -> None:
    index = built(MemoryDedupIndex(window_h=WINDOW_H, most=3))
    index.claim([signature(f"a{number}", number) for number in range(5)])
    assert index.entries() == 3
    assert index.claim([signature("b4", 4), signature("b0", 0)]) == [exact("a4"), UNIQUE]


def test_the_memory_index_does_not_grow_with_time() -> None:
    index = built(MemoryDedupIndex(window_h=WINDOW_H))
    for day in range(400):
        index.claim([signature(f"{day}-{number}", 100 * day + number, 24 * day) for number in range(10)])
    assert index.entries() <= 10 * 4 * 7 + 10


def test_a_memory_index_of_no_articles_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 0 articles"):
        MemoryDedupIndex(window_h=WINDOW_H, most=0)
