"""Heads of items in a page dump: publisher, time and title, in whatever order a layout has them.

A line with a time is the anchor. What lies round it is decided by signals that layouts share: a label
that repeats the publisher, a title that stands twice, what looks like a name, a headline, a paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workers.steps.clean.lines import Kind, Line
from workers.steps.clean.sentences import is_body, is_headline, is_name, same_words

_MOST_LABELS: Final = 4
_MOST_REPEATS: Final = 3
_FEW_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Head:
    """Lines [start, end) of a dump; the item's body begins at `end`.

    strength: 2 by a repeated publisher or title, 1 by a publisher's name beside the time, 0 by less.
    """

    start: int
    end: int
    title: str
    time_text: str
    publisher: str | None
    section: str | None
    strength: int
    bylines: tuple[Line, ...] = ()


def find_heads(lines: list[Line], start: int, stop: int) -> list[Head]:
    heads: list[Head] = []
    floor = start
    for at in range(start, stop):
        if lines[at].kind is Kind.TIME and at >= floor:
            head = _head_at(lines, at, floor, stop)
            if head:
                heads.append(head)
                floor = head.end
    return heads


def _head_at(lines: list[Line], at: int, floor: int, stop: int) -> Head | None:
    stamp = lines[at].stamp
    if stamp is None:
        return None
    labels, below = _labels(lines, at + 1, stop)
    top = _above_bylines(lines, at, floor)
    bylines = tuple(lines[top:at])
    publisher = stamp.rest or None
    strength = 1 if publisher else 0
    above = _text(lines, top - 1, floor)
    if publisher is None and above is not None:
        if labels and same_words(above, labels[-1]):
            publisher, top, strength = above, top - 1, 2
        elif is_name(above) and not _stands_twice(lines, top - 1, floor):
            publisher, top, strength = above, top - 1, 1
    elif publisher and labels and same_words(publisher, labels[-1]):
        strength = 2
    if publisher is None and labels:
        publisher, strength = labels[-1], 1
    found = _title(lines, top, below, floor, stop, bool(labels), publisher is not None)
    if found is None:
        return _name_was_the_title(lines, at, top, below, floor, stop)
    title, first, end, repeated, moved = found
    publisher = moved or publisher
    if moved:
        strength = max(strength, 1)
    section = next((label for label in labels if publisher is None or not same_words(label, publisher)), None)
    return Head(first, end, title, stamp.text, publisher, section, 2 if repeated else strength, bylines)


def _title(
    lines: list[Line], top: int, below: int, floor: int, stop: int, has_labels: bool, has_publisher: bool
) -> tuple[str, int, int, bool, str | None] | None:
    """(title, first line of the head, first line of the body, it stands twice, publisher found on the way)."""
    before = _text(lines, top - 1, floor)
    after = lines[below].text if below < stop and lines[below].is_text else None
    if before is not None and after is not None and same_words(before, after):
        return after, _repeats_up(lines, top - 1, floor), below + 1, True, None
    if has_labels:
        if after is None:
            return None
        return after, top, _repeats_down(lines, below, stop), below + 1 < stop and _same(lines, below), None
    if before is not None and _stands_twice(lines, top - 1, floor):
        return before, _repeats_up(lines, top - 1, floor), below, True, None
    if after is not None and is_headline(after) and _same(lines, below):
        return after, top, _repeats_down(lines, below, stop), True, None
    starts_item = not has_publisher and (before is None or is_body(before))
    if starts_item and after is not None and is_name(after) and _is_headline_at(lines, below + 1, stop):
        return lines[below + 1].text, top, below + 2, False, after
    if not has_publisher and before is not None and after is not None and _names(before, after):
        third = _text(lines, below + 1, floor) if below + 1 < stop else None
        if third is not None and is_body(third):
            return before, top - 1, below + 1, False, after
    if before is not None and is_headline(before) and (after is None or is_body(after)):
        name = _text(lines, top - 2, floor) if not has_publisher else None
        if name is not None and is_name(name) and name.count(" ") < _FEW_WORDS and lines[top - 2].after_gap:
            return before, top - 2, below, False, name
        return before, top - 1, below, False, None
    if after is not None and is_headline(after):
        return after, top, below + 1, False, None
    return None


def _name_was_the_title(
    lines: list[Line], at: int, top: int, below: int, floor: int, stop: int
) -> Head | None:
    """A short title, its time, then the body: what looked like a publisher's name was the title."""
    stamp = lines[at].stamp
    if stamp is None or top != at - 1 or not (below < stop and lines[below].is_text):
        return None
    return Head(top, below, lines[top].text, stamp.text, None, None, 0)


def _above_bylines(lines: list[Line], at: int, floor: int) -> int:
    while at > floor and lines[at - 1].kind is Kind.BYLINE:
        at -= 1
    return at


def _labels(lines: list[Line], at: int, stop: int) -> tuple[list[str], int]:
    labels: list[str] = []
    while at < stop and lines[at].kind is Kind.LABEL and len(labels) < _MOST_LABELS:
        labels.append(lines[at].label)
        at += 1
    return labels, at


def _text(lines: list[Line], at: int, floor: int) -> str | None:
    return lines[at].text if at >= floor and lines[at].is_text else None


def _names(title: str, publisher: str) -> bool:
    return is_headline(title) and not is_name(title) and is_name(publisher)


def _same(lines: list[Line], at: int) -> bool:
    return at + 1 < len(lines) and lines[at + 1].is_text and same_words(lines[at].text, lines[at + 1].text)


def _stands_twice(lines: list[Line], at: int, floor: int) -> bool:
    above = _text(lines, at - 1, floor)
    return above is not None and same_words(above, lines[at].text)


def _is_headline_at(lines: list[Line], at: int, stop: int) -> bool:
    return at < stop and lines[at].is_text and is_headline(lines[at].text)


def _repeats_up(lines: list[Line], at: int, floor: int) -> int:
    for _ in range(_MOST_REPEATS):
        if not _stands_twice(lines, at, floor):
            break
        at -= 1
    return at


def _repeats_down(lines: list[Line], at: int, stop: int) -> int:
    """The line after a title and its repetitions."""
    for _ in range(_MOST_REPEATS):
        if at + 1 >= stop or not _same(lines, at):
            break
        at += 1
    return at + 1
