"""How right the English entity model is on documents that it has not seen.

    pip install python-crfsuite && python -m training.entities_check DATA

Half of the documents of a set are left out of the training in turn (by checksum of their names), and names are found in
them by the whole tag step. Names as the set has them, and with the adjectives that GUM's derived names lack.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.tag.quality import Counts, our_names, without_article
from training.entities import TIMES, train
from training.named_texts import NamedText, named_texts
from training.shipped import WEIGHTS, read_tables
from workers.steps.tag import Tag

CHECKED: Final = ("ner-gum/dev", "ner-wikigold/dev")

Names = Callable[[str], set[tuple[int, int, str]]]


def half_of(text: NamedText) -> int:
    return zlib.crc32(text.document.encode()) % 2


def step_without(half: int, texts: dict[str, list[NamedText]]) -> Tag:
    """Trained on all texts but this half of the documents of the sets that are checked."""
    taught = [
        (text, TIMES[name])
        for name, of_set in texts.items()
        for text in of_set
        if name not in CHECKED or half_of(text) != half
    ]
    weights = {path.name: path.read_bytes() for path in WEIGHTS.iterdir() if path.suffix in (".gz", ".bin")}
    weights["entities.en.bin"] = train(taught, plain=False)
    return Tag(read_tables(), weights, identify=lambda text: ("en", 1.0))


def measure(texts: Sequence[NamedText], names: Names, counts: Counts) -> None:
    for text in texts:
        counts.add(names(text.text), {without_article(text.text, name) for name in text.names})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    texts = {name: list(named_texts(data / f"{name}.jsonl.gz")) for name in TIMES}
    as_they_are = {name: list(named_texts(data / f"{name}.jsonl.gz", repair=False)) for name in CHECKED}
    counts = {(name, kind): Counts() for name in CHECKED for kind in ("as it is", "repaired")}
    for half in (0, 1):
        names = our_names(step_without(half, texts), "en")
        for name in CHECKED:
            for kind, found in (("as it is", as_they_are[name]), ("repaired", texts[name])):
                measure([text for text in found if half_of(text) == half], names, counts[name, kind])
    for (name, kind), each in counts.items():
        print(f"{name:<20} {kind:<10} F1 {each.f1:.3f}")


if __name__ == "__main__":
    main()
