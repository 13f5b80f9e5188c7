"""A guess at a legacy charset: the codec whose frequent letters fill most of the text."""

from __future__ import annotations

from typing import Final

_SAMPLE_BYTES: Final = 8192
_LEAST_LIKENESS: Final = 0.25
_MOST_REPLACED: Final = 0.02    # of the characters beyond ASCII
_TYPICAL_ONE_BYTE: Final = 0.85  # share of frequent letters in a text of the right charset
_TYPICAL_TWO_BYTES: Final = 0.3
_TWO_BYTES: Final = frozenset({"gb18030", "big5hkscs", "cp932", "euc-jp", "cp949"})

# The commonest letters beyond ASCII of what a codec is used for. Case tells KOI8-R from windows-1251.
_FREQUENT: Final[dict[str, frozenset[str]]] = {
    "windows-1252": frozenset("éèêàâçùûîïôëäöüßáíóúñãõåæøÉÀÖÄÜ’“”‘–—…€«»°"),
    "windows-1251": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшіїє"),
    "koi8-r": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжш"),
    "iso8859-5": frozenset("оеаинтсрвлкмдпуяыьгзбчйхжш"),
    "windows-1250": frozenset("ąćęłńśźżěščřžýůďťáíéóúöüőűşţ„”–"),
    "windows-1253": frozenset("αοιετσνηυρπκμλςγδθόίάέή"),
    "windows-1254": frozenset("ışğüöçİŞ’“”"),
    "windows-1255": frozenset("יוהלאתרמשבנדםחקפעגטכצןזסך"),
    "windows-1256": frozenset("الينمرتوبعدسفهكقحجةطصشخأإىضءذغئز"),
    "cp874": frozenset("านรอกเงมยลวดทสตะปบคหแจพชขใไโผ่้ิีัาุู็์"),
    "gb18030": frozenset("的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对"),
    "big5hkscs": frozenset("的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對"),
    "cp932": frozenset("のにはをたがでてとしれさあいうえおかきけこそちつなまめもやよらりるんすせ、。ー"),
    "euc-jp": frozenset("のにはをたがでてとしれさあいうえおかきけこそちつなまめもやよらりるんすせ、。ー"),
    "cp949": frozenset("이다의는에을가한고하지로를은사기어나도아인해들그있대시정자일부리만것과서원으전"),
}


def guess_codec(body: bytes) -> str:
    sample = _beyond_ascii(body)
    scores = {codec: _likeness(sample.decode(codec, "replace"), codec) for codec in _FREQUENT}
    best = max(scores, key=scores.__getitem__)
    return best if scores[best] >= _LEAST_LIKENESS else "windows-1252"


def _likeness(text: str, codec: str) -> float:
    """About 1 for a text in the codec's languages, about 0 for chance, less for what it cannot decode."""
    beyond = [character for character in text if character > "\x7f"]
    if not beyond or beyond.count("\ufffd") > 1 + _MOST_REPLACED * len(beyond):
        return -1.0
    frequent = _FREQUENT[codec]
    share = sum(character in frequent for character in beyond) / len(beyond)
    if codec in _TWO_BYTES:
        return share / _TYPICAL_TWO_BYTES
    chance = len(frequent) / 128
    return (share - chance) / (_TYPICAL_ONE_BYTE - chance)


def _beyond_ascii(body: bytes) -> bytes:
    """A stretch of the body from its first byte beyond ASCII on: markup in front tells nothing."""
    start = len(body) - len(body.lstrip(bytes(range(128))))
    return body[start : start + _SAMPLE_BYTES]
