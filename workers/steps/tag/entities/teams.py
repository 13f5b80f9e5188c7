"""Teams that bear the name of a place: in the report of a match "England" that beat "Spain" is an organisation."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from workers.steps.tag.entities.mentions import ORGANISATION, PLACE, Mention
from workers.steps.tag.words import Words

_HAVING: Final = frozenset(["had", "have", "has"])
LEAST_WORDS: Final = 3  # different ones of a match, in a text that reports one
_SCORE: Final = re.compile(r"\s*[-–:]\s*")


@dataclass(frozen=True, slots=True)
class Teams:
    """Case-folded words. match: that reports of matches are made of; before: what stands before the name of a team
    that plays ("against"); behind: what a team does ("beat"), and who belongs to it ("goalkeeper")."""

    match: Set[str]
    before: Set[str]
    behind: Set[str]
    before_place: Set[str]

    def told(self, words: Words, found: list[Mention]) -> list[Mention]:
        """The same mentions; a place that plays somewhere in the text is an organisation, but for "in England"."""
        if len(self.match & words.places.keys()) < LEAST_WORDS:
            return found
        playing = {each.name for each in found if each.kind == PLACE and self._plays(words, each)}
        if not playing:
            return found
        return [
            each._replace(kind=ORGANISATION) if each.name in playing and not self._is_where(words, each) else each
            for each in found
        ]

    def _plays(self, words: Words, each: Mention) -> bool:
        behind = each.last + 1
        if behind + 1 < len(words) and words.gaps[behind] in ("'", "’") and words.folded[behind] == "s":
            behind += 1  # England's goalkeeper
        if _is_score(words, behind) or _is_score(words, each.first - 2) or _is_behind_score(words, each):
            return True
        if behind + 1 < len(words) and words.folded[behind] in _HAVING:
            behind += 1
        is_followed = behind < len(words) and words.gaps[behind] == " " and words.folded[behind] in self.behind
        is_met = each.first > 0 and words.gaps[each.first] == " " and words.folded[each.first - 1] in self.before
        return is_followed or is_met

    def _is_where(self, words: Words, each: Mention) -> bool:
        is_there = each.first > 0 and words.folded[each.first - 1] in self.before_place
        return is_there and not _is_behind_score(words, each)


def _is_behind_score(words: Words, each: Mention) -> bool:
    """Whether it is the one that a match was lost to: "2-1 to England"."""
    return each.first > 1 and words.folded[each.first - 1] == "to" and words.forms[each.first - 2].isdecimal()


def _is_score(words: Words, at: int) -> bool:
    """Whether the two words there are a score: "2-1"."""
    if not 0 <= at < len(words) - 1:
        return False
    is_pair = words.forms[at].isdecimal() and words.forms[at + 1].isdecimal()
    return is_pair and _SCORE.fullmatch(words.gaps[at + 1]) is not None
