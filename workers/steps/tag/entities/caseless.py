"""Persons in scripts without capitals: by titles, honorifics, verbs of speech and the marks of foreign names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workers.steps.tag.entities.mentions import PERSON, Mention
from workers.steps.tag.table import BadTable, mapping, strings
from workers.steps.tag.words import Words

CERTAINTY: Final = 0.6
_WHERE: Final = "config/tag/caseless.toml"
_LIST: Final = re.compile(r"(\[|\(\?<=)?\{([a-z]+)\}(?(1)[])])")


@dataclass(frozen=True, slots=True)
class _Language:
    patterns: tuple[re.Pattern[str], ...]
    again: int  # characters of a name that is looked for elsewhere in the text


class CaselessPersons:
    """table: the parsed caseless.toml. Raises BadTable."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._languages = {code: _read(mapping(table, code, _WHERE), code) for code in table}

    def seen(self, words: Words, text: str, language: str) -> list[Mention]:
        """In order, none overlapping another. Empty for a language that has capitals, or no rules."""
        rules = self._languages.get(language)
        if rules is None or not len(words):
            return []
        text = text[: words.end(len(words) - 1)]
        found = [match.span("name") for pattern in rules.patterns for match in pattern.finditer(text)]
        names = {text[first:end] for first, end in found if end - first >= rules.again}
        if names:
            longest_first = sorted(names, key=lambda name: (-len(name), name))
            found += [each.span() for each in re.finditer("|".join(map(re.escape, longest_first)), text)]
        return list(_apart(words, sorted(set(found), key=lambda span: (span[0], -span[1]))))


def _read(table: Mapping[str, Any], code: str) -> _Language:
    lists = {key: value.split() for key, value in table.items() if isinstance(value, str)}
    again = table.get("again", 0)
    if not isinstance(again, int) or again < 1:
        raise BadTable([f"{_WHERE}: {code}.again must be a number of letters from 1, not {again!r}"])
    return _Language(tuple(_compiled(each, lists, code) for each in strings(table, "patterns", _WHERE)), again)


def _compiled(pattern: str, lists: Mapping[str, Sequence[str]], code: str) -> re.Pattern[str]:
    def spelled(found: re.Match[str]) -> str:
        where, name = found.groups()
        if name not in lists:
            raise BadTable([f"{_WHERE}: {code}: there is no list {name!r}"])
        words = [re.escape(word) for word in sorted(lists[name], key=len, reverse=True)]
        if where == "[":
            return f"[{''.join(words)}]"
        if where:  # what is looked for behind has to have one length
            return f"(?:{'|'.join(f'(?<={word})' for word in words)})"
        return f"(?:{'|'.join(words)})"

    try:
        compiled = re.compile(_LIST.sub(spelled, pattern))
    except re.error as error:
        raise BadTable([f"{_WHERE}: {code}: {error} in {pattern!r}"]) from error
    if "name" not in compiled.groupindex:
        raise BadTable([f"{_WHERE}: {code}: no (?P<name>...) in {pattern!r}"])
    return compiled


def _apart(words: Words, spans: list[tuple[int, int]]) -> Iterator[Mention]:
    """Those that begin and end with a word; of two that overlap the first."""
    past = 0
    for start, end in spans:
        first = bisect_left(words.starts, start)
        last = bisect_left(words.starts, end) - 1
        if first < past or words.starts[first] != start or words.end(last) != end:
            continue
        past = last + 1
        name = tuple(words.forms[first:past])
        yield Mention(first, last, PERSON, CERTAINTY, name, name)
