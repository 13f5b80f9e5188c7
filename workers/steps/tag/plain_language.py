"""The language of a text that is plainly in a frequent one: by its stop words, for a tenth of the time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain
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
    languages: dict[str, tuple[str, ...]] = {}  # of a stop word
    for language, listed in stopwords.items():
        for word in frozenset(Words.of(str(listed)).folded):
            languages[word] = (*languages.get(word, ()), language)

    def heard(text: str) -> tuple[str, float]:
        words = _WORD.findall(text.casefold())
        if len(words) >= LEAST_WORDS:
            counts = Counter(chain.from_iterable(languages[word] for word in words if word in languages))
            for language in PLAIN:
                if counts[language] >= LEAST_SHARE * len(words):
                    most = max((count for other, count in counts.items() if other != language), default=0)
                    return (language, 1.0) if counts[language] >= TIMES_THE_NEXT * most else identify(text)
        return identify(text)

    return heard
