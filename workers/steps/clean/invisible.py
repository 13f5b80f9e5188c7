"""Letters that nobody sees: they hide text, turn it round, or tear words apart. What a script needs stays."""

from __future__ import annotations

import re
from typing import Final

from workers.steps.clean.piece import Piece

RULE: Final = "invisible"

_JOINED: Final = "\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17ff\u1800-\u18aa\ufb50-\ufdff\ufe70-\ufefc"
_PICTURES: Final = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff\U000e007f"
_SPACELESS: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer break words with U+200B
_MARKS: Final = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
# Most texts hold none of these, and one class is found faster than what may be taken of it.
_SUSPECT: Final = re.compile(
    f"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    f"\ufff9-\ufffb\U000e0000-\U000e007f{_MARKS}]"
)
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
    "|[\u202a-\u202e\u2066-\u2069]"                                                   # turn the text round
    f"|(?<![{_SPACELESS}])\u200b|\u200b(?![{_SPACELESS}])"
    f"|(?<![{_JOINED}{_PICTURES}])[\u200c\u200d]"                                     # joiners that join nothing
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"                 # tags, but for flags
    f"|(?<=[{_MARKS}][{_MARKS}][{_MARKS}][{_MARKS}])[{_MARKS}]+"                      # a fifth mark on one letter
)
_DIRECTION: Final = re.compile("[\u200e\u200f]")
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def without_invisible(text: str) -> tuple[str, int]:
    """The text, and how many characters were taken from it. Direction marks stay where a script needs them."""
    if text.isascii() or not _SUSPECT.search(text):
        return text, 0
    visible = _INVISIBLE.sub("", text)
    if _DIRECTION.search(visible) and not _RIGHT_TO_LEFT.search(visible):
        visible = _DIRECTION.sub("", visible)
    return visible, len(text) - len(visible)


def strip_invisible(piece: Piece) -> None:
    """From title and paragraphs; how many is reported."""
    taken = 0
    if piece.title:
        piece.title, taken = without_invisible(piece.title)
    for at, paragraph in enumerate(piece.paragraphs):
        piece.paragraphs[at], count = without_invisible(paragraph)
        taken += count
    report_invisible(piece, taken)


def report_invisible(piece: Piece, taken: int) -> None:
    if taken:
        piece.drop(f"({taken} invisible characters)", RULE)
