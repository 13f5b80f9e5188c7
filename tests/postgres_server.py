"""A PostgreSQL of the tests' own: own cluster in its own folder, a unix socket, stopped by its pid."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg

STARTS_WITHIN_S = 20.0
_CLUSTER = ("-E", "UTF8", "--locale=C.UTF-8", "--no-sync")


def server_folder() -> Path | None:
    """Where `initdb` and `postgres` are: on PATH, or where Debian puts the newest; None without one."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return debian[-1].parent if debian else None


class PostgresServer:
    """A fresh cluster, up when the constructor returns. `settings` as in postgresql.conf.

    PostgreSQL refuses to run as root: then it runs as Debian's user `postgres`.
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        binaries = server_folder()
        if binaries is None:
            raise RuntimeError("no PostgreSQL server on this machine")
        # A short prefix: the path of a unix socket has 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="nm-pg-"))
        self._data = self.folder / "data"
        self._numbers = count(1)
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._make_cluster(binaries)
        options = [f"-c{name}={value}" for name, value in (settings or {}).items()]
        where: list[str | Path] = ["-D", self._data, "-k", self.folder, "-clisten_addresses="]
        self._command: list[str | Path] = [binaries / "postgres", *where, *options]
        self._start()

    def _start(self) -> None:
        with (self.folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, cwd=self.folder, **self._as_user
            )
        self._wait_until_up()

    def restart(self) -> None:
        """Drops every client, as an upgrade of the server would."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=20)
        self._start()

    def _make_cluster(self, binaries: Path) -> None:
        subprocess.run(
            [binaries / "initdb", "-D", self._data, "-U", "newsmill", "-A", "trust", *_CLUSTER],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user,
        )

    def _wait_until_up(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    self.stop()
                    raise RuntimeError("PostgreSQL did not come up") from error
            time.sleep(0.05)  # for a process that is not ours to be told by

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="newsmill", dbname=database, autocommit=True)

    def new_store_url(self) -> str:
        """Of an empty schema: a database for each test would cost a quarter of a second."""
        name = f"store_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql://newsmill@/postgres?host={self.folder}&options=-csearch_path%3D{name}"

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)  # at once: the data are thrown away
            self._process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> PostgresServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
