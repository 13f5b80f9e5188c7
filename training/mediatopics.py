"""Makes workers/steps/tag/weights/mediatopics.tsv.gz of the IPTC Media Topics (CC BY 4.0, iptc.org).

    python -m training.mediatopics CONCEPTS.jsonl.gz

CONCEPTS: a line a concept: code, level, parent, retired, label {language: text}, parents before children. Retired
concepts are left out.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Final

from training.packing import write_gzip

TARGET: Final = Path(__file__).parent.parent / "workers/steps/tag/weights/mediatopics.tsv.gz"


def main(source: Path) -> None:
    with gzip.open(source, "rt", encoding="utf-8") as file:
        concepts = [concept for concept in map(json.loads, file) if not concept["retired"] and concept["level"]]
    languages = sorted({language for concept in concepts for language in concept["label"]})
    lines = ["\t".join(["code", "parent", *languages])]
    for concept in concepts:
        labels = [" ".join((concept["label"].get(language) or "").split()) for language in languages]
        lines.append("\t".join([concept["code"], concept["parent"] or "", *labels]))
    write_gzip(TARGET, "\n".join(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
