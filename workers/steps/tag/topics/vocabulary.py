"""IPTC Media Topics: concepts, their place in the tree and their labels in 13 languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

ENGLISH: Final = "en"
# Their code of a language -> ours; the first one that has a label gives it.
_LANGUAGES: Final = {
    "en": ("en-GB", "en-US"), "pt": ("pt-BR", "pt-PT"), "no": ("nb", "nn"), "zh": ("zh-Hans",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    code: str
    parent: str | None
    labels: dict[str, str]  # by their code of the language


class Vocabulary:
    """text: a line with the languages' codes, then a line a concept: code, parent or "", a label or "" for each;
    tabs between. Parents stand before their children.
    """

    def __init__(self, text: str) -> None:
        head, *lines = text.splitlines() or [""]
        languages = head.split("\t")[2:]
        self.concepts: dict[str, Concept] = {}
        for line in lines:
            code, parent, *labels = line.split("\t")
            named = {language: label for language, label in zip(languages, labels, strict=True) if label}
            self.concepts[code] = Concept(code, parent or None, named)

    def broader(self, code: str) -> tuple[str, ...]:
        """From its parent up to the top."""
        found: list[str] = []
        concept = self.concepts.get(code)
        while concept is not None and concept.parent is not None:
            found.append(concept.parent)
            concept = self.concepts.get(concept.parent)
        return tuple(found)

    def label(self, code: str, language: str) -> str:
        """In the language, else in English; of a code that is none of ours, the code."""
        concept = self.concepts.get(code)
        if concept is None:
            return code
        for known in (*_theirs(language), *_theirs(ENGLISH)):
            if known in concept.labels:
                return concept.labels[known]
        return code

    def labels(self, language: str) -> Iterator[tuple[str, str]]:
        """(code, label) of the concepts that have one in the language."""
        for concept in self.concepts.values():
            for known in _theirs(language):
                if known in concept.labels:
                    yield concept.code, concept.labels[known]

    @cached_property
    def languages(self) -> Sequence[str]:
        """Ours, sorted."""
        theirs = {language for concept in self.concepts.values() for language in concept.labels}
        ours = {known: language for language, names in _LANGUAGES.items() for known in names}
        return sorted({ours.get(language, language) for language in theirs})


def _theirs(language: str) -> tuple[str, ...]:
    return _LANGUAGES.get(language, (language,))
