"""The language an article is written in."""

from __future__ import annotations

import re
from typing import Final

from workers.model import Article
from workers.steps.tag.identifier import Identify

UNDETERMINED: Final = "und"
SAMPLE_CHARACTERS: Final = 1000
FIRST_CHARACTERS: Final = 250  # are enough for nine articles in ten, at a third of the time
CERTAIN: Final = 0.95
SHORT_CHARACTERS: Final = 200  # a text below borrows its title
FLOOR: Final = 0.10            # of certainty; py3langid gives one clear word of a language 0.1 to 0.2
SURE: Final = 0.60             # from here on a declared language that disagrees is a template's mistake

_DECLARED: Final = re.compile(r"\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\s*")
_TWO_LETTERS: Final = {
    "ara": "ar", "deu": "de", "ger": "de", "eng": "en", "spa": "es", "fra": "fr", "fre": "fr", "hin": "hi",
    "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl", "dut": "nl", "pol": "pl", "por": "pt",
    "rus": "ru", "swa": "sw", "swe": "sv", "tur": "tr", "ukr": "uk", "zho": "zh", "chi": "zh", "fas": "fa",
    "per": "fa", "heb": "he", "ell": "el", "gre": "el", "ces": "cs", "cze": "cs", "ron": "ro", "rum": "ro",
    "vie": "vi", "tha": "th", "iw": "he", "in": "id", "ji": "yi",
}  # fmt: skip
# Written so alike that the identifier's choice weighs less than what the page declares.
_ALIKE: Final = (
    frozenset(["no", "nb", "nn", "da"]), frozenset(["sr", "hr", "bs", "sh"]), frozenset(["id", "ms"]),
    frozenset(["cs", "sk"]), frozenset(["es", "gl", "ast", "an"]), frozenset(["pt", "gl"]),
    frozenset(["zh", "yue", "wuu"]), frozenset(["fa", "prs"]), frozenset(["hi", "ne", "mr"]),
    frozenset(["bg", "mk"]),
)  # fmt: skip
# Scripts that one language of the news is written in.
_SCRIPTS: Final = {
    "el": "\u0370-\u03ff\u1f00-\u1fff", "he": "\u0590-\u05ff", "th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f", "ka": "\u10a0-\u10ff\u1c90-\u1cbf", "hy": "\u0530-\u058f", "km": "\u1780-\u17ff",
    "ko": "\u1100-\u11ff\uac00-\ud7af", "ja": "\u3040-\u30ff", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff", "ml": "\u0d00-\u0d7f", "gu": "\u0a80-\u0aff", "pa": "\u0a00-\u0a7f",
    "si": "\u0d80-\u0dff", "am": "\u1200-\u137f",
}  # fmt: skip
_LETTERS: Final = re.compile(r"[^\W\d_]")
_OF_ONE_SCRIPT: Final = {code: re.compile(f"[{ranges}]") for code, ranges in _SCRIPTS.items()}
_BEYOND_LATIN: Final = re.compile(r"[\u0370-\u03ff\u0530-\u1fff\u3040-\ud7af]")


def language_of(article: Article, identify: Identify) -> str:
    """ISO 639-1, else 639-3; "und" where nobody can tell.

    What the page or its producer declares holds unless the text plainly speaks another language.
    """
    declared = _declared(article.language)
    sample = _sample(article)
    if not _LETTERS.search(sample):
        return declared or UNDETERMINED
    heard, certainty = _hear(sample, identify)
    if declared is None:
        return heard if certainty >= FLOOR else UNDETERMINED
    if heard == declared or any({heard, declared} <= alike for alike in _ALIKE):
        return declared
    return heard if certainty >= SURE and heard != UNDETERMINED else declared


def _declared(language: str | None) -> str | None:
    match = _DECLARED.fullmatch(language or "")
    if match is None:
        return None
    code = match[1].lower()
    code = _TWO_LETTERS.get(code, code)
    return None if code in (UNDETERMINED, "mul", "zxx") else code


def _sample(article: Article) -> str:
    text = article.text[:SAMPLE_CHARACTERS]
    if len(text) < SHORT_CHARACTERS and article.title:
        return f"{article.title[:SAMPLE_CHARACTERS]}\n{text}"
    return text


def _hear(sample: str, identify: Identify) -> tuple[str, float]:
    if _BEYOND_LATIN.search(sample):
        letters = len(_LETTERS.findall(sample))
        for code, script in _OF_ONE_SCRIPT.items():
            share = len(script.findall(sample)) / letters
            # Japanese mixes kana with Han: a fifth of kana is Japanese.
            if share > (0.2 if code == "ja" else 0.5):
                return code, min(1.0, share)
    heard, certainty = identify(sample[:FIRST_CHARACTERS])
    if certainty < CERTAIN and len(sample) > FIRST_CHARACTERS:
        heard, certainty = identify(sample)
    if heard == "zxx":
        return UNDETERMINED, 0.0
    return heard, certainty
