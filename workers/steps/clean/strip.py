"""Paragraphs without what a page puts between them: boilerplate, menus, headlines of other stories."""

from __future__ import annotations

import re
from typing import Final

from workers.steps.clean.boilerplate import Boilerplate
from workers.steps.clean.credits import Credits
from workers.steps.clean.lines import MOST_LINES
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import BULLETS, STOPS, is_body, is_stopped, same_words, weight
from workers.steps.clean.times import Times

_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b|[(（]\d{1,5}[)）]$")
_MENU_WORDS: Final = 4
_MENU_LINES: Final = 3
_PAGE_LINE_WORDS: Final = 12
_LIST_MARKS: Final = BULLETS + "“\"„«「『>"
_HEADLINE_WORDS: Final = 25
_CUT_PARAGRAPH_WORDS: Final = 8
_LIST_CHARACTERS: Final = 120
_STORY_SENTENCES: Final = 2
_STOPPED_SHARE: Final = 0.5
_DATES_CHARACTERS: Final = 70
_MOST_REMOVED: Final = 2000  # of one article; what is beyond is dropped in one line


class Stripper:
    def __init__(self, boilerplate: Boilerplate, times: Times, sources: Credits) -> None:
        self._boilerplate = boilerplate
        self._times = times
        self._credits = sources

    def strip_rules(self, piece: Piece, *, lines_are_known: bool = False) -> None:
        """Only what rules name: for texts whose paragraphs a producer or a parser has set.

        lines_are_known: no rule takes a whole line, so none is asked.
        """
        _bound_paragraphs(piece)
        trimmer = self._boilerplate.trimmer("\n".join(piece.paragraphs))
        kept: list[str] = []
        for paragraph in piece.paragraphs:
            byline = self._credits.byline(paragraph)
            rule = "byline" if byline is not None else None
            if rule is None and not lines_are_known:
                rule = self._boilerplate.rule_for(paragraph)
            if rule is None and self._credits.is_origin(paragraph):
                rule = "origin"
            if rule is None and self._credits.is_agency_line(paragraph):
                rule = "source"
            if rule:
                names = byline.names if byline is not None else ()
                piece.authors.extend(name for name in names if name not in piece.authors)
                piece.drop(paragraph, rule)
                continue
            rest, parts = trimmer.trim(paragraph)
            for part, part_rule in parts:
                piece.drop(part, part_rule)
            if rest:
                kept.append(self._without_dates(rest, piece))
        piece.paragraphs = kept
        piece.behind_paywall = any(self._boilerplate.is_paywall(removed.rule) for removed in piece.removed)
        _bound_removed(piece)

    def strip_dump(self, piece: Piece) -> None:
        """Rules, and what only a text without markup needs: menus and lone headlines."""
        self.strip_rules(piece, lines_are_known=True)
        _drop_menus(piece)
        _drop_page_lines(piece)
        _drop_lone_headlines(piece)
        _drop_headline_list(piece)

    def _without_dates(self, line: str, piece: Piece) -> str:
        """Index pages leave "Mon 19 May 2025 at 10:28pm" behind a teaser."""
        if not line[-1].isalnum():
            return line
        at = max(line.rfind(stop, -_DATES_CHARACTERS) for stop in (". ", "! ", "? ", "… ", "。"))
        if at > 0 and self._times.is_dates_only(line[at + 1 :]):
            piece.drop(line[at + 1 :].strip(), "timestamp")
            return line[: at + 1].rstrip()
        return line


def _drop_menus(piece: Piece) -> None:
    """Three and more short lines in a row without a full stop are links, not text."""
    kept: list[str] = []
    run: list[str] = []
    for line in [*piece.paragraphs, ""]:
        if line and _is_menu_entry(line):
            run.append(line)
            continue
        if len(run) >= _MENU_LINES and not (kept and _is_table(run)):
            for entry in run:
                piece.drop(entry, "menu")
        else:
            kept.extend(run)
        run = []
        if line:
            kept.append(line)
    piece.paragraphs = kept


def _is_menu_entry(line: str) -> bool:
    return weight(line) <= _MENU_WORDS and not is_body(line) and not is_stopped(line) and line[-1] not in ":,;"


def _is_table(lines: list[str]) -> bool:
    """Results, prices, ingredients, steps: below a paragraph, with figures in most lines."""
    return 2 * sum(any(map(str.isdecimal, line)) for line in lines) >= len(lines)


def _drop_page_lines(piece: Piece) -> None:
    """Short lines without a full stop below the last paragraph: headings and buttons, in any language.

    The last line of a page may be a paragraph that was cut off there, when nothing else stands below the text.
    """
    lines = piece.paragraphs
    end = len(lines)
    while end and _is_page_line(lines[end - 1]):
        end -= 1
    if end == 0 or (piece.is_last and len(lines) - end == 1 and not piece.ends_apart):
        return
    for line in lines[end:]:
        piece.drop(line, "page_line")
    del lines[end:]


def _is_page_line(line: str) -> bool:
    if is_body(line) or is_stopped(line) or line[0] in _LIST_MARKS or line[-1] in ":,;":
        return False
    if weight(line) > _PAGE_LINE_WORDS:
        return False
    # A list of results has figures; a year is a copyright's, a count a heading's.
    return not any(character.isdecimal() for character in _YEAR.sub("", line, count=1))


def _drop_lone_headlines(piece: Piece) -> None:
    """An unstopped line between paragraphs of sentences is the headline of another story."""
    lines = piece.paragraphs
    stopped = sum(_is_sentence(line) for line in lines)
    if stopped < _STORY_SENTENCES or stopped < _STOPPED_SHARE * len(lines):
        return
    inner = [at for at in range(1, len(lines) - 1) if _stands_alone(lines, at)]
    lone = set(inner)
    if len(inner) > 1 and _looks_like_headline(lines[0]) and _is_paragraph(lines[1]):
        lone.add(0)  # a round-up: its first story has a headline too
    for at in sorted(lone):
        piece.drop(lines[at], "lone_headline")
    piece.paragraphs = [line for at, line in enumerate(lines) if at not in lone]


def _drop_headline_list(piece: Piece) -> None:
    """Short lines without one full stop among them: an index, no article. A last one may be cut off."""
    lines = piece.paragraphs
    if len(lines) < 2 and piece.is_last:
        return
    if all(len(line) <= _LIST_CHARACTERS and not is_stopped(line) and not is_body(line) for line in lines):
        for line in lines:
            piece.drop(line, "headline_list")
        piece.paragraphs = []


def _stands_alone(lines: list[str], at: int) -> bool:
    """Between two paragraphs, or with one other such line."""
    if not _looks_like_headline(lines[at]):
        return False
    above, below = at - 1, at + 1
    if _looks_like_headline(lines[above]) and above:
        above -= 1
    elif _looks_like_headline(lines[below]) and below + 1 < len(lines):
        below += 1
    return _is_sentence(lines[above]) and _is_paragraph(lines[below])


def _is_sentence(line: str) -> bool:
    return line[-1] in STOPS or is_stopped(line) or is_body(line)


def _is_paragraph(line: str) -> bool:
    """A last one may be cut off in the middle."""
    return is_stopped(line) or weight(line) > _CUT_PARAGRAPH_WORDS


def _looks_like_headline(line: str) -> bool:
    return (
        weight(line) <= _HEADLINE_WORDS
        and not is_body(line)
        and line[-1].isalnum()
        and not line[0].islower()
        and line[0] not in "-•*·–—"
    )


def _bound_paragraphs(piece: Piece) -> None:
    beyond = len(piece.paragraphs) - MOST_LINES
    if beyond > 0:
        del piece.paragraphs[MOST_LINES:]
        piece.drop(f"({beyond} more lines)", "page_too_long")


def _bound_removed(piece: Piece) -> None:
    beyond = len(piece.removed) - _MOST_REMOVED
    if beyond > 0:
        del piece.removed[_MOST_REMOVED:]
        piece.drop(f"({beyond} more)", "too_many_removed")


def drop_repeated_title(piece: Piece) -> None:
    while piece.title and piece.paragraphs and same_words(piece.paragraphs[0], piece.title):
        piece.drop(piece.paragraphs.pop(0), "repeated_title")
