"""What the index knows an article by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from workers.model import Article
from workers.ports import Signature
from workers.steps.deduplicate.characters import TITLE
from workers.steps.deduplicate.sketch import FULL, Measure, Sketch, sketch

SMALL_TEXT_WORDS: Final = 8  # below, the title counts too: "Read more." stands under many articles

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def sign(articles: Sequence[Article], measure: Measure = FULL) -> list[Signature]:
    """One signature an article, in order; the same for an article alone or in any batch.

    An article that nobody gave a time is as old as can be: it meets only its like.
    """
    sketches = sketch([article.text for article in articles], measure)
    small = [at for at, each in enumerate(sketches) if each.half_words < 2 * SMALL_TEXT_WORDS]
    titled = sketch([f"{articles[at].text} {TITLE} {articles[at].title or ''}" for at in small], measure)
    for at, each in zip(small, titled, strict=True):
        sketches[at] = each
    return [_signature(article, each) for article, each in zip(articles, sketches, strict=True)]


def _signature(article: Article, sketch: Sketch) -> Signature:
    has_content = sketch.half_words > 1  # the mark before a title alone is none
    return Signature(
        article_id=article.id,
        seen_at=article.received_at or article.published_at or _EPOCH,
        content_key=sketch.content_key if has_content else _hash64(article.id),
        publisher=_publisher(article.publisher_id or article.publisher or article.source or ""),
        place=_place(article),
        distinct=sketch.distinct if has_content else 0,
        sketch=sketch.kept if has_content else b"",
        looked_up=sketch.looked_up if has_content else b"",
        facts=sketch.facts if has_content else b"",
    )


@lru_cache(4096)
def _publisher(name: str) -> int:
    """0 when unknown."""
    named = sketch([name])[0]
    return named.content_key if named.half_words else 0


def _place(article: Article) -> int:
    """Of the address, without scheme, "www." and fragment; 0 when there is none."""
    address = article.canonical_url or article.url
    if not address:
        return 0
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # no address at all
        return 0
    path = parts.path.rstrip("/")
    if not host or not path:  # a front page shows another article each time
        return 0
    return _hash64(f"{host}{path}?{parts.query}")


def _hash64(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")
