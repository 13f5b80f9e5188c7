"""How well and how fast articles are grouped into stories, with rivals beside us in the same run.

    make bench-stories ARGS="--data FOLDER [--json]"

FOLDER holds one or more *.jsonl(.gz), a text a line: {"id", "text", "story", "topic"}, the story being the gold
cluster, the topic that of stories easily taken for one another (ECB+ in this form, for one). The texts come as
a stream, in several shuffled orders, all within the window. B3 and ARI are means over the orders. Ours: once
quiet, when the mill has merged stories that are one; on arrival; and by the name an article was told when
it came. Rivals: TF-IDF one-pass centroids with an inverted index (online rarity, the threshold that is best on
this very data); and, where scikit-learn is installed (make bench-stories does that), average-linkage
agglomeration over all the texts at once, which no stream allows, at its best threshold too.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import comb, log, sqrt
from pathlib import Path
from time import process_time
from typing import Any

from tests.redis_server import RedisServer
from workers.adapters.memory_story import MemoryStoryIndex
from workers.adapters.redis_connection import connect
from workers.adapters.redis_story import RedisStoryIndex
from workers.adapters.story_links import merged_stories
from workers.adapters.story_vector import WHOLE
from workers.model import Article
from workers.ports import Joined, Profile, StoryIndex
from workers.runtime.decide import latest_story
from workers.settings import config_folder
from workers.steps.story import Profiler

BATCH = 64
AT = datetime(2026, 3, 1, tzinfo=UTC)
MERGES = (0.14, 0.16, 0.18, 0.20, 0.22, 0.24, 0.26)  # thresholds to choose from
FOLDS = 4
THRESHOLDS = (0.14, 0.18, 0.22, 0.26, 0.30, 0.34, 0.38)
Groups = list[Any]  # one a text, in the order of the texts


@dataclass(frozen=True)
class Told:
    text: str
    story: str
    topic: str  # of the stories that are easily taken for one another


def read(folder: Path) -> list[Told]:
    files = sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])
    if not files:
        raise SystemExit(f"no *.jsonl or *.jsonl.gz in {folder}")
    lines = [line for file in files for line in _lines(file)]
    return [
        Told(record["text"], str(record["story"]), str(record.get("topic", record["story"])))
        for record in map(json.loads, lines)
    ]


def _lines(file: Path) -> list[str]:
    raw = file.read_bytes()
    return (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode().splitlines()


def shuffled(count: int, orders: int) -> Iterator[list[int]]:
    for seed in range(orders):
        order = list(range(count))
        random.Random(seed).shuffle(order)
        yield order


# ---- figures --------------------------------------------------------------------------------------

def b3(gold: Groups, found: Groups) -> tuple[float, float, float]:
    """Precision, recall, F1. Source: Bagga and Baldwin 1998."""
    both, golds, founds = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(n * n / founds[f] for (_, f), n in both.items()) / len(gold)
    recall = sum(n * n / golds[g] for (g, _), n in both.items()) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def ari(gold: Groups, found: Groups) -> float:
    """Source: Hubert and Arabie 1985."""
    def pairs(counts: Counter[Any]) -> int:
        return sum(comb(n, 2) for n in counts.values())

    both = pairs(Counter(zip(gold, found, strict=True)))
    golds, founds = pairs(Counter(gold)), pairs(Counter(found))
    expected = golds * founds / comb(len(gold), 2)
    return (both - expected) / ((golds + founds) / 2 - expected)


def figures(gold: Groups, found: Sequence[Groups], ms: float) -> dict[str, float]:
    rows = [(*b3(gold, groups), ari(gold, groups), len(set(groups))) for groups in found]
    names = ("precision", "recall", "f1", "ari", "stories")
    means = {name: sum(row[at] for row in rows) / len(rows) for at, name in enumerate(names)}
    return means | {"f1_least": min(row[2] for row in rows), "ms": ms}


# ---- ours -----------------------------------------------------------------------------------------

def profiles_of(texts: Sequence[Told]) -> tuple[list[Profile], float]:
    """And milliseconds of CPU for each. A text's first line is its title."""
    stopwords = tomllib.loads((config_folder() / "tag" / "stopwords.toml").read_text(encoding="utf-8"))
    profiler = Profiler(stopwords)
    articles = [
        Article(f"{at:032x}-0", f"{at:032x}", title=told.text.partition("\n")[0][:300], text=told.text, language="en",
                received_at=AT)
        for at, told in enumerate(texts)
    ]
    started = process_time()
    made = [profiler(article) for article in articles]
    return made, (process_time() - started) * 1000 / max(1, len(made))


def stream(index: StoryIndex, profiles: Sequence[Profile], order: Sequence[int]) -> tuple[Groups, Groups]:
    """The stories as `newsmill story` follows them, and as the articles were told."""
    index.mark_built()
    joined: dict[int, Joined] = {}
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        joined |= zip(part, index.join([profiles[at] for at in part]), strict=True)
    absorbed: dict[str, str] = {}
    for at in order:
        if joined[at].absorbed:
            absorbed.setdefault(joined[at].absorbed or "", joined[at].story)
    told = [joined[at].story for at in range(len(profiles))]
    return [latest_story(story, absorbed) for story in told], told


def cross_validated(texts: Sequence[Told], profiles: Sequence[Profile], orders: int) -> dict[str, float]:
    """The threshold of merging chosen on the topics of three folds, judged on those of the fourth: what it is
    worth where nobody chose it."""
    topics = sorted({told.topic for told in texts})
    random.Random(0).shuffle(topics)
    chosen, f1s = [], []
    for fold in range(FOLDS):
        held_out = set(topics[fold::FOLDS])
        inside, outside = ([at for at, told in enumerate(texts) if (told.topic in held_out) is wanted]
                           for wanted in (True, False))
        best = max(MERGES, key=lambda merges: _f1_of(outside, texts, profiles, orders, merges))
        chosen.append(best)
        f1s.append(_f1_of(inside, texts, profiles, orders, best))
    return {"f1": sum(f1s) / FOLDS, "f1_least": min(f1s), "lowest": min(chosen), "highest": max(chosen)}


def _f1_of(
    some: Sequence[int], texts: Sequence[Told], profiles: Sequence[Profile], orders: int, merges: float
) -> float:
    part, gold = [profiles[at] for at in some], [texts[at].story for at in some]
    runs = [stream(MemoryStoryIndex(window_h=72), part, order)[0] for order in shuffled(len(part), orders)]
    return sum(b3(gold, once_quiet(part, found, merges))[2] for found in runs) / len(runs)


def once_quiet(profiles: Sequence[Profile], found: Groups, merges: float | None = None) -> Groups:
    """With the stories merged that are one, seen from the end. merges: 0..1; None is the mill's own."""
    told = [replace(each, story=story) for each, story in zip(profiles, found, strict=True)]
    *_, merged = merged_stories(told) if merges is None else merged_stories(told, merges * WHOLE)
    into = dict(merged)
    return [latest_story(story, into) for story in found]


def ours(gold: Groups, profiles: Sequence[Profile], orders: Sequence[list[int]]) -> dict[str, dict[str, float]]:
    started = process_time()
    runs = [stream(MemoryStoryIndex(window_h=72), profiles, order) for order in orders]
    ms = (process_time() - started) * 1000 / len(profiles) / len(orders)
    started = process_time()
    quiet = [once_quiet(profiles, followed) for followed, _ in runs]
    quiet_ms = (process_time() - started) * 1000 / len(profiles) / len(orders)
    return {
        "newsmill, once quiet": figures(gold, quiet, ms + quiet_ms),
        "newsmill, on arrival": figures(gold, [followed for followed, _ in runs], ms),
        "newsmill, as told": figures(gold, [told for _, told in runs], ms),
    }


# ---- rivals ---------------------------------------------------------------------------------------

def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]{2,}", text.casefold()))


def one_pass(counted: Sequence[Counter[str]], order: Sequence[int], threshold: float) -> Groups:
    seen: Counter[str] = Counter()
    centroids: list[dict[str, float]] = []
    under: defaultdict[str, set[int]] = defaultdict(set)
    found: Groups = [None] * len(counted)
    for number, at in enumerate(order, 1):
        seen.update(counted[at].keys())
        vector = unit({word: (1 + log(n)) * log((number + 1) / seen[word]) for word, n in counted[at].items()})
        best, score = len(centroids), threshold
        for other in set().union(*(under[word] for word in vector)):
            centroid = centroids[other]
            dot = sum(x * centroid.get(word, 0.0) for word, x in vector.items())
            near = dot / sqrt(sum(x * x for x in centroid.values()) or 1.0)
            if near > score:
                best, score = other, near
        if best == len(centroids):
            centroids.append({})
        for word, x in vector.items():
            centroids[best][word] = centroids[best].get(word, 0.0) + x
            under[word].add(best)
        found[at] = best
    return found


def unit(vector: dict[str, float]) -> dict[str, float]:
    length = sqrt(sum(x * x for x in vector.values())) or 1.0
    return {word: x / length for word, x in vector.items() if x}


def tf_idf(gold: Groups, texts: Sequence[Told], orders: Sequence[list[int]]) -> dict[str, float]:
    counted = [words(told.text) for told in texts]
    runs = []
    for threshold in THRESHOLDS:
        started = process_time()
        found = [one_pass(counted, order, threshold) for order in orders]
        ms = (process_time() - started) * 1000 / len(texts) / len(orders)
        runs.append(figures(gold, found, ms))
    return max(runs, key=lambda run: run["f1"])


def agglomerative(gold: Groups, texts: Sequence[Told]) -> dict[str, float] | None:
    try:
        from sklearn.cluster import AgglomerativeClustering
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return None
    started = process_time()
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform([told.text for told in texts])
    far = 1 - (vectors @ vectors.T).toarray().clip(0, 1)
    ms = (process_time() - started) * 1000 / len(texts)
    runs = []
    for threshold in range(60, 98, 2):
        made = AgglomerativeClustering(
            None, metric="precomputed", linkage="average", distance_threshold=threshold / 100
        ).fit_predict(far)
        runs.append(figures(gold, [list(made)], ms))
    return max(runs, key=lambda run: run["f1"])


# ---- Redis ----------------------------------------------------------------------------------------

def on_redis(articles: int) -> dict[str, float]:
    """Made-up articles over six days of events, ten an event: what the server spends, as it says itself."""
    with RedisServer() as server:
        client = connect(server.url)
        index = RedisStoryIndex(client, window_h=72)
        index.mark_built()
        made = list(invented(articles))
        before = client.info("memory")["used_memory"]
        spent, started = server_s(client), process_time()
        stories = set(joined_in_batches(index, made))
        client_ms = (process_time() - started) * 1000 / articles
        server_us = (server_s(client) - spent) * 1e6 / articles
        bytes_ = client.info("memory")["used_memory"] - before
        flood = list(invented(2000, events=1, prefix="f"))
        joined_in_batches(index, flood[:1000])
        spent = server_s(client)
        joined_in_batches(index, flood[1000:])
        flood_us = (server_s(client) - spent) * 1e6 / 1000
    return {
        "articles": articles, "stories": len(stories), "server_us": server_us, "flood_us": flood_us,
        "client_ms": client_ms, "bytes_an_article": bytes_ / articles, "bytes_a_story": bytes_ / len(stories),
    }


def joined_in_batches(index: RedisStoryIndex, profiles: Sequence[Profile]) -> list[str]:
    parts = (profiles[start : start + BATCH] for start in range(0, len(profiles), BATCH))
    return [joined.story for part in parts for joined in index.join(part)]


def server_s(client: Any) -> float:
    """CPU seconds: what a command took by the clock depends on who else is busy."""
    cpu = client.info("cpu")
    return float(cpu["used_cpu_user"] + cpu["used_cpu_sys"])


def invented(articles: int, events: int = 0, prefix: str = "a") -> Iterator[Profile]:
    chance, profile = random.Random(3), Profiler({})
    events = events or max(1, articles // 10)
    for number in range(articles):
        event = random.Random(chance.randrange(events))
        names = [f"Name{event.randrange(20_000)}" for _ in range(8)]
        own = [f"word{event.randrange(3_000)}" for _ in range(40)]
        other = [f"word{int(chance.paretovariate(0.7)) % 30_000}" for _ in range(200)]
        told = [each for each in names * 3 + own if chance.random() < 0.7] + other
        text = " ".join(chance.sample(told, len(told)))
        at = AT + timedelta(hours=144 * number / articles)
        yield profile(Article(f"{prefix}{number:031x}-0", f"{number:032x}", text=text, language="en", received_at=at))


# ---- -----------------------------------------------------------------------------------------------

def show(found: dict[str, Any]) -> None:
    print(f"{found['texts']} texts, {found['gold']} stories, {found['orders']} orders; "
          f"profile {found['profile_ms']:.2f} ms of CPU a text")
    print(f"{'':<30}{'B3 P':>7}{'B3 R':>7}{'B3 F1':>7}{'least':>7}{'ARI':>7}{'groups':>8}{'ms/text':>9}")
    for name, row in found["quality"].items():
        cells = [row[each] for each in ("precision", "recall", "f1", "f1_least", "ari")]
        print(f"{name:<30}" + "".join(f"{cell:>7.3f}" for cell in cells) + f"{row['stories']:>8.1f}{row['ms']:>9.2f}")
    folds = found["cross_validated"]
    print(f"once quiet, its threshold chosen on the topics of other folds ({folds['lowest']:.2f} to "
          f"{folds['highest']:.2f}): B3 F1 {folds['f1']:.3f}, least fold {folds['f1_least']:.3f}")
    print("  goal: B3 F1 once quiet >= .90, in each order")
    for row in found["redis"]:
        print(
            f"Redis, {row['articles']} articles in {row['stories']} stories: server {row['server_us']:.0f} us of CPU "
            f"an article,\n  {row['flood_us']:.0f} in a flood about one thing, client {row['client_ms']:.3f} ms; "
            f"{row['bytes_an_article']:.0f} bytes an article, {row['bytes_a_story']:.0f} a story"
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    options.add_argument("--orders", type=int, default=8)
    options.add_argument("--redis-articles", type=int, nargs="*", default=[5_000, 20_000])
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    texts = read(asked.data)
    gold, orders = [told.story for told in texts], list(shuffled(len(texts), asked.orders))
    profiles, profile_ms = profiles_of(texts)
    quality = ours(gold, profiles, orders)
    quality["TF-IDF one-pass, best t"] = tf_idf(gold, texts, orders[:3])
    offline = agglomerative(gold, texts)
    if offline:
        quality["agglomerative, offline, best t"] = offline
    measures: Sequence[Callable[[], dict[str, float]]] = [lambda n=n: on_redis(n) for n in asked.redis_articles]
    found = {
        "texts": len(texts), "gold": len(set(gold)), "orders": len(orders), "profile_ms": profile_ms,
        "quality": quality, "cross_validated": cross_validated(texts, profiles, min(4, asked.orders)),
        "redis": [measure() for measure in measures],
    }
    if asked.json:
        print(json.dumps(found))
    else:
        show(found)


if __name__ == "__main__":
    main()
