from __future__ import annotations

from tests.steps.tag.tables import english, evidence, tags
from workers.model import Article, Tag, TagKind
from workers.steps.tag import Tag as TagStep

STEP = TagStep({}, identify=english)


def hashtags(text: str = "", title: str | None = None, own: tuple[str, ...] = ()) -> list[Tag]:
    return tags(Article("a-0", "a", text=text, title=title, hashtags=own), TagKind.HASHTAG, STEP)


def labels(text: str) -> list[str]:
    return [tag.label for tag in hashtags(text)]


def test_a_hashtag_in_the_text_is_a_tag_with_its_place() -> None:
    assert hashtags("Now #ClimateAction!") == [
        Tag(TagKind.HASHTAG, "climateaction", "#ClimateAction", 0.8, ((4, 18),))
    ]


def test_a_hashtag_in_the_title_names_the_title() -> None:
    assert hashtags("Go #now", "They #Now say") == [
        Tag(TagKind.HASHTAG, "now", "#Now", 0.8, ((3, 7), (5, 9, "title")))
    ]


def test_hashtags_of_any_script_are_read() -> None:
    assert labels("#غزة_الآن #जलवायु #Überflutung ＃東京 #2024Election") == [
        "#غزة_الآن", "#जलवायु", "#Überflutung", "#東京", "#2024Election",
    ]


def test_numbers_colours_anchors_and_entities_are_no_hashtags() -> None:
    assert labels("We are #1. Color #ff0000, http://a.example/x#part a/#b &#39; C# ## x#y ##double") == []


def test_the_pages_own_hashtags_come_first_with_or_without_the_sign() -> None:
    found = hashtags("Talks on #peace", own=("Peace", "#Summit"))
    assert [(tag.id, tag.label, tag.score) for tag in found] == [("peace", "#Peace", 1.0), ("summit", "#Summit", 1.0)]


def test_a_hashtag_of_the_page_rests_on_its_words_when_it_is_not_written() -> None:
    article = Article("a-0", "a", text="On climate change: Climate-change talks.", hashtags=("ClimateChange",))
    (found,) = tags(article, TagKind.HASHTAG, STEP)
    assert evidence(article, found) == ["climate change", "Climate-change"]


def test_a_hashtag_of_the_page_that_is_nowhere_in_the_text_has_no_evidence() -> None:
    assert hashtags("Other words", own=("Peace",)) == [Tag(TagKind.HASHTAG, "peace", "#Peace", 1.0)]


def test_ten_thousand_hashtags_stay_thirty_with_ten_places_each() -> None:
    found = hashtags(" ".join(f"#tag{n}" for n in range(10_000)) + " #tag1" * 10_000, own=("x",) * 10_000)
    assert (len(found), max(len(tag.evidence) for tag in found)) == (30, 10)
