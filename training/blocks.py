"""Trains the block classifier of clean: workers/steps/clean/weights/blocks.json.

    pip install lightgbm && python -m training.blocks DATA [--folds 4] [--results FILE]

DATA: a folder with pages/ID.html.gz and labels.jsonl.gz, a line a page: id, set, domain, text (or expected_html).
The shipped weights come from scrapinghub/article-extraction-benchmark (MIT), AndyTheFactory/
article-extraction-dataset (Apache-2.0), WCXB (CC BY 4.0, Murrough Foley) and the test pages of
mozilla/readability (Apache-2.0). They hold counts of class names and first words seen on at least
LEAST_DOMAINS sites, and trees of numbers; no text of a page.

--folds: no weights are written; each page is answered by a model that never saw its domain, and
--results gets {"id", "text"} a line. 3 CPU minutes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
from selectolax.lexbor import LexborHTMLParser

from training.alignment import covered_words
from workers.steps.clean.blocks import Blocks
from workers.steps.clean.classifier import BlockClassifier
from workers.steps.clean.features import NAMES, Told, features, first_words, name_tokens, scores_of
from workers.steps.clean.marks import read_marks
from workers.steps.clean.markup import parse, read_markup
from workers.steps.clean.metadata import told_by
from workers.steps.clean.walk import read_blocks
from workers.steps.ingest.charset import decode_body

ROOT: Final = Path(__file__).parent.parent
TARGET: Final = ROOT / "workers/steps/clean/weights/blocks.json"
LEAST_DOMAINS: Final = {"names": 4, "words": 8}
LEAST_SCORE: Final = 0.25
LEAST_COVERED: Final = 0.8      # of the label's words found on the page: else the label is of another page
FOLDS: Final = 4                # of the scores, so that no page is scored by its own words
TREES: Final = 100
OPTIONS: Final = {
    "objective": "binary", "num_leaves": 24, "max_depth": 6, "learning_rate": 0.12, "min_data_in_leaf": 30,
    "feature_fraction": 0.6, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 2, "max_bin": 63,
    "num_threads": 1, "verbose": -1, "seed": 1, "deterministic": True,
}

Count = tuple[float, float]  # of the story, not of it


@dataclass(frozen=True)
class Page:
    id: str
    domain: str
    fold: int
    blocks: Blocks
    told: Told
    is_story: list[bool]
    weight: list[float]
    covered: float
    counts: Mapping[str, Mapping[str, Count]]
    is_scored: bool


def read_pages(data: Path, folds: int) -> Iterator[Page]:
    html = tomllib.loads((ROOT / "config/clean/html.toml").read_text("utf-8"))
    with gzip.open(data / "labels.jsonl.gz", "rt", encoding="utf-8") as labels:
        for label in map(json.loads, labels):
            body = gzip.decompress((data / "pages" / f"{label['id']}.html.gz").read_bytes())
            page = _page(label, decode_body(body, None)[0], html, folds)
            if page.blocks.text:
                yield page


def _page(label: Mapping[str, Any], text: str, html: Mapping[str, Any], folds: int) -> Page:
    markup = read_markup(text)
    tree = parse(markup.text)
    blocks = read_blocks(tree.body or tree.root)
    gold = label.get("text") or LexborHTMLParser(label.get("expected_html") or "").root.text(separator=" ")
    words, hits, covered = covered_words(blocks.text, gold)
    is_story = [2 * hit >= count > 0 for count, hit in zip(words, hits, strict=True)]
    whole = max(50, len(gold.split()))
    doubled = 2 if label["set"] == "sh" else 1  # the one whose labels were made by hand, twice
    return Page(
        label["id"], label["domain"], _fold(label["domain"], folds), blocks,
        told_by(read_marks(tree, text, markup.linked, frozenset(html["article_types"])), html), is_story,
        [doubled * count / whole for count in words], covered, _counts(blocks, words, is_story),
        "text" in label and label["set"] != "rd",
    )


def _fold(domain: str, folds: int) -> int:
    return int(hashlib.sha256(f"f1:{domain}".encode()).hexdigest(), 16) % folds


def _counts(blocks: Blocks, words: Sequence[int], is_story: Sequence[bool]) -> dict[str, dict[str, Count]]:
    """How often each token stands over or in text of the story and other text; a page has one vote a token."""
    elements = blocks.elements
    paths = [frozenset[str]()]
    for number in range(1, len(elements.parent)):
        own = frozenset(map(str.lower, name_tokens(elements.names[number])))
        paths.append(paths[elements.parent[number]] | own)
    votes: dict[str, dict[str, list[float]]] = {kind: defaultdict(lambda: [0.0, 0.0]) for kind in LEAST_DOMAINS}
    for text, element, count, story in zip(blocks.text, blocks.element, words, is_story, strict=True):
        for token in paths[element]:
            votes["names"][token][not story] += math.sqrt(min(count, 100)) / 10 + 0.05
        for token in set(first_words(text)):
            votes["words"][token][not story] += 0.2
    return {
        kind: {token: (yes / max(1, yes + no), no / max(1, yes + no)) for token, (yes, no) in tokens.items()}
        for kind, tokens in votes.items()
    }


def fit_scores(pages: Iterable[Page]) -> dict[str, dict[str, float]]:
    """names and words: token -> log odds that text under or after it is of the story."""
    pages = list(pages)
    return {kind: _log_odds(pages, kind) for kind in LEAST_DOMAINS}


def _log_odds(pages: Sequence[Page], kind: str) -> dict[str, float]:
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    domains: dict[str, set[str]] = defaultdict(set)
    for page in pages:
        for token, (yes, no) in page.counts[kind].items():
            totals[token][0] += yes
            totals[token][1] += no
            domains[token].add(page.domain)
    of_story, of_rest = (sum(count[side] for count in totals.values()) for side in (0, 1))
    share = of_story / (of_story + of_rest)
    base = math.log(of_story / of_rest)
    scores = {
        token: round(math.log((yes + share) / (no + 1 - share)) - base, 2)
        for token, (yes, no) in totals.items()
        if len(domains[token]) >= LEAST_DOMAINS[kind]
    }
    return {token: score for token, score in sorted(scores.items()) if abs(score) >= LEAST_SCORE}


def train(pages: Sequence[Page]) -> dict[str, Any]:
    """The weights, as BlockClassifier wants them. Scores of the training rows are fitted without their fold."""
    used = [page for page in pages if page.covered >= LEAST_COVERED]
    rows, answers, weights = [], [], []
    for fold in sorted({page.fold for page in used}):
        scores = scores_of(**fit_scores(page for page in used if page.fold != fold))
        for page in (page for page in used if page.fold == fold):
            rows.append(features(page.blocks, scores, page.told))
            answers += page.is_story
            weights += page.weight
    data = lightgbm.Dataset(np.concatenate(rows), answers, weight=weights, feature_name=list(NAMES))
    booster = lightgbm.train(OPTIONS, data, TREES)
    return {
        "features": NAMES, **fit_scores(used),
        "trees": flatten([tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]),
    }


def flatten(trees: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Nodes of all trees as columns, level by level, so that two children stand side by side."""
    columns: dict[str, list[Any]] = {"feature": [], "threshold": [], "left": [], "value": []}

    def place(node: Mapping[str, Any], at: int) -> None:
        leaf = "leaf_value" in node
        columns["feature"][at] = 0 if leaf else node["split_feature"]
        columns["threshold"][at] = None if leaf else float(f"{node['threshold']:.6g}")
        columns["value"][at] = round(node["leaf_value"], 5) if leaf else 0
        columns["left"][at] = at if leaf else make_room(2)

    def make_room(count: int) -> int:
        first = len(columns["left"])
        for column in columns.values():
            column.extend([0] * count)
        return first

    roots, depth = [], 0
    for tree in trees:
        roots.append(make_room(1))
        level = [(tree, roots[-1])]
        while level:
            following = []
            for node, at in level:
                place(node, at)
                if "leaf_value" not in node:
                    left = columns["left"][at]
                    following += [(node["left_child"], left), (node["right_child"], left + 1)]
            level = following
        depth = max(depth, _depth(tree))
    return {"roots": roots, "depth": depth, **columns}


def _depth(node: Mapping[str, Any]) -> int:
    return 0 if "leaf_value" in node else 1 + max(_depth(node["left_child"]), _depth(node["right_child"]))


def answer_unseen(pages: Sequence[Page]) -> Iterator[dict[str, str]]:
    """Each page by a model that saw no page of its fold."""
    for fold in sorted({page.fold for page in pages}):
        classifier = BlockClassifier(train([page for page in pages if page.fold != fold]))
        for page in pages:
            if page.fold == fold and page.is_scored:
                kept = classifier.story(page.blocks, page.told)
                story = (text for text, keep in zip(page.blocks.text, kept, strict=True) if keep)
                yield {"id": page.id, "text": "\n\n".join(story)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--folds", type=int, default=0, help="answer unseen pages instead of writing weights")
    options.add_argument("--results", type=Path)
    given = options.parse_args()
    pages = list(read_pages(given.data, given.folds or FOLDS))
    if given.folds:
        lines = [json.dumps(answer, ensure_ascii=False) for answer in answer_unseen(pages)]
        given.results.write_text("\n".join(lines), encoding="utf-8")
        return
    weights = json.dumps(train(pages), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(weights + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
