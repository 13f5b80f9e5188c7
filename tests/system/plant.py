"""A whole mill of real processes on servers of the test's own, whose parts can be killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

import redis

from tests.redis_server import RedisServer, free_port

ROOT = Path(__file__).parent.parent.parent
LEDGER = {"appendonly": "yes", "appendfsync": "always", "maxmemory": "1gb", "maxmemory-policy": "noeviction"}
WORK = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}


def tale(name: str, words: int = 24) -> str:
    """A text of its own for each name: no near copy of another one's."""
    draw = random.Random(name)
    return " ".join(
        "".join(draw.choice("bdfgklmnprst") + draw.choice("aeiou") for _ in range(draw.randint(2, 4)))
        for _ in range(words)
    ).capitalize() + "."


class Plant:
    """Started by `with`. Processes: worker, dispatch, reconcile; serve when asked for."""

    def __init__(self, *, concurrency: int = 2, serve: bool = False, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nm-plant-"))
        self.ledger_server = RedisServer(options=LEDGER)
        self.work_server = RedisServer(options=WORK)
        self.http_port = free_port()
        self.store = self.folder / "newsmill.db"
        self.environment = {
            "NEWSMILL_LEDGER_URL": self.ledger_server.url,
            "NEWSMILL_WORK_URL": self.work_server.url,
            "NEWSMILL_STORE_URL": f"sqlite:///{self.store}",
            "NEWSMILL_CONCURRENCY": str(concurrency),
            "NEWSMILL_HTTP_PORT": str(self.http_port),
            "NEWSMILL_LOG_FORMAT": "json",
            **{f"NEWSMILL_{name.upper()}": value for name, value in settings.items()},
        }
        self.names = ["worker", "dispatch", "reconcile", *(["serve"] if serve else [])]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.redis: redis.Redis = self.ledger_server.client()

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "workers.cli", name], env={**os.environ, **self.environment},
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """kill -9 of the process and all its children at once."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str, timeout_s: float = 20) -> int:
        process = self.processes.pop(name)
        process.terminate()
        try:
            return process.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    def command(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """A command of newsmill, run to its end."""
        return subprocess.run(
            [sys.executable, "-m", "workers.cli", *arguments], env={**os.environ, **self.environment},
            cwd=ROOT, input=stdin, capture_output=True, timeout=300, check=False,
        )

    def wait_until_idle(self, patience_s: float = 60) -> None:
        """Fails when nothing finishes for so long."""
        finished, since = -1, time.monotonic()
        while True:
            in_flight = self.redis.xlen("{newsmill}:documents")
            done = sum(self.counts().get(v, 0) for v in ("stored", "duplicate", "quarantined", "vanished"))
            if in_flight == 0 and done:
                return
            if done != finished:
                finished, since = done, time.monotonic()
            assert time.monotonic() - since < patience_s, f"{in_flight} in flight, nothing finished: {self.tail()}"
            time.sleep(0.1)

    def counts(self) -> dict[str, int]:
        rows: dict[bytes, bytes] = self.redis.hgetall("{newsmill}:ledger")
        return {name.decode(): int(value) for name, value in rows.items()}

    def query(self, sql: str, *values: str) -> list[tuple]:
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=30) as connection:
            return connection.execute(sql, values).fetchall()

    def ledger_check(self) -> dict:
        done = self.command("ledger", "--check", "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        found: dict = json.loads(done.stdout)
        return found

    def tail(self) -> str:
        logs = {p.name: p.read_text(errors="replace")[-1500:] for p in self.folder.glob("*.log")}
        return "\n".join(f"--- {name}\n{text}" for name, text in logs.items())

    def __enter__(self) -> Plant:
        for name in self.names:
            self.start(name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self.processes):
            self.kill(name)
        self.redis.close()
        self.ledger_server.stop()
        self.work_server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
