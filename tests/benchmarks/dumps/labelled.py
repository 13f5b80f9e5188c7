"""Page dumps that somebody labelled: a folder with labels.json and pages/NN.txt.

A label gives for the main story and each related one title, publisher, time_text and the span of its body
in the page, and for the page its noise lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.dumps.pages import Page, Story


def labelled_pages(folder: Path) -> Iterator[Page]:
    for label in json.loads((folder / "labels.json").read_text("utf-8")):
        text = (folder / "pages" / label["file"]).read_text("utf-8")
        parts = [label["main"], *label["related"]]
        stories = [_story(text, part, label["noise_lines"]) for part in parts if part and part.get("body_span")]
        noise = [line for line in label["noise_lines"] if len(line) > 3]
        yield Page(label["file"], "", str(label["layout"]), "labelled", text, stories, noise)


def _story(text: str, part: dict[str, Any], noise: list[str]) -> Story:
    start, end = part["body_span"]
    body = text[start:end]
    for line in noise:
        body = body.replace(line, " ") if len(line) > 3 else body
    return Story(part["title"], part["publisher"], part["time_text"], [body])
