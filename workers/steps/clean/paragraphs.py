"""From the lines under a head to paragraphs: what is not of the story is dropped, with its rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workers.steps.clean.lines import Kind, Line, tags_in
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import is_body, is_name, is_stopped, same_words, weight

_TAG_WORDS: Final = 4
_PROMOTION_WORDS: Final = 12
_READER_WORDS: Final = 4


def take_body(lines: Sequence[Line], piece: Piece) -> None:
    """Sorts the lines into paragraphs, hashtags and removed lines of the piece."""
    section = Kind.TEXT
    gaps: list[int] = []
    for at, line in enumerate(lines):
        section = _section_after(section, line)
        if section is Kind.TEXT and at and _begins_comment(lines, at):
            section = Kind.COMMENTS
        if line.kind is Kind.TAGS:
            piece.hashtags.extend(tags_in(line.text))
            piece.drop(line.text, "hashtags")
        elif not line.is_text:
            _take_other(line, section, piece)
        elif section is Kind.TEXT:
            _take_text(line.text, piece)
            gaps.append(line.gap)
        elif section is Kind.HASHTAGS:
            piece.hashtags.append(line.text.strip("#,; "))
            piece.drop(line.text, "hashtags")
        else:
            piece.drop(line.text, "teaser" if section is Kind.RELATED else section.value)
    piece.ends_apart = len(gaps) > 1 and gaps[-1] > max(gaps[1:-1], default=1)


def _section_after(section: Kind, line: Line) -> Kind:
    """Which part of the page the line is in. Comments last; the other parts end with the first paragraph."""
    if line.kind in (Kind.RELATED, Kind.COMMENTS, Kind.HASHTAGS, Kind.PROMOTION):
        return line.kind
    if section in (Kind.TEXT, Kind.COMMENTS) or not line.is_text:
        return section
    words = line.text.count(" ") + 1
    if section is Kind.HASHTAGS:
        return section if words <= _TAG_WORDS and is_name(line.text) else Kind.TEXT
    if section is Kind.PROMOTION:
        return section if words <= _PROMOTION_WORDS and not is_body(line.text) else Kind.TEXT
    return Kind.TEXT if is_body(line.text) else section


def _begins_comment(lines: Sequence[Line], at: int) -> bool:
    """A reader's name and when it was written, under a heading in whatever language. No head of a story:
    those were taken before."""
    line, above = lines[at], lines[at - 1]
    if line.stamp and line.stamp.rest:
        name, when, said = line.stamp.rest, line, at + 1
    elif line.is_text and at + 1 < len(lines):
        name, when, said = line.text, lines[at + 1], at + 2
    else:
        return False
    if when.stamp is None or when.stamp.is_of_a_clock or weight(name) > _READER_WORDS or not is_name(name):
        return False
    is_under_heading = not above.is_text or not is_stopped(above.text)
    return is_under_heading and said < len(lines) and lines[said].is_text and is_stopped(lines[said].text)


def _take_other(line: Line, section: Kind, piece: Piece) -> None:
    if section is Kind.TEXT and line.kind in (Kind.LABEL, Kind.BYLINE):
        piece.paragraphs.append(line.text)  # a list in the story; a byline is read with the paragraphs
        return
    piece.drop(line.text, line.rule)


def _take_text(text: str, piece: Piece) -> None:
    title = piece.title
    # A page may be cut off in the repetition of a title.
    if title and not piece.paragraphs and (same_words(text, title) or title.startswith(text)):
        piece.drop(text, "repeated_title")
        return
    if title and len(text) > len(title) and text.startswith(title) and text[len(title)].isupper():
        piece.drop(title, "repeated_title")  # glued to the first sentence
        text = text[len(title) :]
    piece.paragraphs.append(text)
