"""What an article is recognised by: a key over its ordered words, blind to how they are typeset."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime
from typing import Final

from workers.model import Article
from workers.ports import Signature

SMALL_TEXT_WORDS: Final = 8  # below, the title counts too: "Read more." stands under many articles

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAA60, 0xAA7F), (0x20000, 0x3FFFF),
)  # fmt: skip
# Written for an apostrophe or a quote, though Unicode calls them letters.
_LETTERS_THAT_QUOTE: Final = frozenset("ʹʺʻʼʽʾʿˈˊˋꞋꞌ")


class _WordCharacters(dict[int, str]):
    """For str.translate: a character of a word as it is, invisible ones away, any other as a space.

    Filled as characters are met: 30 ns each from then on.
    """

    def __missing__(self, code: int) -> str:
        self[code] = _as_word_character(chr(code))
        return self[code]


def _as_word_character(character: str) -> str:
    category = unicodedata.category(character)
    # Accents that NFKC could not join to a letter: a spacing acute is typed for an apostrophe.
    if category == "Cf" or "\u0300" <= character <= "\u036f":
        return ""
    if category[0] not in "LNM" or character in _LETTERS_THAT_QUOTE:
        return " "
    if character == "ı":  # the lower case of I in Turkish, where casefold gives i
        return "i"
    return f" {character} " if _is_unspaced(ord(character)) else character


def _is_unspaced(code: int) -> bool:
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)


_WORDS: Final = _WordCharacters()


def words(text: str) -> list[str]:
    """The words of a text in order; each character by itself in scripts without spaces.

    Equal for texts that differ in case, white space, quotes, dashes or Unicode normal form only.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_WORDS).split()


def sign(article: Article) -> Signature:
    """The article's signature; `sketch` and `facts` stay empty.

    An article that nobody gave a time is as old as can be: it meets only its like.
    """
    return Signature(
        article_id=article.id,
        seen_at=article.received_at or article.published_at or _EPOCH,
        content_key=_content_key(article),
        publisher=_publisher(article),
    )


def _content_key(article: Article) -> int:
    text = words(article.text)
    title = words(article.title or "") if _is_small(text) else []
    if not text and not title:  # no content to compare: it is its own
        return _hash64(article.id)
    return _hash64("\n".join(text) + "\0" + "\n".join(title))


def _is_small(text: list[str]) -> bool:
    """A character by itself counts as half a word."""
    most = 2 * SMALL_TEXT_WORDS
    return len(text) < most and sum(1 if len(word) == 1 else 2 for word in text) < most


def _publisher(article: Article) -> int:
    """0 when unknown."""
    name = words(article.publisher_id or article.publisher or article.source or "")
    return _hash64("\n".join(name)) if name else 0


def _hash64(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")
