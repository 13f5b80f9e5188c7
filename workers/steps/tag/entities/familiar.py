"""Names known for what they are: countries, institutions, companies, people of public life."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from workers.steps.tag.entities.mentions import (
    ORGANISATION,
    PERSON,
    PLACE,
    Mention,
    Name,
    apart_from,
    places_of,
)
from workers.steps.tag.table import BadTable, mapping, strings
from workers.steps.tag.words import Words

CERTAINTY: Final = 0.7
# What languages join to a name: the s of a genitive (Europas), the particles of Korean.
_ENDINGS: Final = dict.fromkeys(["de", "nl", "sv", "da", "no"], ("s",)) | {
    "ko": tuple("은 는 이 가 을 를 의 에 와 과 도 로 만 으로 에서 에게 까지 부터 측은 측이".split()),
}
_END: Final = ""
_KINDS: Final = {"organisation": ORGANISATION, "place": PLACE, "person": PERSON}
_WHERE: Final = "config/tag/known.toml"


class _Names:
    """A trie of plain dicts by words as written: thousands of names are added in a few hundredths of a second."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}  # word -> what may follow; "" -> the kind of the name that ends here
        self._small: set[str] = set()    # first words in small letters, which are most words of a text and few of names

    def add(self, name: Name, kind: str) -> None:
        """The first kind of a name stands."""
        node = self._root
        if _is_small(name[0]):
            self._small.add(name[0])
        for word in name:
            node = node.setdefault(word, {})
        node.setdefault(_END, kind)

    def seen(self, words: Words, endings: Sequence[str]) -> Iterator[Mention]:
        """Left to right, the longest of one first word, none overlapping another. endings: that a name may bear."""
        past = 0
        for first in range(len(words)) if endings else self._firsts(words.forms):
            if first >= past:
                found = self._longest_at(words, first, endings)
                if found is not None:
                    past = found.last + 1
                    yield found

    def _firsts(self, forms: list[str]) -> Iterator[int]:
        """Where a name may begin: of three words that begin names two are followed by what no name goes on with."""
        root, small, count = self._root, self._small, len(forms)
        for at in [at for at, form in enumerate(forms) if form in (small if "a" <= form < "{" else root)]:
            node = root[forms[at]]
            if _END in node or (at + 1 < count and forms[at + 1] in node):
                yield at

    def _longest_at(self, words: Words, first: int, endings: Sequence[str]) -> Mention | None:
        found: tuple[int, str, str] | None = None  # its last word, in the text and in the name; its kind
        node, at = self._root, first
        while at < len(words) and (at == first or words.is_joined(at)):
            form = words.forms[at]
            after = node.get(form)
            for word in _bases(form, endings):
                kind = node.get(word, {}).get(_END)
                if kind:
                    found = at, word, kind
                    break
            if after is None:
                break
            node, at = after, at + 1
        return found and _mention(words, first, *found)


def _is_small(form: str) -> bool:
    return "a" <= form < "{"  # in ASCII; the question is asked of every word


def _mention(words: Words, first: int, last: int, last_word: str, kind: str) -> Mention:
    first += int(words.forms[first] == "The" and last > first)  # tells "The Hill" from a hill, and is left out
    written = tuple(words.forms[first : last + 1])
    return Mention(first, last, kind, CERTAINTY, written, (*written[:-1], last_word))


class FamiliarNames:
    """table: the parsed known.toml; countries: the parsed countries.toml. Raises BadTable."""

    def __init__(self, table: Mapping[str, Any], countries: Mapping[str, Any]) -> None:
        self._names = _Names()
        self._of_language: dict[str, _Names] = {}
        for key, kind in _KINDS.items():
            for group, names in mapping(table, key, _WHERE).items():
                if not isinstance(names, str):
                    raise BadTable([f"{_WHERE}: {key}.{group} must be names in one string, not {names!r}"])
                for name in _parted(names):
                    self._names.add(name, kind)
        for code, country in mapping(countries, "countries", "countries.toml").items():
            by_language = mapping(country, "names", code)
            for language in by_language:
                for name in _parted(",".join(strings(by_language, language, code))):
                    self._of_language.setdefault(language, _Names()).add(name, PLACE)

    def with_these(self, found: Sequence[Mention], words: Words, language: str) -> list[Mention]:
        """In order: those that were found, but a name that is known takes the place of what lies within it."""
        known = self._seen(words, language)
        if not known:
            return list(found)
        # The model takes "Regierungen Europas" for one name: what bears an ending stands by itself.
        ended = places_of(each for each in known if each.of != each.name)
        if ended:
            found = apart_from(ended, found)
        known_at = {place: each for each in known for place in range(each.first, each.last + 1)}
        kept = [each for each in found if not _is_better(known_at.get(each.first), each)]
        return _of_full_names(sorted(kept + apart_from(places_of(kept), known), key=lambda each: each.first))

    def _seen(self, words: Words, language: str) -> list[Mention]:
        """None overlapping another."""
        endings = _ENDINGS.get(language, ())
        found: list[Mention] = []
        own = self._of_language.get(language)
        if own is not None and language != "en":  # the model of English knows countries
            found += own.seen(words, endings)
        return found + apart_from(places_of(found), self._names.seen(words, endings))


def _parted(names: str) -> Iterator[Name]:
    """Names that commas part, each by its words."""
    words = Words.of(names)
    first = 0
    for at, gap in enumerate(words.gaps):
        if "," in gap or at == len(words):
            if at > first:
                yield tuple(words.forms[first:at])
            first = at


def _bases(form: str, endings: Sequence[str]) -> Iterator[str]:
    """The word, and what it may be the word of."""
    yield form
    for ending in endings:
        base = form.removesuffix(ending)
        if 1 < len(base) < len(form) and base[-1] not in "sxzß" and not form.isupper():
            yield base


def _of_full_names(found: list[Mention]) -> list[Mention]:
    """A known surname belongs to the full name that the text has before it or behind."""
    full: dict[Name, Name] = {}
    for each in found:
        if each.kind == PERSON and len(each.name) > 1:
            full.setdefault(each.name[-1:], each.of)
    return [
        each._replace(of=full.get(each.name, each.of)) if each.kind == PERSON and each.of == each.name else each
        for each in found
    ]


def _is_better(known: Mention | None, found: Mention) -> bool:
    """Whether what was found is part of the known name at its first word, or is that name and of another kind."""
    if known is None or found.last > known.last:
        return False
    return known.kind != found.kind or known.last - known.first > found.last - found.first
