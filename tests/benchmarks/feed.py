"""Made-up news as JSON lines, for boards and for figures: python -m tests.benchmarks.feed 5000 > feed.jsonl

One in ten is a copy, one in twenty has no date, one in thirty cannot be read. The same number and seed give
the same lines.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from typing import Any, Final

PLACES: Final = ("Norrholm", "Port Helvig", "Eastmoor", "Inntal", "Saint-Brévin", "Villa Clara", "Kestrel Bay")
ACTORS: Final = ("The council", "The harbour office", "The school board", "The ferry company", "The weather office",
                 "The fire brigade", "The farmers' union", "The hospital", "The tram operator", "The museum")
DEEDS: Final = ("voted to rebuild", "closed", "opened again", "will sell", "has inspected", "warned about",
                "is to enlarge", "found damage in", "apologised for", "put off the work on")
THINGS: Final = ("the old bridge", "the northern quay", "tram line 4", "the market hall", "the lighthouse",
                 "the flood wall", "the reading room", "the grain store", "the ring road", "the swimming baths")
ENDS: Final = ("before the winter storms", "on Thursday", "after months of talks", "against the advice of experts",
               "with money from the region", "to the relief of neighbours", "for the second time this year")
GERMAN: Final = "Der Rat von {place} beschloss am Dienstag, {number} Wohnungen am Hafen zu bauen. "
FRENCH: Final = "Le conseil de {place} a décidé mardi de construire {number} logements près du port. "


def feed(count: int, seed: int, sources: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(seed)
    earlier: list[dict[str, Any]] = []
    for number in range(count):
        source = f"source-{chance.randrange(sources)}"
        if earlier and chance.random() < 0.1:
            document = {**chance.choice(earlier[-500:]), "source": source}
        elif chance.random() < 1 / 30:
            document = {"body": chance.choice(['{"text": 5}', '{"broken', "Follow us for more."]), "source": source}
            document |= {"content_type": "application/json"} if document["body"].startswith("{") else {}
        else:
            document = _story(chance, number, source)
            earlier.append(document)
        yield {**document, "id": f"made-{seed}-{number}"}


def _story(chance: random.Random, number: int, source: str) -> dict[str, Any]:
    place = chance.choice(PLACES)
    language = chance.choice(["en"] * 6 + ["de", "fr"])
    pattern = {"de": GERMAN, "fr": FRENCH}.get(language)
    sentences = [
        pattern.format(place=chance.choice(PLACES), number=chance.randrange(10_000)) if pattern else
        f"{chance.choice(ACTORS)} of {place} {chance.choice(DEEDS)} {chance.choice(THINGS)} {chance.choice(ENDS)}, "
        f"said report {chance.randrange(100_000)}. "
        for _ in range(chance.randrange(5, 40))
    ]
    story: dict[str, Any] = {
        "title": f"{place}: {chance.choice(THINGS)} {number}", "text": "".join(sentences), "source": source,
        "publisher": f"The {place} {chance.choice(('Post', 'Light', 'Courier'))}",
    }
    if chance.random() > 0.05:
        story["published_at"] = f"2026-11-{chance.randrange(20, 27)}T{chance.randrange(24):02}:00:00Z"
    if chance.random() < 0.3:
        story["authors"] = ["A. Writer"]
    return story


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sources", type=int, default=40)
    given = parser.parse_args()
    for document in feed(given.count, given.seed, given.sources):
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
