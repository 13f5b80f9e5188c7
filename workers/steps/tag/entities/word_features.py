"""What the entity model sees of a word: shared by training and tagging, so that both see the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workers.steps.tag.table import BadTable

OFFSETS: Final = (-2, -1, 0, 1, 2)  # places of a word relative to the one that is labelled
LABELS: Final = (
    "O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC",
)  # fmt: skip

BOUND: Final = "bound"  # stands where a sentence has no further word

LISTS: Final = (
    "titles", "organisation", "place", "place_before", "speech", "calendar", "peoples", "given", "connectors",
    "abbreviations", "arabic_given", "arabic_ends", "match", "team_before", "team_behind",
)  # fmt: skip
# By the model: it knows scripts with case, and no more of a text than a window.
_UNSEEN: Final = frozenset(["arabic_given", "arabic_ends", "match", "team_before", "team_behind"])
_WHERE: Final = "config/tag/entities.toml"
# At the neighbours only what generalises: a name's own endings say nothing about the next word.
_AT_NEIGHBOURS: Final = ("w=", "c512=", "c1500=", "shape=", "in=")
_AT_DISTANCE: Final = ("w=", "c512=", "in=")


def is_used(feature: str, offset: int) -> bool:
    if offset == 0:
        return True
    return feature.startswith(_AT_NEIGHBOURS if abs(offset) == 1 else _AT_DISTANCE)


class WordFeatures:
    """lists: the parsed entities.toml; clusters: word -> its clusters of 64, 512 and 1500;
    known: further lists by name, as of countries and cities, case-folded words; plain: leave out the word itself,
    its endings and clusters, which say something in one language only.

    Raises BadTable when a list is no string of words.
    """

    def __init__(
        self, lists: Mapping[str, Any], clusters: Mapping[str, Sequence[object]], known: Mapping[str, frozenset[str]],
        *, plain: bool = False,
    ) -> None:
        self._plain = plain
        self._lists: dict[str, frozenset[str]] = dict(known)
        for name in LISTS:
            words = lists.get(name, "")
            if not isinstance(words, str):
                raise BadTable([f"{_WHERE}: {name} must be words in one string, not {words!r}"])
            self._lists[name] = frozenset(words.casefold().split())
        self._clusters = clusters
        found: dict[str, list[str]] = {}
        for name, held in self._lists.items():
            for word in held if name not in _UNSEEN else ():
                found.setdefault(word, []).append(f"in={name}")
        self._in_lists = {word: tuple(names) for word, names in found.items()}

    def words_of(self, name: str) -> frozenset[str]:
        return self._lists[name]

    def of(self, form: str, *, beside: bool = False) -> list[str]:
        """The word itself, its shape, endings, clusters and the lists that hold it.

        beside: only what says something about the words beside it; half of the work.
        """
        low = form.casefold()
        found = [f"shape={shape(form)}", *self._in_lists.get(low, ())]
        if self._plain:
            return found
        found.append(f"w={low}")
        cluster = self._clusters.get(low)
        if cluster is not None:
            found += (f"c512={cluster[1]}", f"c1500={cluster[2]}")
        if beside:
            return found
        found += [f"end={low[-n:]}" for n in (1, 2, 3, 4) if len(low) > n]
        found += [f"begin={low[:n]}" for n in (2, 3) if len(low) > n]
        return found + (["c=unknown"] if cluster is None else [f"c64={cluster[0]}", f"rank={cluster[3]}"])


def shape(form: str) -> str:
    """As Xx, X., XX, xx, XxX, 0, X0: letters by case, runs of one kind folded; long words are marked."""
    if form.isalpha():
        if form.islower():
            return "x"
        if form.isupper():
            return "X" if len(form) == 1 else "XX" if len(form) < 5 else "XXXXX"
        if form[0].isupper() and form[1:].islower():
            return "Xx"
        return "XxX" if form[0].isupper() else "xX"
    if form.isdigit():
        return f"0{min(len(form), 4)}"
    return "X0" if form[:1].isupper() else "mixed"
