"""What every story index holds to, on Redis and in memory alike."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar
from zlib import crc32

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.adapters.memory_story import MemoryStoryIndex
from workers.adapters.redis_story import RedisStoryIndex
from workers.errors import IndexFailed
from workers.ports import Joined, Profile, StoryIndex, Term, TermKind

WINDOW_H = 72
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Index = Callable[[float], StoryIndex]
Built = TypeVar("Built", bound=StoryIndex)

FERRY = "Ferry Lorne Strait Calder sank passengers rescued 212 storm night captain"
DAM = "Dam Oberau Tirol burst evacuated villages 1400 river engineers crack morning"


@pytest.fixture(params=["redis", "memory"])
def index_of(request: pytest.FixtureRequest) -> Index:
    """Makes an index with a window of so many hours."""
    if request.param == "memory":
        return lambda window_h: MemoryStoryIndex(window_h=window_h)
    client: redis.Redis = request.getfixturevalue("redis_client")
    return lambda window_h: RedisStoryIndex(client, window_h=window_h)


@pytest.fixture
def fresh_index(index_of: Index) -> StoryIndex:
    return index_of(WINDOW_H)


@pytest.fixture
def index(fresh_index: StoryIndex) -> StoryIndex:
    return built(fresh_index)


def built(index: Built) -> Built:
    index.mark_built()
    return index


def kind_of(word: str) -> TermKind:
    if word.isdecimal():
        return TermKind.NUMBER if len(word) > 2 else TermKind.SMALL_NUMBER
    return TermKind.NAME if word[0].isupper() else TermKind.WORD


def profile(
    article: str, words: str, after_h: float = 0, *, language: str = "en", of: str | None = None,
    story: str | None = None, years: str = "",
) -> Profile:
    """Of an article in which each of these words stands once; a capital makes a name."""
    terms = [
        Term(crc32(f"{language} {word}".encode()), kind_of(word), 24 if word[0].isupper() else 8)
        for word in dict.fromkeys(words.split())
    ]
    terms += [Term(crc32(f"{language} year {year}".encode()), TermKind.YEAR, 8) for year in years.split()]
    seen_at = NOON + timedelta(hours=after_h)
    return Profile(article, seen_at, crc32(language.encode()), tuple(terms), of=of, story=story)


def stories(index: StoryIndex, *profiles: Profile) -> list[str]:
    return [joined.story for joined in index.join(profiles)]


def test_an_article_that_fits_no_story_founds_its_own(index: StoryIndex) -> None:
    assert index.join([profile("a", FERRY), profile("b", DAM)]) == [Joined("a"), Joined("b")]


def test_articles_with_the_names_numbers_and_words_of_one_event_are_one_story(index: StoryIndex) -> None:
    other_words = FERRY.replace("sank", "capsized").replace("night", "evening")
    assert stories(index, profile("a", FERRY), profile("b", DAM), profile("c", other_words, 5)) == ["a", "b", "a"]


def test_what_was_joined_in_one_call_is_joined_in_two(index: StoryIndex) -> None:
    assert stories(index, profile("a", FERRY)) + stories(index, profile("b", FERRY)) == ["a", "a"]


def test_the_same_words_of_another_place_and_with_other_numbers_are_another_story(index: StoryIndex) -> None:
    elsewhere = "Ferry Skagen Sound Norrland sank passengers rescued 31 storm night captain"
    assert stories(index, profile("a", FERRY), profile("b", elsewhere)) == ["a", "b"]


def test_a_template_filled_in_again_is_no_story(index: StoryIndex) -> None:
    """Day after day the same words about the same thing, with other figures."""
    weather = "forecast sunny spells clouds temperature degrees wind moderate rainfall chance tomorrow {} {} {} {}"
    days = [profile(f"day {day}", weather.format(*range(200 + 10 * day, 204 + 10 * day))) for day in range(5)]
    assert stories(index, *days) == [f"day {day}" for day in range(5)]


def test_a_form_filled_in_with_other_names_is_no_story(index: StoryIndex) -> None:
    match = "opened scoring minutes shot edge area struck post break substitute crowd fixture sealed goal {} {} {} {}"
    played = [profile(f"match {at}", match.format(f"Team{at}", f"Town{at}", "Fischer", 10 + at)) for at in range(5)]
    assert stories(index, *played) == [f"match {at}" for at in range(5)]


def test_one_name_in_common_is_no_story(index: StoryIndex) -> None:
    subjects = (
        "opens library children reading", "denies taxes company offshore", "praises cyclists bridge race",
        "mourns composer opera festival",
    )
    found = stories(index, *(profile(f"a{at}", f"Jane Holloway {said}") for at, said in enumerate(subjects)))
    assert found == ["a0", "a1", "a2", "a3"]


def test_other_years_speak_against_one_story(index: StoryIndex) -> None:
    vote = "Parliament Turkmen Ashgabat Mejlis Berdi Ahal vote election seats candidates ballots opened"
    other = "Parliament Turkmen Ashgabat Agrarian Rejepow Lebap vote election parties reform ballots counted"
    assert stories(index, profile("a", vote, years="2013"), profile("b", other, years="2013")) == ["a", "a"]
    assert stories(index, profile("c", vote, 500, years="2008"), profile("d", other, 500, years="2013")) == ["c", "d"]


@pytest.mark.parametrize("after_h", [0, 1, 36, 71.9, 72, -1, -72])
def test_a_story_reaches_as_far_as_the_window(index: StoryIndex, after_h: float) -> None:
    assert stories(index, profile("a", FERRY), profile("b", FERRY, after_h)) == ["a", "a"]


@pytest.mark.parametrize("after_h", [72.1, 90, 1000, -72.1, -1000])
def test_beyond_the_window_the_same_is_another_story(index: StoryIndex, after_h: float) -> None:
    assert stories(index, profile("a", FERRY), profile("b", FERRY, after_h)) == ["a", "b"]


def test_a_story_lives_on_while_articles_come(index: StoryIndex) -> None:
    assert set(stories(index, *(profile(f"a{day}", FERRY, 24 * day) for day in range(20)))) == {"a0"}


def test_a_window_of_nothing_is_refused(index_of: Index) -> None:
    with pytest.raises(ValueError, match="window of 0 hours is no window"):
        index_of(0)


def test_languages_have_stories_of_their_own(index: StoryIndex) -> None:
    assert stories(
        index, profile("a", FERRY), profile("b", FERRY, language="de"), profile("c", FERRY, language="de")
    ) == ["a", "b", "b"]


def test_a_word_that_stands_in_every_article_of_a_language_tells_nothing(index: StoryIndex) -> None:
    """Of a language without a list of stop words, once some hundred articles have been seen."""
    function_words = "Den Och Att Som Det"
    index.join([
        profile(f"s{at}", f"{function_words} Ort{at} sak{at} hus{at} {at + 1000}", language="sv") for at in range(900)
    ])
    both = [profile("x", f"{function_words} Kiruna gruva", language="sv"),
            profile("y", f"{function_words} Visby skola", language="sv")]
    assert stories(index, *both) == ["x", "y"]


def test_a_copy_has_the_story_of_its_original_whatever_it_says(index: StoryIndex) -> None:
    assert stories(
        index, profile("a", FERRY), profile("b", DAM, of="a"), profile("c", DAM), profile("d", DAM, of="unknown")
    ) == ["a", "a", "c", "c"]


def test_reprints_do_not_weigh_on_a_story(index: StoryIndex) -> None:
    """Forty of one text must not make its words common, nor the story large."""
    index.join([profile("a", FERRY), *(profile(f"copy {at}", FERRY, of="a") for at in range(40))])
    assert stories(index, profile("b", FERRY.replace("storm", "gale"))) == ["a"]


def test_an_article_without_a_word_is_a_story_of_its_own(index: StoryIndex) -> None:
    assert stories(index, profile("a", ""), profile("b", ""), profile("c", "Oslo")) == ["a", "b", "c"]


def test_an_article_that_fits_two_small_stories_shows_that_they_are_one(index: StoryIndex) -> None:
    first = "Ferry Lorne Calder sank storm night harbour pilot"
    second = "Strait Mull Ardmore rescued captain 212 lifeboat crew"
    assert stories(index, profile("a", first), profile("b", second)) == ["a", "b"]
    (joined,) = index.join([profile("c", f"{first} {second}")])
    assert {joined.story, joined.absorbed} == {"a", "b"}
    assert stories(index, profile("d", first), profile("e", second)) == [joined.story] * 2


def test_a_story_of_three_articles_is_never_absorbed(index: StoryIndex) -> None:
    first = "Ferry Lorne Calder sank storm night harbour pilot"
    second = "Strait Mull Ardmore rescued captain 212 lifeboat crew"
    index.join([profile(f"{name}{at}", words) for name, words in (("a", first), ("b", second)) for at in range(3)])
    (joined,) = index.join([profile("c", f"{first} {second}")])
    assert joined.absorbed is None


def test_a_redelivered_article_gets_its_first_answer_and_changes_nothing(index: StoryIndex) -> None:
    first = "Ferry Lorne Calder sank storm night harbour pilot"
    second = "Strait Mull Ardmore rescued captain 212 lifeboat crew"
    batch = [profile("a", first), profile("b", second), profile("c", f"{first} {second}"), profile("d", DAM, of="a")]
    answers = index.join(batch)
    again = [answer for one in reversed(batch) for answer in index.join([one, one])]
    assert again == [answer for answer in reversed(answers) for _ in range(2)]


def test_a_story_given_by_the_store_is_taken_on(fresh_index: StoryIndex) -> None:
    with pytest.raises(IndexFailed, match="not rebuilt yet"):
        fresh_index.join([profile("b", FERRY)])
    fresh_index.join([profile("a", FERRY, story="older"), profile("a2", DAM, of="a", story="older")], rebuilding=True)
    assert fresh_index.is_fresh()
    fresh_index.mark_built()
    assert not fresh_index.is_fresh()
    assert stories(fresh_index, profile("b", FERRY), profile("a", FERRY), profile("c", DAM, of="a2")) == ["older"] * 3


def test_nothing_is_joined_by_an_empty_batch(index: StoryIndex) -> None:
    assert index.join([]) == []


def stream(seed: int, articles: int) -> list[Profile]:
    """Events of a few names, words and numbers, told by articles that each know most of them; copies,
    redeliveries, three languages, ten days."""
    random = Random(seed)
    events = [
        [f"Name{random.randrange(200)}" for _ in range(5)] + [f"word{random.randrange(80)}" for _ in range(8)]
        + [str(random.randrange(3000)) for _ in range(3)]
        for _ in range(articles // 6)
    ]
    made: list[Profile] = []
    for number in range(articles):
        if made and random.random() < 0.05:
            made.append(random.choice(made))
            continue
        event = random.randrange(len(events))
        words = [word for word in events[event] if random.random() < 0.75]
        words += [f"word{random.randrange(80)}" for _ in range(6)]
        copied = random.choice(made).article_id if made and random.random() < 0.1 else None
        made.append(profile(
            f"a{number}", " ".join(words), event % 10 * 20 + random.random() * 60, of=copied,
            language=("en", "de", "tr")[event % 3], years=random.choice(("", "2025", "2026")),
        ))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_both_indexes_give_the_same_answers_on_a_stream_in_any_batches(seed: int, redis_client: redis.Redis) -> None:
    profiles, random = stream(seed, 500), Random(seed)
    on_redis = built(RedisStoryIndex(redis_client, window_h=WINDOW_H))
    in_memory = built(MemoryStoryIndex(window_h=WINDOW_H))
    answers: list[Joined] = []
    while len(answers) < len(profiles):
        answers += on_redis.join(profiles[len(answers) :][: random.randrange(1, 150)])
    assert answers == in_memory.join(profiles)
    assert any(answer.absorbed for answer in answers)
    assert len({answer.story for answer in answers}) < len(answers) / 2


# ---- Redis -----------------------------------------------------------------------------------------


def _join_all(url: str, name: str, answers: multiprocessing.Queue[list[str]]) -> None:
    index = built(RedisStoryIndex(redis.Redis.from_url(url), window_h=WINDOW_H))
    events = [f"Name{at} Place{at} Person{at} word{at} thing{at} 4{at:03}" for at in range(300)]
    answers.put([story for at in range(300) for story in stories(index, profile(f"{name}{at}", events[at]))])


def test_of_two_processes_with_the_first_articles_of_a_story_one_founds_it(
    redis_client: redis.Redis, redis_url: str
) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[list[str]] = context.Queue()
    racers = [context.Process(target=_join_all, args=(redis_url, name, answers)) for name in "ab"]
    for racer in racers:
        racer.start()
    one, other = (answers.get(timeout=60) for _ in racers)
    for racer in racers:
        racer.join(timeout=60)
    assert one == other


def test_every_table_on_redis_expires_by_itself_under_one_hash_tag(redis_client: redis.Redis) -> None:
    index = built(RedisStoryIndex(redis_client, window_h=WINDOW_H))
    index.join([profile(f"a{day}", FERRY, 24 * day) for day in range(40)])
    tables = [key for key in redis_client.scan_iter() if key.rpartition(b":")[2] not in (b"built", b"number")]
    assert {key.startswith(b"{newsmill}:story:") for key in tables} == {True}
    assert all(0 < redis_client.ttl(key) <= 1.5 * WINDOW_H * 3600 for key in tables)


def test_a_batch_is_one_script_call(redis_client: redis.Redis) -> None:
    index = built(RedisStoryIndex(redis_client, window_h=WINDOW_H))
    index.join([profile("a", FERRY)])
    redis_client.config_resetstat()
    index.join([profile(f"b{number}", DAM) for number in range(64)])
    assert redis_client.info("commandstats")["cmdstat_evalsha"]["calls"] == 1


def test_the_last_articles_of_a_flood_about_one_thing_cost_no_more_than_the_first(redis_client: redis.Redis) -> None:
    """Counted in commands and in bytes behind a term, which no load of the machine can change."""
    index = built(RedisStoryIndex(redis_client, window_h=WINDOW_H))
    flood = [profile(f"a{number}", f"{FERRY} word{number % 97} {number}") for number in range(2000)]

    def commands(part: Sequence[Profile]) -> int:
        redis_client.config_resetstat()
        index.join(part)
        counted = redis_client.info("commandstats")
        return sum(each["calls"] for each in counted.values())

    index.join(flood[:100])
    early = commands(flood[100:200])
    index.join(flood[200:1900])
    assert commands(flood[1900:]) <= early * 1.1
    under = redis_client.keys("*under*")
    assert max(len(value) for key in under for value in redis_client.hvals(key)) <= 4 * 8


def test_an_index_that_came_back_empty_is_fresh_again(redis_client: redis.Redis) -> None:
    index = built(RedisStoryIndex(redis_client, window_h=WINDOW_H))
    index.join([profile("a", FERRY)])
    redis_client.flushall()
    assert index.is_fresh()


@pytest.mark.parametrize("call", range(3), ids=["join", "is_fresh", "mark_built"])
def test_a_server_that_is_away_is_index_failed(call: int) -> None:
    client = redis.Redis(unix_socket_path="/nonexistent/redis.sock", retry=Retry(NoBackoff(), 0))
    nowhere = RedisStoryIndex(client, window_h=WINDOW_H)
    calls: list[Callable[[], object]] = [
        lambda: nowhere.join([profile("a", FERRY)]), nowhere.is_fresh, nowhere.mark_built,
    ]
    with pytest.raises(IndexFailed, match="ConnectionError"):
        calls[call]()


# ---- memory ----------------------------------------------------------------------------------------


def test_the_memory_index_forgets_the_oldest_articles_past_its_most() -> None:
    index = built(MemoryStoryIndex(window_h=WINDOW_H, most=3))
    index.join([profile(f"a{number}", f"Name{number} Place{number} word{number} thing{number} 1{number}00")
                for number in range(5)])
    assert index.entries() == 3
    assert stories(index, profile("b4", "Name4 Place4 word4 thing4 1400"), profile(
        "b0", "Name0 Place0 word0 thing0 1000")) == ["a4", "b0"]


def test_the_memory_index_does_not_grow_with_time() -> None:
    index = built(MemoryStoryIndex(window_h=WINDOW_H))
    for day in range(100):
        index.join([profile(f"{day}-{number}", f"{FERRY} {day}{number}", 24 * day) for number in range(5)])
    assert index.entries() <= 5 * 12 + 5
