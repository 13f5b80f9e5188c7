"""The story index on Redis or Valkey: one script call judges and joins a batch.

Articles lie in generations of half a window by the time they were seen; a generation is five tables that
expire as wholes: nothing is ever scanned. What one article costs is bounded however many resemble it: 16
look-ups, 8 articles behind each a generation, 24 comparisons of at most 64 terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any, Final

import redis

from workers.adapters import story_choice, story_vector
from workers.adapters.dedup_window import Window, milliseconds
from workers.adapters.redis_connection import PREFIX, translated
from workers.adapters.story_vector import PRIOR_SEEN, SAYS, SHARES
from workers.errors import IndexFailed
from workers.ports import Joined, Profile, TermKind

ARTICLES_A_CALL: Final = 64  # a batch of pages with hundreds of articles must not hold up the server
_TABLES: Final = ("records", "under", "counts", "sizes", "answers")
_VECTOR: Final = (
    "UNIT", "RARITY_STEPS", "PRIOR_ARTICLES", "SLOTS", "INDEXED_TERMS", "FOUND_A_TERM", "COMPARED", "SHARED_LEAST",
    "BESIDE_NAME", "TEMPLATE_SHARED", "TEMPLATE_WORDS", "TEMPLATE_FACTS", "OTHER_YEARS",
    "OTHER_LEAD",
)
_CHOICE: Final = ("NEAREST", "JOINS", "ABSORBS", "SMALL")


class RedisStoryIndex:
    def __init__(self, client: redis.Redis, *, window_h: float) -> None:
        self._client = client
        self._window = Window.of_hours(window_h)
        # Another window is another index: generations of another length bear the same numbers.
        self._prefix = f"{PREFIX}story:2:{self._window.ms}:"
        self._script = client.register_script(_join_script())

    def join(self, profiles: Sequence[Profile], *, rebuilding: bool = False) -> list[Joined]:
        with translated(IndexFailed):
            return [joined for part in _parts(profiles) for joined in self._join_part(part, rebuilding)]

    def is_fresh(self) -> bool:
        with translated(IndexFailed):
            return not self._client.exists(self._built)

    def mark_built(self) -> None:
        with translated(IndexFailed):
            self._client.set(self._built, "1")

    def _join_part(self, profiles: Sequence[Profile], rebuilding: bool) -> Iterator[Joined]:
        seen = [milliseconds(profile.seen_at) for profile in profiles]
        own = [self._window.generation(at) for at in seen]
        reached = sorted({near for generation in set(own) for near in self._window.within_reach(generation)})
        place = {generation: at for at, generation in enumerate(reached, 1)}
        keys = [self._built, f"{self._prefix}number"]
        keys += [self._table(name, generation) for generation in reached for name in _TABLES]
        args: list[Any] = [self._window.ms, self._window.ms * 3 // 2, int(rebuilding)]
        for profile, at, generation in zip(profiles, seen, own, strict=True):
            terms = b"".join(_packed(*term) for term in profile.terms)
            args += (profile.article_id, at, place[generation], profile.language, profile.of or "", profile.story or "",
                     terms)
        answers: list[bytes] | None = self._script(keys=keys, args=args)
        if answers is None:
            raise IndexFailed("the story index is empty and not rebuilt yet")
        for answer in answers:
            story, _, absorbed = answer.decode().partition("\n")
            yield Joined(story, absorbed or None)

    @property
    def _built(self) -> str:
        return f"{self._prefix}built"

    def _table(self, name: str, generation: int) -> str:
        return f"{self._prefix}{name}:{generation}"


def _packed(term: int, kind: TermKind, weight: int) -> bytes:
    return term.to_bytes(4, "big") + bytes((kind, weight))


def _join_script() -> str:
    """With the constants of the other index after its first line, which names the language."""
    constants = {name: getattr(story_vector, name) for name in _VECTOR}
    constants |= {name: getattr(story_choice, name) for name in _CHOICE}
    said = [f"local {name} = {value!r}" for name, value in constants.items()]
    said.append(f"local SHARES = {{{', '.join(map(repr, SHARES))}}}")
    said.append(f"local SAYS = {{{', '.join(str(SAYS[kind]) for kind in TermKind)}}}")
    said.append(f"local PRIOR_SEEN = {{{', '.join(str(PRIOR_SEEN[kind]) for kind in TermKind)}}}")
    first, _, rest = files(__name__).joinpath("join.lua").read_text().partition("\n")
    return f"{first}\n{' '.join(said)}\n{rest}"


def _parts(profiles: Sequence[Profile]) -> Iterator[Sequence[Profile]]:
    for start in range(0, len(profiles), ARTICLES_A_CALL):
        yield profiles[start : start + ARTICLES_A_CALL]
