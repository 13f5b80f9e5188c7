"""The summary beside the first three sentences, by how many of the words that matter it holds.

    .venv/bin/python -m tests.benchmarks.tag_summary --data FOLDER [--json]

FOLDER holds topics-masakhanews and keyphrases-wikinews-fr. ROUGE-1 recall of the headline's words
(which the summary is not shown here) and of keyphrases given by hand; stop words are left out on both
sides. "lead" is the beginning of the text cut to as many characters as the summary has, "lead 3" its
first three sentences whatever their length. Texts that begin in mid-word (dropped capitals) are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workers.model import Article
from workers.settings import config_folder
from workers.steps.tag.evidence import Read
from workers.steps.tag.sentences import sentences
from workers.steps.tag.summary import Summary
from workers.steps.tag.words import Words

LANGUAGES = {"eng": "en", "fra": "fr", "swa": "sw", "hau": "ha"}
LEAST_CHARACTERS = 800


def rows(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def samples(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """(set, language, text, the words that matter)."""
    for row in rows(folder / "topics-masakhanews" / "dev.jsonl.gz"):
        if row["lang"] in LANGUAGES:
            yield f"headlines {row['lang']}", LANGUAGES[row["lang"]], row["text"], row["title"]
    for row in rows(folder / "keyphrases-wikinews-fr" / "dev.jsonl.gz"):
        lines = [line.strip() for line in row["text"].split("\n") if line.strip()]
        text = "\n\n".join(line for line in lines if line != lines[0]).partition(". - ")[2]
        yield "keyphrases fra", "fr", text, " ".join(row["keyphrases"])


class Scorer:
    def __init__(self) -> None:
        tables = {name: tomllib.loads((config_folder() / "tag" / f"{name}.toml").read_text("utf-8"))
                  for name in ("summary", "stopwords")}
        self.summary = Summary(tables["summary"], tables["stopwords"])
        self._stop = {language: set(text.split()) for language, text in tables["stopwords"].items()}
        self._any = set().union(*self._stop.values())
        self._abbreviations = frozenset(tables["summary"]["abbreviations"].split())

    def content(self, text: str, language: str) -> Counter[str]:
        stop = self._stop.get(language, self._any)
        return Counter(word for word in Words.of(text).folded if word not in stop and len(word) > 2)

    def recall(self, wanted: Counter[str], text: str, language: str) -> float:
        return (wanted & self.content(text, language)).total() / max(1, wanted.total())

    def lead(self, text: str, language: str, count: int) -> str:
        found = list(sentences(text, language, self._abbreviations, frozenset()))[:count]
        return " ".join(text[each.start : each.end] for each in found)


def measure(folder: Path) -> dict[str, dict[str, float]]:
    scorer = Scorer()
    scores: dict[str, list[tuple[float, ...]]] = {}
    for name, language, text, matter in samples(folder):
        if len(text) < LEAST_CHARACTERS or text[0].islower():
            continue
        said, _ = scorer.summary(Read.of(Article("a-0", "a", text=text)), language)
        wanted = scorer.content(matter, language)
        if said is None or not wanted:
            continue
        lead = scorer.lead(text, language, 3)
        cut = scorer.lead(text, language, 9)[: len(said)]
        scores.setdefault(name, []).append(
            (*(scorer.recall(wanted, each, language) for each in (said, cut, lead)), len(said), len(lead))
        )
    names = ("summary", "lead", "lead 3", "characters", "lead 3 characters")
    return {
        name: {"articles": len(each), **dict(zip(names, map(statistics.mean, zip(*each, strict=True)), strict=True))}
        for name, each in scores.items()
    }


def ms_an_article(folder: Path) -> tuple[float, float]:
    """(milliseconds of CPU, words) of English articles of 400 to 700 words; words cut before."""
    summary = Scorer().summary
    read = [
        Read.of(Article("a-0", "a", text=row["text"], title=row["title"]))
        for row in rows(folder / "topics-masakhanews" / "dev.jsonl.gz")
        if row["lang"] == "eng" and 400 < len(row["text"].split()) < 700
    ]
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for each in read:
            summary(each, "en")
        best = min(best, time.process_time() - began)
    return best / len(read) * 1000, statistics.mean(len(each.words) for each in read)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    found, (cost_ms, words) = measure(asked.data), ms_an_article(asked.data)
    if asked.json:
        print(json.dumps({"recall": found, "ms_an_article": cost_ms, "words": words}))
        return
    print(f"{cost_ms:.3f} ms an article of {words:.0f} words\n\nROUGE-1 recall")
    print(f"{'':<18}{'articles':>9}{'summary':>9}{'lead':>9}{'lead 3':>9}{'chars':>9}{'l3 chars':>9}")
    for name, row in found.items():
        print(f"{name:<18}{row['articles']:>9}" + "".join(f"{row[key]:>9.3f}" for key in ("summary", "lead", "lead 3"))
              + f"{row['characters']:>9.0f}{row['lead 3 characters']:>9.0f}")


if __name__ == "__main__":
    main()
