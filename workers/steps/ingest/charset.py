"""From bytes to text, by an allow-list of codecs.

Python would also decode idna, punycode, unicode_escape or zip: a page must not choose those.
Order: byte order mark; UTF-16 without one; valid UTF-8, whatever is declared; the declared charset
(parameter, <meta charset>, XML declaration); UTF-8 with few faults; a guess by frequent letters.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from workers.model import Reason
from workers.steps.ingest.faults import BodyError
from workers.steps.ingest.letters import guess_codec

_CODECS: Final[dict[str, str]] = {
    **dict.fromkeys(("utf8", "unicode11utf8", "xxbig5hkscsutf8"), "utf-8"),
    **dict.fromkeys(("utf16", "utf16le", "ucs2", "unicode"), "utf-16-le"),
    "utf16be": "utf-16-be",
    **dict.fromkeys(
        ("ascii", "usascii", "latin1", "l1", "iso88591", "iso885915", "cp1252", "windows1252", "xcp1252"),
        "windows-1252",
    ),
    **dict.fromkeys(("iso88592", "latin2", "l2"), "iso8859-2"),
    **dict.fromkeys(("windows1250", "cp1250"), "windows-1250"),
    **dict.fromkeys(("windows1251", "cp1251", "xcp1251"), "windows-1251"),
    **dict.fromkeys(("windows1253", "cp1253"), "windows-1253"),
    **dict.fromkeys(("iso88597", "greek"), "iso8859-7"),
    **dict.fromkeys(("windows1254", "cp1254", "iso88599", "latin5"), "windows-1254"),
    **dict.fromkeys(("windows1255", "cp1255", "iso88598", "iso88598i"), "windows-1255"),
    **dict.fromkeys(("windows1256", "cp1256"), "windows-1256"),
    **dict.fromkeys(("iso88596", "arabic"), "iso8859-6"),
    **dict.fromkeys(("windows1257", "cp1257"), "windows-1257"),
    **dict.fromkeys(("iso88594", "latin4"), "iso8859-4"),
    "iso885913": "iso8859-13",
    **dict.fromkeys(("windows1258", "cp1258"), "windows-1258"),
    **dict.fromkeys(("windows874", "tis620", "iso885911", "cp874"), "cp874"),
    **dict.fromkeys(("iso88595", "cyrillic"), "iso8859-5"),
    **dict.fromkeys(("koi8r", "koi8"), "koi8-r"),
    "koi8u": "koi8-u",
    **dict.fromkeys(("ibm866", "cp866"), "cp866"),
    **dict.fromkeys(("macintosh", "macroman"), "mac-roman"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "xgbk", "gb231280", "chinese"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs", "cnbig5"), "big5hkscs"),
    **dict.fromkeys(("shiftjis", "sjis", "xsjis", "windows31j", "mskanji", "cp932"), "cp932"),
    **dict.fromkeys(("eucjp", "xeucjp"), "euc-jp"),
    "iso2022jp": "iso2022-jp",
    **dict.fromkeys(("euckr", "ksc56011987", "cp949", "uhc", "windows949", "ksc5601"), "cp949"),
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(
    rb"<meta\b[^>]{0,200}?charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([\w.:+-]{1,40})"
    rb"|^\s{0,80}<\?xml\b[^>]{0,80}?encoding\s{0,8}=\s{0,8}[\"']([\w.:+-]{1,40})",
    re.IGNORECASE,
)
_LEAST_LETTERS: Final = 4  # beyond ASCII in lines that are UTF-8: a legacy charset gives few by chance
_HEAD_BYTES: Final = 4096
_MOST_REPLACED: Final = 0.5  # of the characters beyond ASCII


def decode_body(body: bytes, declared: str | None) -> tuple[str, str]:
    """(text, codec). Raises BodyError with CHARSET for UTF-7 and for what stays unreadable."""
    for mark, marked in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(marked, "replace"), marked
    unmarked = _utf16_without_mark(body)
    if unmarked:
        return body.decode(unmarked, "replace"), unmarked
    codec = _codec(declared or _declared_inside(body))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(body, codec)
    if codec == "iso2022-jp" and b"\x1b" in body:  # looks like ASCII
        return body.decode(codec, "replace"), codec
    return text, "utf-8"


def is_utf16(body: bytes) -> bool:
    return any(body.startswith(mark) for mark, _ in _MARKS) or _utf16_without_mark(body) is not None


def _decode_legacy(body: bytes, codec: str | None) -> tuple[str, str]:
    if codec and not codec.startswith("utf-"):
        return body.decode(codec, "replace"), codec
    text = body.decode("utf-8", "replace")
    if _is_mostly_read(text):
        return text, "utf-8"
    mixed = _decode_mixed(body)
    if mixed is not None:
        return mixed, "utf-8"
    guess = guess_codec(body)
    text = body.decode(guess, "replace")
    if not _is_mostly_read(text):
        raise BodyError(Reason.CHARSET, f"no charset reads the body; {guess} came nearest")
    return text, guess


def _decode_mixed(body: bytes) -> str | None:
    """A page put together from lines in UTF-8 and lines in one legacy charset; None where it is not."""
    lines = body.split(b"\n")
    read = [_as_utf8(line) for line in lines]
    letters = sum(len(text) - len(text.encode("ascii", "ignore")) for text in read if text is not None)
    if letters < _LEAST_LETTERS:
        return None
    codec = guess_codec(b"\n".join(line for line, text in zip(lines, read, strict=True) if text is None))
    pairs = zip(lines, read, strict=True)
    return "\n".join(line.decode(codec, "replace") if text is None else text for line, text in pairs)


def _as_utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_mostly_read(text: str) -> bool:
    replaced = text.count("\ufffd")
    if not replaced:
        return True
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return replaced <= _MOST_REPLACED * beyond_ascii


def _declared_inside(body: bytes) -> str | None:
    found = _DECLARED.search(body[:_HEAD_BYTES])
    return (found.group(1) or found.group(2)).decode("ascii", "replace") if found else None


def _codec(name: str | None) -> str | None:
    """None when nothing, or nothing on the list, is declared."""
    if name is None:
        return None
    key = "".join(character for character in name.lower() if character.isalnum())
    if key in ("utf7", "unicode11utf7", "csutf7"):
        raise BodyError(Reason.CHARSET, "UTF-7 is not taken: it hides markup in plain letters")
    return _CODECS.get(key)


def _utf16_without_mark(body: bytes) -> str | None:
    """Latin letters, blanks and markup have a NUL at every other place, all of one parity."""
    sample = body[:_HEAD_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < max(4, len(sample) // 20) or min(even, odd) > max(even, odd) // 50:
        return None
    codec = "utf-16-be" if even > odd else "utf-16-le"
    try:
        sample[: len(sample) // 2 * 2].decode(codec)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:  # not just a pair cut in two at the sample's end
            return None
    return codec
