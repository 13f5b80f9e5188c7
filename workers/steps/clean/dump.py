"""A page dump, text without markup, becomes its articles: the main one and the related ones."""

from __future__ import annotations

from typing import Final

from workers.model import Role
from workers.steps.clean.heads import Head, find_heads
from workers.steps.clean.items import choose_items
from workers.steps.clean.lines import Kind, Line, LineReader, tags_in
from workers.steps.clean.paragraphs import take_body
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import is_body, is_headline, is_name, is_one_sentence, is_stopped, same_words, weight

_STAMP_LINES: Final = 3
_MENU_WORDS: Final = 3
_MENU_LINES: Final = 8   # above a page's first head
_TITLE_CHARACTERS: Final = 120
_LONE_TITLE_WORDS: Final = 15  # a longer line that is all of the page was cut off in its first sentence


class DumpSplitter:
    def __init__(self, reader: LineReader) -> None:
        self._reader = reader

    def __call__(self, text: str) -> list[Piece]:
        """Pieces in the order of the page; some may turn out to have no text."""
        lines, beyond = self._reader.read(text)
        main = Piece()
        if beyond:
            main.drop(f"({beyond} more lines)", "page_too_long")
        at = _pass_chrome(lines, main)
        found = heads = find_heads(lines, at, len(lines))
        if main.role is Role.MAIN:
            heads, at = _take_main_head(lines, heads, at, main)
        above = found[0] if len(found) > len(heads) else None
        items = choose_items(lines, heads, at, main=above, is_index=main.role is Role.RELATED)
        pieces = [main, *(_item(lines, item, _end(lines, items, n)) for n, item in enumerate(items))]
        stop = items[0].start if items else len(lines)
        if not items:
            stop, pieces = _untimed_items(lines, at, main)
        take_body(lines[at:stop], main)
        pieces[-1].is_last = True
        return pieces


def _pass_chrome(lines: list[Line], piece: Piece) -> int:
    """The first line that is not chrome. On an index page, where all articles are items, the piece
    gets the role RELATED and stays empty."""
    at = 0
    while at < len(lines) and lines[at].kind in (Kind.BOILERPLATE, Kind.INDEX, Kind.TAGS):
        piece.drop(lines[at].text, lines[at].rule)
        if lines[at].kind is Kind.INDEX:
            piece.role = Role.RELATED
            piece.hashtags.extend(tags_in(lines[at].text[lines[at].text.find("#") :]))
        at += 1
    return at


def _take_main_head(lines: list[Line], heads: list[Head], at: int, piece: Piece) -> tuple[list[Head], int]:
    """The heads that are left, and the first line of the main body."""
    first = heads[0] if heads else None
    if first and first.start - at <= _MENU_LINES and all(map(_is_menu, lines[at : first.start])):
        for line in lines[at : first.start]:
            piece.drop(line.text, line.rule or "menu")
        _take_head(first, piece)
        take_body(first.bylines, piece)
        return heads[1:], first.end
    end = _untimed_head(lines, at, piece)
    return [head for head in heads if head.start >= end], end


def _is_menu(line: Line) -> bool:
    return line.kind is Kind.BOILERPLATE or (
        line.is_text and weight(line.text) <= _MENU_WORDS and not is_stopped(line.text)
    )


def _untimed_head(lines: list[Line], at: int, piece: Piece) -> int:
    stamp = lines[at].stamp if at < len(lines) else None
    if stamp:
        piece.publisher = stamp.rest or None
        piece.time_text = stamp.text
        at += 1
    if at < len(lines) and lines[at].is_text and _is_title(lines, at):
        piece.title = lines[at].text
        at += 1
        _take_stamp_below(lines, at, piece)
        while at < len(lines) and lines[at].is_text and same_words(lines[at].text, piece.title):
            at += 1
    return at


def _is_title(lines: list[Line], at: int) -> bool:
    """A headline; or a sentence that stands twice, or alone above a longer paragraph."""
    text = lines[at].text
    if is_headline(text):
        return len(lines) > 1 or weight(text) <= _LONE_TITLE_WORDS
    if at + 1 >= len(lines) or not lines[at + 1].is_text:
        return False
    below = lines[at + 1].text
    if same_words(text, below):
        return True
    return is_one_sentence(text) and len(text) <= _TITLE_CHARACTERS and len(below) > 1.5 * len(text)


def _take_stamp_below(lines: list[Line], at: int, piece: Piece) -> None:
    """Publisher and time below the title, perhaps under a byline. The lines stay: they are reported."""
    for line in lines[at : at + _STAMP_LINES]:
        if line.stamp and piece.time_text is None:
            piece.time_text = line.stamp.text
            piece.publisher = piece.publisher or line.stamp.rest or None
        if line.kind is not Kind.BYLINE and not (line.is_text and is_name(line.text)):
            return


def _item(lines: list[Line], head: Head, end: int) -> Piece:
    piece = Piece(Role.RELATED)
    _take_head(head, piece)
    take_body([*head.bylines, *lines[head.end : end]], piece)
    return piece


def _end(lines: list[Line], items: list[Head], number: int) -> int:
    return items[number + 1].start if number + 1 < len(items) else len(lines)


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
