"""What 10, 1,000 and 10,000 rules of three phrases cost an article, beside two Aho-Corasick engines.

    .venv/bin/python -m tests.benchmarks.tag_rules --data FOLDER [--json]

FOLDER holds topics-masakhanews/dev.jsonl.gz. Phrases of one to three words: "drawn" from the texts
themselves, a hard case where articles match a hundred rules; "rare" ones of words from two texts, as
names on a watchlist are. The engines get the words of the article joined by spaces and only find
matches; pyahocorasick is no dependency, without it its column stays empty.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from workers.model import Article
from workers.steps.tag.evidence import Read
from workers.steps.tag.rules import Rules
from workers.steps.tag.words import Words

SIZES = (10, 1_000, 10_000)
PHRASES_A_RULE = 3
ARTICLES = 200


def texts(folder: Path) -> list[str]:
    with gzip.open(folder / "topics-masakhanews" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = map(json.loads, lines)
        return [row["text"] for row in rows if row["lang"] in ("eng", "fra") and len(row["text"].split()) > 200]


def phrases(found: Sequence[str], count: int, kind: str) -> list[str]:
    chance = random.Random(1)
    texts = [Words.of(text).folded for text in found]
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        words = chance.choice(texts)
        if kind == "drawn":
            at, length = chance.randrange(len(words)), chance.choice((1, 2, 2, 3))
            phrase = " ".join(words[at : at + length])
        else:
            phrase = f"{chance.choice(words)} {chance.choice(chance.choice(texts))}"
        if len(phrase) > 6:
            drawn[phrase] = None
    return list(drawn)


def us_an_article(call: Callable[[Any], Any], arguments: Sequence[Any]) -> float:
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        for argument in arguments:
            call(argument)
        best = min(best, time.process_time() - began)
    return best / len(arguments) * 1e6


def engine(name: str, sought: Sequence[str]) -> Callable[[Words], Any] | None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError:
        return None
    padded = [f" {phrase} " for phrase in sought]
    if name == "ahocorasick_rs":
        automaton = module.AhoCorasick(padded)
        return lambda words: automaton.find_matches_as_indexes(f" {' '.join(words.folded)} ", overlapping=True)
    automaton = module.Automaton()
    for number, phrase in enumerate(padded):
        automaton.add_word(phrase, number)
    automaton.make_automaton()
    return lambda words: list(automaton.iter(f" {' '.join(words.folded)} "))


def measure(found: Sequence[str], rules: int, kind: str) -> dict[str, Any]:
    sought = phrases(found, rules * PHRASES_A_RULE, kind)
    table = {"rule": [
        {"id": f"r{n}", "any": sought[n * PHRASES_A_RULE : (n + 1) * PHRASES_A_RULE]} for n in range(rules)
    ]}
    began = time.process_time()
    made = Rules(table)
    compile_s = time.process_time() - began
    articles = [Article("a-0", "a", text=text, language="en") for text in found[:ARTICLES]]
    read = [(article, Read.of(article)) for article in articles]
    row: dict[str, Any] = {
        "phrases": kind, "rules": rules, "tags": sum(len(made(*pair, "en")) for pair in read) / len(read),
        "compile_s": compile_s,
        "index_us": us_an_article(made._index.find, [each.words for _, each in read]),
        "tagged_us": us_an_article(lambda pair: made(*pair, "en"), read),
    }
    for name in ("ahocorasick_rs", "ahocorasick"):
        find = engine(name, sought)
        row[f"{name}_us"] = us_an_article(find, [each.words for _, each in read]) if find else None
    return row


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    found = texts(asked.data)
    rows = [measure(found, rules, kind) for kind in ("rare", "drawn") for rules in SIZES]
    if asked.json:
        print(json.dumps(rows))
        return
    words = sum(len(text.split()) for text in found[:ARTICLES]) / ARTICLES
    print(f"{ARTICLES} articles of {words:.0f} words; microseconds an article, words cut before")
    print("index: phrases found; tagged: rules asked and tags made too; then the engines, phrases found only")
    print("".join(f"{name:>{max(9, len(name) + 2)}}" for name in rows[0]))
    for row in rows:
        print("".join(f"{_shown(value):>{max(9, len(name) + 2)}}" for name, value in row.items()))


def _shown(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.{2 if value < 10 else 0}f}"
    return "-" if value is None else str(value)


if __name__ == "__main__":
    main()
