"""What else one would use: MinHash LSH of datasketch and rensa, and SimHash. Each names the earlier
article of the window that is most alike, above its threshold; none names a relation but `near`.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from workers.model import Article, Relation, RelationKind

WINDOW = timedelta(days=7)
Rival = Callable[[list[Article]], list[Relation]]


def tokens(text: str) -> list[str]:
    """Words; characters by themselves in scripts without spaces."""
    return re.findall(r"[\u0e00-\u0fff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+", text.casefold())


def shingles(text: str, words: int) -> set[bytes]:
    found = tokens(text)
    return {" ".join(found[at : at + words]).encode() for at in range(max(1, len(found) - words + 1))}


class _Bands:
    """Locality-sensitive hashing over any signature that is a list of numbers."""

    def __init__(self, bands: int, rows: int) -> None:
        self._bands, self._rows = bands, rows
        self._tables: list[dict[Any, list[int]]] = [defaultdict(list) for _ in range(bands)]

    def candidates(self, signature: Any) -> Iterator[int]:
        for table, key in self._keys(signature):
            yield from table.get(key, ())

    def insert(self, at: int, signature: Any) -> None:
        for table, key in self._keys(signature):
            table[key].append(at)

    def _keys(self, signature: Any) -> Iterator[tuple[dict[Any, list[int]], Any]]:
        for band, table in enumerate(self._tables):
            yield table, tuple(signature[band * self._rows : (band + 1) * self._rows])


def _online(articles: list[Article], sign: Callable[[Article], Any], index: Any, alike: Callable[[Any, Any], float],
            least: float) -> list[Relation]:
    """Asks, then inserts, as each arrives; a redelivered one gets its first answer."""
    signatures: list[Any] = []
    answers: dict[str, Relation] = {}
    for at, article in enumerate(articles):
        signature = sign(article)
        signatures.append(signature)
        if article.id in answers:
            continue
        best = max(
            ((alike(signature, signatures[old]), -old) for old in set(index.candidates(signature))
             if _time(article) - _time(articles[old]) <= WINDOW),
            default=(0.0, 0),
        )
        found = best[0] >= least
        answers[article.id] = Relation(RelationKind.NEAR, articles[-best[1]].id, best[0]) if found else Relation()
        index.insert(at, signature)
    return [answers[article.id] for article in articles]


def _time(article: Article) -> datetime:
    assert article.received_at is not None
    return article.received_at


def datasketch_minhash(bands: int, rows: int, words: int, least: float) -> Rival:
    from datasketch import MinHash

    def sign(article: Article) -> Any:
        made = MinHash(num_perm=bands * rows)
        made.update_batch(shingles(article.text, words))
        return made.hashvalues

    def alike(one: Any, other: Any) -> float:
        return float((one == other).mean())

    return lambda articles: _online(articles, sign, _Bands(bands, rows), alike, least)


def rensa_minhash(bands: int, rows: int, words: int, least: float) -> Rival:
    from rensa import RMinHash

    def sign(article: Article) -> list[int]:
        made = RMinHash(num_perm=bands * rows, seed=42)
        made.update([each.decode() for each in shingles(article.text, words)])
        digest: list[int] = made.digest()
        return digest

    def alike(one: list[int], other: list[int]) -> float:
        return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)

    return lambda articles: _online(articles, sign, _Bands(bands, rows), alike, least)


def simhash(distance: int) -> Rival:
    """64 bits over words; tables over every 16-bit quarter find all within a distance of 3."""
    import numpy as np

    def sign(article: Article) -> int:
        digests = b"".join(hashlib.blake2b(word.encode(), digest_size=8).digest() for word in tokens(article.text))
        bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(-1, 64)
        return int.from_bytes(np.packbits(bits.sum(axis=0) * 2 > len(bits)).tobytes(), "big")

    class Quarters:
        def __init__(self) -> None:
            self._tables: dict[tuple[int, int], list[int]] = defaultdict(list)

        def candidates(self, signature: int) -> Iterator[int]:
            for quarter in range(4):
                yield from self._tables.get((quarter, signature >> 16 * quarter & 0xFFFF), ())

        def insert(self, at: int, signature: int) -> None:
            for quarter in range(4):
                self._tables[quarter, signature >> 16 * quarter & 0xFFFF].append(at)

    def alike(one: int, other: int) -> float:
        return 1 - (one ^ other).bit_count() / 64

    return lambda articles: _online(articles, sign, Quarters(), alike, 1 - distance / 64)


RIVALS: dict[str, Callable[[], Rival]] = {
    "datasketch 25x5": lambda: datasketch_minhash(25, 5, 5, 0.5),
    "datasketch 42x3": lambda: datasketch_minhash(42, 3, 5, 0.3),
    "rensa 32x4": lambda: rensa_minhash(32, 4, 5, 0.4),
    "SimHash 3": lambda: simhash(3),
}
