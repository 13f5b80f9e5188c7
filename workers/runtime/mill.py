"""What `newsmill run` does from start to stop."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Final

from workers.errors import PortError
from workers.model import Submission
from workers.ports import Audit
from workers.runtime.endpoints import Endpoints, forget_endpoints, locked, store_in, write_endpoints
from workers.runtime.logs import Log
from workers.runtime.supervisor import Supervisor
from workers.runtime.wiring.mill import Mill
from workers.runtime.wiring.servers import embedded_servers, killed_with
from workers.settings import Settings

DRAIN_S: Final = 30.0
READY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A mill that runs, as the command line shows it."""

    endpoints: Endpoints
    data: Path
    mill: Mill
    supervisor: Supervisor
    stopped: threading.Event  # set by SIGINT or SIGTERM

    def tick(self) -> Audit | None:
        """Restarts what ended; None while the ledger does not answer."""
        self.supervisor.watch()
        try:
            return self.mill.ledger.audit()
        except PortError as error:
            self.mill.log.away("ledger", error)
            return None

    def is_idle(self, audit: Audit | None) -> bool:
        return audit is not None and audit.in_flight == 0 and audit.batches == 0


@contextmanager
def running(settings: Settings, data: Path, say: Callable[[str], None]) -> Iterator[Running]:
    """Starts everything, yields once it is ready, drains and stops everything it started."""
    with locked(data), _signals() as stopped:
        servers = embedded_servers(settings, data)
        for server in servers.started:
            say(f"starting the {server.name} server")
            server.start()
        settings = replace(
            settings, ledger_url=servers.ledger_url, work_url=servers.work_url,
            store_url=settings.store_url or store_in(data),
            http_port=_free_port(settings.http_host, settings.http_port),
        )
        logs = data / "logs"
        logs.mkdir(exist_ok=True)
        log = Log("run")
        supervisor = Supervisor(_environment(settings), logs, log, killed_with)
        endpoints = Endpoints(
            settings.ledger_url, settings.work_url, settings.store_url,
            f"http://{settings.http_host}:{settings.http_port}", os.getpid(),
        )
        mill = Mill(settings, "run")
        try:
            mill.store.counts()  # migrates before five processes find an empty store
            for name in ("worker", "dispatch", "reconcile", "serve"):
                supervisor.start(name, "-m", "workers.cli", name)
            _wait_until_ready(mill, supervisor, stopped)
            write_endpoints(data, endpoints)
            yield Running(endpoints, data, mill, supervisor, stopped)
        finally:
            forget_endpoints(data)
            _drain(mill, supervisor, say)
            mill.store.close()
            for server in servers.started:
                server.stop()


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """SIGINT and SIGTERM ask for a stop; a second SIGINT stops at once."""
    stopped = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stopped.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stopped.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _free_port(host: str, wanted: int) -> int:
    """The port wanted, or a free one when somebody has it."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise OSError(f"no free port on {host}")


def _environment(settings: Settings) -> dict[str, str]:
    given = {
        "LEDGER_URL": settings.ledger_url, "WORK_URL": settings.work_url, "STORE_URL": settings.store_url,
        "QUEUE_URL": settings.queue_url, "HTTP_HOST": settings.http_host, "HTTP_PORT": str(settings.http_port),
        "LOG_FORMAT": "json",
    }
    return {f"NEWSMILL_{name}": value for name, value in given.items() if value}


def _wait_until_ready(mill: Mill, supervisor: Supervisor, stopped: threading.Event) -> None:
    until = time.monotonic() + READY_S
    while mill.problems() and not stopped.is_set() and time.monotonic() < until and not supervisor.failing():
        supervisor.watch()
        stopped.wait(0.05)


def _drain(mill: Mill, supervisor: Supervisor, say: Callable[[str], None]) -> None:
    """No new batches; those that are out are finished, at most DRAIN_S; then the rest stops."""
    supervisor.stop("dispatch", timeout_s=5)
    until = time.monotonic() + DRAIN_S
    said = False
    while time.monotonic() < until:
        try:
            out = [batch for batch in mill.ledger.out() if batch.state in ("queued", "running")]
        except PortError as error:
            mill.log.away("ledger", error)
            break
        if not out:
            break
        if not said:
            say(f"finishing {len(out)} batches")
            said = True
        supervisor.watch()
        time.sleep(0.05)
    supervisor.stop("worker", "reconcile", "serve", timeout_s=15)


def seed_once(running: Running, submissions: Iterator[Submission]) -> int:
    """Pushes the seeds, once a data folder. Returns how many documents."""
    mark = running.data / "seeded"
    if mark.exists():
        return 0
    seeds = list(submissions)
    running.mill.ledger.append(seeds, "cli")
    mark.write_text(f"{len(seeds)}\n")
    return len(seeds)
