"""The orders in which layouts write publisher, time and title, and how well one of them fits at a place.

No layout is known by name: each order is tried at each time line, and signals that all layouts share decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from workers.steps.clean.lines import Kind, Line
from workers.steps.clean.sentences import is_body, is_headline, is_name, is_person, same_words, weight
from workers.steps.clean.surroundings import Entry, Surroundings

PUBLISHER, TITLE, SECTION, STANDFIRST = "P", "H", "S", "D"
_ON_TIME_LINE, _ON_LABEL = "time", "label"


@dataclass(frozen=True, slots=True)
class Shape:
    """Roles of the lines above and below the time, nearest first; `beside`: where else the publisher stands."""

    above: str
    below: str
    beside: str = ""
    prior: float = 0.0


SHAPES: Final = (
    Shape("H", "", _ON_TIME_LINE), Shape("", "H", _ON_TIME_LINE), Shape("DH", "", _ON_TIME_LINE, -0.6),
    Shape("HS", "", _ON_TIME_LINE, -0.3), Shape("S", "H", _ON_TIME_LINE, -0.3),
    Shape("P", "H", _ON_LABEL, 0.5), Shape("H", "", _ON_LABEL), Shape("", "H", _ON_LABEL),
    Shape("P", "H"), Shape("PH", ""), Shape("HP", ""), Shape("H", "P"), Shape("", "HP"), Shape("", "PH"),
    Shape("PS", "H", "", -0.4), Shape("PHS", "", "", -0.5), Shape("HPS", "", "", -0.5), Shape("HS", "P", "", -0.4),
    Shape("PDH", "", "", -0.8), Shape("H", "", "", -1.0), Shape("", "H", "", -1.0), Shape("HS", "", "", -1.3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fit:
    """A shape at a place: lines [start, end) of a dump, the body begins at `end`.

    strength: 2 by a repeated publisher or title, 1 by a publisher or a byline beside the time, 0 by less.
    """

    shape: Shape
    title: str
    publisher: str | None
    section: str | None
    start: int
    end: int
    strength: int
    score: float


def fits(lines: list[Line], at: int, round_it: Surroundings, floor: int, stop: int) -> Iterator[Fit]:
    """Each shape that the lines round the time in line `at` can have, with its score."""
    stamp = lines[at].stamp
    rest = stamp.rest if stamp else ""
    beside = _ON_TIME_LINE if rest else ""
    for shape in SHAPES:
        wanted = shape.beside
        if wanted == _ON_LABEL and (rest or not round_it.labels):
            continue
        if wanted != _ON_LABEL and wanted != beside:
            continue
        if not wanted and round_it.labels and PUBLISHER not in shape.above:
            continue
        if len(shape.above) <= len(round_it.above) and len(shape.below) <= len(round_it.below):
            fit = _fit(lines, round_it, shape, rest, floor, stop)
            if fit is not None:
                yield fit


def _fit(
    lines: list[Line], round_it: Surroundings, shape: Shape, rest: str, floor: int, stop: int
) -> Fit | None:
    used = [*round_it.above[: len(shape.above)], *round_it.below[: len(shape.below)]]
    roles = dict(zip(shape.above + shape.below, used, strict=True))
    title = roles[TITLE]
    if PUBLISHER in roles and not is_name(roles[PUBLISHER].text):
        return None
    start = round_it.above[len(shape.above) - 1].start if shape.above else round_it.first
    end = round_it.below[len(shape.below) - 1].end if shape.below else round_it.last
    start, end, is_twice = _with_repeats(round_it, shape, title, start, end)
    if start < floor or not (is_twice or round_it.labels or is_headline(title.text)):
        return None
    label = round_it.labels[-1] if round_it.labels else None
    name = rest or (roles[PUBLISHER].text if PUBLISHER in roles else label)
    is_labelled = label is not None and name is not None and name is not label and same_words(name, label)
    section = roles[SECTION].text if SECTION in roles else None
    section = section or next((each for each in round_it.labels if not (name and same_words(each, name))), None)
    score = shape.prior + 3 * is_twice + 4 * is_labelled + _title_score(title, is_twice)
    if PUBLISHER in roles:
        score += _name_score(roles[PUBLISHER], title)
    if label is not None and PUBLISHER in roles and not is_labelled:
        score -= 2  # the label names another
    if SECTION in roles:
        score += 0.5 if weight(roles[SECTION].text) <= 2 else -2
    if STANDFIRST in roles and weight(roles[STANDFIRST].text) <= 2:
        score -= 2
    score += _edge_score(lines, start, end, floor, stop) - _gap_cost(used, round_it, lines, start)
    strength = 2 if is_twice or is_labelled else int(name is not None or bool(round_it.bylines))
    return Fit(shape, title.text, name, section, start, end, strength, score)


def _with_repeats(
    round_it: Surroundings, shape: Shape, title: Entry, start: int, end: int
) -> tuple[int, int, bool]:
    """The head's lines with a title that stands on the other side of the time too."""
    is_twice = title.is_repeated
    beyond = round_it.above[len(shape.above) :][:1]
    if TITLE in shape.below and beyond and same_words(beyond[0].text, title.text):
        return beyond[0].start, end, True
    under = round_it.below[len(shape.below) :][:1]
    if TITLE in shape.above and under and same_words(under[0].text, title.text):
        return start, under[0].end, True
    return start, end, is_twice


def _title_score(title: Entry, is_twice: bool) -> float:
    if not is_twice and not is_headline(title.text):
        return -4
    words = weight(title.text)
    score = 1.0 if words >= 4 else -1.0 if words <= 2 else 0.0
    return score - 1.5 * (not is_twice and is_person(title.text))  # a reader's name above a comment


def _name_score(name: Entry, title: Entry) -> float:
    score = 1.5 if weight(name.text) <= 3 else 0.7
    if name.is_repeated:
        score -= 2
    return score + (1 if len(name.text) < len(title.text) else -1.5)


def _edge_score(lines: list[Line], start: int, end: int, floor: int, stop: int) -> float:
    score = 0.0
    if start > floor and lines[start - 1].is_text and not is_body(lines[start - 1].text):
        score += 0.2 if lines[start].after_gap else -0.7
    else:
        score += 0.8
    while end < stop and lines[end].kind is Kind.BYLINE:
        end += 1
    if end >= stop:
        return score
    after = lines[end]
    if after.is_text:
        return score + (1.5 if is_body(after.text) else -0.7)
    return score - (2 if after.kind is Kind.LABEL else 1 if after.kind is Kind.TIME else 0)


def _gap_cost(used: list[Entry], round_it: Surroundings, lines: list[Line], start: int) -> float:
    """Blank lines separate stories more often than the lines of a head."""
    places = sorted(entry.start for entry in used if entry.start > start)
    if round_it.first > start:
        places = sorted([*places, round_it.first])
    gaps = [lines[place].after_gap for place in places]
    cost = 0.3 * sum(gaps) + (0.7 if any(gaps) and start and not lines[start].after_gap else 0)
    # A gap below the first line only: that one is the heading of what follows.
    return cost + (1.2 if len(gaps) > 1 and gaps[0] and not any(gaps[1:]) else 0)
