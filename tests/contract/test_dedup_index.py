"""What every dedup index holds to, on Redis and in memory alike."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Sequence
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
from workers.ports import DedupIndex, Judgement, Signature

WINDOW_H = 168
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNIQUE = Relation()

Index = Callable[[float], DedupIndex]
Built = TypeVar("Built", bound=DedupIndex)


@pytest.fixture(params=["redis-plain", "redis-compact", "memory"])
def index_of(request: pytest.FixtureRequest) -> Index:
    """Makes an index with a window of so many hours."""
    if request.param == "memory":
        return lambda window_h: MemoryDedupIndex(window_h=window_h)
    client: redis.Redis = request.getfixturevalue("redis_client")
    layout = request.param.partition("-")[2]
    return lambda window_h: RedisDedupIndex(client, window_h=window_h, layout=layout, window_documents=100)


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


def claim(index: DedupIndex, signatures: Sequence[Signature], *, rebuilding: bool = False) -> list[Relation]:
    return [judgement.relation for judgement in index.claim(signatures, rebuilding=rebuilding)]


def signature(article: str, content: int, after_h: float = 0) -> Signature:
    return Signature(article, NOON + timedelta(hours=after_h), content)


def text(
    article: str, shingles: Iterable[int], *, after_h: float = 0, numbers: Iterable[int] = (), **known: int
) -> Signature:
    """Of an article of these shingles: small numbers, all of which are looked up."""
    found = sorted(set(shingles))
    return Signature(
        article, NOON + timedelta(hours=after_h), hash((article, *found)) & 0xFFFF_FFFF, distinct=len(found),
        sketch=packed(found[:64]), looked_up=b"".join(each.to_bytes(4, "big") + b"\0" for each in found[:64]),
        facts=packed(sorted(set(numbers))[:16]), **known,
    )


def packed(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def related(index: DedupIndex, *texts: Signature) -> list[tuple[str, str | None]]:
    return [(str(each.kind), each.of) for each in claim(index, texts)]


def exact(of: str) -> Relation:
    return Relation(RelationKind.EXACT, of=of, score=1.0, of_new=1.0, of_old=1.0)


def test_a_second_article_of_the_same_content_is_exact_and_names_the_first(index: DedupIndex) -> None:
    claim(index, [signature("a", 1)])
    assert claim(index, [signature("b", 1)]) == [exact("a")]


def test_a_batch_is_judged_article_by_article_in_order(index: DedupIndex) -> None:
    batch = [signature("a", 1), signature("b", 2), signature("c", 1), signature("d", 2)]
    assert claim(index, batch) == [UNIQUE, UNIQUE, exact("a"), exact("b")]


def test_two_parts_of_one_document_can_be_copies_of_one_another(index: DedupIndex) -> None:
    assert claim(index, [signature("doc-0", 1), signature("doc-1", 1)]) == [UNIQUE, exact("doc-0")]


def test_a_redelivered_article_never_matches_itself(index: DedupIndex) -> None:
    claim(index, [signature("a", 1)])
    assert claim(index, [signature("a", 1)]) == [UNIQUE]


def test_a_redelivered_copy_gets_its_first_answer_though_the_window_is_over_by_its_time(
    index: DedupIndex,
) -> None:
    claim(index, [signature("a", 1), signature("b", 1, 1)])
    assert claim(index, [signature("b", 1, 1000)]) == [exact("a")]


def test_a_batch_split_otherwise_gets_the_same_answers(index: DedupIndex) -> None:
    batch = [signature("a", 1), signature("b", 1), signature("c", 2)]
    first = claim(index, batch)
    assert [answer for one in reversed(batch) for answer in claim(index, [one])] == first[::-1]


@pytest.mark.parametrize("after_h", [0, 1, 84, 167.99, 168, -1, -168])
def test_a_copy_within_the_window_is_exact(index: DedupIndex, after_h: float) -> None:
    claim(index, [signature("a", 1)])
    assert claim(index, [signature("b", 1, after_h)]) == [exact("a")]


@pytest.mark.parametrize("after_h", [168.01, 300, 24 * 365, -168.01, -24 * 365 * 60])
def test_a_copy_outside_the_window_is_unique(index: DedupIndex, after_h: float) -> None:
    claim(index, [signature("a", 1)])
    assert claim(index, [signature("b", 1, after_h)]) == [UNIQUE]


def test_the_window_counts_from_the_first_one_not_from_its_copies(index: DedupIndex) -> None:
    claim(index, [signature("a", 1), signature("b", 1, 100)])
    assert claim(index, [signature("c", 1, 200), signature("d", 1, 300)]) == [UNIQUE, exact("c")]


def test_the_length_of_the_window_is_the_operators(index_of: Index) -> None:
    index = built(index_of(0.5))
    claim(index, [signature("a", 1)])
    assert claim(index, [signature("b", 1, 0.4), signature("c", 1, 0.6)]) == [exact("a"), UNIQUE]


def test_a_window_of_no_length_is_refused(index_of: Index) -> None:
    with pytest.raises(ValueError, match="a dedup window of 0 hours is no window"):
        index_of(0)


def test_a_released_article_is_forgotten_as_an_original_and_as_an_article(index: DedupIndex) -> None:
    claim(index, [signature("a", 1), signature("b", 2)])
    index.release(["a", "never claimed"])
    assert claim(index, [signature("c", 1), signature("a", 1), signature("d", 2)]) == [
        UNIQUE, exact("c"), exact("b"),
    ]


def test_releasing_a_copy_leaves_its_original_in_place(index: DedupIndex) -> None:
    claim(index, [signature("a", 1), signature("b", 1)])
    index.release(["b"])
    assert claim(index, [signature("c", 1)]) == [exact("a")]


def test_entries_are_the_articles_remembered(index: DedupIndex) -> None:
    claim(index, [signature("a", 1), signature("b", 1), signature("c", 2)])
    claim(index, [signature("a", 1)])
    index.release(["c"])
    assert index.entries() == 2


def test_a_fresh_index_judges_nothing_but_for_its_builder(fresh_index: DedupIndex) -> None:
    with pytest.raises(IndexFailed, match="not rebuilt yet"):
        claim(fresh_index, [signature("b", 1)])
    claim(fresh_index, [signature("a", 1)], rebuilding=True)
    assert fresh_index.is_fresh()
    fresh_index.mark_built()
    assert not fresh_index.is_fresh()
    assert claim(fresh_index, [signature("b", 1)]) == [exact("a")]


def test_content_keys_use_all_64_bits(index: DedupIndex) -> None:
    keys = [0, 1, 2**63, 2**64 - 1, 0x20, 0x0A0A0A0A_0A0A0A0A, 0x20202020_20202020]
    claim(index, [signature(f"a{key}", key) for key in keys])
    assert claim(index, [signature(f"b{key}", key) for key in keys]) == [exact(f"a{key}") for key in keys]


def test_nothing_is_claimed_by_an_empty_batch(index: DedupIndex) -> None:
    assert (claim(index, []), index.entries()) == ([], 0)


def test_a_batch_of_pages_with_hundreds_of_articles_is_judged_whole(index: DedupIndex) -> None:
    batch = [signature(f"a{number}", number % 1000) for number in range(3000)]
    kinds = [relation.kind for relation in claim(index, batch)]
    assert kinds == [RelationKind.UNIQUE] * 1000 + [RelationKind.EXACT] * 2000


IDS = st.sampled_from("abcdefghij")
HOURS = st.integers(0, 500)
RUNS = st.builds(lambda start, size, step: range(start, start + size, step), st.integers(0, 60), st.integers(0, 90),
                 st.integers(1, 3))
TEXTS = st.builds(
    lambda article, runs, h, numbers, publisher, place: text(
        article, [n for run in runs for n in run], after_h=h, numbers=numbers, publisher=publisher, place=place
    ),
    IDS, st.lists(RUNS, max_size=3), HOURS, st.lists(st.integers(0, 30), max_size=20), st.integers(0, 2),
    st.integers(0, 3),
)
CLAIMS = st.lists(st.one_of(st.builds(signature, IDS, st.integers(0, 3), HOURS), TEXTS), max_size=12)
STREAMS = st.lists(st.tuples(CLAIMS, st.lists(st.sampled_from("abcdefghij"), max_size=2)), max_size=6)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stream=STREAMS)
def test_both_indexes_give_the_same_verdicts_on_any_stream(
    stream: list[tuple[list[Signature], list[str]]], redis_client: redis.Redis
) -> None:
    def verdicts(index: DedupIndex) -> list[list[Judgement] | int]:
        given: list[list[Judgement] | int] = []
        for claims, released in stream:
            given.append(index.claim(claims))
            index.release(released)
            given.append(index.entries())
        return given

    in_memory = verdicts(built(MemoryDedupIndex(window_h=WINDOW_H)))
    for layout in ("plain", "compact"):
        redis_client.flushall()
        on_redis = RedisDedupIndex(redis_client, window_h=WINDOW_H, layout=layout, window_documents=10)
        assert verdicts(built(on_redis)) == in_memory


# ---- near copies -----------------------------------------------------------------------------------


def test_an_article_lightly_edited_is_near(index: DedupIndex) -> None:
    assert related(index, text("a", range(50)), text("b", range(2, 51)))[1] == ("near", "a")


def test_an_article_inside_another_is_contained_and_the_other_way_round_contains(index: DedupIndex) -> None:
    assert related(index, text("a", range(50)), text("b", range(20)))[1] == ("contained", "a")
    assert related(index, text("c", range(500, 520)), text("d", range(500, 560)))[1] == ("contains", "c")


def test_the_shares_are_of_the_new_and_of_the_old_article(index: DedupIndex) -> None:
    relation = claim(index, [text("a", range(50)), text("b", [*range(20), *range(900, 905)])])[1]
    assert (relation.of_new, relation.of_old, relation.score) == (0.8, 0.4, 0.8)


def test_an_article_with_a_new_passage_in_the_place_of_an_old_one_and_other_numbers_is_an_update(
    index: DedupIndex,
) -> None:
    numbers = {"a": range(10), "b": [*range(8), 90, 91]}
    first, second = text("a", range(50), numbers=numbers["a"]), text("b", range(5, 62), numbers=numbers["b"])
    assert related(index, first, second)[1] == ("update", "a")


def test_the_same_form_with_other_numbers_is_no_copy(index: DedupIndex) -> None:
    first, same, other = (
        text(name, [*range(35), *range(at, at + 15)], numbers=range(numbers, numbers + 9))
        for name, at, numbers in (("a", 100, 0), ("b", 200, 0), ("c", 300, 50))
    )
    assert related(index, first, same, other) == [("unique", None), ("near", "a"), ("unique", None)]


def _filled_in(name: str, own: int, numbers: int) -> Signature:
    return text(name, [*range(42), *range(own, own + 8)], numbers=range(numbers, numbers + 9))


def test_a_form_taken_for_an_update_once_takes_no_third_with_it(index: DedupIndex) -> None:
    forms = [_filled_in(name, at, at) for name, at in (("a", 100), ("b", 200), ("c", 300))]
    assert related(index, *forms) == [("unique", None), ("update", "a"), ("unique", None)]


def test_an_update_with_other_numbers_is_one_though_two_hold_the_old_ones(index: DedupIndex) -> None:
    first, update = _filled_in("a", 100, 0), _filled_in("c", 300, 50)
    fuller = text("b", [*range(42), *range(100, 108), *range(500, 540)], numbers=range(9))
    assert related(index, first, fuller, update) == [("unique", None), ("contains", "a"), ("update", "a")]


def test_pages_of_one_publisher_must_share_more_than_its_furniture(index: DedupIndex) -> None:
    first, of_another, of_the_same = (
        text(name, [*range(30), *range(at, at + 20)], publisher=publisher)
        for name, at, publisher in (("a", 100, 7), ("b", 200, 8), ("c", 300, 7))
    )
    judged = related(index, first, of_another, of_the_same)
    assert judged == [("unique", None), ("near", "a"), ("unique", None)]


def test_what_stands_in_unrelated_articles_makes_no_copy(index: DedupIndex) -> None:
    """Furniture and forms: known as soon as two articles hold them which go back to nothing in common."""
    wording = range(20)
    firsts = [text(name, [*wording, *range(at, at + 40)]) for name, at in (("a", 100), ("b", 200))]
    assert related(index, *firsts) == [("unique", None)] * 2
    assert related(index, text("c", [*wording, *range(300, 320)])) == [("unique", None)]
    assert related(index, text("d", [*wording, *range(100, 135)])) == [("near", "a")]


def test_an_article_at_the_same_address_is_an_update_though_its_numbers_differ(index: DedupIndex) -> None:
    versions = [text(name, [*range(35), *range(at, at + 15)], numbers=range(at, at + 9), place=5, publisher=1)
                for name, at in (("a", 100), ("b", 200), ("c", 300))]
    assert related(index, *versions)[1:] == [("update", "a"), ("update", "a")]


def test_a_page_that_glues_articles_names_each(index: DedupIndex) -> None:
    index.claim([text(name, range(at, at + 20)) for name, at in (("a", 0), ("b", 100), ("c", 200))])
    relation = claim(index, [text("page", [*range(20), *range(100, 120), *range(200, 220)])])[0]
    assert (relation.kind, {relation.of, *relation.also}) == (RelationKind.CONTAINS, {"a", "b", "c"})


def test_a_near_copy_outside_the_window_is_unique(index: DedupIndex) -> None:
    assert related(index, text("a", range(50)), text("b", range(2, 51), after_h=169))[1] == ("unique", None)


def test_the_best_match_wins_not_the_first(index: DedupIndex) -> None:
    index.claim([text("page", range(120)), text("article", range(400, 450))])
    index.claim([text("both", [*range(120, 200), *range(400, 450)])])
    assert related(index, text("copy", range(401, 450))) == [("near", "article")]


def test_a_released_article_makes_room_for_its_copies(index: DedupIndex) -> None:
    """Two dead owners of every shingle must not hide a third, which is alive."""
    for name in ("a", "b"):
        index.claim([text(name, range(50))])
        index.release([name])
    assert related(index, text("c", range(50)), text("d", range(2, 51))) == [("unique", None), ("near", "c")]


def test_a_thousand_variations_are_held_against_a_bounded_number(index: DedupIndex) -> None:
    variations = [text(f"v{n}", [*range(40), *range(1000 + 9 * n, 1009 + 9 * n)], numbers=[n, n + 1, n + 2])
                  for n in range(1000)]
    judged = index.claim(variations)
    assert max(judgement.compared or 0 for judgement in judged) <= 32
    assert {str(judgement.relation.kind) for judgement in judged[1:]} <= {"near", "update"}


def test_texts_of_one_or_two_words_are_copies_only_of_their_like(index: DedupIndex) -> None:
    assert related(index, text("a", [1]), text("b", [2]), text("c", [1, 2]))[:2] == [("unique", None)] * 2


def test_a_cleared_index_is_fresh_and_knows_nothing(index: DedupIndex) -> None:
    index.claim([text("a", range(50))])
    index.clear()
    assert (index.is_fresh(), index.entries()) == (True, 0)
    index.mark_built()
    assert related(index, text("b", range(50))) == [("unique", None)]


def test_an_answer_says_how_many_were_compared_and_a_first_answer_given_again_nothing(index: DedupIndex) -> None:
    copy = text("b", range(2, 51))
    assert [each.compared for each in index.claim([text("a", range(50)), copy, copy])] == [0, 1, None]


# ---- Redis -----------------------------------------------------------------------------------------


def _claim_all(url: str, prefix: str, answers: multiprocessing.Queue[list[Relation]]) -> None:
    index = built(RedisDedupIndex(redis.Redis.from_url(url), window_h=WINDOW_H))
    batches = [[signature(f"{prefix}{key}", key) for key in range(at, at + 16)] for at in range(0, 1600, 16)]
    answers.put([relation for batch in batches for relation in claim(index, batch)])


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
    claim(index, [signature(f"a{day}", day, 24 * day) for day in range(60)])
    tables = [key for key in redis_client.scan_iter() if not key.endswith(b":built")]
    assert {key.startswith(b"{newsmill}:dedup:") for key in tables} == {True}
    assert all(0 < redis_client.ttl(key) <= 1.5 * WINDOW_H * 3600 for key in tables)


def test_a_batch_is_one_script_call(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    claim(index, [signature("a", 1)])
    redis_client.config_resetstat()
    claim(index, [signature(f"b{number}", number) for number in range(64)])
    calls = redis_client.info("commandstats")
    assert calls["cmdstat_evalsha"]["calls"] == 1


def test_an_index_of_another_layout_or_window_is_fresh_and_so_is_the_first_one_after_it(
    redis_client: redis.Redis,
) -> None:
    first = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    others = [RedisDedupIndex(redis_client, window_h=WINDOW_H, layout="compact"),
              RedisDedupIndex(redis_client, window_h=24)]
    assert [other.is_fresh() for other in others] == [True, True]
    built(others[0])
    with pytest.raises(IndexFailed, match="not rebuilt yet"):
        first.claim([signature("a", 1)])


def test_a_server_that_forgot_its_scripts_is_taught_again(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    claim(index, [signature("a", 1)])
    redis_client.script_flush()
    assert claim(index, [signature("b", 1)]) == [exact("a")]


def test_an_index_that_came_back_empty_is_fresh_again(redis_client: redis.Redis) -> None:
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H))
    claim(index, [signature("a", 1)])
    redis_client.flushall()
    assert index.is_fresh()


@pytest.mark.parametrize("hours_later", [1, 83, 167])
def test_a_redelivery_is_answered_for_at_least_a_window(redis_client: redis.Redis, hours_later: int) -> None:
    now = [NOON.timestamp()]
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=lambda: now[0]))
    claim(index, [signature("a", 1), signature("b", 1)])
    now[0] += hours_later * 3600
    assert claim(index, [signature("b", 1)]) == [exact("a")]


def test_an_original_whose_verdict_is_forgotten_is_still_no_copy_of_itself(redis_client: redis.Redis) -> None:
    now = [NOON.timestamp()]
    index = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=lambda: now[0]))
    claim(index, [signature("a", 1)])
    now[0] += 10 * WINDOW_H * 3600
    assert claim(index, [signature("a", 1)]) == [UNIQUE]


def test_a_host_whose_clock_is_behind_finds_the_answers_of_one_ahead(redis_client: redis.Redis) -> None:
    ahead = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=lambda: NOON.timestamp() + WINDOW_H * 1800))
    behind = built(RedisDedupIndex(redis_client, window_h=WINDOW_H, now=NOON.timestamp))
    claim(ahead, [signature("a", 1), signature("b", 1)])
    assert claim(behind, [signature("b", 1)]) == [exact("a")]


def _calls(index: DedupIndex) -> Sequence[Callable[[], object]]:
    return [
        lambda: claim(index, [signature("a", 1)]), lambda: index.release(["a"]), index.entries, index.is_fresh,
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
    claim(index, [signature(f"a{number}", number) for number in range(5)])
    assert index.entries() == 3
    assert claim(index, [signature("b4", 4), signature("b0", 0)]) == [exact("a4"), UNIQUE]


def test_the_memory_index_does_not_grow_with_time() -> None:
    index = built(MemoryDedupIndex(window_h=WINDOW_H))
    for day in range(400):
        claim(index, [signature(f"{day}-{number}", 100 * day + number, 24 * day) for number in range(10)])
    assert index.entries() <= 10 * 4 * 7 + 10


def test_a_memory_index_of_no_articles_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 0 articles"):
        MemoryDedupIndex(window_h=WINDOW_H, most=0)
