from __future__ import annotations

from datetime import UTC, datetime

from tests.steps.clean.pages import clean, document, removed
from workers.model import Article, ContentType, Precision, Quarantine, Reason, Role


def article_of(**record: object) -> Article:
    outcome = clean()(document(kind=ContentType.RECORD, url="https://example.org/d", record=dict(record)))
    assert isinstance(outcome, tuple)
    return outcome[0]


def test_a_record_is_one_article_whatever_its_lines_look_like() -> None:
    article = article_of(
        text="Related Articles\nYahoo\n3 hours ago\n- Yahoo\nThe council voted. It was late.",
        title="Budget",
        publisher="Bay Paper",
        authors=["Anna Berg"],
        published_at="2025-07-18T09:30:00+02:00",
        language="fr",
        url="https://example.org/r",
    )
    assert article.text == "Related Articles\n\nYahoo\n\n3 hours ago\n\n- Yahoo\n\nThe council voted. It was late."
    assert (article.role, article.title, article.publisher) == (Role.MAIN, "Budget", "Bay Paper")
    assert (article.authors, article.language, article.url) == (("Anna Berg",), "fr", "https://example.org/r")
    assert (article.published_at, article.published_from) == (datetime(2025, 7, 18, 7, 30, tzinfo=UTC), "producer")


def test_boilerplate_rules_hold_for_records_too() -> None:
    article = article_of(text="Der Rat tagte. Es wurde spät.\nWeiterlesen\nFoto: Anna Berg")
    assert article.text == "Der Rat tagte. Es wurde spät."
    assert removed(article) == [("Weiterlesen", "read_more"), ("Foto: Anna Berg", "credit")]


def test_a_record_of_nothing_but_boilerplate_is_no_article() -> None:
    outcome = clean()(document(kind=ContentType.RECORD, record={"text": "Publicité\nLire la suite"}))
    assert outcome == Quarantine(Reason.NO_ARTICLE, "no text left: 0 headlines without a body, 2 lines removed")


def test_a_day_is_no_second_and_the_future_is_no_date() -> None:
    assert article_of(text="x.", published_at="2025-07-18").published_precision is Precision.DAY
    assert article_of(text="x.", published_at="2099-07-18T00:00:00Z").published_at is None
