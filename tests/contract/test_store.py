"""What every store promises: run on memory, SQLite and PostgreSQL."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.contract.stores import (
    BAD,
    NOW,
    art,
    article,
    copy,
    decision,
    doc,
    document,
    later,
    quarantined,
    refused,
    stored,
    update,
    verdicts,
)
from workers.errors import UsageError
from workers.model import (
    Article,
    Precision,
    Quarantine,
    Reason,
    Relation,
    RelationKind,
    Removed,
    Tag,
    TagKind,
    Verdict,
    Work,
)
from workers.ports import Decision, Query, Standing, Store, Waiting

ODD = ['"', '""', "a AND", "NEAR(", "title:x", "*", "^a", "-", "(", "a | b & !", "'; --", "\x00", "\ud800", ":*", "😀"]
LONG = ["x" * 300_000, "a " * 50_000, '"a b" ' * 10_000]


# ---- the first verdict stands ----


def test_a_document_is_new_once_and_stands_as_it_was_first_decided(store: Store) -> None:
    first = store.record([decision("a")], NOW)
    again = store.record([decision("a", article("a", text="Another text."))], later(hours=1))
    standing = Standing(doc("a"), Verdict.STORED, None, (stored(article("a")),), 0, new=True)
    assert [first, again] == [[standing], [replace(standing, new=False)]]


def test_a_quarantined_document_is_never_stored_afterwards(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    assert store.record([decision("a")], NOW) == [Standing(doc("a"), Verdict.QUARANTINED, BAD, (), 0, new=False)]


def test_a_document_proposed_twice_in_one_call_is_new_once(store: Store) -> None:
    answers = store.record([decision("a"), quarantined("a")], NOW)
    assert [(answer.verdict, answer.new) for answer in answers if isinstance(answer, Standing)] == [
        (Verdict.STORED, True),
        (Verdict.STORED, False),
    ]


def test_answers_come_in_the_order_asked(store: Store) -> None:
    store.record([decision("b")], NOW)
    answers = store.record([quarantined("c"), decision("b"), decision("a")], NOW)
    assert [answer.document_id for answer in answers] == [doc("c"), doc("b"), doc("a")]


def test_nothing_to_record_is_nothing_recorded(store: Store) -> None:
    assert (store.record([], NOW), sum(store.counts().values())) == ([], 0)


def test_a_page_of_refused_articles_is_quarantined_for_the_first_of_them(store: Store) -> None:
    page = Decision(Work(document("a"), refused=(refused("a", 0), refused("a", 1))), b"raw")
    store.record([page], NOW)
    assert store.standing([doc("a")]) == {
        doc("a"): Standing(
            doc("a"), Verdict.QUARANTINED, Quarantine(Reason.EMPTY_BODY, "", "clean"), (), 2, new=False
        )
    }


def test_articles_of_a_document_quarantined_as_a_whole_are_quarantined_with_it(store: Store) -> None:
    store.record([Decision(Work(document("a"), (article("a"), article("a", 1)), quarantine=BAD))], NOW)
    assert store.counts()["articles:quarantined"] == 2


def test_what_was_never_decided_has_no_standing(store: Store) -> None:
    assert store.standing([doc("a")]) == {}


def test_documents_and_articles_are_counted_by_verdict(store: Store) -> None:
    page = Decision(Work(document("a"), (article("a"), copy("a", 1, of=art("a"))), (refused("a", 2),)))
    store.record([page, decision("b", copy("b", of=art("a"))), quarantined("c")], NOW)
    assert store.counts() == {
        "stored": 1,
        "duplicate": 1,
        "quarantined": 1,
        "articles:stored": 1,
        "articles:duplicate": 2,
        "articles:quarantined": 1,
    }


# ---- a copy stands beside its original ----


def test_a_copy_waits_for_an_original_that_is_not_stored_and_nothing_of_it_is_written(store: Store) -> None:
    answers = store.record([decision("b", article("b"), copy("b", 1, of=art("a")))], NOW)
    assert answers == [Waiting(doc("b"), art("a"), lost=False)]
    assert (store.standing([doc("b")]), store.articles_of(doc("b"))) == ({}, [])


def test_a_copy_is_written_once_its_original_is_stored(store: Store) -> None:
    store.record([decision("a")], NOW)
    assert verdicts(store.record([decision("b", copy("b", of=art("a")))], NOW)) == ["duplicate"]


def test_a_copy_and_its_original_may_come_in_one_call_in_any_order(store: Store) -> None:
    answers = store.record([decision("b", copy("b", of=art("a"))), decision("a")], NOW)
    assert verdicts(answers) == ["duplicate", "stored"]


def test_a_copy_of_a_quarantined_document_has_lost_its_original(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    assert store.record([decision("b", copy("b", of=art("a")))], NOW) == [Waiting(doc("b"), art("a"), lost=True)]


def test_a_copy_of_a_document_quarantined_in_the_same_call_has_lost_its_original(store: Store) -> None:
    answers = store.record([decision("b", copy("b", of=art("a"))), quarantined("a")], NOW)
    assert answers[0] == Waiting(doc("b"), art("a"), lost=True)


def test_a_copy_of_a_refused_article_has_lost_its_original_though_the_page_is_stored(store: Store) -> None:
    store.record([Decision(Work(document("a"), (article("a"),), (refused("a", 1),)))], NOW)
    answers = store.record([decision("b", copy("b", of=art("a", 1)))], NOW)
    assert answers == [Waiting(doc("b"), art("a", 1), lost=True)]


def test_a_copy_of_a_part_that_a_decided_page_does_not_have_has_lost_its_original(store: Store) -> None:
    store.record([decision("a")], NOW)
    answers = store.record([decision("b", copy("b", of=art("a", 7)))], NOW)
    assert answers == [Waiting(doc("b"), art("a", 7), lost=True)]


def test_a_lost_original_is_told_before_one_that_may_still_come(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    page = decision("b", copy("b", 0, of=art("x")), copy("b", 1, of=art("a")))
    assert store.record([page], NOW) == [Waiting(doc("b"), art("a"), lost=True)]


def test_a_copy_of_a_copy_is_related_to_the_original(store: Store) -> None:
    store.record([decision("a"), decision("b", copy("b", of=art("a")))], NOW)
    store.record([decision("c", copy("c", of=art("b")))], NOW)
    assert [found.relation for found in store.articles_of(art("c"))] == [
        Relation(RelationKind.NEAR, of=art("a"), score=0.9, of_new=0.9, of_old=0.8)
    ]


def test_a_chain_of_copies_in_one_call_ends_at_its_original(store: Store) -> None:
    chain = [decision("d", copy("d", of=art("c"))), decision("c", copy("c", of=art("b")))]
    answers = store.record([*chain, decision("b", copy("b", of=art("a"))), decision("a")], NOW)
    originals = [
        article.relation.of for answer in answers if isinstance(answer, Standing) for article in answer.articles
    ]
    assert originals == [art("a"), art("a"), art("a"), None]


def test_a_chain_without_an_end_waits_as_a_whole_and_the_neighbours_are_stored(store: Store) -> None:
    chain = [decision("d", copy("d", of=art("c"))), decision("c", copy("c", of=art("x")))]
    assert verdicts(store.record([*chain, decision("n")], NOW)) == ["waits for c", "waits for x", "stored"]


def test_two_pages_that_hold_each_others_copies_are_both_stored(store: Store) -> None:
    left = decision("a", article("a"), copy("a", 1, of=art("b")))
    right = decision("b", article("b"), copy("b", 1, of=art("a")))
    assert verdicts(store.record([left, right], NOW)) == ["stored", "stored"]


def test_two_pages_that_hold_each_others_copies_wait_together_when_one_must(store: Store) -> None:
    left = decision("a", article("a"), copy("a", 1, of=art("b")))
    right = decision("b", article("b"), copy("b", 1, of=art("a")), copy("b", 2, of=art("x")))
    assert verdicts(store.record([left, right], NOW)) == ["waits for b", "waits for x"]


def test_an_original_may_be_a_part_of_the_same_page(store: Store) -> None:
    answers = store.record([decision("a", copy("a", 0, of=art("a", 1)), article("a", 1))], NOW)
    assert (verdicts(answers), len(store.articles_of(doc("a")))) == (["stored"], 2)


def test_copies_of_each_other_have_lost_their_original(store: Store) -> None:
    ring = [decision("a", copy("a", of=art("b"))), decision("b", copy("b", of=art("a")))]
    assert store.record(ring, NOW) == [
        Waiting(doc("a"), art("b"), lost=True),
        Waiting(doc("b"), art("a"), lost=True),
    ]


def test_a_copy_of_itself_has_lost_its_original(store: Store) -> None:
    assert store.record([decision("a", copy("a", of=art("a")))], NOW) == [Waiting(doc("a"), art("a"), lost=True)]


def test_an_update_waits_for_what_it_updates_as_a_copy_does(store: Store) -> None:
    assert store.record([decision("b", update("b", of=art("a")))], NOW) == [Waiting(doc("b"), art("a"), lost=False)]
    store.record([decision("a")], NOW)
    assert verdicts(store.record([decision("b", update("b", of=art("a")))], NOW)) == ["stored"]


def test_a_page_around_a_quarantined_article_has_lost_it(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    around = article("b", relation=Relation(RelationKind.CONTAINS, of=art("a"), score=0.9, of_new=0.4, of_old=0.9))
    assert store.record([decision("b", around)], NOW) == [Waiting(doc("b"), art("a"), lost=True)]


def test_what_goes_back_to_an_update_waits_with_it_and_is_stored_with_it(store: Store) -> None:
    chain = [decision("d", copy("d", of=art("c"))), decision("c", update("c", of=art("b"))),
             decision("b", update("b", of=art("a")))]
    assert verdicts(store.record(chain, NOW)) == ["waits for c", "waits for b", "waits for a"]
    answers = store.record([*chain, decision("a")], NOW)
    of = [each.articles[0].relation.of for each in answers if isinstance(each, Standing)]
    assert verdicts(answers) == ["duplicate", "stored", "stored", "stored"]
    assert of == [art("c"), art("b"), art("a"), None]


def test_an_update_of_a_copy_is_one_of_the_original(store: Store) -> None:
    store.record([decision("a"), decision("b", copy("b", of=art("a")))], NOW)
    store.record([decision("c", update("c", of=art("b")))], NOW)
    assert [found.relation.of for found in store.articles_of(art("c"))] == [art("a")]


def test_updates_of_each_other_have_lost_their_original(store: Store) -> None:
    ring = [decision("a", update("a", of=art("b"))), decision("b", update("b", of=art("a")))]
    assert store.record([*ring, decision("c", update("c", of=art("c")))], NOW) == [
        Waiting(doc("a"), art("b"), lost=True),
        Waiting(doc("b"), art("a"), lost=True),
        Waiting(doc("c"), art("c"), lost=True),
    ]


# ---- reading ----


def test_an_article_is_read_as_it_was_decided(store: Store) -> None:
    full = article(
        "a",
        authors=("Ada Müller",),
        published_at=NOW - timedelta(minutes=18),
        published_text="18 minutes ago",
        published_precision=Precision.MINUTE,
        published_from="relative",
        removed=(Removed("Subscribe now", "publisher.line"),),
        tags=(
            Tag(TagKind.TOPIC, "medtop:11000000", "politics", 0.8, ((0, 4), (0, 5, "title")), ("medtop:01000000",)),
            Tag(TagKind.PLACE, "berlin", "Berlin", 0.5, ((5, 7),), latitude=52.5, longitude=13.4),
        ),
        meta={"desk": ["east", 3, None, 1.5]},
        text="Grüße aus Kyjiw 🎉\n\nNächster Absatz.",
    )
    store.record([decision("a", full)], NOW)
    assert store.articles_of(art("a")) == [stored(full)]


def test_articles_are_found_under_the_id_of_article_document_entry_and_producer(store: Store) -> None:
    store.record([decision("a", article("a"), article("a", 1), entry_id="17-3", producer_id="p.html")], NOW)
    both = [art("a"), art("a", 1)]
    found = {
        asked: [found.id for found in store.articles_of(asked)]
        for asked in (art("a", 1), art("a", 9), doc("a"), "17-3", "p.html", "")
    }
    assert found == {art("a", 1): both[1:], art("a", 9): [], doc("a"): both, "17-3": both, "p.html": both, "": []}


def test_of_documents_under_one_producer_id_the_newest_comes_first(store: Store) -> None:
    for name, hours in (("a", 0), ("c", 2), ("b", 1)):
        store.record([decision(name, producer_id="same.html", accepted_at=later(hours=hours))], NOW)
    assert [found.id for found in store.articles_of("same.html")] == [art("c"), art("b"), art("a")]


def test_articles_since_come_in_order_of_arrival_a_copy_after_its_original(store: Store) -> None:
    store.record([decision("z", article("z", received_at=NOW - timedelta(days=9)))], NOW)
    store.record([decision("b", copy("b", of=art("c"))), decision("a"), decision("c")], NOW)
    assert [found.id for found in store.articles_since(NOW)] == [art("c"), art("b"), art("a")]


def names(store: Store, **asked: Any) -> str:
    """The first letters of what is found, in order."""
    return "".join(found.id[0] for found in store.find(Query(**asked)))


def tagged(name: str, kind: TagKind, id: str, label: str, broader: tuple[str, ...] = ()) -> Article:
    return article(name, tags=(Tag(kind, id, label, 0.5, broader=broader),))


def test_articles_are_found_newest_first_by_publication_else_arrival(store: Store) -> None:
    store.record([decision("a", article("a", published_at=later(hours=-3)))], NOW)
    store.record([decision("b", article("b", received_at=later(hours=-2)))], NOW)
    store.record([decision("c", article("c", published_at=later(hours=-1)))], NOW)
    assert [names(store), names(store, limit=1, offset=1), names(store, limit=0)] == ["cba", "b", ""]


def test_since_and_until_bound_the_time_from_and_up_to(store: Store) -> None:
    for name, hours in (("a", 0), ("b", 1), ("c", 2)):
        store.record([decision(name, article(name, published_at=later(hours=hours)))], NOW)
    assert names(store, since=later(hours=1), until=later(hours=2)) == "b"


def test_a_topic_is_found_by_id_label_and_by_the_topics_above_it(store: Store) -> None:
    topic = tagged("a", TagKind.TOPIC, "medtop:20000587", "Foreign Policy", ("medtop:11000000",))
    store.record([decision("a", topic), decision("b", tagged("b", TagKind.RULE, "x", "foreign policy"))], NOW)
    asked = ("medtop:20000587", "foreign  policy", "medtop:11000000", "medtop:99999999")
    assert [names(store, topic=name) for name in asked] == ["a", "a", "a", ""]


def test_an_entity_is_a_person_organisation_place_or_country_and_nothing_else(store: Store) -> None:
    store.record([decision("a", tagged("a", TagKind.PERSON, "q1", "Zoë Kravitz"))], NOW)
    store.record([decision("b", tagged("b", TagKind.HASHTAG, "zoekravitz", "zoe kravitz"))], NOW)
    assert [names(store, entity="ZOE KRAVITZ"), names(store, tag="Zoë Kravitz")] == ["a", "ba"]


def test_a_source_is_found_by_source_publisher_and_registry_id(store: Store) -> None:
    store.record([decision("a", article("a", source="wire", publisher="The Daily", publisher_id="daily"))], NOW)
    assert [names(store, source=name) for name in ("WIRE", "the daily", "daily", "dail")] == ["a", "a", "a", ""]


def test_filters_narrow_together(store: Store) -> None:
    store.record([decision("a", article("a", language="de", text="Haus am See"))], NOW)
    store.record([decision("b", article("b", language="en", text="Haus of cards"))], NOW)
    store.record([decision("c", copy("c", of=art("a"), language="de", text="Haus"))], NOW)
    assert names(store, text="haus", language="de", kind="unique") == "a"


def test_text_finds_words_of_title_and_text_whatever_their_case_and_accents(store: Store) -> None:
    store.record([decision("a", article("a", title="Café in Köln", text="Ещё раз. The U.S. team's win"))], NOW)
    asked = ("cafe", "KÖLN koln", "ещё", "u.s.", "team’s", "wi", "cafe paris")
    assert [names(store, text=text) for text in asked] == ["a", "a", "a", "a", "a", "", ""]


def test_words_in_double_quotes_stand_together(store: Store) -> None:
    store.record([decision("a", article("a", text="The prime minister of the north spoke"))], NOW)
    asked = ('"prime minister" north', '"minister prime"', '"prime-minister', "minister prime")
    assert [names(store, text=text) for text in asked] == ["a", "", "a", "a"]


def test_words_are_found_in_scripts_without_spaces(store: Store) -> None:
    store.record([decision("a", article("a", text="日本の首相は東京で演説した。"))], NOW)
    assert [names(store, text=text) for text in ("首相", "東京", "相首")] == ["a", "a", ""]


@pytest.mark.parametrize(
    "text",
    ODD + LONG,
    ids=lambda text: repr(text)[:12],
)
def test_no_text_that_a_user_types_is_a_syntax_error(store: Store, text: str) -> None:
    store.record([decision("a", article("a", title=None, text="Nothing of that."))], NOW)
    assert names(store, text=text) in ("", "a")


def test_text_of_no_words_finds_nothing_and_blank_text_is_not_asked(store: Store) -> None:
    store.record([decision("a")], NOW)
    assert [names(store, text="!?"), names(store, text="  "), names(store, text="\x00")] == ["", "a", ""]


def test_odd_questions_find_nothing_and_raise_nothing(store: Store) -> None:
    store.record([decision("a")], NOW)
    odd = [Query(source="\x00"), Query(tag="\ud800"), Query(language="\x00"), Query(kind="x"), Query(offset=2**70)]
    assert [store.find(query) for query in odd] == [[]] * len(odd)
    assert (store.articles_of("\x00"), store.explain("\ud800"), len(store.find(Query(limit=2**70)))) == ([], [], 1)


# ---- values that one of the databases cannot hold ----


@pytest.mark.parametrize(
    ("odd", "as_kept"),
    [
        ({"text": "a\x00b"}, {"text": "a�b"}),
        ({"title": "a\ud800b"}, {"title": "a�b"}),
        ({"meta": {"n\x00": [10**30, "\udfff"]}}, {"meta": {"n�": [2**63 - 1, "�"]}}),
        ({"relation": Relation(score=math.nan)}, {"relation": Relation(score=0.0)}),
        ({"removed": (Removed("x\x00", "r"),)}, {"removed": (Removed("x�", "r"),)}),
        ({"text": r"a\u0000b"}, {"text": r"a\u0000b"}),
    ],
    ids=["nul", "surrogate", "big-int", "nan", "removed", "backslash"],
)
def test_an_odd_value_is_replaced_and_its_neighbours_are_stored(
    store: Store, odd: dict[str, Any], as_kept: dict[str, Any]
) -> None:
    answers = store.record([decision("a"), decision("b", article("b", **odd)), decision("c")], NOW)
    assert verdicts(answers) == ["stored", "stored", "stored"]
    assert store.articles_of(art("b")) == [stored(article("b", **as_kept))]


def test_what_a_store_answers_at_first_is_what_it_answers_ever_after(store: Store) -> None:
    odd = article("a", text="\x00", meta={"n": 10**30}, published_at=NOW.astimezone(timezone(timedelta(hours=5))))
    first, again = store.record([decision("a", odd)], NOW), store.record([decision("a", odd)], NOW)
    assert first == [replace(answer, new=True) for answer in again if isinstance(answer, Standing)]


def test_a_text_of_five_megabytes_is_stored_found_and_removed(store: Store) -> None:
    words = " ".join(f"w{number}" for number in range(700_000))
    store.record([decision("a", article("a", text=words)), decision("b")], NOW)
    assert [names(store, text="w7"), names(store, text="b"), len(store.articles_of(art("a"))[0].text)] == [
        "a",
        "b",
        len(words),
    ]
    assert store.retain(later(days=1)) == 2


def test_long_names_fit(store: Store) -> None:
    long = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(8192))
    tag = Tag(TagKind.KEYPHRASE, long, long, 0.5)
    odd = article("a", source=long, publisher=long, publisher_id=long, language=long, title=long, tags=(tag,))
    store.record([decision("a", odd, producer_id=long, source=long, url=long), decision("b")], NOW)
    assert [names(store, source=long), names(store, tag=long), store.articles_of(long)] == ["a", "a", [stored(odd)]]


def test_odd_values_of_a_document_and_its_quarantine_are_replaced(store: Store) -> None:
    odd = quarantined("a", Quarantine(Reason.STEP_FAILED, "\x00" * 999, "tag"), source="\ud800", producer_id="p\x00")
    store.record([replace(odd, work=replace(odd.work, document=replace(odd.work.document, payload_bytes=2**80)))], NOW)
    rows = [(row.source, row.producer_id, row.detail, row.payload_bytes) for row in store.quarantine_list()]
    assert rows == [("�", "p�", "�" * 300, 2**63 - 1)]


def test_times_at_the_ends_of_the_calendar_are_stored(store: Store) -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    last = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5)))
    pages = [decision("a", article("a", published_at=first)), decision("b", article("b", published_at=last))]
    store.record(pages, NOW)
    assert names(store) == "ba"


@pytest.mark.parametrize(
    "articles",
    [
        (article("a"), article("a")),
        (article("a", id=art("b"), document_id=doc("a")),),
        (article("a", meta={1: object()}),),
    ],
    ids=["an-id-twice", "another-documents-id", "no-json"],
)
def test_articles_that_cannot_be_written_cost_their_own_page_only(
    store: Store, articles: tuple[Article, ...]
) -> None:
    answers = store.record([decision("a", *articles), decision("c")], NOW)
    assert [(answer.verdict, answer.quarantine and answer.quarantine.reason) for answer in standings(answers)] == [
        (Verdict.QUARANTINED, Reason.STEP_FAILED),
        (Verdict.STORED, None),
    ]


def standings(answers: list[Standing | Waiting]) -> list[Standing]:
    return [answer for answer in answers if isinstance(answer, Standing)]


# ---- explain ----


def test_explain_tells_of_a_page_what_was_kept_removed_refused_and_why(store: Store) -> None:
    page = Decision(
        Work(
            document("a", url="https://news.test/a"),
            (
                article(
                    "a",
                    published_at=NOW,
                    published_text="today",
                    published_precision=Precision.DAY,
                    published_from="text",
                    removed=(Removed("Read more", "chrome.line"),),
                    tags=(Tag(TagKind.COUNTRY, "DE", "Germany", 0.7, ((1, 3),)),),
                ),
            ),
            (refused("a", 1),),
        )
    )
    store.record([page], NOW)
    assert store.explain(art("a")) == [
        {
            "document_id": doc("a"),
            "entry_id": "1764000000000-97",
            "producer_id": "a.txt",
            "source": "wire",
            "url": "https://news.test/a",
            "door": "cli",
            "verdict": "stored",
            "step": None,
            "reason": None,
            "detail": None,
            "received_at": "2026-11-24T12:00:00+00:00",
            "accepted_at": "2026-11-24T12:00:00+00:00",
            "decided_at": "2026-11-24T12:00:00+00:00",
            "payload_bytes": 6000,
            "articles": [
                {
                    "id": art("a"),
                    "part": 0,
                    "role": "main",
                    "title": "Title of a",
                    "version": 1,
                    "stored_at": "2026-11-24T12:00:00Z",
                    "verdict": "stored",
                    "kept": True,
                    "relation": {
                        "kind": "unique",
                        "of": None,
                        "score": 0.0,
                        "of_new": 0.0,
                        "of_old": 0.0,
                        "story": None,
                        "also": [],
                        "judged_of": None,
                        "group": art("a"),
                        "group_head": art("a"),
                    },
                    "published": {
                        "at": "2026-11-24T12:00:00Z",
                        "from": "text",
                        "precision": "day",
                        "text": "today",
                    },
                    "language": None,
                    "removed": [{"text": "Read more", "rule": "chrome.line"}],
                    "tags": [
                        {
                            "kind": "country",
                            "id": "DE",
                            "label": "Germany",
                            "score": 0.7,
                            "evidence": [[1, 3]],
                            "broader": [],
                        }
                    ],
                }
            ],
            "refused": [
                {
                    "id": art("a", 1),
                    "part": 1,
                    "title": "Title of a",
                    "step": "clean",
                    "reason": "empty_body",
                    "detail": "",
                }
            ],
            "quarantine": None,
        }
    ]


def test_explain_tells_of_what_a_copy_was_judged_and_of_what_it_is(store: Store) -> None:
    store.record([decision("a"), decision("b", copy("b", of=art("a"))), decision("c", copy("c", of=art("b")))], NOW)
    (told,) = store.explain("c.txt")
    relation = told["articles"][0]["relation"]
    assert (relation["judged_of"], relation["of"], told["verdict"]) == (art("b"), art("a"), "duplicate")


def test_explain_of_a_quarantined_document_gives_step_reason_and_payload(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    (told,) = store.explain(doc("a"))
    assert (told["step"], told["reason"], told["detail"], told["articles"], told["quarantine"]) == (
        "ingest",
        "charset",
        "no charset fits",
        [],
        {"payload_bytes": 3, "payload_kept": True, "requeued_as": None},
    )


def test_what_is_explained_is_plain_json(store: Store) -> None:
    store.record([decision("a"), quarantined("b")], NOW)
    told = store.explain(doc("a")) + store.explain(doc("b"))
    assert json.loads(json.dumps(told)) == told


# ---- quarantine ----


def test_quarantine_lists_the_newest_first_by_step_and_reason_without_payloads(store: Store) -> None:
    timed_out = Quarantine(Reason.TIMEOUT, "5 s", "tag")
    store.record([quarantined("a"), decision("n")], NOW)
    store.record([quarantined("b", timed_out)], later(hours=1))
    listed = [
        [(row.document_id[0], row.payload) for row in rows]
        for rows in (
            store.quarantine_list(),
            store.quarantine_list(step="ingest"),
            store.quarantine_list(reason="timeout"),
            store.quarantine_list(limit=1),
        )
    ]
    assert listed == [[("b", None), ("a", None)], [("a", None)], [("b", None)], [("b", None)]]


def test_quarantine_shows_the_payload_by_document_entry_and_producer(store: Store) -> None:
    payload = b"\x00\xff" * 40_000
    store.record([quarantined("a", payload=payload, entry_id="17-3")], NOW)
    shown = [[row.payload for row in store.quarantine_show(asked)] for asked in (doc("a"), "17-3", "a.txt", "x")]
    assert shown == [[payload], [payload], [payload], []]


def test_a_payload_is_kept_of_quarantined_documents_only(store: Store) -> None:
    store.record([replace(decision("a"), payload=b"raw")], NOW)
    assert (store.quarantine_show(doc("a")), store.quarantine_purge()) == ([], 0)


def test_purge_removes_payloads_and_leaves_outcomes(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    store.record([quarantined("b"), quarantined("c")], later(hours=1))
    purged = [store.quarantine_purge(before=later(minutes=1)), store.quarantine_purge(id="c.txt")]
    left = {row.document_id[0]: row.payload for name in "abc" for row in store.quarantine_show(doc(name))}
    assert (purged, left, store.quarantine_purge(), store.quarantine_purge()) == (
        [1, 1],
        {"a": None, "b": b"raw", "c": None},
        1,
        0,
    )


def test_a_rerun_is_noted_and_the_verdict_stays(store: Store) -> None:
    store.record([quarantined("a")], NOW)
    store.quarantine_requeued(doc("a"), "99-0")
    (row,) = store.quarantine_list()
    assert (row.requeued_as, store.counts()["quarantined"]) == ("99-0", 1)


def test_only_what_is_in_quarantine_can_be_noted_as_rerun(store: Store) -> None:
    store.record([decision("a")], NOW)
    with pytest.raises(UsageError, match=doc("a")):
        store.quarantine_requeued(doc("a"), "99-0")


# ---- retention ----


def test_retention_removes_old_articles_and_payloads_and_keeps_every_outcome(store: Store) -> None:
    store.record([decision("a"), quarantined("q")], NOW)
    store.record([decision("b", article("b", received_at=later(days=2)), received_at=later(days=2))], NOW)
    before = store.counts()
    removed = store.retain(later(days=1))
    assert (removed, store.retain(later(days=1)), store.counts()) == (1, 0, before)
    assert [names(store), names(store, text="a"), store.articles_of(doc("a"))] == ["b", "", []]
    assert [row.payload for row in store.quarantine_show(doc("q"))] == [None]


def test_a_document_decided_before_retention_is_never_decided_anew(store: Store) -> None:
    store.record([decision("a")], NOW)
    store.retain(later(days=1))
    assert store.record([quarantined("a")], later(days=2)) == [
        Standing(doc("a"), Verdict.STORED, None, (), 0, new=False)
    ]


def test_an_original_that_retention_removed_still_lets_its_copies_in(store: Store) -> None:
    store.record([decision("a"), decision("b", copy("b", of=art("a"))), quarantined("q")], NOW)
    store.retain(later(days=1))
    late = [decision("c", copy("c", of=art("b"))), decision("d", copy("d", of=art("q")))]
    assert store.record(late, later(days=2)) == [
        Standing(
            doc("c"),
            Verdict.DUPLICATE,
            None,
            (stored(copy("c", of=art("a")), later(days=2)),),
            0,
            new=True,
        ),
        Waiting(doc("d"), art("q"), lost=True),
    ]


def test_explain_still_tells_the_verdict_of_what_retention_removed(store: Store) -> None:
    store.record([decision("a", article("a"), copy("a", 1, of=art("a")))], NOW)
    store.retain(later(days=1))
    assert store.explain(doc("a"))[0]["articles"] == [
        {"id": art("a"), "part": 0, "verdict": "stored", "kept": False, "relation": {"of": None}},
        {"id": art("a", 1), "part": 1, "verdict": "duplicate", "kept": False, "relation": {"of": art("a")}},
    ]


def test_retention_goes_through_more_articles_than_one_transaction_takes(store: Store) -> None:
    page = decision("a", *(article("a", part) for part in range(450)))
    store.record([page], NOW)
    assert (store.retain(later(days=1)), store.find(Query())) == (450, [])


# ---- the ledger's mark ----


def test_a_ledger_that_goes_on_is_no_incident(store: Store) -> None:
    marks = [(0, "", "r1"), (10, "5-0", "r1"), (10, "5-0", "r2"), (12, "10-1", "r2")]
    noted = [store.note_mark(*mark, later(seconds=number)) for number, mark in enumerate(marks)]
    assert noted == [None] * 4


@pytest.mark.parametrize(("accepted", "last_id"), [(9, "10-0"), (10, "9-9"), (0, "")])
def test_a_ledger_that_stands_lower_than_before_is_told_once(store: Store, accepted: int, last_id: str) -> None:
    store.note_mark(10, "10-0", "r1", NOW)
    told = store.note_mark(accepted, last_id, "r2", later(seconds=5))
    assert told == (
        f"the ledger stood at 10 accepted, last 10-0, and stands at {accepted}, last {last_id}, "
        "and runs anew (r1 then r2): it lost its tail"
    )
    assert store.note_mark(accepted, last_id, "r2", later(seconds=10)) is None


def test_an_older_reading_that_comes_late_is_no_incident(store: Store) -> None:
    store.note_mark(10, "10-0", "r1", later(seconds=5))
    late = store.note_mark(8, "8-0", "r1", NOW)
    assert (late, store.note_mark(9, "9-0", "r1", later(seconds=9)) is not None) == (None, True)


def test_a_sound_store_has_nothing_wrong_with_it(store: Store) -> None:
    store.record([decision("a")], NOW)
    assert store.check() == []
