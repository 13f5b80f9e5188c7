"""Foreign parts of a line: an advertisement between two sentences, a credit behind the last one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from workers.steps.clean.sentences import STOPS

_COUNT: Final = re.compile(r" \d{1,2}(?= |$)")


@dataclass(frozen=True, slots=True)
class Trimmer:
    """The rules for parts of a line that can fire in one text at all."""

    between: tuple[tuple[str, str], ...]              # phrase, rule
    spans: tuple[tuple[str, str, str], ...]           # from, to, rule
    inside: tuple[tuple[str, re.Pattern[str], str], ...]  # hint, pattern, rule
    ends: tuple[tuple[str, str], ...]

    def trim(self, line: str) -> tuple[str, list[tuple[str, str]]]:
        """The line without its foreign parts, and (part, rule) for each."""
        parts: list[tuple[str, str]] = []
        for start, end, rule in self.spans:
            line = _cut_span(line, start, end, rule, parts)
        for phrase, rule in self.between:
            line = _cut_between(line, phrase, rule, parts)
        for hint, pattern, rule in self.inside:
            if hint in line:
                line = _cut_pattern(line, pattern, rule, parts)
        for phrase, rule in self.ends:
            line = _cut_end(line, phrase, rule, parts)
        return (" ".join(line.split()) if parts else line), parts


def _cut_span(line: str, start: str, end: str, rule: str, parts: list[tuple[str, str]]) -> str:
    first = line.find(start)
    if first < 0:
        return line
    last = line.find(end, first)
    stop = len(line) if last < 0 else last + len(end)
    parts.append((line[first:stop], rule))
    return line[:first] + line[stop:]


def _cut_between(line: str, phrase: str, rule: str, parts: list[tuple[str, str]]) -> str:
    at = line.find(phrase)
    if at < 0:
        return line
    kept: list[str] = []
    done = 0
    while at >= 0:
        end = at + len(phrase)
        count = _COUNT.match(line, end)  # "Advertisement 2": pictures are numbered
        end = count.end() if count else end
        if _begins_sentence(line, at) and _ends_sentence(line, end):
            kept.append(line[done:at])
            parts.append((line[at:end], rule))
            done = end
        at = line.find(phrase, end)
    return "".join(kept) + line[done:]


def _begins_sentence(line: str, at: int) -> bool:
    before = line[max(0, at - 4) : at].rstrip()
    return not before or before[-1] in STOPS or before[-1] in "\"'”’»)]:"


def _ends_sentence(line: str, end: int) -> bool:
    """What follows begins a sentence."""
    follows = line[end : end + 3].lstrip()
    if not follows:
        return True
    return line[end] == " " and not follows[0].islower()


def _cut_pattern(line: str, pattern: re.Pattern[str], rule: str, parts: list[tuple[str, str]]) -> str:
    def note(found: re.Match[str]) -> str:
        parts.append((found.group().strip(), rule))
        return ""

    return pattern.sub(note, line)


def _cut_end(line: str, phrase: str, rule: str, parts: list[tuple[str, str]]) -> str:
    tail = line[-len(phrase) :]
    if tail.casefold() != phrase:
        return line
    rest = line[: -len(phrase)].rstrip()
    if rest and rest[-1] not in STOPS:
        return line
    parts.append((tail, rule))
    return rest
