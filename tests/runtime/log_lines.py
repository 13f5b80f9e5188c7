"""What a mill on memory adapters says, as JSON lines; and what is wrong with a line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

from workers.runtime.logs import FIELDS, configure_logs

OF_EVERY_LINE = ("event", "level", "timestamp")


def said_while(act: Callable[[], object], secrets: Collection[str] = (), log_format: str = "json") -> str:
    """Everything that is logged while `act` runs; logging is as before afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    try:
        configure_logs(log_format, "debug", secrets)
        handler = root.handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
        act()
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    return written.getvalue()


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def faults(line: Mapping[str, Any]) -> list[str]:
    found = [f"no {name}" for name in OF_EVERY_LINE if name not in line]
    found += [f"unknown field {name}" for name in line if name not in FIELDS]
    found += [f"{name} is {value!r}" for name, value in line.items()
              if name in FIELDS and not isinstance(value, FIELDS[name])]
    return found
