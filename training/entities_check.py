"""How right the English names are on documents that their models have not seen.

    pip install python-crfsuite torch && python -m training.entities_check DATA

A quarter of the documents of a set is left out of the training in turn (by checksum of their names), and names are
found in them by the whole tag step. Names as the set has them, and with the adjectives that GUM's derived names lack.
"""

from __future__ import annotations

import argparse
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from rich.progress import track

from tests.benchmarks.tag.quality import Counts, our_names, without_article
from training.entities import TIMES, train_english
from training.named_texts import NamedText, named_texts
from training.shipped import WEIGHTS, read_tables
from workers.steps.tag import Tag

FOLDS: Final = 4
CHECKED: Final = ("ner-gum/dev", "ner-wikigold/dev")

Names = Callable[[str], set[tuple[int, int, str]]]


def fold_of(text: NamedText) -> int:
    return zlib.crc32(text.document.encode()) % FOLDS


def is_news(text: NamedText) -> bool:
    """Of GUM: the kinds of texts that the mill is for."""
    return text.document.startswith(("GUM_news", "GUM_interview"))


def step_without(fold: int, texts: dict[str, list[NamedText]]) -> Tag:
    """Trained on all texts but this part of the documents of the sets that are checked."""
    taught = [
        (text, TIMES[name])
        for name, of_set in texts.items()
        for text in of_set
        if name not in CHECKED or fold_of(text) != fold
    ]
    weights = {path.name: path.read_bytes() for path in WEIGHTS.iterdir() if path.suffix in (".gz", ".bin")}
    return Tag(read_tables(), weights | train_english(taught), identify=lambda text: ("en", 1.0))


def measure(texts: Iterable[NamedText], names: Names, counts: Counts) -> None:
    for text in texts:
        counts.add(names(text.text), {without_article(text.text, name) for name in text.names})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    texts = {name: list(named_texts(data / f"{name}.jsonl.gz")) for name in TIMES}
    as_they_are = {name: list(named_texts(data / f"{name}.jsonl.gz", repair=False)) for name in CHECKED}
    counts: defaultdict[tuple[str, str], Counts] = defaultdict(Counts)
    for fold in track(range(FOLDS), "folds"):
        names = our_names(step_without(fold, texts), "en")
        for name in CHECKED:
            for kind, found in (("as it is", as_they_are[name]), ("repaired", texts[name])):
                of_fold = [text for text in found if fold_of(text) == fold]
                measure(of_fold, names, counts[name, kind])
                measure(filter(is_news, of_fold), names, counts[f"{name}, news and interviews", kind])
    for (name, kind), each in counts.items():
        if each.wanted:
            print(f"{name:<36} {kind:<10} F1 {each.f1:.3f}  {each.wanted} names")


if __name__ == "__main__":
    main()
