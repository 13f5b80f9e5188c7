"""The two Redis servers of one machine."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workers.adapters.embedded_redis import LEDGER_OPTIONS, WORK_OPTIONS, EmbeddedRedis
from workers.adapters.parent_death import dies_with
from workers.settings import Settings


@dataclass(frozen=True, slots=True)
class Servers:
    ledger_url: str
    work_url: str
    started: tuple[EmbeddedRedis, ...]


def embedded_servers(settings: Settings, data: Path) -> Servers:
    """The configured servers; embedded ones in the data folder for those that are not configured.

    An unknown server that happens to listen on 6379 is never adopted: it holds somebody's data.
    """
    ledger = None if settings.ledger_url else EmbeddedRedis(data, "ledger", LEDGER_OPTIONS)
    work = None if settings.work_url else EmbeddedRedis(data, "work", WORK_OPTIONS)
    return Servers(
        ledger.url if ledger else settings.ledger_url, work.url if work else settings.work_url,
        tuple(server for server in (ledger, work) if server),
    )


def killed_with(parent: int) -> Callable[[], None]:
    """What a process of the mill calls first. Killed, not asked: the servers are gone in that moment, and
    one that waits for them would outlive its mill by a minute; what it held comes back from the ledger."""
    return dies_with(parent, signal.SIGKILL)
