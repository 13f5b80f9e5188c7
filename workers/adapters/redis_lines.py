"""Repeated lines on Redis: counts on the work server, which may lose them; what is accepted on the ledger.

A source's counts are one sorted set, cut to its most frequent lines when it grows too long: a line that
stands under every story is counted twice before it can be cut.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import redis

from workers.adapters.memory_lines import KEPT_LINES, MOST_LINES, MOST_SOURCES
from workers.adapters.redis_connection import PREFIX, translated
from workers.errors import LinesError
from workers.ports import RepeatedLine

_KEPT_S: Final = 30 * 24 * 3600  # a source that is silent so long is forgotten
_BETWEEN: Final = b"\0"          # source and line of what is accepted


class RedisRepeatedLines:
    """now: seconds since 1970; it only orders the sources."""

    def __init__(self, work: redis.Redis, ledger: redis.Redis, *, now: Callable[[], float] = time.time) -> None:
        self._work = work
        self._ledger = ledger
        self._now = now
        self._sources = f"{PREFIX}lines:sources"
        self._stories = f"{PREFIX}lines:stories"
        self._accepted = f"{PREFIX}lines:accepted"

    def saw(self, stories: Mapping[str, Sequence[Sequence[str]]]) -> None:
        with translated(LinesError):
            pipe = self._work.pipeline(transaction=False)
            for source, seen in stories.items():
                for line, count in Counter(line for story in seen for line in story).items():
                    pipe.zincrby(self._lines(source), count, line)
                pipe.expire(self._lines(source), _KEPT_S)
                pipe.hincrby(self._stories, source, len(seen))
                pipe.zadd(self._sources, {source: self._now()})
            pipe.execute()
            self._bound(stories)

    def _bound(self, stories: Iterable[str]) -> None:
        pipe = self._work.pipeline(transaction=False)
        for source in stories:
            pipe.zcard(self._lines(source))
        pipe.zcard(self._sources)
        *sizes, sources = pipe.execute()
        for source, size in zip(stories, sizes, strict=True):
            if size > MOST_LINES:
                self._work.zremrangebyrank(self._lines(source), 0, -KEPT_LINES - 1)
        if sources > MOST_SOURCES:
            popped: Any = self._work.zpopmin(self._sources, sources - MOST_SOURCES)
            oldest = [each for each, _ in popped]
            self._work.unlink(*(self._lines(source.decode()) for source in oldest))
            self._work.hdel(self._stories, *oldest)

    def proposed(self, source: str, *, least: int) -> list[RepeatedLine]:
        accepted = self.accepted().get(source, frozenset())
        with translated(LinesError):
            counted: Any = self._work.zrangebyscore(self._lines(source), least, "+inf", withscores=True)
            found = {line.decode(): int(count) for line, count in counted}
            for line in accepted - found.keys():
                score: Any = self._work.zscore(self._lines(source), line)
                found[line] = int(score or 0)
        rows = (RepeatedLine(line, count, line in accepted) for line, count in found.items())
        return sorted(rows, key=lambda row: (-row.stories, row.line))

    def sources(self) -> dict[str, int]:
        with translated(LinesError):
            names: Any = self._work.zrevrange(self._sources, 0, -1)
            counts: Any = self._work.hmget(self._stories, names) if names else []
        return {name.decode(): int(count or 0) for name, count in zip(names, counts, strict=True)}

    def accept(self, source: str, lines: Sequence[str]) -> None:
        with translated(LinesError):
            self._ledger.sadd(self._accepted, *(_member(source, line) for line in lines))

    def withdraw(self, source: str, lines: Sequence[str]) -> int:
        with translated(LinesError):
            removed: Any = self._ledger.srem(self._accepted, *(_member(source, line) for line in lines))
        return int(removed)

    def accepted(self) -> dict[str, frozenset[str]]:
        with translated(LinesError):
            members: Any = self._ledger.smembers(self._accepted)
        found: dict[str, set[str]] = {}
        for member in members:
            source, _, line = member.partition(_BETWEEN)
            found.setdefault(source.decode(), set()).add(line.decode())
        return {source: frozenset(lines) for source, lines in found.items()}

    def _lines(self, source: str) -> str:
        return f"{PREFIX}lines:of:{source}"


def _member(source: str, line: str) -> bytes:
    return source.encode() + _BETWEEN + line.encode()
