"""A text cut into sentences by what ends them in each script, each an exact span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Final, NamedTuple

LONGEST: Final = 500          # characters; what is longer is a list, or lacks its full stops
UNSTOPPED_LEAST: Final = 60   # characters of a Thai or Lao sentence before a space may end it

_SPACED: Final = ".!?…؟۔।॥።။។"  # stops of scripts that set a space after a sentence
_UNSPACED: Final = "。！？｡"
_STOPS: Final = _SPACED + _UNSPACED
_CLOSING: Final = "\"'”’»›)]」』）】"
# A stop of a script that sets a space after it ends a sentence only there, others anywhere. One set of all stops comes
# first: re skips to it at once, where it would try two ways at each character.
_END: Final = re.compile(
    f"[{_STOPS}](?:(?<=[{_SPACED}])[{_SPACED}]*[{re.escape(_CLOSING)}]*(?=\\s|\\Z)"
    f"|(?<=[{_UNSPACED}])[{_UNSPACED}]*[{re.escape(_CLOSING)}]*)"
)
_BREAK: Final = re.compile(r"\n\s*")
_LAST_WORD: Final = re.compile(r"(\w+)\.?\Z")
_UNSTOPPED: Final = re.compile("[\u0e00-\u0eff]")
_MARKS: Final = re.compile("[\"„“”«»「」『』‹›()（）]")
_PAIRS: Final = (("«", "»"), ("「", "」"), ("『", "』"), ("‹", "›"), ("(", ")"), ("（", "）"))


class Sentence(NamedTuple):
    start: int
    end: int
    is_whole: bool  # begins and ends as a sentence does, and no quotation is cut


def sentences(text: str, language: str, abbreviations: Set[str], ordinals: Set[str]) -> Iterator[Sentence]:
    """In order. What stands between two quotation marks stays together."""
    marks = frozenset(_MARKS.findall(text))
    for start, end in _paragraphs(text):
        held: int | None = None  # where a sentence began whose quotation is still open
        for first, last in _cut(text, start, end, abbreviations, language in ordinals):
            begin = first if held is None else held
            if marks and _is_torn(text[begin:last], marks) and last - begin <= LONGEST:
                held = begin
                continue
            held = None
            yield Sentence(begin, last, last - begin <= LONGEST and _is_whole(text, begin, last))
        if held is not None:
            yield Sentence(held, end, False)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """A line that stops in mid-sentence goes on in the next when that begins with a small letter."""
    start = 0
    for gap in _BREAK.finditer(text):
        following = text[gap.end() : gap.end() + 1]
        before = text[max(start, gap.start() - 3) : gap.start()].rstrip(_CLOSING)
        if following.islower() and before[-1:] not in _STOPS:
            continue
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _cut(text: str, start: int, end: int, abbreviations: Set[str], ordinals: bool) -> Iterator[tuple[int, int]]:
    first = _skip_spaces(text, start, end)
    end = start + len(text[start:end].rstrip())
    for match in _END.finditer(text, start, end):
        last = match.end()
        if last < end and not _ends(text, match, first, end, abbreviations, ordinals):
            continue
        yield first, last
        first = _skip_spaces(text, last, end)
    if first < end:
        yield from _cut_unstopped(text, first, end) if _UNSTOPPED.match(text, first) else ((first, end),)


def _skip_spaces(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _ends(
    text: str, match: re.Match[str], first: int, end: int, abbreviations: Set[str], ordinals: bool
) -> bool:
    """Whether this stop ends a sentence, rather than an abbreviation or an ordinal."""
    following = text[match.end() : match.end() + 12].lstrip()
    if following[:1].islower():
        return False
    if match[0] != ".":
        return True
    word = _LAST_WORD.search(text, max(first, match.start() - 20), match.start())
    if word is None:
        return True
    said = word[1].casefold()
    if said.isdecimal():
        return not (ordinals and len(said) <= 2)
    return len(said) > 1 and said not in abbreviations


def _cut_unstopped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Thai and Lao set a space where a sentence or clause ends, and no stop."""
    first = start
    for at in range(start, end):
        if text[at].isspace() and at - first >= UNSTOPPED_LEAST:
            yield first, first + len(text[first:at].rstrip())
            first = _skip_spaces(text, at, end)
    if first < end:
        yield first, end


def _is_torn(sentence: str, marks: Set[str]) -> bool:
    """A quotation or bracket begins in it and does not end, or the other way round."""
    if '"' in marks and sentence.count('"') % 2:
        return True
    if any(sentence.count(left) != sentence.count(right) for left, right in _PAIRS if left in marks or right in marks):
        return True
    if marks.isdisjoint("„“”"):
        return False
    low, opening, closing = (sentence.count(mark) for mark in "„“”")
    return low != opening + closing if low else opening != closing and (opening + closing) % 2 == 1


def _is_whole(text: str, start: int, end: int) -> bool:
    sentence = text[start:end].rstrip(_CLOSING)
    if _UNSTOPPED.search(sentence):
        return True
    return sentence[-1:] in _STOPS and not sentence.endswith(("...", "…")) and not text[start : start + 1].islower()
