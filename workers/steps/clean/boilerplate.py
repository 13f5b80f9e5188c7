"""Rules for lines that belong to the page, not to a story. The rules are data: boilerplate.toml."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workers.steps.clean.starts import Starts
from workers.steps.clean.trimmer import Trimmer

_AROUND: Final = " \t\u00a0#:：.…。!|-–—•*·«»\"'“”()[]<>▶►→›"
_COUNTS: Final = _AROUND + "0123456789（）,"
_LONGEST_LINE: Final = 300
_SHORT_LINE: Final = 40
_CUT_CHARACTERS: Final = range(3, 31)


def heading_key(line: str) -> str:
    """The heading without case, marks and a count: "Comments (3)" is "comments"."""
    return folded_key(line.casefold())


def folded_key(folded: str) -> str:
    key = folded.strip(_AROUND)
    return key.strip(_COUNTS) or key


def in_all_languages(table: Mapping[str, Any], name: str) -> Iterator[str]:
    """The phrases of a table by language: a page's language is not known yet."""
    for phrases in table.get(name, {}).values():
        yield from phrases


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: str
    pattern: re.Pattern[str]
    first: str
    hint: str
    most: int

    def fits(self, line: str) -> bool:
        return len(line) <= self.most and self.pattern.fullmatch(line) is not None


class Boilerplate:
    def __init__(self, table: Mapping[str, Any]) -> None:
        rules: list[Mapping[str, Any]] = table["rule"]
        self._lines: dict[str, str] = {heading_key(line): rule for line, rule in _phrases(rules, "lines")}
        self._lines.pop("", None)  # a line of marks alone is no heading
        self._longest_known = 2 * max(map(len, self._lines))  # with marks round it
        self._starts: dict[str, str] = {start.casefold(): rule for start, rule in _phrases(rules, "starts")}
        self._first_words = Starts(self._starts)
        patterns = [_pattern(r["name"], p) for r in rules for p in r.get("patterns", ())]
        self._anywhere = [p for p in patterns if not p.first]
        firsts = {character for p in patterns for character in p.first}
        self._by_first = {c: [p for p in patterns if c in p.first or not p.first] for c in firsts}
        self._anywhere_long = _for_long_lines(self._anywhere)
        self._by_first_long = {c: _for_long_lines(patterns) for c, patterns in self._by_first.items()}
        self._between = tuple(_phrases(rules, "between"))
        self._spans = tuple((a, z, r["name"]) for r in rules for a, z in r.get("spans", ()))
        self._any_phrase = _any_of(phrase for phrase, *_ in (*self._between, *self._spans))
        self._inside = tuple(
            (p["hint"], re.compile(p["pattern"]), r["name"]) for r in rules for p in r.get("inside", ())
        )
        self._ends = tuple((phrase.casefold(), rule) for phrase, rule in _phrases(rules, "ends"))
        self._paywalls = frozenset(r["name"] for r in rules if r.get("paywall"))

    def rule_for(self, line: str) -> str | None:
        """The rule that takes the whole line, which is stripped and not empty."""
        if len(line) > _LONGEST_LINE:
            return None
        folded = line.casefold()
        known = self._lines.get(folded_key(folded)) if len(line) <= self._longest_known else None
        if known:
            return known
        start = self._first_words.find(folded)
        if start is not None:
            return self._starts[start]
        patterns = self._by_first.get(line[0], self._anywhere)
        if len(line) > _SHORT_LINE:
            patterns = self._by_first_long.get(line[0], self._anywhere_long)
        for pattern in patterns:
            if pattern.hint in line and pattern.fits(line):
                return pattern.rule
        return None

    def trimmer(self, text: str) -> Trimmer:
        folded = text.casefold() if self._ends else ""
        has_phrase = self._any_phrase.search(text) is not None  # most have none, and one pass says so
        return Trimmer(
            between=tuple(pair for pair in self._between if pair[0] in text) if has_phrase else (),
            spans=tuple(span for span in self._spans if span[0] in text) if has_phrase else (),
            inside=tuple(part for part in self._inside if part[0] in text),
            ends=tuple(pair for pair in self._ends if pair[0] in folded),
        )

    def is_paywall(self, rule: str) -> bool:
        return rule in self._paywalls


def begins_one(line: str, headings: Sequence[str]) -> bool:
    """The beginning of a known heading, as the last line of a page that was cut off.

    headings: sorted, lower case.
    """
    if len(line) not in _CUT_CHARACTERS:
        return False
    folded = line.casefold()
    at = bisect_left(headings, folded)
    return at < len(headings) and headings[at].startswith(folded)


def _phrases(rules: Iterable[Mapping[str, Any]], kind: str) -> Iterator[tuple[str, str]]:
    """(phrase, name of its rule)."""
    for rule in rules:
        for phrase in in_all_languages(rule, kind):
            yield phrase, rule["name"]


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """By their first characters, so that a place is compared with a dozen of these, not with each phrase."""
    by_first: dict[str, list[str]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in by_first.items()))


def _for_long_lines(patterns: list[_Pattern]) -> list[_Pattern]:
    return [pattern for pattern in patterns if pattern.most > _SHORT_LINE]


def _pattern(rule: str, table: Mapping[str, Any]) -> _Pattern:
    return _Pattern(
        rule,
        re.compile(table["pattern"]),
        table.get("first", ""),
        table.get("hint", ""),
        min(table.get("most", _LONGEST_LINE), _LONGEST_LINE),
    )
