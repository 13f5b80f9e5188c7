"""How a rule is written in rules.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from workers.steps.tag.rules.expression import BadExpression, Either, Every, Near, Node, Not
from workers.steps.tag.rules.fields import EVERYWHERE, FIELDS, fields_of
from workers.steps.tag.rules.grammar import MOST_WITHIN, Number, closest, parse, term
from workers.steps.tag.rules.places import Path, Position
from workers.steps.tag.rules.problems import Problem, Written, Wrong

KEYS: Final = ("id", "label", "any", "all", "none", "near", "within", "when", "field", "language")
WITHIN: Final = 10  # words, of `near` where `within` is absent

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    label: str
    node: Node
    triggers: frozenset[int]
    languages: frozenset[str]  # empty: every one


class RuleReader:
    """Reads the rules of one file; `problems` holds all that is wrong with it."""

    def __init__(self, written: Written, number: Number) -> None:
        self.problems: list[Problem] = []
        self._places = written.places
        self._number = number
        self._taken: dict[str, int] = {}

        for key in written.table:
            if key != "rule":
                self._note(self._key((key,)), "", f"{key} is unknown", "rules stand under [[rule]]")
        rules = written.table.get("rule", [])
        if not isinstance(rules, list):
            self._note(self._key(("rule",)), "", f"rule must be an array of tables, [[rule]], not {rules!r}")
            rules = []
        self.rules = [rule for place, raw in enumerate(rules) if (rule := self._rule(raw, place)) is not None]

    def _note(self, at: Position | None, rule: str, message: str, hint: str = "") -> None:
        line, column = (at.line, at.column) if at else (None, None)
        self.problems.append(Problem(message, hint, rule, line, column))

    def _position(self, path: Path, character: int | None = None) -> Position | None:
        return self._places.of(path, character) if self._places is not None else None

    def _key(self, path: Path) -> Position | None:
        return self._places.of_key(path) if self._places is not None else None

    def _rule(self, raw: Any, place: int) -> Rule | None:
        path: Path = ("rule", place)
        if not isinstance(raw, Mapping):
            self._note(self._position(path), "", f"rule {place + 1} must be a table, not {raw!r}")
            return None
        name = f"rule {place + 1} ({raw.get('id', 'without id')})"
        before = len(self.problems)
        for key in raw:
            if key not in KEYS:
                hint = closest(key, KEYS) or f"known are {', '.join(KEYS)}"
                self._note(self._key((*path, key)), name, f"{key} is unknown", hint)
        parts = (self._id, self._label, self._languages, self._node)
        read = [self._try(part, raw, path, name) for part in parts]
        if len(self.problems) > before:
            return None
        id, label, languages, node = read
        triggers = node.triggers()
        if not triggers:
            self._note(self._position(path), name, "this rule would have to be asked of every article",
                       "beside none, not and patterns it needs a word or phrase that must stand there")
            return None
        return Rule(id, label, node, triggers, languages)

    def _try(self, part: Any, raw: Mapping[str, Any], path: Path, name: str) -> Any:
        try:
            return part(raw, path)
        except Wrong as wrong:
            self._note(self._position(wrong.path, wrong.character), name, str(wrong), wrong.hint)
        return None

    def _id(self, raw: Mapping[str, Any], path: Path) -> str:
        id = _string(raw, "id", path)
        place = int(path[1])
        if self._taken.setdefault(id, place) != place:
            first = self._position(("rule", self._taken[id], "id"))
            raise Wrong((*path, "id"), f"id {id!r} is taken by an earlier rule",
                         f"the one in line {first.line}" if first else "")
        return id

    def _label(self, raw: Mapping[str, Any], path: Path) -> str:
        return _string(raw, "label" if "label" in raw else "id", path)

    def _languages(self, raw: Mapping[str, Any], path: Path) -> frozenset[str]:
        languages = list(_strings(raw, "language", path, one=True))
        for where, language in languages:
            if not _LANGUAGE.fullmatch(language):
                raise Wrong(where, f"{language!r} is no language", "write its ISO 639 code, such as en, fr, ar")
        return frozenset(language for _, language in languages)

    def _node(self, raw: Mapping[str, Any], path: Path) -> Node:
        fields = tuple(dict.fromkeys(name for each in self._fields(raw, path) for name in each))
        nodes = list(self._lists(raw, path, fields or fields_of(EVERYWHERE)))
        if "when" in raw:
            when = _string(raw, "when", path)
            try:
                nodes.append(parse(when, self._number, fields or fields_of(EVERYWHERE)))
            except BadExpression as bad:
                raise Wrong((*path, "when"), str(bad), bad.hint, bad.at) from bad
        if not nodes:
            raise Wrong(path, "any, all, near or when must say what to look for")
        return Every(tuple(nodes))

    def _fields(self, raw: Mapping[str, Any], path: Path) -> Iterator[tuple[str, ...]]:
        for where, name in _strings(raw, "field", path, one=True):
            try:
                yield fields_of(name)
            except KeyError:
                known = (EVERYWHERE, *FIELDS)
                hint = closest(name, known) or f"known are {', '.join(known)}"
                raise Wrong(where, f"there is no field {name!r}", hint) from None

    def _lists(self, raw: Mapping[str, Any], path: Path, fields: tuple[str, ...]) -> Iterator[Node]:
        phrases = {key: self._phrases(raw, key, path, fields) for key in ("any", "all", "none", "near")}
        if phrases["any"]:
            yield Either(phrases["any"])
        yield from phrases["all"]
        if phrases["near"]:
            if len(phrases["near"]) < 2:
                raise Wrong((*path, "near"), "near needs two phrases or more")
            within = raw.get("within", WITHIN)
            if type(within) is not int or not 1 <= within <= MOST_WITHIN:
                raise Wrong((*path, "within"), f"within must be a number of words, 1 to {MOST_WITHIN}, not {within!r}")
            yield reduce(lambda left, right: Near(left, right, within), phrases["near"])
        if phrases["none"]:
            yield Not(Either(phrases["none"]))

    def _phrases(self, raw: Mapping[str, Any], key: str, path: Path, fields: tuple[str, ...]) -> tuple[Node, ...]:
        found = []
        for where, phrase in _strings(raw, key, path):
            try:
                found.append(term(phrase, 0, self._number, fields))
            except BadExpression as bad:
                raise Wrong(where, str(bad), bad.hint, bad.at) from bad
        return tuple(found)


def _string(raw: Mapping[str, Any], key: str, path: Path) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Wrong((*path, key), f"{key} must be a string, not {value!r}")
    return value


def _strings(raw: Mapping[str, Any], key: str, path: Path, *, one: bool = False) -> Iterator[tuple[Path, str]]:
    """Each with its place in the file. one: a single string stands for a list of it."""
    value = raw.get(key, [])
    if one and isinstance(value, str):
        yield (*path, key), value
        return
    if not isinstance(value, list):
        raise Wrong((*path, key), f"{key} must be a list of strings, not {value!r}")
    for place, each in enumerate(value):
        if not isinstance(each, str):
            raise Wrong((*path, key, place), f"{key} must be a list of strings, not {value!r}")
        yield (*path, key, place), each
