"""Texts with the names in them, out of files of tokens and tags."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from training.shipped import read_tables
from workers.steps.tag.words import Words

KINDS: Final = frozenset(["PER", "ORG", "LOC"])
# Tokens that stand without a blank before, and behind.
_CLOSING: Final = frozenset([
    ",", ".", ":", ";", "!", "?", ")", "%", "'s", "’s", "n't", "'", "'re", "'ve", "'ll", "'d", "'m", "...",
])
_OPENING: Final = frozenset(["(", "$", "#", "@"])

Name = tuple[int, int, str]  # code points, kind


@dataclass(frozen=True, slots=True)
class NamedText:
    text: str
    names: tuple[Name, ...]
    document: str = ""


def named_texts(file: Path, *, repair: bool = True) -> Iterator[NamedText]:
    """A text a document, or a sentence where there are no documents. Only rows that are CC BY, or say nothing.

    repair: put back what GUM's names lack, and leave titles out.
    """
    texts: dict[Any, tuple[str, list[Name]]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row.get("licence", "CC BY").startswith("CC BY") and "SA" not in row.get("licence", ""):
                key = row.get("doc", row["sent"])
                texts[key] = _longer(*texts.get(key, ("", [])), *text_and_names(row))
    titles = frozenset(read_tables()["entities"]["titles"].casefold().split())
    for document, (text, names) in texts.items():
        if not repair:
            yield NamedText(text, tuple(names), str(document))
            continue
        whole = _with_adjective(text, names, titles)
        yield NamedText(text, tuple(_without_title(text, name, titles) for name in whole), str(document))


def _with_adjective(text: str, names: Sequence[Name], titles: frozenset[str]) -> list[Name]:
    """GUM's names are derived and lack adjectives that begin them: the "United" of United States."""
    words = Words.of(text)
    places = {start: place for place, start in enumerate(words.starts)}
    taken = {at for start, end, _ in names for at in range(start, end)}
    whole: list[Name] = []
    for start, end, kind in names:
        place = places.get(start, 0)
        while (
            kind != "PER"
            and place > 1
            and words.gaps[place] == " "
            and words.gaps[place - 1] == " "  # not the first of a sentence
            and words.forms[place - 1][0].isupper()
            and words.starts[place - 1] not in taken
            and words.folded[place - 1] not in titles
            and words.folded[place - 1] != "the"
        ):
            place -= 1
            start = words.starts[place]
        whole.append((start, end, kind))
    return whole


def _longer(text: str, names: list[Name], more: str, more_names: Sequence[Name]) -> tuple[str, list[Name]]:
    joint = "" if not text else " " if text[-1] in ".!?\"”" else "\n"
    offset = len(text) + len(joint)
    return text + joint + more, [*names, *((start + offset, end + offset, kind) for start, end, kind in more_names)]


def text_and_names(row: Mapping[str, Any]) -> tuple[str, list[Name]]:
    spans = _found(row["text"], row["tokens"]) if row.get("text") else None
    text = row["text"] if spans else ""
    if spans is None:
        spans = []
        for before, token in zip(["(", *row["tokens"]], row["tokens"], strict=False):
            text += "" if token in _CLOSING or before in _OPENING else " "
            spans.append((len(text), len(text) + len(token)))
            text += token
    names: list[Name] = []
    going = False
    for tag, (start, end) in zip(row["tags"], spans, strict=True):
        kind = tag[2:]
        if kind not in KINDS:
            going = False
        elif going and tag[0] == "I" and names[-1][2] == kind:
            names[-1] = (names[-1][0], end, kind)
        else:
            names.append((start, end, kind))
            going = True
    return text, names


def _found(text: str, tokens: Sequence[str]) -> list[tuple[int, int]] | None:
    spans, past = [], 0
    for token in tokens:
        start = text.find(token, past)
        if start < 0:
            return None
        past = start + len(token)
        spans.append((start, past))
    return spans


def _without_title(text: str, name: Name, titles: frozenset[str]) -> Name:
    """"Mr. Smith" is named Smith, "The Times" Times: the sets differ in this, the tag step leaves both out."""
    start, end, kind = name
    words = Words.of(text[start:end])
    first = 0
    while first < len(words) - 1 and (
        words.folded[first] == "the" or (kind == "PER" and words.folded[first] in titles)
    ):
        first += 1
    return (start + words.starts[first], end, kind) if first else name


def labels_of(named: NamedText, words: Words) -> list[str]:
    """Of each word: O, or B- or I- and the kind of its name."""
    labels = ["O"] * len(words)
    for start, end, kind in named.names:
        inside = [place for place, at in enumerate(words.starts) if start <= at < end]
        for place in inside:
            labels[place] = f"{'B' if place == inside[0] else 'I'}-{kind}"
    return labels
