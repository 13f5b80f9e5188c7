"""Mixed documents from a seed: dumps, pages, records, copies, bad input and planted poison."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from tests.chaos.poison import KINDS

WORDS = (
    "harbour council bridge minister school river market station budget report engine forest village museum "
    "summer winter match record season hospital strike train tunnel energy water garden letter village judge"
).split()


def text(chance: random.Random, words: int) -> str:
    sentences = []
    while words > 0:
        count = chance.randint(8, 18)
        sentences.append(" ".join(chance.choices(WORDS, k=count)).capitalize() + ".")
        words -= count
    return " ".join(sentences)


def documents(seed: int, count: int, poison_of_a_kind: int) -> Iterator[dict[str, str]]:
    """Stream fields of each. About a third are copies; planted poison is spread evenly.

    `id` says what is expected: "poison <kind> n", "empty n", else "good n".
    """
    chance = random.Random(seed)
    planted = [f"poison: {kind}" for kind in KINDS for _ in range(poison_of_a_kind)]
    chance.shuffle(planted)
    places = dict(zip(sorted(chance.sample(range(count), len(planted))), planted, strict=True))
    earlier: list[tuple[str, str]] = []
    for number in range(count):
        if number in places:
            body = f"{places[number]} {number}. {text(chance, 40)}"
            yield {"body": body, "id": f"{places[number]} {number}", "content_type": "text/plain"}
        elif number % 500 == 499:
            yield {"body": " \n", "id": f"empty {number}", "content_type": "text/plain"}
        else:
            if earlier and chance.random() < 0.3:
                kind, body = chance.choice(earlier)
            else:
                kind, body = _document(chance, number)
                if len(earlier) < 2000:
                    earlier.append((kind, body))
            yield {"body": body, "id": f"good {number}", "content_type": kind}


def _document(chance: random.Random, number: int) -> tuple[str, str]:
    title, body = f"{text(chance, 8)[:-1]} {number}", text(chance, chance.randint(40, 200))
    shape = chance.random()
    if shape < 0.05:
        paragraphs = "".join(f"<p>{text(chance, 60)}</p>" for _ in range(3))
        head = f"<head><title>{title}</title></head>"
        return "text/html", f"<html>{head}<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    if shape < 0.6:
        return "application/json", json.dumps({"title": title, "text": body, "publisher": "Courier"})
    return "text/plain", f"{title}\n{title}\n{body}\n\n{text(chance, 60)}\n"
