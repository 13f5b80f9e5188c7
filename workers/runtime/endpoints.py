"""Where a mill that `newsmill run` started can be found: a file in its data folder, and a lock."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from workers.errors import NoMill, UsageError


@dataclass(frozen=True, slots=True)
class Endpoints:
    ledger_url: str
    work_url: str
    store_url: str
    http: str
    pid: int


def store_in(data: Path) -> str:
    return f"sqlite:///{(data / 'newsmill.db').resolve()}"


def write_endpoints(data: Path, endpoints: Endpoints) -> None:
    """In one step: a reader sees the old file, the new one, or none."""
    draft = data / "endpoints.json.new"
    draft.write_text(json.dumps(asdict(endpoints), indent=2) + "\n")
    draft.chmod(0o600)
    draft.replace(data / "endpoints.json")


def forget_endpoints(data: Path) -> None:
    (data / "endpoints.json").unlink(missing_ok=True)


def read_endpoints(data: Path) -> Endpoints:
    """Raises NoMill when none runs there: the file may be left over from one that was killed."""
    file = data / "endpoints.json"
    if not file.exists() or not _is_locked(data):
        raise NoMill(f"no mill runs in {data}")
    return Endpoints(**json.loads(file.read_text()))


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """One mill a data folder. Raises UsageError when another holds it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"a mill runs in {data} already") from None
        file.write(str(os.getpid()))
        file.flush()
        yield


def _is_locked(data: Path) -> bool:
    lock = data / "lock"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
