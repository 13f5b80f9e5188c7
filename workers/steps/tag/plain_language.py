"""The language of a text that is plainly in a frequent one: by its stop words, for a tenth of the time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from workers.steps.tag.identifier import Identify
from workers.steps.tag.words import Words

LEAST_WORDS: Final = 25
LEAST_SHARE: Final = 0.36    # of the words; Dutch has a fifth of English stop words, Catalan three tenths of French
TIMES_THE_NEXT: Final = 2.0  # as many as of any other list
PLAIN: Final = ("en", "de", "fr")  # have no near relative in print that shares so many
_WORD: Final = re.compile(r"[^\W\d_]+")


def plainly_first(stopwords: Mapping[str, Any], identify: Identify) -> Identify:
    """`identify`, asked only where stop words do not tell."""
    lists = {language: frozenset(Words.of(str(text)).folded) for language, text in stopwords.items()}
    plain = [language for language in PLAIN if language in lists]

    def heard(text: str) -> tuple[str, float]:
        words = _WORD.findall(text.casefold())
        if len(words) >= LEAST_WORDS:
            for language in plain:
                count = sum(map(lists[language].__contains__, words))
                if count >= LEAST_SHARE * len(words):
                    most = max(sum(map(held.__contains__, words)) for other, held in lists.items() if other != language)
                    return (language, 1.0) if count >= TIMES_THE_NEXT * most else identify(text)
        return identify(text)

    return heard
