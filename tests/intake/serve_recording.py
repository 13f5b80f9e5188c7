"""A port on a recording ledger in a process of its own: prints its port, then for every line it reads
on standard input the most memory it ever held, in bytes. Ends with its input."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.intake.recording_ledger import RecordingLedger
from workers.intake.http import HttpDoor, serve


def peak_bytes() -> int:
    """From the kernel's status of this process: ru_maxrss would begin with the size of its parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def main() -> None:
    door = HttpDoor(RecordingLedger(), metrics=lambda: b"", ready=list, watermark=0.7)  # type: ignore[arg-type]
    server = serve(door, "127.0.0.1", 0)
    print(server.port, flush=True)
    for _ in sys.stdin:
        print(peak_bytes(), flush=True)
    server.stop()


if __name__ == "__main__":
    main()
