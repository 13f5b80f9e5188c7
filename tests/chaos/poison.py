"""An own step that does what hostile documents make parsers do, at a marker in the text."""

from __future__ import annotations

import ctypes
import itertools

from workers.model import Article, Keep, Outcome

KINDS = {
    "segfault": "killed_worker",
    "endless C loop": "killed_worker",
    "endless loop": "timeout",
    "two gigabytes": "memory",
}  # marker -> reason of its quarantine


class Poison:
    def __call__(self, article: Article) -> Outcome:
        if "poison: segfault" in article.text:
            ctypes.string_at(0)
        if "poison: endless C loop" in article.text:
            sum(itertools.repeat(0))  # never returns to the interpreter, so no Python timer ends it
        if "poison: endless loop" in article.text:
            while True:
                pass
        if "poison: two gigabytes" in article.text:
            bytearray(2 << 30)
        return Keep(article)
