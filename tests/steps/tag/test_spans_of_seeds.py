"""Every span of every tag and summary, over all sample pages."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from tests.steps.tag.tables import wrong_spans
from workers.intake.files import read_submissions
from workers.model import Article, Submission
from workers.runtime.wiring.processor import Processor
from workers.settings import Settings, seeds_folder


@cache
def articles() -> list[Article]:
    submissions = (each.result for each in read_submissions([str(seeds_folder() / "pages")], stdin=BytesIO()))
    works = Processor(Settings(), window_documents=1000).process(s for s in submissions if isinstance(s, Submission))
    return [article for work in works for article in work.articles]


def test_every_span_cuts_out_words_of_its_field() -> None:
    assert [(article.title, wrong) for article in articles() for wrong in wrong_spans(article)] == []


def test_most_whole_articles_have_a_summary_and_all_of_it_stands_in_the_text() -> None:
    long = [article for article in articles() if article.complete and article.text.count(". ") > 4]
    assert sum(article.summary is not None for article in long) >= 0.9 * len(long) > 0


def test_tags_of_an_article_are_few_and_their_evidence_too() -> None:
    assert max(len(article.tags) for article in articles()) <= 200
    assert max(len(tag.evidence) for article in articles() for tag in article.tags) <= 11
