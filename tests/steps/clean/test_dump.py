from __future__ import annotations

import pytest

from tests.steps.clean.layouts import LANGUAGES, LAYOUTS, page
from tests.steps.clean.pages import articles, clean, document, refused, removed, tables
from workers.model import Quarantine, Reason, Role
from workers.steps.clean import Clean


def paragraphs(body: str) -> str:
    return body.replace("\n", "\n\n")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_falls_into_its_articles_in_any_layout_and_language(language: str, layout: str) -> None:
    main, *related = LANGUAGES[language].stories
    found = articles(page(LANGUAGES[language], LAYOUTS[layout]))
    assert [(a.role, a.title, a.publisher, a.published_text, a.text) for a in found] == [
        (Role.MAIN, main.title, None, None, paragraphs(main.body)),
        *((Role.RELATED, s.title, s.publisher, s.time, paragraphs(s.body)) for s in related),
    ]
    assert [rule for _, rule in removed(found[0])] == ["advertisement", "comments", "related"]


def test_an_article_carries_what_its_document_says() -> None:
    article = articles("Council votes\nThe council voted. It was late.")[0]
    assert (article.id, article.document_id, article.part) == ("d-0", "d", 0)
    assert (article.producer_id, article.source, article.meta, article.word_count) == ("p", "s", {"m": 1}, 6)


def test_publisher_and_time_may_be_glued_together() -> None:
    main = articles("logo\nWall opens\n\nWall opens\n\nArab Newsa day ago\n\nThe wall is open. It was time.")[0]
    assert (main.title, main.publisher, main.published_text) == ("Wall opens", "Arab News", "a day ago")


def test_a_headline_that_ends_in_a_date_stays_a_headline() -> None:
    assert articles("Council to meet on 12 June 2025\nThe council will meet. All may come.")[0].title == (
        "Council to meet on 12 June 2025"
    )


def test_an_empty_main_body_leaves_the_related_articles() -> None:
    found = articles(
        "A headline of the page\nHashtags\n\nComments\nNo comments yet...\nRelated Articles\n\n\n"
        "Bay Paper\n18 minutes ago\n- Bay Paper\nFleet is back\nThe fleet came back. It was early."
    )
    assert [(a.role, a.part, a.title) for a in found] == [(Role.RELATED, 0, "Fleet is back")]


def test_a_head_without_a_body_is_no_article() -> None:
    found = articles(
        "Wall opens\nThe wall is open. It was time.\nRelated Articles\n\nBay Paper\n18 minutes ago\n- Bay Paper\n"
        "Fleet is back\n\nCoast FM\n20 minutes ago\n- Coast FM\nLighthouse reop"
    )
    assert [a.title for a in found] == ["Wall opens"]


def test_two_items_of_one_publisher_in_one_minute_are_two() -> None:
    item = "Bay Paper\n2 hours ago\n- Bay Paper\n{}\nSomething happened. It was {}.\n\n"
    found = articles(
        "Top\nRelated Articles\n\n" + item.format("First title", "one") + item.format("Second title", "two")
    )
    assert [a.text for a in found] == ["Something happened. It was one.", "Something happened. It was two."]


def test_an_index_of_a_hashtag_has_only_items() -> None:
    found = articles(
        "logo\n#\n\nLatest news with #Harbour\n\nWall opens\nWall opens\n\nBay Paper\n\ntimea day ago\n\n"
        "  • Business\n  • Bay Paper\n\nWall opens\n\nThe wall is open. It was time."
    )
    assert [(a.role, a.title, a.section, a.publisher) for a in found] == [
        (Role.RELATED, "Wall opens", "Business", "Bay Paper")
    ]


def test_an_index_of_headlines_holds_no_article() -> None:
    assert refused("Le conseil vote\nLa tempête passe\nLe musée ouvre").reason is Reason.NO_ARTICLE


def test_a_dump_of_one_article_stays_one_through_a_list_of_teasers() -> None:
    found = articles(
        "Der Rat tagt\n\nDer Rat tagte am Dienstag. Es wurde spät.\n\nLesen Sie auch\nSturm zieht ab\n"
        "Museum öffnet\n\nAm Ende stimmten alle zu. Der Bau beginnt."
    )
    assert [a.text for a in found] == [
        "Der Rat tagte am Dienstag. Es wurde spät.\n\nAm Ende stimmten alle zu. Der Bau beginnt."
    ]
    assert ("Sturm zieht ab", "teaser") in removed(found[0])


def test_times_alone_menus_and_headlines_of_other_stories_are_removed() -> None:
    main = articles(
        "Live: the count\nUSA\nUS POLITICS\nTravel\nThe count began. Nobody slept.\n2025-06-23T08:53:47Z\n"
        "Storm closes three northern roads\nThe count went on. It rained.\nThe count ended. All went home."
    )[0]
    assert main.text == (
        "The count began. Nobody slept.\n\nThe count went on. It rained.\n\nThe count ended. All went home."
    )
    assert set(removed(main)) == {
        ("USA", "menu"),
        ("US POLITICS", "menu"),
        ("Travel", "menu"),
        ("2025-06-23T08:53:47Z", "timestamp"),
        ("Storm closes three northern roads", "lone_headline"),
    }


def test_a_title_glued_to_the_first_sentence_is_cut_off() -> None:
    assert articles("Wall opens\nWall opensThe wall is open. It was time.")[0].text == "The wall is open. It was time."


def test_hashtags_are_kept_as_such() -> None:
    main = articles("Wall opens\nThe wall is open. It was time.\n#Harbour #Wall\nHashtags\nharbour\nCoast")[0]
    assert main.hashtags == ("Harbour", "Wall", "Coast")
    assert main.text == "The wall is open. It was time."


def test_readers_comments_are_removed_and_reported() -> None:
    main = articles("Wall opens\nThe wall is open. It was time.\nKommentare\nSo ein Unsinn! Wer braucht das?")[0]
    assert removed(main) == [("Kommentare", "comments"), ("So ein Unsinn! Wer braucht das?", "comments")]


def test_a_cut_off_heading_at_the_end_is_no_text() -> None:
    main = articles("Wall opens\nThe wall is open. It was time.\nHashtags\n\nTry O")[0]
    assert ("Try O", "cut_chrome") in removed(main)
    assert main.complete


def test_a_text_that_breaks_off_is_not_complete() -> None:
    assert [
        articles(f"Wall opens\nThe wall is open. {end}")[0].complete for end in ("It was ti", "It was…", "So.")
    ] == [
        False,
        False,
        True,
    ]


def test_a_paywall_line_makes_a_text_incomplete() -> None:
    main = articles("Le conseil vote\nRéservé aux abonnés\nLe conseil a voté mardi. Le port sera agrandi.")[0]
    assert (main.complete, removed(main)) == (False, [("Réservé aux abonnés", "paywall")])


def test_too_many_articles_are_refused_with_their_number() -> None:
    item = "Paper\n5 minutes ago\n- Paper\nTitle {}\nIt happened. It was {}.\n\n"
    text = "Related Articles\n\n" + "".join(item.format(n, n) for n in range(4))

    few = Clean(tables(), articles_a_page=3)
    assert few(document(text)) == Quarantine(Reason.TOO_MANY_ARTICLES, "4 articles on one page, at most 3 are taken")
    assert len(clean()(document(text))) == 4  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dump", "title", "text"),
    [
        ("Council votes\nThe council voted.", "Council votes", "The council voted."),
        ("Is the wall safe?\nThe council says so.", "Is the wall safe?", "The council says so."),
        (
            "Council votes.\nThe council voted on Tuesday for the wall.",
            "Council votes.",
            "The council voted on Tuesday for the wall.",
        ),
        ("The council voted. It was late.", None, "The council voted. It was late."),
        (f"The council voted {'and voted ' * 10}until it was late. It rai", None, None),
        ("市议会批准预算\n市议会星期二批准了预算。", "市议会批准预算", "市议会星期二批准了预算。"),
    ],
)
def test_a_dump_of_one_or_two_lines_has_what_they_are(dump: str, title: str | None, text: str | None) -> None:
    article = articles(dump)[0]
    assert (article.title, article.text) == (title, text or dump)


@pytest.mark.parametrize(
    ("end", "complete"),
    [
        ("It was late.", True),
        ("“It was late.”", True),
        ("It was late (and wet).", True),
        ("夜深了。", True),
        ("The council th", False),
        ("It was late...", False),
        ("It was late […]", False),
        ("It was late, the mayor said, and the", False),
        ("It was late.\nSubscribe to continue reading", False),
        ("Cet article est réservé aux abonnés.", False),
        ("It was late.\nShare\nSign in", True),
    ],
)
def test_an_article_that_is_cut_off_is_not_complete(end: str, complete: bool) -> None:
    assert articles(f"Wall opens\nThe wall is open. It was time.\n{end}")[0].complete is complete
