"""The identifier of languages: py3langid, with what is known of news and of languages written alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import log, sqrt
from typing import Final

import numpy as np

from workers.steps.tag.alike import Alike

Identify = Callable[[str], tuple[str, float]]  # text -> ISO 639 code, certainty 0..1

RARE_LOG_ODDS: Final = 10.0
# Known to the identifier, and hardly a newspaper's language: few words, or a name, are no sign of them.
RARE: Final = frozenset(
    "ace an ary arz bcl br crh eo ext fo fuv fy gcf gcr gd gom grc gug guw hbo jv kab kik la lij ltg nn oc pcm sa sdh "
    "se uzs vec vo wa wuu yue".split()
)
# What of these is printed under the name of another language.
PRINTED: Final = {"wuu": "zh", "yue": "zh", "nn": "no", "nb": "no", "ext": "es", "gom": "mr", "sh": "sr"}


def py3langid_identifier(alike: Alike) -> Identify:
    """Loads the model: 0.5 s and 60 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    handicaps = [RARE_LOG_ODDS * (code in RARE) for code in model.nb_classes]
    model.nb_pc = model.nb_pc - np.array(handicaps, dtype=np.float32)

    def identify(text: str) -> tuple[str, float]:
        heard, certainty = model.classify(text)
        heard = PRINTED.get(heard, heard)
        if heard in alike.languages:
            heard = alike.likeliest(heard, _log_odds(model.rank(text), text), text)
        return heard, certainty

    return identify


def _log_odds(ranked: Iterable[tuple[str, float]], text: str) -> dict[str, float]:
    """The certainties are evened out by the root of the text's bytes: that is taken back."""
    scale = sqrt(len(text.encode(errors="surrogatepass")) or 1)
    found: dict[str, float] = {}
    for code, certainty in ranked:
        if certainty > 0:
            found.setdefault(PRINTED.get(code, code), scale * log(certainty))
    return found
