"""Decisions for the store's suites, and the stores they run on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.postgres_server import PostgresServer, server_folder
from workers.adapters.memory_store import MemoryStore
from workers.adapters.sql_store import SqlStore
from workers.model import (
    Article,
    Document,
    Quarantine,
    Reason,
    RefusedArticle,
    Relation,
    RelationKind,
    Work,
)
from workers.ports import Decision, Standing, Store, Waiting

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SQL = ["sqlite", *(["postgresql"] if server_folder() else [])]
ALL = ["memory", *SQL]
BAD = Quarantine(Reason.CHARSET, "no charset fits", "ingest")


def doc(name: str) -> str:
    """A document id that shows the name: doc('a') is 'a000...'."""
    return name.ljust(32, "0")


def art(name: str, part: int = 0) -> str:
    return f"{doc(name)}-{part}"


def document(name: str, **values: Any) -> Document:
    given: dict[str, Any] = {
        "id": doc(name),
        "entry_id": f"1764000000000-{sum(name.encode())}",
        "door": "cli",
        "received_at": NOW,
        "accepted_at": NOW,
        "payload_bytes": 6000,
        "producer_id": f"{name}.txt",
        "source": "wire",
    }
    return Document(**(given | values))


def article(name: str, part: int = 0, **values: Any) -> Article:
    given: dict[str, Any] = {
        "id": art(name, part),
        "document_id": doc(name),
        "part": part,
        "title": f"Title of {name}",
        "text": f"Text of {name}.",
        "received_at": NOW,
    }
    return Article(**(given | values))


def copy(name: str, part: int = 0, *, of: str, **values: Any) -> Article:
    relation = Relation(RelationKind.NEAR, of=of, score=0.9, of_new=0.9, of_old=0.8)
    return article(name, part, relation=relation, **values)


def update(name: str, part: int = 0, *, of: str, **values: Any) -> Article:
    relation = Relation(RelationKind.UPDATE, of=of, score=0.7, of_new=0.7, of_old=0.6)
    return article(name, part, relation=relation, **values)


def decision(name: str, *articles: Article, **values: Any) -> Decision:
    """Of a page that holds these articles; one article when none is given."""
    page = document(name, **values)
    return Decision(Work(page, articles or (article(name),)))


def quarantined(name: str, quarantine: Quarantine = BAD, payload: bytes | None = b"raw", **values: Any) -> Decision:
    return Decision(Work(document(name, **values), quarantine=quarantine), payload)


def refused(name: str, part: int = 0) -> RefusedArticle:
    return RefusedArticle(art(name, part), part, f"Title of {name}", Quarantine(Reason.EMPTY_BODY, "", "clean"))


def stored(one: Article, now: datetime = NOW) -> Article:
    return replace(one, stored_at=now)


def verdicts(answers: list[Standing | Waiting]) -> list[str]:
    return [
        answer.verdict.value if isinstance(answer, Standing) else f"waits for {answer.original[:1]}"
        for answer in answers
    ]


def later(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


class Stores:
    """Makes empty stores of one kind. A SQL store's data outlive it: `url` opens them again."""

    def __init__(self, kind: str, folder: Path, server: PostgresServer | None) -> None:
        self._kind = kind
        self.url = ""
        if kind == "sqlite":
            self.url = f"sqlite:///{folder}/store.db"
        if kind == "postgresql":
            assert server is not None
            self.url = server.new_store_url()

    def open(self) -> Store:
        return SqlStore(self.url) if self.url else MemoryStore()
