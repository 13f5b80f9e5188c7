"""The way of one document, put together from log lines: its own, and those of the batches it was in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Line = dict[str, Any]
Lines = Callable[[], Iterable[str]]  # from the beginning each time it is called


def read_lines(lines: Iterable[str]) -> Iterator[Line]:
    """What is no JSON object (a farewell of Celery, a prefix) is passed over."""
    for raw in lines:
        at = raw.find("{")
        if at < 0:
            continue
        try:
            line = json.loads(raw[at:])
        except ValueError:
            continue
        if isinstance(line, dict) and "event" in line:
            yield line


def trace(lines: Lines, id: str) -> list[Line]:
    """In order of time. id: of a document, one of its articles ("<document>-<part>"), or its stream entry."""
    names = {id, id.rpartition("-")[0]} if len(id) > 32 else {id}
    for line in _mentioning(lines, names):  # the other name: the entry of a document, the document of an entry
        names |= _both_names(line, names)
    batches = {line["batch"] for line in _mentioning(lines, names) if "batch" in line and _is_of(line, names)}
    found = [_alone(line, names) for line in _mentioning(lines, names | batches) if _concerns(line, names, batches)]
    return sorted(found, key=lambda line: str(line.get("timestamp", "")))


def _mentioning(lines: Lines, words: set[str]) -> Iterator[Line]:
    """Most lines of a long log are about others: those are not parsed."""
    return read_lines(raw for raw in lines() if any(word in raw for word in words))


def _both_names(line: Line, names: set[str]) -> set[str]:
    pairs = [*zip(line.get("entries", ()), line.get("traces", ()), strict=False)]
    pairs.append((line.get("entry", ""), line.get("trace", "")))
    return {name for pair in pairs if names & set(pair) for name in pair if name}


def _is_of(line: Line, names: set[str]) -> bool:
    named = {line.get("trace"), line.get("entry"), *line.get("entries", ()), *line.get("traces", ())}
    return bool(names & named)


def _concerns(line: Line, names: set[str], batches: set[str]) -> bool:
    if "trace" in line:  # of one document
        return line["trace"] in names
    return _is_of(line, names) or line.get("batch") in batches


def _alone(line: Line, names: set[str]) -> Line:
    """Without its neighbours in the batch."""
    kept = {name: value for name, value in line.items() if name not in ("entries", "traces")}
    own = [each for name in ("traces",) for each in line.get(name, ()) if each in names]
    return kept | ({"trace": own[0]} if own else {})
