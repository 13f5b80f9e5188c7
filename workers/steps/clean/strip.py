"""Paragraphs without what a page puts between them: boilerplate, menus, headlines of other stories."""

from __future__ import annotations

from typing import Final

from workers.steps.clean.boilerplate import Boilerplate
from workers.steps.clean.credits import Credits
from workers.steps.clean.lines import MOST_LINES
from workers.steps.clean.piece import Piece
from workers.steps.clean.sentences import STOPS, is_stopped, same_words
from workers.steps.clean.times import Times

_MENU_WORDS: Final = 4
_MENU_LINES: Final = 3
_HEADLINE_WORDS: Final = range(4, 26)
_CUT_PARAGRAPH_WORDS: Final = 8
_LIST_CHARACTERS: Final = 120
_STORY_SENTENCES: Final = 3
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
            names = self._credits.byline(paragraph)
            rule = "byline" if names else None
            if rule is None and not lines_are_known:
                rule = self._boilerplate.rule_for(paragraph)
            if rule is None and self._credits.is_origin(paragraph):
                rule = "origin"
            if rule:
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
        if line and line.count(" ") < _MENU_WORDS and not is_stopped(line) and line[-1] not in ":,;":
            run.append(line)
            continue
        if len(run) >= _MENU_LINES:
            for entry in run:
                piece.drop(entry, "menu")
        else:
            kept.extend(run)
        run = []
        if line:
            kept.append(line)
    piece.paragraphs = kept


def _drop_lone_headlines(piece: Piece) -> None:
    """An unstopped line between paragraphs of sentences is the headline of another story."""
    lines = piece.paragraphs
    stopped = sum(line[-1] in STOPS or is_stopped(line) for line in lines)
    if stopped < _STORY_SENTENCES or stopped < _STOPPED_SHARE * len(lines):
        return
    inner = [
        at
        for at in range(1, len(lines) - 1)
        if _looks_like_headline(lines[at]) and is_stopped(lines[at - 1]) and _is_paragraph(lines[at + 1])
    ]
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
    if all(len(line) <= _LIST_CHARACTERS and not is_stopped(line) for line in lines):
        for line in lines:
            piece.drop(line, "headline_list")
        piece.paragraphs = []


def _is_paragraph(line: str) -> bool:
    """A last one may be cut off in the middle."""
    return is_stopped(line) or line.count(" ") >= _CUT_PARAGRAPH_WORDS


def _looks_like_headline(line: str) -> bool:
    return (
        line.count(" ") + 1 in _HEADLINE_WORDS
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
