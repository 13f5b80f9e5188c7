"""Files of weights that come out byte for byte the same from the same content."""

from __future__ import annotations

import gzip
from pathlib import Path


def write_gzip(target: Path, text: str) -> None:
    """Without name and time in the header."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
