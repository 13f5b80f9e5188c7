"""What travels through the mill: frozen records, no behaviour but small properties.

Times are aware datetimes in UTC. Spans are half-open ranges of code points.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

SCHEMA: Final = 1

DocumentId = str  # 32 hex digits
ArticleId = str   # "<document id>-<part>"
StoryId = str     # the id of the article that founded it
EntryId = str     # "<ms>-<n>", given by the intake stream
BatchId = str     # 26 characters of 0-9a-z
Span = tuple[int | str, ...]  # (start, end) in text, or (start, end, field)


class ContentType(StrEnum):
    DUMP = "text/plain"
    HTML = "text/html"
    RECORD = "application/json"


class Role(StrEnum):
    MAIN = "main"
    RELATED = "related"


class Precision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class RelationKind(StrEnum):
    UNIQUE = "unique"
    EXACT = "exact"
    NEAR = "near"
    CONTAINED = "contained"
    CONTAINS = "contains"
    UPDATE = "update"

    @property
    def is_copy(self) -> bool:
        """A copy counts as duplicate; unique, contains and update count as stored."""
        return self in (RelationKind.EXACT, RelationKind.NEAR, RelationKind.CONTAINED)


class TagKind(StrEnum):
    TOPIC = "topic"
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    COUNTRY = "country"
    KEYPHRASE = "keyphrase"
    HASHTAG = "hashtag"
    RULE = "rule"


class Verdict(StrEnum):
    """What became of a document or an article, for ever."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class Event(StrEnum):
    STORED = "stored"
    DUPLICATE = "duplicate"
    UPDATED = "updated"
    REGROUPED = "regrouped"
    ABSORBED = "absorbed"  # a story is another one: with the article that founded it, in the story it is now


class Reason(StrEnum):
    """Why something is quarantined. Stable: stored, and a metric label."""

    EMPTY_BODY = "empty_body"
    NO_BODY = "no_body"              # a stream entry without the field `body`
    BAD_FIELD = "bad_field"          # unknown, or with a value that cannot be read
    TOO_LARGE = "too_large"
    BINARY = "binary"                # pictures, archives, PDF
    CHARSET = "charset"
    BAD_JSON = "bad_json"
    TOO_DEEP = "too_deep"
    TOO_MANY_ARTICLES = "too_many_articles"
    NO_ARTICLE = "no_article"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    KILLED_WORKER = "killed_worker"
    STEP_FAILED = "step_failed"


@dataclass(frozen=True, slots=True)
class Submission:
    """One document at a door. The names are those of the stream fields, and of JSONL and HTTP."""

    body: bytes
    content_type: str | None = None
    url: str | None = None
    source: str | None = None
    id: str | None = None
    received_at: str | None = None
    meta: str | None = None  # JSON

    def fields(self, door: str) -> dict[bytes, bytes]:
        """As an intake entry: body first, absent fields left out, `door` last."""
        named = {
            "content_type": self.content_type,
            "url": self.url,
            "source": self.source,
            "id": self.id,
            "received_at": self.received_at,
            "meta": self.meta,
            "door": door,
        }
        return {b"body": self.body} | {k.encode(): v.encode() for k, v in named.items() if v is not None}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the intake stream as it lies in the ledger, whoever wrote it."""

    id: EntryId
    fields: Mapping[bytes, bytes]

    @property
    def document_id(self) -> DocumentId:
        """H(entry id, payload digest): after a failover Redis may hand out an entry id again."""
        pieces = [self.id.encode()]
        for name, value in sorted(self.fields.items()):
            pieces += (b"%d:%b%d:" % (len(name), name, len(value)), value)
        return hashlib.blake2b(b"".join(pieces), digest_size=16).hexdigest()

    @property
    def accepted_ms(self) -> int:
        return int(self.id.partition("-")[0])

    @property
    def payload_bytes(self) -> int:
        return sum(len(name) + len(value) for name, value in self.fields.items())


@dataclass(frozen=True, slots=True)
class Document:
    """One page as received. `text` and `record` are emptied once its articles are made."""

    id: DocumentId
    entry_id: EntryId
    door: str
    received_at: datetime
    accepted_at: datetime
    payload_bytes: int = 0
    producer_id: str | None = None
    source: str | None = None
    url: str | None = None
    meta: Any = None
    content_type: ContentType | None = None
    charset: str | None = None
    text: str = ""
    record: dict[str, Any] | None = None  # a JSON article: text, title, publisher, authors, ...


@dataclass(frozen=True, slots=True)
class Removed:
    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Dateline:
    place: str | None = None
    country: str | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How an article relates to one seen before. Scores are containments, 0..1."""

    kind: RelationKind = RelationKind.UNIQUE
    of: ArticleId | None = None
    score: float = 0.0
    of_new: float = 0.0  # share of the new article that stands in the old one
    of_old: float = 0.0  # share of the old article that stands in the new one
    story: str | None = None
    also: tuple[ArticleId, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    kind: TagKind
    id: str
    label: str
    score: float
    evidence: tuple[Span, ...] = ()
    broader: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Article:
    id: ArticleId
    document_id: DocumentId
    producer_id: str | None = None
    part: int = 0
    role: Role = Role.MAIN
    source: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    publisher_id: str | None = None
    section: str | None = None
    image: str | None = None
    summary: str | None = None
    summary_spans: tuple[Span, ...] = ()  # of its sentences in text; empty where it is not taken from there
    wire: str | None = None
    originally_published_on: str | None = None
    dateline: Dateline | None = None
    published_at: datetime | None = None
    published_text: str | None = None
    published_precision: Precision | None = None
    published_from: str | None = None  # relative, meta, json-ld, microdata, url, feed, text, producer
    modified_at: datetime | None = None
    language: str | None = None
    text: str = ""
    word_count: int = 0
    complete: bool = True
    removed: tuple[Removed, ...] = ()
    hashtags: tuple[str, ...] = ()
    relation: Relation = field(default_factory=Relation)
    tags: tuple[Tag, ...] = ()
    meta: Any = None
    received_at: datetime | None = None
    stored_at: datetime | None = None
    version: int = 1
    schema: int = SCHEMA

    @property
    def verdict(self) -> Verdict:
        return Verdict.DUPLICATE if self.relation.kind.is_copy else Verdict.STORED


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A document or an article that goes no further. `detail` holds no page text, 300 characters."""

    reason: Reason
    detail: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    article: Article


@dataclass(frozen=True, slots=True)
class Duplicate:
    of: ArticleId
    relation: RelationKind
    score: float


Outcome = Keep | Duplicate | Quarantine


@dataclass(frozen=True, slots=True)
class RefusedArticle:
    """An article that was made and then quarantined; its neighbours on the page went on."""

    id: ArticleId
    part: int
    title: str | None
    quarantine: Quarantine


@dataclass(frozen=True, slots=True)
class Work:
    """One document on its way, between two steps."""

    document: Document
    articles: tuple[Article, ...] = ()
    refused: tuple[RefusedArticle, ...] = ()
    quarantine: Quarantine | None = None  # of the whole document
    absorbed: tuple[tuple[StoryId, StoryId], ...] = ()  # a story, and the one it was shown to be

    @property
    def verdict(self) -> Verdict:
        """Stored if any article is, else duplicate if any is, else quarantined."""
        if self.quarantine is not None:
            return Verdict.QUARANTINED
        verdicts = {article.verdict for article in self.articles}
        for verdict in (Verdict.STORED, Verdict.DUPLICATE):
            if verdict in verdicts:
                return verdict
        return Verdict.QUARANTINED

    @property
    def quarantined_for(self) -> Quarantine | None:
        """Why the document as a whole is quarantined; None when it is not."""
        if self.verdict is not Verdict.QUARANTINED:
            return None
        if self.quarantine is not None:
            return self.quarantine
        return self.refused[0].quarantine if self.refused else Quarantine(Reason.NO_ARTICLE, step="clean")


_SCHEMA_LAST: Final = b',"schema":%d}' % SCHEMA
_NO_COORDINATES: Final = b',"latitude":null,"longitude":null'  # bare quotes: never inside a JSON string
_json = msgspec.json.Encoder()
_article = msgspec.json.Decoder(Article)


def article_record(article: Article) -> dict[str, Any]:
    """The article as plain values, in the order of the contract; also where one of them is no JSON."""
    values: dict[str, Any] = msgspec.to_builtins(article)
    for tag in values["tags"]:
        if tag["latitude"] is None and tag["longitude"] is None:
            del tag["latitude"], tag["longitude"]
    return {"schema": values.pop("schema")} | values


def article_to_json(article: Article) -> bytes:
    """In the order of the contract: schema first. Tags without coordinates have no such keys."""
    fields = _json.encode(article)[1 : -len(_SCHEMA_LAST)].replace(_NO_COORDINATES, b"")
    return b'{"schema":%d,%b}' % (article.schema, fields)


def article_from_json(raw: bytes | str) -> Article:
    return _article.decode(raw)
