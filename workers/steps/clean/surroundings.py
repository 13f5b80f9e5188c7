"""What lies round a time line of a page dump: the short lines among which publisher and title are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workers.steps.clean.lines import Kind, Line
from workers.steps.clean.sentences import is_body, is_person, same_words

_FAR: Final = 4           # different lines above or below a time that can belong to its head
_MOST_LABELS: Final = 4
_MOST_REPEATS: Final = 4
_BYLINE_WORD: Final = 16  # characters


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines [start, end) that say the same: aggregators write a title up to three times."""

    text: str
    start: int
    end: int
    after_gap: bool

    @property
    def is_repeated(self) -> bool:
        return self.end - self.start > 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """above, below: nearest first. [first, last): the lines of the time itself with its bylines and labels."""

    above: tuple[Entry, ...]
    below: tuple[Entry, ...]
    labels: tuple[str, ...]
    bylines: tuple[Line, ...]
    first: int
    last: int


def surroundings(lines: list[Line], at: int, start: int, stop: int) -> Surroundings:
    """Of the time in line `at`, within lines [start, stop)."""
    last = at + 1
    while last < stop and lines[last].kind is Kind.LABEL and last - at <= _MOST_LABELS:
        last += 1
    labels = tuple(line.label for line in lines[at + 1 : last])
    below = _below(lines, last, stop, takes_body=bool(labels))
    above, bylines = _above(lines, at, start, below[0].text if below else None)
    first = at
    while first > start and _is_byline(lines[first - 1]):
        first -= 1
    return Surroundings(tuple(above), tuple(below), labels, tuple(bylines), first, last)


def _above(lines: list[Line], at: int, start: int, title_below: str | None) -> tuple[list[Entry], list[Line]]:
    """With the bylines among them."""
    entries: list[Entry] = []
    bylines = list(lines[at].bylines)
    end = at
    while end > start and len(entries) < _FAR:
        if _is_byline(lines[end - 1]):
            bylines.append(lines[end - 1])
            end -= 1
            continue
        if not lines[end - 1].is_text:
            break
        text = lines[end - 1].text
        top = end - 1
        while top > start and end - top < _MOST_REPEATS and _is_same(lines[top - 1], text):
            top -= 1
        alone = end - top == 1
        if alone and is_body(text) and not (title_below and same_words(text, title_below)):
            break
        entries.append(Entry(text, top, end, top == start or lines[top].after_gap))
        end = top
    return entries, bylines


def _below(lines: list[Line], last: int, stop: int, *, takes_body: bool) -> list[Entry]:
    """takes_body: behind labels the next line is the title, even when it looks like a sentence."""
    entries: list[Entry] = []
    start = last
    while start < stop and len(entries) < _FAR and lines[start].is_text:
        text = lines[start].text
        end = start + 1
        while end < stop and end - start < _MOST_REPEATS and _is_same(lines[end], text):
            end += 1
        if end - start == 1 and is_body(text) and (entries or not takes_body):
            break
        entries.append(Entry(text, start, end, lines[start].after_gap))
        start = end
    return entries


def _is_byline(line: Line) -> bool:
    """Also "লেখক: …" in a language whose word for it is not known: a word, a colon, a person."""
    if line.kind is Kind.BYLINE:
        return True
    word, colon, name = line.text.partition(": ")
    return line.is_text and bool(colon) and len(word) <= _BYLINE_WORD and is_person(name)


def _is_same(line: Line, text: str) -> bool:
    return line.is_text and same_words(line.text, text)
