"""JSON-LD: the article that a page describes, as plain values."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_LONGEST_BLOCK: Final = 1_000_000
_MOST_NODES: Final = 2000


def find_article(blocks: Iterable[str], types: frozenset[str]) -> tuple[Mapping[str, Any], str | None]:
    """The first object of one of the types, empty when there is none; and the first date of any before it."""
    date = None
    nodes = [node for block in blocks for node in _nodes(_parse(block))]
    for node in nodes:
        if types & set(_types(node)):
            return _resolved(node, nodes), date
        told = node.get("datePublished")
        date = date or (told if isinstance(told, str) else None)
    return {}, date


def _resolved(node: Mapping[str, Any], nodes: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """With the objects that it only refers to, {"@id": ...}, in their places: authors, publisher, image."""
    if not any(map(_references, node.values())):
        return node
    known = {each["@id"]: each for each in nodes if isinstance(each.get("@id"), str) and len(each) > 1}

    def meant(value: Any) -> Any:
        if isinstance(value, list):
            return [known.get(each["@id"], each) if _is_reference(each) else each for each in value]
        return known.get(value["@id"], value) if _is_reference(value) else value

    return {name: meant(value) for name, value in node.items()}


def _references(value: Any) -> bool:
    return any(map(_is_reference, value)) if isinstance(value, list) else _is_reference(value)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("@id"), str)


def is_of_news(article: Mapping[str, Any]) -> bool:
    """A newsroom's, by its type: NewsArticle and what schema.org derives from it."""
    return any(name.endswith("NewsArticle") for name in _types(article))


def text_of(value: Any) -> str | None:
    """A name, however it is wrapped: "X", {"name": "X"}, ["X"], {"@value": "X"}."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("url") or value.get("@id")
    # Many sites escape the strings of their JSON-LD as if they were HTML.
    return " ".join(html.unescape(value).split()) or None if isinstance(value, str) else None


def address_of(value: Any) -> str | None:
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value.strip() or None if isinstance(value, str) else None


def texts_of(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in map(text_of, values[:50]) if text]


def _parse(block: str) -> Any:
    if len(block) > _LONGEST_BLOCK:
        return None
    try:
        return json.loads(block.strip().removesuffix(";"), strict=False)
    except (ValueError, RecursionError):
        return None  # broken JSON-LD is common; the page's other marks are read instead


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Objects at the top, in lists, in @graph and as main entity; in the order of the page."""
    waiting = [value]
    seen = 0
    while waiting and seen < _MOST_NODES:
        node = waiting.pop(0)
        seen += 1
        if isinstance(node, list):
            waiting[:0] = node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in node)


def _types(node: Mapping[str, Any]) -> list[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [name.rsplit("/", 1)[-1] for name in kinds if isinstance(name, str)]
