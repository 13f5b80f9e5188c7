"""Makes workers/steps/tag/weights/clusters.tsv.gz: frequent English words with their clusters of 64, 512 and 1500.

    python -m training.clusters CLUSTERS.tsv.gz

CLUSTERS: word and its clusters, tabs between, the most frequent first; k-means of the unit vectors of GloVe 6B 50d
(Public Domain Dedication and License 1.0).
"""

from __future__ import annotations

import gzip
import sys
from itertools import islice
from pathlib import Path
from typing import Final

from training.packing import write_gzip

TARGET: Final = Path(__file__).parent.parent / "workers/steps/tag/weights/clusters.tsv.gz"
WORDS: Final = 60_000


def main(source: Path) -> None:
    with gzip.open(source, "rt", encoding="utf-8") as file:
        write_gzip(TARGET, "\n".join(line.rstrip("\n") for line in islice(file, WORDS)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
