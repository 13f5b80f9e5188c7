"""Languages written so alike that words tell them apart better than the identifier's pairs and triples of letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workers.steps.tag.table import BadTable
from workers.steps.tag.words import Words

LOG_ODDS: Final = 5.0      # of a telling word; the identifier is wrong where its own are below 6
MOST_KEPT: Final = 20_000  # words whose languages are kept
_WHERE: Final = "config/tag/languages.toml"

Languages = tuple[str, ...]


class Alike:
    """table: the parsed languages.toml. Raises BadTable."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._groups = [_Group.of(name, words) for name, words in table.items()]
        self.languages = frozenset(code for group in self._groups for code in group.languages)

    def likeliest(self, heard: str, log_odds: Mapping[str, float], text: str) -> str:
        """Of the languages that are written like the one heard. log_odds: the identifier's, of all it thinks of."""
        for group in self._groups:
            if heard in group.languages:
                counts = group.counts(text)
                open_ones = [code for code in group.languages if code in log_odds]
                heard = max(open_ones, key=lambda code: log_odds[code] + LOG_ODDS * counts[code], default=heard)
        return heard


@dataclass(slots=True)
class _Marks:
    """What telling words look like; each with the languages that write them."""

    whole: dict[str, Languages] = field(default_factory=dict)
    beginnings: dict[str, Languages] = field(default_factory=dict)
    endings: dict[str, Languages] = field(default_factory=dict)
    letters: dict[str, Languages] = field(default_factory=dict)

    def add(self, mark: str, languages: Languages) -> None:
        is_open, goes_on = mark.startswith("*"), mark.endswith("*")
        kind = (
            self.letters if is_open and goes_on
            else self.endings if is_open
            else self.beginnings if goes_on
            else self.whole
        )  # fmt: skip
        bare = mark.strip("*")
        kind[bare] = (*kind.get(bare, ()), *languages)

    def said_by(self, word: str) -> Iterator[str]:
        yield from self.whole.get(word, ())
        for length in range(2, len(word) + 1):
            yield from self.beginnings.get(word[:length], ())
            yield from self.endings.get(word[-length:], ())
        for letter in word:
            yield from self.letters.get(letter, ())


@dataclass(frozen=True, slots=True)
class _Group:
    languages: Languages
    marks: _Marks
    kept: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, table: Any) -> _Group:
        if not isinstance(table, Mapping) or not all(isinstance(words, str) for words in table.values()):
            raise BadTable([f"{_WHERE}: {name} must be a table of languages and their words, not {table!r}"])
        marks = _Marks()
        for key, words in table.items():
            for mark in words.casefold().split():
                marks.add(mark, tuple(key.split()))
        return cls(tuple(dict.fromkeys(code for key in table for code in key.split())), marks)

    def counts(self, text: str) -> dict[str, int]:
        """Telling words of each language in the text."""
        counts = dict.fromkeys(self.languages, 0)
        if len(self.kept) > MOST_KEPT:
            self.kept.clear()
        for word in Words.of(text).folded:
            if word not in self.kept:
                self.kept[word] = frozenset(self.marks.said_by(word))
            for code in self.kept[word]:
                counts[code] += 1
        return counts
