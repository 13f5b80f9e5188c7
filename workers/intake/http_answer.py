"""What the port answers: JSON, text, or a problem as RFC 9457 has it. Nothing of the input comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from workers.errors import LedgerFull, PortError, Refused

RETRY_AFTER_S: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    status: HTTPStatus
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        return [
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *self.headers,
        ]


def problem(
    status: int,
    field: str | None,
    detail: str,
    headers: tuple[tuple[str, str], ...] = (),
    documents: bytes | bytearray | None = None,
) -> Answer:
    """documents: an answer for each, as the inside of a JSON list."""
    code = HTTPStatus(status)
    said: dict[str, Any] = {"type": "about:blank", "title": code.phrase, "status": status, "detail": detail}
    if field is not None:
        said["field"] = field
    body = json.dumps(said).encode() + b"\n"
    if documents is not None:
        body = b"".join((body[:-2], b', "documents":[', documents, b"]}\n"))
    return Answer(code, body, "application/problem+json", headers)


def refusal(refused: Refused) -> Answer:
    return problem(refused.status, refused.field, f"{refused.field} {refused.message}")


def come_again(error: LedgerFull | PortError) -> Answer:
    """503 with Retry-After. A PortError may name addresses, so its words stay inside."""
    full = isinstance(error, LedgerFull)
    retry_after_s = error.retry_after_s if isinstance(error, LedgerFull) else RETRY_AFTER_S
    detail = str(error) if full else "the ledger does not answer; nothing was accepted that has no id here"
    return problem(503, None, detail, (("Retry-After", str(retry_after_s)),))
