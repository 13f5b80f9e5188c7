"""Data sets of labelled texts, read as they lie in the folder: JSON lines, gzip. What is not there is not measured."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.named_texts import Name, text_and_names

# FLORES' codes of languages -> ours.
LANGUAGES = dict(
    pair.split("=")
    for pair in """
    afr=af als=sq amh=am arb=ar azj=az bel=be ben=bn bos=bs bul=bg cat=ca ces=cs cym=cy dan=da deu=de ell=el eng=en
    est=et
    eus=eu fin=fi fra=fr gle=ga glg=gl guj=gu hau=ha heb=he hin=hi hrv=hr hun=hu hye=hy ind=id isl=is ita=it jpn=ja
    kan=kn kat=ka kaz=kk khm=km kor=ko lit=lt lvs=lv mal=ml mar=mr mkd=mk mya=my nld=nl nob=no npi=ne pan=pa pes=fa
    pol=pl por=pt ron=ro rus=ru sin=si slk=sk slv=sl som=so spa=es srp=sr swe=sv swh=sw tam=ta tel=te tgl=tl tha=th
    tur=tr ukr=uk urd=ur uzn=uz vie=vi yor=yo zho=zh zsm=ms
    """.split()
)


@dataclass(frozen=True, slots=True)
class Sets:
    folder: Path

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Of all files of a set, in the order of their names; empty when there is no such set."""
        return [
            json.loads(line)
            for file in sorted((self.folder / name).glob("*.jsonl.gz"))
            for line in gzip.open(file, "rt", encoding="utf-8")
        ]

    def named(self, name: str, file: str, *, licence: str = "") -> dict[str, tuple[str, list[Name]]]:
        """Document (or sentence) -> text and the names in it; of the rows whose licence says so much."""
        found: dict[str, tuple[str, list[Name]]] = {}
        path = self.folder / name / file
        for row in _lines(path) if path.exists() else ():
            if licence not in row.get("licence", ""):
                continue
            key = str(row.get("doc", row["sent"]))
            text, names = found.get(key, ("", []))
            more, more_names = text_and_names(row)
            offset = len(text) + 1 if text else 0
            names += [(start + offset, end + offset, kind) for start, end, kind in more_names]
            found[key] = (f"{text}\n{more}" if text else more, names)
        return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
