"""Why an article was related to another: what they share and the numbers in which they differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from workers.model import Span
from workers.ports import Store

_PASSAGES: Final = 5
_CHARACTERS: Final = 300


class Passage(Protocol):
    @property
    def words(self) -> int: ...
    @property
    def new(self) -> Span: ...
    @property
    def old(self) -> Span: ...


class Comparison(Protocol):
    @property
    def passages(self) -> Sequence[Passage]: ...
    @property
    def new_numbers(self) -> Sequence[str]: ...
    @property
    def old_numbers(self) -> Sequence[str]: ...


Compare = Callable[[str, str], Comparison]


def explain(store: Store, compare: Compare, id: str) -> list[dict[str, Any]]:
    """The store's account of the documents under this id; related articles with their `match` beside it."""
    told = store.explain(id)
    for document in told:
        for article in document["articles"]:
            match = _match(store, compare, article)
            if match is not None:
                article["match"] = match
    return told


def _match(store: Store, compare: Compare, told: dict[str, Any]) -> dict[str, Any] | None:
    """With what the index judged it against; None when one of the two texts is not kept."""
    other = told["relation"].get("judged_of") or told["relation"]["of"]
    ours, theirs = store.articles_of(told["id"]), store.articles_of(other) if other else []
    if not ours or not theirs:
        return None
    new, old = ours[0].text, theirs[0].text
    found = compare(new, old)
    return {
        "with": other,
        "title": theirs[0].title,
        "publisher": theirs[0].publisher,
        "shared_words": sum(passage.words for passage in found.passages),
        "passages": [_told(passage, new) for passage in found.passages[:_PASSAGES]],
        "numbers_only_here": list(found.new_numbers),
        "numbers_only_there": list(found.old_numbers),
    }


def _told(passage: Passage, text: str) -> dict[str, Any]:
    start, end = int(passage.new[0]), int(passage.new[1])
    cut = "…" if end - start > _CHARACTERS else ""
    return {
        "words": passage.words, "here": list(passage.new), "there": list(passage.old),
        "text": text[start : min(end, start + _CHARACTERS)] + cut,
    }
