"""Which story an article joins, from the articles it resembles. redis_story/join.lua says the same in Lua."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from workers.adapters.story_vector import WHOLE
from workers.model import StoryId

NEAREST: Final = 3       # articles of a story whose mean similarity is the story's
JOINS: Final = round(0.33 * WHOLE)    # from that mean on an article joins
ABSORBS: Final = round(0.39 * WHOLE)  # and from that on a second story is shown to be the same one
SMALL: Final = 2         # articles; a larger story is never absorbed: no chain swallows the news


@dataclass(frozen=True, slots=True)
class Found:
    number: int
    story: StoryId
    similarity: int


@dataclass(frozen=True, slots=True)
class Choice:
    story: StoryId
    absorbed: StoryId | None = None


def choose(found: Sequence[Found], size_of: Callable[[StoryId], int]) -> Choice | None:
    """None when no story is near enough. Of equals, the one that was found first."""
    stories: dict[StoryId, list[int]] = {}
    for each in found:
        stories.setdefault(each.story, []).append(each.similarity)
    scores = {story: _mean(sorted(near, reverse=True)[:NEAREST]) for story, near in stories.items()}
    ranked = sorted(scores, key=lambda story: -scores[story])[:2]
    if not ranked or scores[ranked[0]] < JOINS:
        return None
    if len(ranked) < 2 or scores[ranked[1]] < ABSORBS:
        return Choice(ranked[0])
    kept, other = ranked if size_of(ranked[0]) >= size_of(ranked[1]) else reversed(ranked)
    return Choice(kept, other) if size_of(other) <= SMALL else Choice(ranked[0])


def _mean(values: Sequence[int]) -> float:
    return sum(values) / len(values)
