"""What a query asks for, and what /metrics tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import promql_parser

from tests.runtime.metered import exposed
from workers.adapters.clock import SystemClock
from workers.adapters.memory_dedup import MemoryDedupIndex
from workers.adapters.memory_ledger import MemoryLedger
from workers.adapters.memory_store import MemoryStore

OF_PROMETHEUS = {"ALERTS": {"alertname", "alertstate", "severity"}, "up": {"job", "instance"}}


def unknown(expression: str) -> list[str]:
    """Metrics and labels that it asks for and nobody tells."""
    found = []
    for selector in selectors(parsed(expression)):
        labels = {matcher.name for matcher in selector.matchers.matchers}
        found += [f"{selector.name} {label}" for label in sorted(labels - told().get(selector.name, set()))]
        found += [] if selector.name in told() else [selector.name]
    return found


def selectors(node: Any) -> Iterator[Any]:
    if isinstance(node, promql_parser.VectorSelector):
        yield node
    for name in ("expr", "param", "lhs", "rhs", "vector_selector"):
        child = getattr(node, name, None)
        if child is not None:
            yield from selectors(child)
    for child in getattr(node, "args", None) or ():
        yield from selectors(child)


def parsed(expression: str) -> Any:
    for variable, value in (("$__rate_interval", "1m"), ("$__range", "1h"), ("$step", ".*")):
        expression = expression.replace(variable, value)
    return promql_parser.parse(expression)


@cache
def told() -> dict[str, set[str]]:
    """Every series name that /metrics can tell, with its labels."""
    text = exposed(MemoryLedger(SystemClock()), MemoryDedupIndex(window_h=1), MemoryStore())
    names: dict[str, set[str]] = {}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M):
        for series in (f"{name}_bucket", f"{name}_sum", f"{name}_count") if kind == "histogram" else (name,):
            found = re.search(rf"^{series}\{{(.*)\}}", text, re.M)
            names[series] = set(re.findall(r"(\w+)=", found[1])) if found else set()
    return names | OF_PROMETHEUS
