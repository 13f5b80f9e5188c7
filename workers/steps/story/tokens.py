"""A text cut into what stories are told by. Without spaces between words, pairs of neighbours stand for words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

# Scripts written without spaces: Thai to Khmer, kana, Han.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_LETTER: Final = f"[^\\W\\d_{_UNSPACED}]"
_MARKS: Final = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u200c\u200d"
_TOKEN: Final = re.compile(
    f"(?P<number>\\d+(?:[.,:]\\d+)*)|(?P<word>{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*)|(?P<run>[{_UNSPACED}]+)"
)
_OPENS: Final = frozenset(".!?:\n\"'`“”‘’«»„•-–—(|")  # after it any word may have a capital
_LONGEST: Final = 40        # a longer one is no word
_LONGEST_NUMBER: Final = 18
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


class TokenKind(Enum):
    WORD = 0
    CAPITAL = 1
    NUMBER = 2


@dataclass(frozen=True, slots=True)
class Token:
    """folded: what it is compared by. is_within: in a sentence, not at the beginning of one."""

    folded: str
    kind: TokenKind
    is_within: bool = True
    is_year: bool = False


def tokens(text: str) -> Iterator[Token]:
    end = 0
    for match in _TOKEN.finditer(text):
        gap, end = text[end : match.start()], match.end()
        found = match[0]
        if match.lastgroup == "word":
            if 1 < len(found) <= _LONGEST:
                kind = TokenKind.CAPITAL if found[0].isupper() else TokenKind.WORD
                yield Token(found.casefold(), kind, is_within=bool(gap) and _OPENS.isdisjoint(gap))
        elif match.lastgroup == "number":
            yield _number(found)
        else:
            yield from _pairs(found)


def _number(found: str) -> Token:
    """1,200 and 1.200 and 1200 are one number, in the digits of any script."""
    digits = "".join(str(int(digit)) for digit in found if digit.isdecimal())[:_LONGEST_NUMBER]
    is_year = len(found) == 4 and digits == found and _FIRST_YEAR <= int(digits) <= _LAST_YEAR
    return Token(digits, TokenKind.NUMBER, is_year=is_year)


def _pairs(run: str) -> Iterator[Token]:
    if len(run) == 1:
        yield Token(run, TokenKind.WORD)
    for at in range(len(run) - 1):
        yield Token(run[at : at + 2], TokenKind.WORD)
