"""What a word is when articles are searched.

Small letters without accents. Scripts that put no space between words (Chinese, Japanese, Thai) give a
word a character, so that any run of them is found as a phrase. SQLite's index finds the words by itself,
in a quarter of the time: it is given the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import Final

from workers.model import Article, Tag, TagKind

KEY_CHARS: Final = 200   # 800 bytes at most: PostgreSQL indexes values below 2,704
PHRASES_MOST: Final = 32  # of one query; the rest narrows nothing that anybody reads
PHRASE_CHARS: Final = 1000
INDEXED_CHARS: Final = 200_000  # of one article: PostgreSQL refuses a tsvector above 1 MiB
WORD_CHARS: Final = 200  # a longer "word" is data; it is cut alike when indexed and when asked for

ENTITIES: Final = (TagKind.PERSON, TagKind.ORGANISATION, TagKind.PLACE, TagKind.COUNTRY)

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # kana, Han
)
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(r"[^\W_]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PHRASE = re.compile(r'"([^"]*)"?|([^\s"]+)')


def words(text: str) -> str:
    """'Café-Besuch: "Ja!"' gives 'cafe besuch ja'."""
    if text.isascii():
        found = _ASCII_WORD.findall(text.lower())
    else:
        found = _WORD.findall(_without_accents(spaced(text).casefold()))
    return " ".join([word if len(word) <= WORD_CHARS else word[:WORD_CHARS] for word in found])


def article_words(article: Article) -> str:
    # cut again: NFKD makes up to 18 characters of one
    return words(_searched(article))[:INDEXED_CHARS]


def spaced_article(article: Article) -> str:
    """For an index that finds words by itself but knows only spaces."""
    return spaced(_searched(article))


def spaced(text: str) -> str:
    if text.isascii() or not _UNSPACED_LETTER.search(text):
        return text
    return _UNSPACED_LETTER.sub(r" \g<0> ", text)


def phrases(query: str) -> list[str]:
    """Each must stand in the article: words between double quotes together, all others alone.

    They hold no double quote and at least one word.
    """
    asked = ((quoted or bare)[:PHRASE_CHARS] for quoted, bare in _PHRASE.findall(query[:INDEXED_CHARS]))
    return list(islice((phrase for phrase in asked if words(phrase)), PHRASES_MOST))


def _searched(article: Article) -> str:
    return f"{article.title or ''}\n{article.text}"[:INDEXED_CHARS]


def _without_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return text if plain == text else _ACCENTS.sub("", plain)


@lru_cache(maxsize=8192)  # topics, countries and publishers come again and again
def key(name: str) -> str:
    """A name as it is looked up: case, accents and spacing do not matter."""
    return " ".join(_without_accents(name.casefold()).split())[:KEY_CHARS]


def tag_keys(tag: Tag) -> set[str]:
    """A topic is also found by the topics above it."""
    return {key(name) for name in (tag.id, tag.label, *tag.broader)} - {""}
