"""A page dump, text without markup, becomes its articles: the main one and the related ones."""

from __future__ import annotations

from typing import Final

from workers.model import Role
from workers.steps.clean.body import take_body
from workers.steps.clean.heads import Head, find_heads
from workers.steps.clean.lines import Kind, Line, LineReader, tags_in
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import is_body, is_headline, is_name, same_words

_STAMP_LINES: Final = 3
_HEAD_LINES: Final = 9  # the main head stands in the first lines, or nowhere


class DumpSplitter:
    def __init__(self, reader: LineReader) -> None:
        self._reader = reader

    def __call__(self, text: str) -> list[Piece]:
        """Pieces in the order of the page; some may turn out to have no text."""
        lines, beyond = self._reader.read(text)
        main, at = _open_page(lines)
        if beyond:
            main.drop(f"({beyond} more lines)", "page_too_long")
        heads = _items(lines, at, is_index=main.role is Role.RELATED)
        stop = heads[0].start if heads else len(lines)
        pieces = [main]
        if not heads:
            stop, pieces = _untimed_items(lines, at, main)
        take_body(lines[at:stop], main)
        for number, head in enumerate(heads):
            end = heads[number + 1].start if number + 1 < len(heads) else len(lines)
            pieces.append(_item(lines, head, end))
        pieces[-1].is_last = True
        return pieces


def _open_page(lines: list[Line]) -> tuple[Piece, int]:
    """The main piece with what its head says, and the first line of its body.

    On an index page, where all articles are items, the piece has the role RELATED and stays empty.
    """
    piece = Piece()
    at = 0
    while at < len(lines) and lines[at].kind in (Kind.BOILERPLATE, Kind.INDEX, Kind.TAGS):
        piece.drop(lines[at].text, lines[at].rule)
        if lines[at].kind is Kind.INDEX:
            piece.role = Role.RELATED
            piece.hashtags.extend(tags_in(lines[at].text[lines[at].text.find("#") :]))
        at += 1
    if piece.role is Role.RELATED:
        return piece, at
    head = next(iter(find_heads(lines, at, min(len(lines), at + _HEAD_LINES))), None)
    if head and head.start == at:
        _take_head(head, piece)
        take_body(head.bylines, piece)
        return piece, head.end
    return piece, _untimed_head(lines, at, piece)


def _untimed_head(lines: list[Line], at: int, piece: Piece) -> int:
    stamp = lines[at].stamp if at < len(lines) else None
    if stamp:
        piece.publisher = stamp.rest or None
        piece.time_text = stamp.text
        at += 1
    if at < len(lines) and lines[at].is_text and (is_headline(lines[at].text) or at + 1 < len(lines)):
        if is_headline(lines[at].text):
            piece.title = lines[at].text
            at += 1
        _take_stamp_below(lines, at, piece)
        while piece.title and at < len(lines) and lines[at].is_text and same_words(lines[at].text, piece.title):
            at += 1
    return at


def _take_stamp_below(lines: list[Line], at: int, piece: Piece) -> None:
    """Publisher and time below the title, perhaps under a byline. The lines stay: they are reported."""
    for line in lines[at : at + _STAMP_LINES]:
        if line.stamp and piece.time_text is None:
            piece.time_text = line.stamp.text
            piece.publisher = piece.publisher or line.stamp.rest or None
        if line.kind is not Kind.BYLINE and not (line.is_text and is_name(line.text)):
            return


def _items(lines: list[Line], at: int, *, is_index: bool) -> list[Head]:
    """Heads of related items. Before a heading that announces them only sure ones count."""
    heads = find_heads(lines, at, len(lines))
    announced = next((i for i in range(at, len(lines)) if lines[i].kind is Kind.RELATED), len(lines))
    if is_index:
        announced = at
    alike = sum(head.strength > 0 for head in heads) > 1
    return [
        head
        for head in heads
        if head.strength == 2 or (head.strength == 1 and (alike or head.start > announced))
        or (head.start > announced and head.publisher is None)
    ]


def _item(lines: list[Line], head: Head, end: int) -> Piece:
    piece = Piece(Role.RELATED)
    _take_head(head, piece)
    take_body([*head.bylines, *lines[head.end : end]], piece)
    return piece


def _take_head(head: Head, piece: Piece) -> None:
    piece.title = head.title
    piece.publisher = head.publisher
    piece.section = head.section
    piece.time_text = head.time_text


def _untimed_items(lines: list[Line], at: int, main: Piece) -> tuple[int, list[Piece]]:
    """Items after the last announcing heading that have a title and a body, but neither publisher nor time."""
    announced = max((i for i in range(at, len(lines)) if lines[i].kind is Kind.RELATED), default=len(lines))
    starts = [
        i
        for i in range(announced + 1, len(lines) - 1)
        if lines[i].is_text
        and is_headline(lines[i].text)
        and lines[i + 1].is_text
        and is_body(lines[i + 1].text)
        # A gap only before the paragraph: teasers end there, and the story goes on.
        and (lines[i].after_gap or not lines[i + 1].after_gap)
    ]
    pieces = [main]
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        piece = Piece(Role.RELATED, title=lines[start].text)
        take_body(lines[start + 1 : end], piece)
        pieces.append(piece)
    return (starts[0] if starts else len(lines)), pieces
