"""make bench-tag: how right and how fast the tag step is, rivals beside it, in one run.

    NEWSMILL_BENCH_DATA=DIR make bench-tag ARGS=--json

DIR holds the sets by folder (topics-agnews, ner-gum, ...), see docs/models.md. A set or rival that is missing is left
out. Machines differ: of rates read the ratios. Sets that the shipped weights were trained on are marked.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.tag import quality, rivals, speed
from tests.benchmarks.tag.sets import Sets
from tests.benchmarks.tag.step import shipped_step
from workers.model import Article, TagKind
from workers.runtime.wiring.tables import read_tables
from workers.settings import config_folder
from workers.steps.tag import Tag
from workers.steps.tag.countries import Countries


@dataclass(frozen=True, slots=True)
class Line:
    what: str
    ours: float
    goal: float | None = None   # at least; load and memory: at most
    rival: str = ""
    theirs: float | None = None


def measured(sets: Sets) -> Iterator[Line]:
    step = shipped_step()
    yield from _language(sets, step)
    yield from _topics(sets, step)
    yield from _entities(sets, step)
    yield from _others(sets, step)
    yield from _speed(sets, step)


def _language(sets: Sets, step: Tag) -> Iterator[Line]:
    if not sets.rows("langid-sib200"):
        return
    theirs = rivals.py3langid()

    def ours(text: str) -> str:
        return quality.tagged(step, text=text).language or ""

    for what, characters, goal in (("language, sentences", None, 0.985), ("language, 40 characters", 40, 0.970)):
        right, also_right = (quality.language(sets, identify, characters) for identify in (ours, theirs))
        yield Line(what, right, goal, "py3langid", also_right)


def _topics(sets: Sets, step: Tag) -> Iterator[Line]:
    rows = sets.rows("topics-masakhanews")
    groups = [
        ("topics, news en", "en", [row for row in rows if row["lang"] == "eng"], 0.75),
        ("topics, news fr", "fr", [row for row in rows if row["lang"] == "fra"], 0.68),
        ("topics, AG", "en", [row for row in sets.rows("topics-agnews") if row["iptc_top"]], 0.75),
    ]
    for what, language, texts, goal in groups:
        if texts:
            ours = quality.topics(texts, quality.first_top(step, language))
            yield Line(what, ours, goal, "SVM on the labels", rivals.svm_accuracy(texts))


def _entities(sets: Sets, step: Tag) -> Iterator[Line]:
    model = rivals.spacy_small()
    for what, folder, file, licence, language, goal in (
        ("names, GUM (in part trained on)", "ner-gum", "dev.jsonl.gz", "", "en", 0.74),
        ("names, GUM, the part not trained on", "ner-gum", "dev.jsonl.gz", "SA", "en", None),
        ("names, web en", "ner-uner", "en_ewt.jsonl.gz", "", "en", 0.68),
        ("names, news de", "ner-uner", "de_pud_dev.jsonl.gz", "", "de", None),
    ):
        texts = sets.named(folder, file, licence=licence)
        if texts:
            ours = quality.entities(texts, quality.our_names(step, language))
            is_english = model is not None and language == "en"
            theirs = quality.entities(texts, rivals.spacy_names(model)) if is_english else None
            yield Line(what, ours, goal, "spaCy small", theirs)


def _others(sets: Sets, step: Tag) -> Iterator[Line]:
    reuters = sets.rows("topics-reuters21578")
    if reuters:
        codes = Countries(read_tables(config_folder() / "tag")["countries"], {}).by_name
        yield Line("countries, Reuters", quality.countries(step, reuters, codes), 0.83)
    french = sets.rows("keyphrases-wikinews-fr")
    if french:
        yake = rivals.yake("fr")

        def ours(text: str) -> list[str]:
            article = quality.tagged(step, text=text, language="fr")
            return [tag.id for tag in quality.of_kind(article, TagKind.KEYPHRASE)]

        theirs = quality.keyphrases(french, yake) if yake else None
        yield Line("keyphrases fr, F1@10", quality.keyphrases(french, ours), 0.38, "YAKE", theirs)


def _speed(sets: Sets, step: Tag) -> Iterator[Line]:
    rows = [row for row in sets.rows("topics-masakhanews") if row["lang"] == "eng"]
    if not rows:
        return
    articles = [Article("a-0", "a", title=row["title"], text=row["text"]) for row in rows]
    words = sum(len(article.text.split()) for article in articles)
    model = rivals.spacy_small()
    texts = [article.text for article in articles]
    few = len(texts) // 8
    few_words = sum(len(text.split()) for text in texts[:few])
    gc.collect()
    gc.freeze()  # this and the next as a worker does before its children are forked
    gc.set_threshold(20_000, 20, 20)
    ours, theirs = [], []
    for _ in range(speed.TURNS):
        ours.append(speed.rate(step, articles, words))
        if model is not None:
            theirs.append(speed.rate(model, texts[:few], few_words))
    rate = median(ours)
    spacy_rate = median(theirs) if theirs else None
    yield Line("articles of 530 words a CPU second, all kinds", rate, 400, "spaCy small, names", spacy_rate)
    if theirs:
        yield Line("times as fast as spaCy small's names alone", rate / median(theirs), 20)
    seconds, megabytes = speed.load_and_memory(texts[:few])
    yield Line("CPU seconds to load (at most)", seconds, 1.5)
    yield Line("MB of a worker (at most)", megabytes, 350)
    everything = (quality.tagged(step, title=each.title, text=each.text) for each in articles)
    yield Line("wrong spans (at most)", float(sum(quality.wrong_spans(everything).values())), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSMILL_BENCH_DATA"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.data is None or not Path(arguments.data).is_dir():
        parser.error("name the folder of data sets: --data DIR or NEWSMILL_BENCH_DATA")
    lines = []
    for line in measured(Sets(Path(arguments.data))):
        lines.append(line)
        if not arguments.json:
            _show(line)
    if arguments.json:
        json.dump([asdict(line) for line in lines], sys.stdout, indent=1)


def _show(line: Line) -> None:
    goal = "" if line.goal is None else f"goal {line.goal:g}"
    theirs = "not measured" if line.theirs is None else _number(line.theirs)
    beside = f"{line.rival} {theirs}" if line.rival else ""
    print(f"{line.what:<46} {_number(line.ours):>7}  {goal:<11} {beside}", flush=True)


def _number(value: Any) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.0f}"


if __name__ == "__main__":
    main()
