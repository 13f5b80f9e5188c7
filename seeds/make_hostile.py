#!/usr/bin/env python3
"""Writes the hostile corpus into a folder: the small files of hostile/, and the large ones made here.

Every byte follows from this file, so two runs write the same corpus. Beside the files stands
expected.json, a list of {"name", "expect", "reasons"}, sorted by name:

expect   what becomes of the file as the body of one document: "quarantined", "stored", or "any",
         where all that counts is an answer in bounded time and memory.
reasons  the values of workers.model.Reason of which one is given when it is quarantined;
         null where each is right.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SMALL: Final = Path(__file__).resolve().parent / "hostile"
EXPECTED: Final = "expected.json"
MIB: Final = 1024 * 1024
STORY: Final = (
    "The keeper of the tide tables at Skerrow has been off by one hour since the clocks changed, and "
    "eleven boats lay on the mud on Monday with their crews playing cards.",
    "She has offered to print the tables again at her own cost. The crews asked her not to hurry.",
)


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    expect: str
    reasons: tuple[str, ...] | None
    chunks: Callable[[], Iterator[bytes]]


def text_of(size: int) -> Iterator[bytes]:
    """`size` bytes of numbered sentences, a paragraph a line."""
    left, number = size, 0
    while left > 0:
        number += 1
        line = f"Sentence number {number} of a report that nobody will ever read to its end.\n".encode()
        yield line[:left]
        left -= len(line)


def one_line(size: int) -> Iterator[bytes]:
    yield b"A line without an end\n"
    yield b"".join(text_of(size)).replace(b"\n", b" ")


def page(inside: Iterator[bytes]) -> Iterator[bytes]:
    """An ordinary HTML article with `inside` between its two paragraphs."""
    yield b'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Boats wait for the tide</title></head><body>'
    yield f"<article><h1>Boats wait for the tide</h1><p>{STORY[0]}</p>".encode()
    yield from inside
    yield f"<p>{STORY[1]}</p></article></body></html>".encode()


def dump(inside: Iterator[bytes]) -> Iterator[bytes]:
    """An ordinary dump of an article with `inside` between its two paragraphs."""
    yield f"Boats wait for the tide\n{STORY[0]}\n".encode()
    yield from inside
    yield f"\n{STORY[1]}\n".encode()


def nested_html(depth: int, tag: str) -> Iterator[bytes]:
    yield b"<html><body>" + f"<{tag}>".encode() * depth
    yield f"<p>{STORY[0]}</p><p>{STORY[1]}</p>".encode()


def nested_json(depth: int) -> Iterator[bytes]:
    yield b'{"title": "Down", "text": "A record with a well in it.", "well": '
    yield b"[" * depth + b"]" * depth + b"}"


def nested_objects(depth: int) -> Iterator[bytes]:
    yield b'{"a":' * depth + b"1" + b"}" * depth


def attributes(count: int) -> Iterator[bytes]:
    yield b"<div" + b"".join(f' a{n}="{n}"'.encode() for n in range(count)) + b">held</div>"


def long_attribute(size: int) -> Iterator[bytes]:
    yield b'<div class="' + b"x " * (size // 2) + b'">held</div>'


def long_title(size: int) -> Iterator[bytes]:
    yield b"<html><head><title>" + b"Very long " * (size // 10) + b"</title></head><body><h1>Short</h1>"
    yield f"<p>{STORY[0]}</p><p>{STORY[1]}</p></body></html>".encode()


def links(count: int) -> Iterator[bytes]:
    yield b"".join(f'<a href="/{n}">Story {n}</a>\n'.encode() for n in range(count))


def hashtags(count: int) -> Iterator[bytes]:
    yield b"Harbour of Ostrand gets a name for every berth\n"
    yield b"Each of the berths in the new harbour of Ostrand has been given a name by the pupils of the town.\n"
    yield b"The harbour master has to learn them by heart before Easter, and has asked for shorter ones.\nHashtags\n"
    yield b" ".join(f"#harbour{n}".encode() for n in range(count)) + b"\nComments\nNo comments yet...\n"


def articles(count: int) -> Iterator[bytes]:
    """An aggregator's page with one main and `count` related articles, all with bodies."""
    yield f"One story and all the others\n{STORY[0]}\n{STORY[1]}\nHashtags\n\nComments\n".encode()
    yield b"No comments yet...\nRelated Articles\n"
    for n in range(count):
        yield (
            f"\n\nParish Paper {n}\n{n % 58 + 2} minutes ago\n- Parish Paper {n}\nParish {n} counts its {n + 7} bees\n"
            f"Volunteers in parish {n} counted {n + 7} bees before breakfast on Tuesday, the warden said.\n"
            f"They will count again in week {n % 52 + 1}, when the lime trees of lane {n} are in flower.\n"
        ).encode()


def gzip_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """One gzip member without a time in its head: module gzip would write the clock's."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def gzip_bomb(mib: int) -> Iterator[bytes]:
    """`mib` MiB of blanks. A fully flushed block stands alone, so one is packed and then repeated."""
    block = b" " * MIB
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(mib):
        checksum = zlib.crc32(block, checksum)
    yield b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + packed * mib + b"\x03\0"
    yield struct.pack("<II", checksum, mib * MIB)


def blanks_first(count: int) -> Iterator[bytes]:
    yield b" " * count + b"Blind pilot guides ships by the smell of the river\n"
    yield b"A retired pilot who lost his sight in 2011 has brought a freighter up the Ombre by smell and sound alone.\n"
    yield b"The bakery marks the first bend, he said, and the tannery the second, where one should hold to port.\n"


def noise(size: int) -> Iterator[bytes]:
    yield b"\x9d" + random.Random(20).randbytes(size)  # noqa: S311  the same noise every time


def just(value: bytes) -> Iterator[bytes]:
    yield value


ANY: Final = "any"
QUARANTINED: Final = "quarantined"
STORED: Final = "stored"
LARGE: Final = (
    Sample("body-6mib.txt", QUARANTINED, ("too_large",), lambda: text_of(6 * MIB)),
    Sample("body-6mib.html", QUARANTINED, ("too_large",), lambda: page(text_of(6 * MIB))),
    Sample("one-line-4mib.txt", ANY, None, lambda: one_line(4 * MIB)),
    Sample("title-1mib.html", ANY, None, lambda: long_title(MIB)),
    Sample("nested-div-1000000.html", ANY, None, lambda: nested_html(1_000_000, "div")),
    Sample("nested-table-200000.html", ANY, None, lambda: nested_html(200_000, "table><tr><td")),
    Sample("nested-arrays-1000000.json", QUARANTINED, ("too_deep",), lambda: nested_json(1_000_000)),
    Sample("nested-objects-800000.json", QUARANTINED, ("too_deep",), lambda: nested_objects(800_000)),
    Sample("attributes-200000.html", ANY, None, lambda: page(attributes(200_000))),
    Sample("attribute-3mib.html", ANY, None, lambda: page(long_attribute(3 * MIB))),
    Sample("links-100000.html", ANY, None, lambda: page(links(100_000))),
    Sample("comment-unclosed-4mib.html", ANY, None, lambda: page(just(b"<!--" + b"- " * (2 * MIB)))),
    Sample("entities-500000.html", ANY, None, lambda: page(just(b"<p>" + b"&amp;&#60;" * 500_000 + b"</p>"))),
    Sample("angle-brackets-2mib.html", ANY, None, lambda: page(just(b"<" * (2 * MIB)))),
    Sample("parentheses-2mib.txt", ANY, None, lambda: dump(just(b"(" * (2 * MIB)))),
    Sample("number-signs-1000000.txt", ANY, None, lambda: dump(just(b"#" * 1_000_000))),
    Sample("dashes-1000000.txt", ANY, None, lambda: dump(just(b"- " * 1_000_000))),
    Sample("bylines-300000.txt", ANY, None, lambda: dump(just(b"By " * 300_000))),
    Sample("mail-addresses-500000.txt", ANY, None, lambda: dump(just(b"a.a-" * 500_000 + b"!"))),
    Sample("blank-lines-500000.txt", ANY, None, lambda: dump(just(b" \t \n" * 500_000))),
    Sample("combining-marks-1000000.txt", ANY, None, lambda: dump(just(b"o" + "\u0301".encode() * 1_000_000))),
    Sample("ligatures-that-grow-18-fold.txt", ANY, None, lambda: dump(just("\ufdfa".encode() * 1_000_000))),
    Sample("blanks-64kib-first.txt", STORED, None, lambda: blanks_first(65_536)),
    Sample("hashtags-10000.txt", STORED, None, lambda: hashtags(10_000)),
    Sample("articles-600.txt", QUARANTINED, ("too_many_articles",), lambda: articles(600)),
    Sample("gzip-bomb-256mib.gz", QUARANTINED, ("binary",), lambda: gzip_bomb(256)),
    Sample("gzip-in-gzip.gz", QUARANTINED, ("binary",), lambda: gzip_of(gzip_of(text_of(MIB)))),
    Sample("noise-1mib.txt", QUARANTINED, ("binary", "charset"), lambda: noise(MIB)),
)


def write_large(folder: Path) -> list[dict[str, object]]:
    for sample in LARGE:
        with (folder / sample.name).open("wb") as file:
            file.writelines(sample.chunks())
    return [{"name": s.name, "expect": s.expect, "reasons": s.reasons} for s in LARGE]


def copy_small(folder: Path) -> list[dict[str, object]]:
    expected: list[dict[str, object]] = json.loads((SMALL / EXPECTED).read_text(encoding="utf-8"))
    for entry in expected:
        name = str(entry["name"])
        (folder / name).write_bytes((SMALL / name).read_bytes())
    return expected


def make_corpus(folder: Path) -> list[dict[str, object]]:
    """Writes all files and expected.json; returns what expected.json holds."""
    folder.mkdir(parents=True, exist_ok=True)
    expected = sorted([*copy_small(folder), *write_large(folder)], key=lambda entry: str(entry["name"]))
    lines = ",\n".join("  " + json.dumps(entry) for entry in expected)
    (folder / EXPECTED).write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return expected


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Writes hostile documents (about 60 MB) and expected.json into a folder.",
        epilog="Push them with: newsmill push DIR. They are harmless as long as nobody opens them in a browser.",
    )
    parser.add_argument("dir", metavar="DIR", type=Path, help="folder to write into; made when it is missing")
    folder: Path = parser.parse_args(arguments).dir
    if folder.resolve() == SMALL:
        parser.error(f"{folder} holds the small files this corpus is made from; name another folder")
    expected = make_corpus(folder)
    print(f"{len(expected)} files and {EXPECTED} in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
