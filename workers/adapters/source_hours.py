"""What newly decided documents add to the counts of their sources."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import astuple
from typing import Final
from urllib.parse import urlsplit

from workers.adapters.originals import kept_articles
from workers.adapters.storable import storable_text
from workers.model import Article, Verdict, Work
from workers.ports import SourceHour

NAME_CHARS: Final = 120
_LANGUAGE = re.compile("[a-z]{2,3}")

Key = tuple[str, int, str]  # source, hour, language


def added_hours(works: Iterable[Work]) -> list[SourceHour]:
    """One a source, hour and language, in that order: two writers must not lock each other out."""
    sums: dict[Key, list[int]] = {}
    for work in works:
        source = source_name(work)
        if source:
            _add_document(sums, source, work)
    return [SourceHour(*key, *sums[key]) for key in sorted(sums)]


def plus(one: SourceHour, other: SourceHour) -> SourceHour:
    """Both of one source, hour and language."""
    sums = (mine + theirs for mine, theirs in zip(astuple(one)[3:], astuple(other)[3:], strict=True))
    return SourceHour(one.source, one.hour, one.language, *sums)


def source_name(work: Work) -> str:
    """As pushed, else the host of its address, else the publisher of its first article; "" when unknown.

    The host goes before the publisher: it is known also of a page that cannot be read.
    """
    document = work.document
    articles = kept_articles(work)
    publisher = articles[0].publisher if articles else None
    name = document.source or _host(document.url) or publisher or ""
    return storable_text(name).strip()[:NAME_CHARS]


def _add_document(sums: dict[Key, list[int]], source: str, work: Work) -> None:
    hour = math.floor(work.document.accepted_at.timestamp() / 3600)
    articles = kept_articles(work)

    def add(language: str, *added: int) -> None:
        """In the order of SourceHour."""
        before = sums.setdefault((source, hour, language), [0] * len(added))
        for at, count in enumerate(added):
            before[at] += count

    is_quarantined, is_duplicate = work.verdict is Verdict.QUARANTINED, work.verdict is Verdict.DUPLICATE
    add(_language(articles[0]) if articles else "", 1, int(is_quarantined), int(is_duplicate), 0, 0, 0)
    for article in articles:
        log_words = round(1000 * math.log1p(article.word_count))
        add(_language(article), 0, 0, 0, 1, int(article.published_at is None), log_words)


def _language(article: Article) -> str:
    """A producer may write anything there: only what looks like a code makes a row."""
    language = article.language or ""
    return language if _LANGUAGE.fullmatch(language) else ""


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:  # brackets that hold no address
        return ""
