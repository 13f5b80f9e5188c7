"""What a word is when articles are searched: the same in every store.

Text becomes its words in small letters without accents, joined by single spaces; scripts that put no
space between words (Chinese, Japanese, Thai) give a word a character, so that any run of them is found
as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from workers.model import Article, Tag, TagKind

KEY_CHARS: Final = 200   # 800 bytes at most: PostgreSQL indexes values below 2,704
PHRASES_MOST: Final = 32  # of one query; the rest narrows nothing that anybody reads
PHRASE_WORDS_MOST: Final = 32
INDEXED_CHARS: Final = 200_000  # of one article: PostgreSQL refuses a tsvector above 1 MiB
WORD_CHARS: Final = 200  # a longer "word" is data; it is cut alike when indexed and when asked for

ENTITIES: Final = (TagKind.PERSON, TagKind.ORGANISATION, TagKind.PLACE, TagKind.COUNTRY)

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PHRASE = re.compile(r'"([^"]*)"?|([^\s"]+)')


def words(text: str) -> str:
    """'Café-Besuch: "Ja!"' gives 'cafe besuch ja'."""
    if text.isascii():
        found = _ASCII_WORD.findall(text.lower())
    else:
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
        found = _WORD.findall(plain)
    return " ".join([word if len(word) <= WORD_CHARS else word[:WORD_CHARS] for word in found])


def article_words(article: Article) -> str:
    # cut again: NFKD makes up to 18 characters of one
    return words(f"{article.title or ''}\n{article.text}"[:INDEXED_CHARS])[:INDEXED_CHARS]


def phrases(query: str) -> list[str]:
    """Each must stand in the article: words between double quotes together, all others alone."""
    asked = (words(quoted or bare) for quoted, bare in _PHRASE.findall(query[:INDEXED_CHARS]))
    cut = (" ".join(phrase.split()[:PHRASE_WORDS_MOST]) for phrase in asked)
    return [phrase for phrase in cut if phrase][:PHRASES_MOST]


def key(name: str) -> str:
    """A name as it is looked up: case, accents kept or not by the producer, and spacing do not matter."""
    plain = name if name.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", name))
    return " ".join(plain.casefold().split())[:KEY_CHARS]


def tag_keys(tag: Tag) -> set[str]:
    """A topic is also found by the topics above it."""
    return {key(name) for name in (tag.id, tag.label, *tag.broader)} - {""}
