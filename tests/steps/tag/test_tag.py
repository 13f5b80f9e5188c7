from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.steps.tag.tables import english, evidence, tag
from tests.steps.tag.test_language import PARAGRAPHS
from workers.model import Article, Dateline, Tag, TagKind, article_to_json
from workers.steps.tag import Tag as TagStep

LIST_OF_PARAGRAPHS = list(PARAGRAPHS.values())
FRAGMENTS = [
    *LIST_OF_PARAGRAPHS, "#ClimateAction", "#غزة_الآن", "#東京", "Germany", "the U.S.", "South Korea's", "Türkiye",
    "interest rates", "Erdbeben", "\n\n", " ", "—", "😀", "e\u0301te\u0301", "İSTANBUL", "ß", "\u200d", "ﬁ", "中国",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=12).map(" ".join)
ARTICLES = st.builds(
    Article,
    id=st.just("a-0"),
    document_id=st.just("a"),
    title=st.none() | TEXTS,
    text=TEXTS,
    language=st.none() | st.sampled_from(["en", "de-DE", "??"]),
    hashtags=st.lists(st.sampled_from(["ClimateAction", "#Erdbeben", "🙂", "", "# "]) | st.text(max_size=5)).map(tuple),
    dateline=st.none() | st.builds(Dateline, place=st.sampled_from(["KYIV", "Paris", "Nowhere"])),
)


def plain(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum() or letter in "\u0301\u0307")


def claims(given: Tag, words: str) -> bool:
    """Whether the words of a span are what the tag says they are."""
    if given.kind in (TagKind.HASHTAG, TagKind.KEYPHRASE):
        return plain(words).replace("_", "") == plain(given.id).replace("_", "")
    return bool(words.strip()) and words == words.strip()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(article=ARTICLES)
def test_every_span_of_every_tag_is_the_words_it_claims(article: Article) -> None:
    tagged = tag(article)
    wrong = [
        (each, words) for each in tagged.tags for words in evidence(tagged, each) if not claims(each, words)
    ]
    assert wrong == []


@settings(max_examples=50, deadline=None)
@given(article=ARTICLES)
def test_the_same_article_gives_the_same_bytes_and_nothing_else_changes(article: Article) -> None:
    tagged = tag(article)
    assert article_to_json(tag(article)) == article_to_json(tagged)
    own = {"language": None, "tags": (), "summary": None, "summary_spans": ()}
    assert replace(tagged, **own) == replace(article, **own)  # type: ignore[arg-type]


@settings(max_examples=50, deadline=None)
@given(article=ARTICLES)
def test_scores_lie_between_nought_and_one_and_no_tag_comes_twice(article: Article) -> None:
    tags = tag(article).tags
    assert all(0 < each.score <= 1 for each in tags)
    assert len({(each.kind, each.id) for each in tags}) == len(tags)


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_same_bytes_come_from_any_process(seed: str) -> None:
    program = (
        "import sys; from tests.steps.tag.tables import tag\n"
        "from workers.model import article_from_json, article_to_json\n"
        "sys.stdout.buffer.write(article_to_json(tag(article_from_json(sys.stdin.buffer.read()))))"
    )
    article = Article("a-0", "a", text=" ".join(LIST_OF_PARAGRAPHS), title="South Korea")
    ran = subprocess.run(
        [sys.executable, "-c", program],
        input=article_to_json(article), capture_output=True, check=True, env={"PYTHONHASHSEED": seed},
    )
    assert ran.stdout == article_to_json(tag(article))


def test_importing_the_step_loads_no_model() -> None:
    program = "import sys, workers.steps.tag; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


HOSTILE = {
    "one word": "a" * 5_000_000,
    "one word again and again": "a " * 2_500_000,
    "nothing but hashes": "#" * 5_000_000,
    "ten thousand hashtags": " ".join(f"#tag{number}" for number in range(10_000)),
    "the beginning of a phrase": "Democratic Republic of the " * 200_000,
    "ambiguous names": "Turkey Georgia " * 300_000,
    "abbreviations": "U.S." * 1_000_000,
    "accents on accents": "e" + "\u0301" * 3_000_000,
    "han": "中国" * 1_000_000,
    "other words": " ".join(f"w{number}x" for number in range(700_000)),
    "line breaks": "\n" * 5_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_bounded_time_and_gives_bounded_tags(name: str) -> None:
    own = tuple(f"own{number}" for number in range(10_000))
    began = time.process_time()
    tagged = tag(Article("a-0", "a", text=HOSTILE[name], title=HOSTILE[name], hashtags=own))
    assert time.process_time() - began < 5
    assert len(tagged.tags) <= 230
    assert max(len(each.evidence) for each in tagged.tags) <= 41
    assert len(article_to_json(replace(tagged, text="", title="", hashtags=()))) < 100_000


def test_a_missing_table_tags_nothing() -> None:
    step = TagStep({}, identify=english)
    tagged = tag(Article("a-0", "a", text="Rate cut in Germany"), step)
    assert {each.kind for each in tagged.tags} == {TagKind.KEYPHRASE}


def test_tags_that_an_earlier_step_gave_are_kept() -> None:
    topic = Tag(TagKind.TOPIC, "medtop:15000000", "sport", 0.9)
    assert topic in tag(Article("a-0", "a", text="A bridge", tags=(topic,))).tags
