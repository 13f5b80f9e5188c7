"""Articles, ids and verdicts as bytes, as the scripts keep them; judge.lua has the layout."""

from __future__ import annotations

import re
import struct
from typing import Final

from workers.model import ArticleId, Relation, RelationKind
from workers.ports import Judgement, Signature

_HEAD: Final = struct.Struct(">IBBBIIB")
_PAST: Final = 1 << 47        # milliseconds before 1970 that a time can lie
_OF_DOCUMENT: Final = re.compile(r"[0-9a-f]{32}-\d{1,9}")
_SHORTENED: Final = b"\0"     # no id begins so
_AGAIN: Final = 255
_ID_BYTES: Final = 200
_KINDS: Final = {
    "n": RelationKind.NEAR, "d": RelationKind.CONTAINED, "c": RelationKind.CONTAINS, "p": RelationKind.UPDATE,
}


def pack_id(article: ArticleId) -> bytes:
    """Half as long where it is a document's id and a part. Raises ValueError for one of over 200 bytes."""
    if _OF_DOCUMENT.fullmatch(article):
        return _SHORTENED + bytes.fromhex(article[:32]) + article[33:].encode()
    packed = article.encode("utf-8", "surrogatepass")
    if len(packed) > _ID_BYTES:
        raise ValueError(f"an article id of {len(packed)} bytes: {article[:60]}...")
    return packed


def unpack_id(packed: bytes) -> ArticleId:
    if packed.startswith(_SHORTENED):
        return f"{packed[1:17].hex()}-{packed[17:].decode()}"
    return packed.decode("utf-8", "surrogatepass")


def pack_body(signature: Signature, seen_ms: int, id: bytes) -> bytes:
    head = _HEAD.pack(
        min(signature.distinct, 2**32 - 1), len(signature.looked_up) // 5, len(signature.sketch) // 4,
        len(signature.facts) // 4, signature.publisher & 0xFFFFFFFF, signature.place & 0xFFFFFFFF, len(id),
    )
    return b"".join(((seen_ms + _PAST).to_bytes(6, "big"), head, id, signature.sketch, signature.facts))


def pack_generation(generation: int) -> bytes:
    return struct.pack(">i", generation)


def unpack_claim(record: bytes) -> tuple[bytes, int, bytes]:
    """Content key, generation, sequence number of a uid record."""
    return record[:8], struct.unpack(">i", record[8:12])[0], record[12:17]


def unpack_answer(answer: bytes) -> Judgement:
    compared = None if answer[0] == _AGAIN else answer[0]
    return Judgement(_relation(answer[1:]), compared)


def _relation(verdict: bytes) -> Relation:
    kind = chr(verdict[0])
    if kind == "u":
        return Relation()
    if kind == "e":
        return Relation(RelationKind.EXACT, of=_ids(verdict[1:])[0], score=1.0, of_new=1.0, of_old=1.0)
    of_new, of_old = (share / 1000 for share in struct.unpack(">HH", verdict[1:5]))
    best, *also = _ids(verdict[5:])
    return Relation(_KINDS[kind], best, max(of_new, of_old), of_new, of_old, also=tuple(also))


def _ids(packed: bytes) -> list[ArticleId]:
    ids, at = [], 0
    while at < len(packed):
        end = at + 1 + packed[at]
        ids.append(unpack_id(packed[at + 1 : end]))
        at = end
    return ids
