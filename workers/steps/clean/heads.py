"""Heads of stories in a page dump: publisher, time and title, in whatever order a layout has them.

A line with a time is the anchor. Each order of the lines round it is tried; a page writes its heads in one
way, so what fits at one time speaks for the same order at the next.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from workers.steps.clean.head_shapes import Fit, Shape, fits
from workers.steps.clean.lines import Kind, Line
from workers.steps.clean.surroundings import Surroundings, surroundings

_LEAST_SCORE: Final = 0.5
_VOTE: Final = 2.5


@dataclass(frozen=True, slots=True)
class Head:
    """Lines [start, end) of a dump; the story's body begins at `end`.

    strength: 2 by a repeated publisher or title, 1 by a publisher or a byline beside the time, 0 by less.
    """

    start: int
    end: int
    title: str
    time_text: str
    publisher: str | None
    section: str | None
    strength: int
    shape: Shape
    bylines: tuple[Line, ...] = ()


def find_heads(lines: list[Line], start: int, stop: int) -> list[Head]:
    places = [
        (at, surroundings(lines, at, start, stop)) for at in range(start, stop) if lines[at].kind is Kind.TIME
    ]
    tried = [list(fits(lines, at, round_it, start, stop)) for at, round_it in places]
    alone = [_best(each, start, {}) for each in tried]
    votes: Counter[Shape] = Counter()
    for fit in alone:
        votes.update(_vote(fit))
    heads: list[Head] = []
    floor = start
    for (at, round_it), each, own in zip(places, tried, alone, strict=True):
        if at < floor or own is None:
            continue
        best = _best(each, floor, _share(votes, own))
        if best is not None:
            heads.append(_head(lines, at, round_it, best))
            floor = best.end
    return heads


def _vote(fit: Fit | None) -> dict[Shape, int]:
    return {} if fit is None else {fit.shape: 3 if fit.strength == 2 else 1}


def _share(votes: Counter[Shape], own: Fit | None) -> dict[Shape, float]:
    """Of the votes of the other times, for each shape."""
    others = votes.copy()
    others.subtract(_vote(own))
    whole = others.total()
    return {shape: count / whole for shape, count in others.items()} if whole else {}


def _best(tried: list[Fit], floor: int, votes: dict[Shape, float]) -> Fit | None:
    """Of those that begin at line `floor` or below."""
    best, most = None, _LEAST_SCORE
    for fit in tried:
        if fit.start < floor:
            continue
        score = fit.score + _VOTE * votes.get(fit.shape, 0.0)
        if score > most:
            best, most = fit, score
    return best


def _head(lines: list[Line], at: int, round_it: Surroundings, fit: Fit) -> Head:
    stamp = lines[at].stamp
    text = stamp.text if stamp else lines[at].text
    return Head(
        fit.start, fit.end, fit.title, text, fit.publisher, fit.section, fit.strength, fit.shape, round_it.bylines
    )
