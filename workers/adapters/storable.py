"""Makes what a step produced into what every store can hold and give back unchanged.

One document's odd value (NUL, half of a surrogate pair, a number beyond 64 bits, not-a-number) must not
fail the transaction of its 63 neighbours. Code points are replaced one for one: evidence spans stay right.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from workers.model import (
    Article,
    Document,
    Quarantine,
    Reason,
    RefusedArticle,
    Work,
    article_from_json,
    article_record,
    article_to_json,
)

INT_MOST: Final = 2**63 - 1
DETAIL_CHARS: Final = 300

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "�"
_NUL_IN_JSON = b"\\u0000"


def storable_text(text: str) -> str:
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def storable_time(at: datetime) -> datetime:
    """In UTC. A time without a zone is taken as UTC; one that leaves the calendar on its way there keeps
    its figures."""
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return at.replace(tzinfo=UTC)


def storable_work(work: Work, now: datetime) -> tuple[Work, dict[str, bytes]]:
    """The work with its articles as they will be read back, stored at `now`, and their JSON by article id.

    What cannot be written down at all is a bug of a step: the document is quarantined for it.
    """
    work = replace(work, document=_document(work.document))
    try:
        _require_own_ids(work)
        written = [_written(replace(article, stored_at=now)) for article in work.articles]
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError, AttributeError) as bug:
        failed = Quarantine(Reason.STEP_FAILED, repr(bug), "publish")
        return replace(work, articles=(), refused=(), quarantine=_quarantine(work.quarantine or failed)), {}
    return (
        replace(
            work,
            articles=tuple(article for article, _ in written),
            refused=tuple(_refused(refused) for refused in work.refused),
            quarantine=work.quarantine and _quarantine(work.quarantine),
        ),
        {article.id: record for article, record in written},
    )


def _require_own_ids(work: Work) -> None:
    """An id twice, or of another document, would collide with rows that are not this document's."""
    document = work.document.id
    ids = [article.id for article in work.articles] + [refused.id for refused in work.refused]
    if len(set(ids)) < len(ids):
        raise ValueError(f"document {document} has an article id twice")
    strange = [article for article in ids if article.rpartition("-")[0] != document]
    if strange:
        raise ValueError(f"article {strange[0]} is not of document {document}")


def _written(article: Article) -> tuple[Article, bytes]:
    """Most articles are written down once; one with an odd value is made plain and read back."""
    record = _record(article)
    if record is not None:
        return article, record
    record = msgspec.json.encode(_plain(article_record(article)))
    return article_from_json(record), record


def _record(article: Article) -> bytes | None:
    """None where a value is odd."""
    try:
        record = article_to_json(article)
    except (msgspec.MsgspecError, ValueError, OverflowError):
        return None
    return None if _NUL_IN_JSON in record or not _is_finite(article) else record


def _is_finite(article: Article) -> bool:
    relation = article.relation
    scores = [relation.score, relation.of_new, relation.of_old]
    for tag in article.tags:
        scores += (tag.score, tag.latitude or 0.0, tag.longitude or 0.0)
    return math.isfinite(sum(scores))  # a sum with a NaN is NaN, one with an infinity never finite


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return max(-INT_MOST, min(value, INT_MOST))
    if isinstance(value, float):
        return value if math.isfinite(value) else 0.0
    if isinstance(value, dict):
        return {_plain(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(inner) for inner in value)
    return value


def _document(document: Document) -> Document:
    return replace(
        document,
        entry_id=storable_text(document.entry_id),
        door=storable_text(document.door),
        producer_id=_optional(document.producer_id),
        source=_optional(document.source),
        url=_optional(document.url),
        payload_bytes=_plain(document.payload_bytes),
        received_at=storable_time(document.received_at),
        accepted_at=storable_time(document.accepted_at),
        text="",
        record=None,
    )


def _refused(refused: RefusedArticle) -> RefusedArticle:
    return replace(refused, title=_optional(refused.title), quarantine=_quarantine(refused.quarantine))


def _quarantine(quarantine: Quarantine) -> Quarantine:
    return replace(
        quarantine,
        detail=storable_text(quarantine.detail)[:DETAIL_CHARS],
        step=storable_text(quarantine.step),
    )


def _optional(text: str | None) -> str | None:
    return text if text is None else storable_text(text)
