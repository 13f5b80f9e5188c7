"""Rules and watchlists of the operator's: words and phrases, sought in one pass whatever their number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workers.model import Tag, TagKind
from workers.steps.tag.evidence import SPANS_A_TAG, Read, spans
from workers.steps.tag.phrases import Phrases
from workers.steps.tag.table import BadTable, strings
from workers.steps.tag.words import Words

MOST_RULE_TAGS: Final = 100  # in the order of the file

_WHERE: Final = "config/tag/rules.toml"
_KEYS: Final = frozenset(["id", "label", "any", "all", "none", "field", "language"])
_FIELDS: Final = {"any": ("title", "text"), "text": ("text",), "title": ("title",)}


@dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    label: str
    any: frozenset[int]   # numbers of phrases
    all: frozenset[int]
    none: frozenset[int]
    fields: tuple[str, ...]
    languages: frozenset[str]  # empty: every one

    def holds(self, found: _Hits, language: str) -> bool:
        if self.languages and language not in self.languages:
            return False
        seen = frozenset().union(*(found.phrases[field] for field in self.fields))
        return (
            (not self.any or not self.any.isdisjoint(seen))
            and self.all <= seen
            and self.none.isdisjoint(seen)
        )


@dataclass(slots=True)
class _Hits:
    """field -> phrase number -> spans, the first few."""

    phrases: dict[str, dict[int, list[tuple[int, int]]]] = field(
        default_factory=lambda: {"title": {}, "text": {}}
    )

    def note(self, where: str, words: Words, phrases: Phrases[int]) -> None:
        hits = self.phrases[where]
        for match in phrases.matches(words):
            for number in match.values:
                places = hits.setdefault(number, [])
                if len(places) < SPANS_A_TAG:
                    places.append(words.span(match.first, match.last))


class Rules:
    """Compiled once. Raises BadTable naming every rule and key that is wrong."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._phrases: Phrases[int] = Phrases()
        self._numbers: dict[tuple[str, ...], int] = {}
        self._rules: list[_Rule] = []
        self._rules_asking: dict[int, list[int]] = {}  # phrase number -> rules it can make true
        problems = [f"{_WHERE}: {key} is unknown; rules stand under [[rule]]" for key in table if key != "rule"]
        raw = table.get("rule", [])
        if not isinstance(raw, list):
            raise BadTable([f"{_WHERE}: rule must be an array of tables, [[rule]], not {raw!r}"])
        for place, each in enumerate(raw, 1):
            problems += self._add(each, place)
        if problems:
            raise BadTable(problems)

    def __call__(self, read: Read, language: str) -> list[Tag]:
        if not self._rules:
            return []
        found = _Hits()
        found.note("title", read.title_words, self._phrases)
        found.note("text", read.words, self._phrases)
        asked = {
            rule
            for hits in found.phrases.values()
            for number in hits
            for rule in self._rules_asking.get(number, ())
        }
        rules = (self._rules[place] for place in sorted(asked))
        return [_tag(rule, found) for rule in rules if rule.holds(found, language)][:MOST_RULE_TAGS]

    def _add(self, raw: Any, place: int) -> list[str]:  # what stands in the file
        """Returns what is wrong with the rule."""
        if not isinstance(raw, Mapping):
            return [f"{_WHERE}: rule {place} must be a table, not {raw!r}"]
        where = f"{_WHERE}: rule {place} ({raw.get('id', 'without id')})"
        problems = list(_problems(raw, where, {rule.id for rule in self._rules}))
        if problems:
            return problems
        languages = raw.get("language", [])
        rule = _Rule(
            id=raw["id"],
            label=raw.get("label", raw["id"]),
            any=self._numbered(raw.get("any", [])),
            all=self._numbered(raw.get("all", [])),
            none=self._numbered(raw.get("none", [])),
            fields=_FIELDS[raw.get("field", "any")],
            languages=frozenset([languages] if isinstance(languages, str) else languages),
        )
        for number in rule.any | rule.all:
            self._rules_asking.setdefault(number, []).append(len(self._rules))
        self._rules.append(rule)
        return []

    def _numbered(self, phrases: list[str]) -> frozenset[int]:
        return frozenset(map(self._number, phrases))

    def _number(self, phrase: str) -> int:
        key = tuple(Words.of(phrase).folded)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self._phrases.add(phrase, self._numbers[key])
        return self._numbers[key]


def _problems(raw: Mapping[str, Any], where: str, taken: set[str]) -> Iterator[str]:
    for key in sorted(set(raw) - _KEYS):
        yield f"{where}: {key} is unknown; known are {', '.join(sorted(_KEYS))}"
    for key in ("id", "label"):
        value = raw.get(key, None if key == "id" else "-")
        if not isinstance(value, str) or not value.strip():
            yield f"{where}: {key} must be a string, not {value!r}"
        elif key == "id" and value in taken:
            yield f"{where}: id {value!r} is taken by an earlier rule"
    for key in ("any", "all", "none"):
        yield from _phrase_problems(raw, key, where)
    if not raw.get("any") and not raw.get("all"):
        yield f"{where}: any or all must hold a phrase: a rule of `none` alone would mark every article"
    if not isinstance(raw.get("field", "any"), str) or raw.get("field", "any") not in _FIELDS:
        yield f"{where}: field must be one of {', '.join(_FIELDS)}, not {raw['field']!r}"
    if not isinstance(raw.get("language", ""), str):
        try:
            strings(raw, "language", where)
        except BadTable as bad:
            yield from bad.problems


def _phrase_problems(raw: Mapping[str, Any], key: str, where: str) -> Iterator[str]:
    try:
        phrases = strings(raw, key, where)
    except BadTable as bad:
        yield from bad.problems
        return
    for phrase in phrases:
        if not Words.of(phrase).folded:
            yield f"{where}: {key}: {phrase!r} holds no word"
        elif "*" in phrase:
            yield f"{where}: {key}: {phrase!r}: there are no wildcards; write each form"


def _tag(rule: _Rule, found: _Hits) -> Tag:
    return Tag(TagKind.RULE, rule.id, rule.label, 1.0, spans(
        *(
            sorted(
                span
                for number, places in found.phrases[field].items()
                if field in rule.fields and (number in rule.any or number in rule.all)
                for span in places
            )
            for field in ("text", "title")
        )
    ))
