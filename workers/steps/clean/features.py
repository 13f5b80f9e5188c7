"""What the block classifier sees of each block: one row a block, float32, columns as in NAMES.

After the reading of main-text extractors since Kohlschütter, Fankhauser, Nejdl 2010 (Boilerplate Detection
using Shallow Text Features): length, link density and neighbours; with shares of the elements around.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.steps.clean.blocks import Blocks, Elements
from workers.steps.clean.sentences import STOPS

Rows = NDArray[np.float32]

_FIRST_CHARACTERS: Final = 50
_WORD: Final = re.compile(r"[^\W\d_]+")
_NAME: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}")
_LOWER: Final = re.compile(r"[a-z]+")  # what both come to in most cases, in half the time
_DECAY: Final = 0.7
_NEIGHBOURS: Final = (-3, -2, -1, 1, 2, 3)
_MOST_AWAY: Final = 3
_PLACES: Final = np.array(_NEIGHBOURS, dtype=np.intp)[:, None] + _MOST_AWAY
_RUNNING_LENGTH: Final = 4.4  # log of 80 characters
_WINDOW: Final = 5
_BODY_CHARACTERS: Final = 60
_SAME_CHARACTERS: Final = 200
_ENDS: Final = frozenset(STOPS + "\"'”’»)」』")
_BITS: Final = np.arange(8, dtype=np.intp)[:, None]
_NO_SCORES: Final = (0.0, 0.0, 0.0)
_AROUND: Final = ("element", "parent", "grandparent")
_OWN: Final = (
    "length", "link_share", "stopped", "words", "worst_word", "commas", "tag", "depth", "flags_article", "flags_main",
    "flags_aside", "flags_list", "flags_table", "flags_figure", "flags_hidden", "flags_header", "names_most",
    "names_least", "names_sum", "repeated", "is_title", "is_summary", "in_linked_body", "place", "characters_before",
    "from_title", "from_title_characters", "in_core", "core_height", "window_text", "window_links", "total",
    "core_share", "leads",
)
NAMES: Final = (
    *_OWN,
    *(f"{what}_{which}" for which in _AROUND for what in ("share", "links", "blocks", "running", "mean")),
    *(f"{what}{by:+}" for what in ("length", "link_share", "stopped", "words") for by in _NEIGHBOURS),
)


@dataclass(frozen=True, slots=True)
class Scores:
    """Log odds that text under such a class or id, or text that begins with such a word, is of the story.

    names: in lower case, Capitalised and UPPER case, so that pages need not be folded; see `scores_of`. None is 0.
    """

    names: Mapping[str, float]
    words: Mapping[str, float]

    def of_names(self, names: str) -> tuple[float, float, float]:
        """Most, least and sum, of what stands in one element's class and id."""
        found = list(filter(None, map(self.names.get, name_tokens(names))))
        return (max(found), min(found), sum(found)) if found else _NO_SCORES


def scores_of(names: Mapping[str, float], words: Mapping[str, float]) -> Scores:
    """From tables in lower case."""
    cases = (str.upper, str.capitalize, str.lower)
    return Scores({case(name): score for case in cases for name, score in names.items()}, words)


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of its story in its head, casefolded."""

    title: str = ""
    summary: str = ""
    body: str = ""


def name_tokens(names: str) -> list[str]:
    """"articleBody story-2" -> article, Body, story."""
    return (_LOWER if names.islower() else _NAME).findall(names)


def first_words(text: str) -> list[str]:
    folded = text[:_FIRST_CHARACTERS].casefold()
    return (_LOWER if folded.isascii() else _WORD).findall(folded)


def features(blocks: Blocks, scores: Scores, told: Told) -> Rows:
    elements = blocks.elements
    count = len(blocks.text)
    texts = blocks.text
    own = np.array(blocks.element, dtype=np.intp)
    length = np.array([len(text) for text in texts], dtype=np.float32)
    linked = np.array(blocks.linked, dtype=np.float32)
    links = linked / length
    stopped = np.array([text[-1] in _ENDS for text in texts], dtype=np.float32)
    words, worst = _word_scores(texts, scores.words)
    before = np.array(blocks.before, dtype=np.float32)
    characters = np.array(elements.characters, dtype=np.float32)
    running = np.array(elements.running, dtype=np.float32)
    total, all_running = max(float(characters[0]), 1.0), max(float(running[0]), 1.0)
    parent = np.array(elements.parent, dtype=np.intp)
    flags = np.array(elements.flags, dtype=np.intp)[own]
    names = _name_scores(blocks, scores)
    place = np.arange(count, dtype=np.float32)
    title = title_place(blocks, told.title)
    first, last, core_depth = _core(elements)
    in_core = ((own >= first) & (own < last)).astype(np.float32)
    depth = np.array(elements.depth, dtype=np.float32)[own]
    log_length = np.log1p(length)
    columns = [
        log_length, links, stopped, words, worst,
        np.array([text.count(",") for text in texts], dtype=np.float32) / length,
        np.array(elements.tag, dtype=np.float32)[own], depth,
        *(flags >> _BITS & 1),
        *names,
        _repeated(texts), _is_same(texts, told.title), _is_same(texts, told.summary), _in_body(texts, told.body),
        place / count, before / total,
        place - title, (before - before[min(title, count - 1)]) / total if title >= 0 else before / total + 1,
        in_core, depth - core_depth, _window(length) / total, _window(linked) / total,
        np.full(count, np.log1p(total)), np.full(count, running[first] / all_running),
        _leads(log_length, stopped),
    ]
    blocks_inside = np.array(elements.blocks, dtype=np.float32)
    all_links = np.array(elements.linked, dtype=np.float32)
    around = np.stack((own, parent[own], parent[parent[own]]))
    inside, count_inside = np.maximum(characters[around], 1), blocks_inside[around]
    shares = (
        inside / total, all_links[around] / inside, np.log1p(count_inside),
        running[around] / all_running, np.log1p(inside / np.maximum(count_inside, 1)),
    )
    columns += [row for of_one in np.stack(shares, axis=1) for row in of_one]
    beside = np.stack((log_length, links, stopped, words))
    return np.concatenate((np.array(columns, dtype=np.float32), _neighbours(beside))).T


def _word_scores(texts: list[str], scores: Mapping[str, float]) -> tuple[Rows, Rows]:
    """Mean and least score of the first words of each block."""
    means, worst = [], []
    for text in texts:
        found = list(filter(None, map(scores.get, first_words(text))))
        means.append(sum(found) / (len(found) + 1))
        worst.append(min(found) if found else 0.0)
    return np.array(means, dtype=np.float32), np.array(worst, dtype=np.float32)


def _name_scores(blocks: Blocks, scores: Scores) -> NDArray[np.float32]:
    """Most, least and decayed sum of the scores of names on the way from the root to each block's element."""
    parents, every_name = blocks.elements.parent, blocks.elements.names
    known = {"": _NO_SCORES}
    reached: dict[int, tuple[float, float, float]] = {0: _NO_SCORES}
    for element in blocks.element:
        way = []
        while element not in reached:
            way.append(element)
            element = parents[element]
        most, least, total = reached[element]
        for inner in reversed(way):
            names = every_name[inner]
            if names not in known:
                known[names] = scores.of_names(names)
            highest, lowest, own = known[names]
            most = highest if highest > most else most
            least = lowest if lowest < least else least
            total = _DECAY * total + own
            reached[inner] = (most, least, total)
    return np.array([reached[element] for element in blocks.element], dtype=np.float32).T


def title_place(blocks: Blocks, title: str) -> int:
    """The number of the block that is the headline; -1 when none is."""
    for number, text in enumerate(blocks.text):
        if title and len(text) <= 2 * len(title) and text.casefold() == title:
            return number
    headings = (n for n, element in enumerate(blocks.element) if blocks.elements.tag[element] == 3)
    return next(headings, -1)


def _core(elements: Elements) -> tuple[int, int, int]:
    """The deepest element that holds 60 % of the running text: its number, the one after its last, its depth."""
    least = 0.6 * elements.running[0]
    core = 0
    for number in range(1, len(elements.parent)):
        if elements.running[number] > least and elements.parent[number] == core:
            core = number
    if least == 0:
        return 0, len(elements.parent), 0
    depth = elements.depth[core]
    after = (n for n in range(core + 1, len(elements.parent)) if elements.depth[n] <= depth)
    return core, next(after, len(elements.parent)), depth


def _repeated(texts: list[str]) -> Rows:
    counts = Counter(texts)
    return np.array([counts[text] for text in texts], dtype=np.float32)


def _is_same(texts: list[str], told: str) -> Rows:
    answer = np.zeros(len(texts), dtype=np.float32)
    first = told[:_SAME_CHARACTERS]
    near = range(max(1, len(first) - 3), len(first) + 4)  # a folded letter may be two
    for number, text in enumerate(texts) if first else ():
        if min(len(text), _SAME_CHARACTERS) in near and text[:_SAME_CHARACTERS].casefold() == first:
            answer[number] = 1
    return answer


def _in_body(texts: list[str], body: str) -> Rows:
    """-1 without a body in JSON-LD."""
    if not body:
        return np.full(len(texts), -1, dtype=np.float32)
    return np.array([text[:_BODY_CHARACTERS].casefold() in body for text in texts], dtype=np.float32)


def _window(column: Rows) -> Rows:
    sums = np.concatenate(([0.0], np.cumsum(column, dtype=np.float64)))
    at = np.arange(len(column))
    return (sums[np.minimum(at + _WINDOW + 1, len(column))] - sums[np.maximum(at - _WINDOW, 0)]).astype(np.float32)


def _neighbours(columns: Rows) -> Rows:
    """For each column those of _NEIGHBOURS: the value of the block so many places on, -1 beyond both ends."""
    count = columns.shape[1]
    padded = np.full((len(columns), count + 2 * _MOST_AWAY), -1, dtype=np.float32)
    padded[:, _MOST_AWAY:-_MOST_AWAY] = columns
    neighbours: Rows = padded[:, _PLACES + np.arange(count)].reshape(-1, count)
    return neighbours


def _leads(log_length: Rows, stopped: Rows) -> Rows:
    """How many of the three blocks that follow read as paragraphs."""
    is_running = np.zeros(len(log_length) + _MOST_AWAY, dtype=np.float32)
    is_running[: len(log_length)] = (log_length > _RUNNING_LENGTH) & (stopped > 0)
    return is_running[1:-2] + is_running[2:-1] + is_running[3:]
