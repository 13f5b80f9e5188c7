"""What a line looks like: a sentence, a headline, a name. Scripts differ in their full stops."""

from __future__ import annotations

import re
from typing import Final

_CLOSING: Final = "\"'”’»›)]}）」』】*_ \u200e\u200f"
STOPS: Final = ".!?…。！？؟।۔։።॥๚៕"
_UNSTOPPED: Final = (("\u0e00", "\u0eff"), ("\u1780", "\u17ff"), ("\u1000", "\u109f"))  # Thai, Lao, Khmer, Burmese
BULLETS: Final = "-•*·–—‣◦●▪"
_LIST_LINE: Final = 60
_SENTENCE_CHARACTERS: Final = 80
_INNER_STOP: Final = re.compile(r"[^\W\d_]{5}[.。][\"'”’»)]? ?[^\W\d_]")
_INNER_STOP_MAYBE: Final = re.compile(r"[^\W\d_]{4}\. [^\W\d_]")
_NAME_CHARACTERS: Final = 60
_NAME_WORDS: Final = 8
_HEADLINE_CHARACTERS: Final = 300
_HEADLINE_WORDS: Final = 45
_UNSPACED_CHARACTERS: Final = 90  # of a headline in a script without blanks between words


def is_stopped(line: str) -> bool:
    """It ends as a sentence does."""
    bare = line.rstrip(_CLOSING)
    return bare != "" and bare[-1] in STOPS


def is_body(line: str) -> bool:
    """A paragraph rather than a headline."""
    if len(line) > _HEADLINE_CHARACTERS or line.count(" ") >= _HEADLINE_WORDS:
        return True
    if len(line) > _UNSPACED_CHARACTERS and _characters_a_word(line):
        return True
    bare = line.rstrip(_CLOSING)
    if not bare or bare[-1] not in STOPS:
        # Cut off in a later sentence. "Prof. " and "Sept. " end no sentence.
        return len(bare) > _SENTENCE_CHARACTERS and _INNER_STOP.search(bare) is not None
    # A headline may end in ! or ?, hardly in a full stop.
    return bare[-1] not in "!?！？؟" or any(stop in bare[:-1] for stop in (". ", "! ", "? ", "。", "؟ "))


def is_headline(line: str) -> bool:
    return not is_body(line)


def is_one_sentence(line: str) -> bool:
    bare = line.rstrip(_CLOSING)
    return _INNER_STOP_MAYBE.search(bare) is None and not any(stop in bare[:-1] for stop in ("! ", "? ", "。", "؟ "))


def is_name(line: str) -> bool:
    """Short enough for the name of a publisher, and no sentence."""
    if len(line) > _NAME_CHARACTERS or weight(line) > _NAME_WORDS:
        return False
    if is_stopped(line) or ": " in line or line.endswith((":", ",", "،", "：")) or not any(c.isalnum() for c in line):
        return False
    words = line.split()
    small = sum(word[0].islower() for word in words)
    return len(words) <= 2 or small <= sum(word[0].isupper() for word in words) or small == 0


def is_cut_off(text: str) -> bool:
    """It breaks off: no full stop at its end, or dots that stand for the rest. A list ends without."""
    ends = text.rsplit("\n\n", 2)
    if len(ends) == 3 and all(map(_is_list_line, ends[1:])):
        return False
    bare = text.rstrip(_CLOSING)
    if not bare or bare.endswith(("...", "…", "[…]", "..")):
        return True
    last = bare[-1]
    if any(first <= last <= final for first, final in _UNSTOPPED):
        return False
    return last not in STOPS


def same_words(left: str, right: str) -> bool:
    """Whatever their case and the blanks between them."""
    if left == right:
        return True
    first, other = left[:1], right[:1]
    # Paragraphs are compared with titles, and a first letter tells most apart. "ß" is "ss": the first of each.
    if first.casefold()[:1] != other.casefold()[:1] and not (first.isspace() or other.isspace()):
        return False
    return left.casefold().split() == right.casefold().split()


def _is_list_line(line: str) -> bool:
    """An item, a result, a price."""
    return len(line) <= _LIST_LINE and line[-1:].isalnum() and (
        line[0] in BULLETS or line[0].isdecimal() or line[-1].isdecimal()
    )


def weight(line: str) -> float:
    """Length in words; in scripts without blanks between words, a word is so many characters."""
    blanks = line.count(" ") + 1
    characters = _characters_a_word(line)
    return max(blanks, len(line) / characters) if characters else blanks


def is_person(name: str) -> bool:
    """Two or three capitalised words, or two of a script without capitals."""
    words = name.split()
    if not 2 <= len(words) <= 3 or not all(word[0].isalpha() for word in words):
        return False
    return all(word[0].isupper() for word in words) or (len(words) == 2 and name.lower() == name.upper())


def _characters_a_word(line: str) -> float:
    if line.isascii():
        return 0
    middle = line[len(line) // 2]
    if middle < _UNSTOPPED[0][0]:
        return 0
    return 2.5 if "\u3040" <= middle <= "\u9fff" else 5 if _is_unstopped(middle) else 0


def _is_unstopped(character: str) -> bool:
    return any(first <= character <= final for first, final in _UNSTOPPED)
