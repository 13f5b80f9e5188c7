"""Characters as the signature sees them: letters, numbers and marks, blind to how they are typeset."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

WORD: Final = 1      # stands in a word
LONE: Final = 2      # a word by itself: scripts written without spaces
DIGIT: Final = 4     # a decimal digit, of any script
DROPPED: Final = 8   # invisible, or an accent that NFKC could not join: as if it were not there
UNFOLDED: Final = 16  # its text has to be folded as a whole: "ß", accents that wait for their letter
JOINS: Final = 32    # between two figures it makes one number of them

TITLE: Final = "\uffff"  # parts a text from its title: no character, so no text holds it

_TABLE: Final = 0x110000
_ASSIGNED: Final = 0x33480  # letters end here; above are only tags and private use
# Thai, Lao, Myanmar, Khmer, kana, Han.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAA60, 0xAA7F), (0x20000, 0x3FFFF),
)  # fmt: skip
# Written for an apostrophe or a quote, though Unicode calls them letters.
_LETTERS_THAT_QUOTE: Final = frozenset("ʹʺʻʼʽʾʿˈˊˋꞋꞌ")


class CharacterTable(NamedTuple):
    """Indexed by code point. `values`: 64 bits, equal for characters that fold to one another."""

    values: NDArray[np.uint64]
    flags: NDArray[np.uint8]


def fold(text: str) -> str:
    """Without case and compatibility forms; what the table cannot do character by character."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@cache
def character_table() -> CharacterTable:
    """A third of a second, once a process tree."""
    folded = np.arange(_TABLE, dtype=np.uint64)
    flags = np.zeros(_TABLE, np.uint8)
    for code in range(_ASSIGNED):
        folded[code], flags[code] = _seen(chr(code))
    flags[0xE0000:0xE1000] = DROPPED  # tags and variation selectors
    flags[ord(TITLE)] = WORD | LONE
    values = mixed(folded + np.uint64(1))
    values[flags & WORD == 0] = 0
    return CharacterTable(values, flags)


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each bit of the result hangs on every bit of the value: the finaliser of SplitMix64."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _seen(character: str) -> tuple[int, int]:
    """The code point it folds to, and its flags."""
    code = ord(character)
    category = unicodedata.category(character)
    if category == "Cf":
        return code, DROPPED
    if 0x0300 <= code <= 0x036F:
        return code, DROPPED | UNFOLDED
    if category[0] not in "LNM" or character in _LETTERS_THAT_QUOTE:
        return code, JOINS if character in ".,:" else 0
    if category == "Nd":
        return ord("0") + unicodedata.decimal(character), WORD | DIGIT
    if character == "ı":  # the lower case of I in Turkish, where casefold gives i
        return ord("i"), WORD
    lone = LONE if code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED) else 0
    one = fold(character)
    return (ord(one), WORD | lone) if len(one) == 1 else (code, WORD | lone | UNFOLDED)


def is_word(character: str) -> bool:
    return bool(character_table().flags[ord(character)] & WORD)


def is_lone(character: str) -> bool:
    return bool(character_table().flags[ord(character)] & LONE)


def is_seen(character: str) -> bool:
    return not character_table().flags[ord(character)] & DROPPED
