"""make boards: writes the boards' files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from boards import content, health, throughput, workers
from boards.model import Board

FOLDER: Final = Path(__file__).parent.parent / "config" / "grafana" / "dashboards"
BOARDS: Final = (throughput.BOARD, health.BOARD, content.BOARD, workers.BOARD)


def written(board: Board) -> str:
    return json.dumps(board.to_json(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for each in BOARDS:
        (FOLDER / f"{each.uid}.json").write_text(written(each), encoding="utf-8")
