"""How well and how fast page dumps fall into their articles, beside trafilatura in the same run.

    make bench-clean DATA=DIR            DIR/aggregator-pages: labels.json and pages/NN.txt
    options: --count 1320 (generated pages), --json

Without DATA (or NEWSMILL_BENCH_DATA) it measures generated pages, of layouts and languages that no rule
knows, and labelled wires.
Speeds are documents per CPU-second, the best of some passes in turns; trafilatura's on the pages of
DIR/html-pages where they are: read the ratio.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import trafilatura

from tests.benchmarks.dumps.labelled import labelled_pages
from tests.benchmarks.dumps.pages import Page, pages, phrases
from tests.benchmarks.dumps.score import Score, score
from tests.benchmarks.dumps.wires import wire_cases
from tests.steps.clean.pages import RECEIVED, clean, document, tables
from workers.model import Article, Quarantine
from workers.steps.clean.times import Times

_GOALS: Final = {
    "articles_f1": (0.97, ">="), "pages_exact": (0.92, ">="), "text_f1": (0.98, ">="), "title": (0.95, ">="),
    "publisher": (0.95, ">="), "time": (0.95, ">="), "foreign_leak": (0.10, "<="), "wire_precision": (0.97, ">="),
    "wire_recall": (0.90, ">="), "relative_times": (1.0, ">="),
    "dumps_per_cpu_s": (2000, ">="), "times_trafilatura": (25, ">="),
}  # fmt: skip
_PASSES: Final = 7
_RIVAL_PAGES: Final = 60


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    dumps, html_pages = _folder(options.data, "aggregator-pages"), _folder(options.data, "html-pages")
    rows: list[dict[str, Any]] = []
    generated = list(pages(options.count))
    rows += _quality("generated", generated)
    if dumps:
        rows += _quality("labelled", list(labelled_pages(dumps)))
    rows += _wires() + _times() + _speed(dumps, html_pages, generated)
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        goal, sign = _GOALS.get(row["figure"], (None, ""))
        aim = f"{sign} {goal}" if goal is not None else ""
        print(f"{row['set']:10} {row['figure']:17} {row['value']:>9.3f}  {aim:9} {row['note']}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEWSMILL_BENCH_DATA"))
    parser.add_argument("--count", type=int, default=1320, help="generated pages")
    parser.add_argument("--json", action="store_true")
    known, _ = parser.parse_known_args(arguments)  # the HTML half has options of its own
    return known


def _folder(data: Path | None, name: str) -> Path | None:
    folder = Path(data) / name if data else None
    return folder if folder and folder.is_dir() else None


def _quality(name: str, wanted: Sequence[Page]) -> list[dict[str, Any]]:
    ours, theirs = Score(), Score()
    for page in wanted:
        ours.add(score(page, articles_of(page.text)))
        theirs.add(score(page, _by_trafilatura(page.text)))
    rival = theirs.figures()
    return [
        _row(name, figure, value, f"trafilatura {rival[figure]:.3f}") for figure, value in ours.figures().items()
    ]


def articles_of(text: str) -> Sequence[Article]:
    outcome = clean()(document(text))
    return () if isinstance(outcome, Quarantine) else outcome


def _by_trafilatura(text: str) -> Sequence[Article]:
    found = trafilatura.bare_extraction(_as_html(text), include_comments=False, include_tables=True)
    if found is None:
        return ()
    return (Article("t-0", "t", title=found.title, publisher=found.sitename, text=found.text.replace("\n", "\n\n")),)


def _as_html(text: str) -> str:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n") if line.strip())
    return f"<html><body><article>{lines}</article></body></html>"


def _wires() -> list[dict[str, Any]]:
    cases = [(case, articles_of(case.text)) for case in wire_cases()]
    found = [(case.wire, articles[0].wire if articles else None) for case, articles in cases]
    right = sum(wire is not None and wire == got for wire, got in found)
    note = f"{len(found)} labelled cases, {sum(wire is None for wire, _ in found)} of them without one"
    return [
        _row("wires", "wire_precision", right / max(1, sum(got is not None for _, got in found)), note),
        _row("wires", "wire_recall", right / max(1, sum(wire is not None for wire, _ in found)), ""),
    ]


def _times() -> list[dict[str, Any]]:
    times = Times(tables()["times"])
    texts = [(text.format(n=3, N=12), each) for each in phrases().values() for text in each["ago"]]
    right = 0
    for text, _ in texts:
        moment, stamp = times.moment(text, RECEIVED), times.stamp(text)
        right += moment.at is not None and stamp is not None and stamp.text == text
    return [_row("times", "relative_times", right / len(texts), f"{len(texts)} in {len(phrases())} languages")]


def _speed(dumps: Path | None, html_folder: Path | None, generated: Sequence[Page]) -> list[dict[str, Any]]:
    texts = [page.text for page in labelled_pages(dumps)] if dumps else [page.text for page in generated[:100]]
    documents = [document(text) for text in texts]
    files = sorted(html_folder.rglob("*.html.gz")) if html_folder else []
    sources: list[Any] = [gzip.decompress(file.read_bytes()) for file in files[:: max(1, len(files) // _RIVAL_PAGES)]]
    sources = sources or [_as_html(text) for text in texts]
    step = clean()
    ours = theirs = 0.0
    for turn in range(_PASSES):
        ours = max(ours, _rate(step, documents))
        if turn < 2:
            theirs = max(theirs, _rate(_extract, sources))
    what = f"{len(sources)} HTML pages" if html_folder else "the same dumps as HTML"
    return [
        _row("speed", "dumps_per_cpu_s", ours, f"of {sum(map(len, texts)) // len(texts)} characters"),
        _row("speed", "trafilatura", theirs, f"default mode, {what}"),
        _row("speed", "times_trafilatura", ours / theirs, ""),
    ]


def _extract(source: Any) -> Any:
    return trafilatura.bare_extraction(source, include_comments=False, include_tables=True, with_metadata=True)


def _rate(act: Callable[[Any], Any], items: Iterable[Any]) -> float:
    started = time.process_time()
    count = sum(1 for item in items if act(item) is not items)
    return count / (time.process_time() - started)


def _row(name: str, figure: str, value: float, note: str) -> dict[str, Any]:
    return {"set": name, "figure": figure, "value": value, "note": note}


if __name__ == "__main__":
    main()
