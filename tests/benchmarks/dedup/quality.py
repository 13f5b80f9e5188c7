"""How right the verdicts are, on labelled streams; rivals judged on the same streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

import redis

from tests.benchmarks.dedup.rivals import RIVALS
from tests.benchmarks.dedup.streams import Labelled, Stream
from workers.adapters.redis_dedup import RedisDedupIndex
from workers.model import Article, Relation
from workers.steps.deduplicate import FULL, SMALL, Measure, sign

WINDOW_H = 168
BATCH = 64


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    read: Callable[[Mapping[str, Any]], float]
    goal: str
    reached: Callable[[float], bool]


def _recall(kind: str) -> Callable[[Mapping[str, Any]], float]:
    return lambda scored: 100 * scored["kinds"][f"pos:{kind}"]["hit"] / scored["kinds"][f"pos:{kind}"]["n"]


def _typed(kind: str) -> Callable[[Mapping[str, Any]], float]:
    return lambda scored: (
        100 * scored["kinds"][f"pos:{kind}"].get("typed", 0) / max(1, scored["kinds"][f"pos:{kind}"]["hit"])
    )


def _at_least(least: float) -> Callable[[float], bool]:
    return lambda value: value >= least


def _at_most(most: float) -> Callable[[float], bool]:
    return lambda value: value <= most


FIGURES: Sequence[Figure] = (
    Figure("recall macro, %", lambda s: 100 * s["recall_macro"], ">= 98", _at_least(98)),
    Figure("  lede", _recall("lede"), ">= 95", _at_least(95)),
    Figure("  trunc30", _recall("trunc30"), ">= 97", _at_least(97)),
    Figure("  wrap+cut+edit", _recall("wrap_cut_edit"), ">= 95", _at_least(95)),
    Figure("  update_edit", _recall("update_edit"), "> 92.5", _at_least(92.5)),
    Figure("templates flagged, %", lambda s: s["template_flag_pct"], "<= 2", _at_most(2)),
    Figure("  real statements", lambda s: s["template_real_flag_pct"], "< 86", _at_most(86)),
    Figure("  page furniture", lambda s: s["furniture_flag_pct"], "< 22", _at_most(22)),
    Figure("false flags per 1000", lambda s: s["fp_per_1000_unique"], "<= 1", _at_most(1)),
    Figure("ARI", lambda s: s["clusters"]["ari"], ">= .95", _at_least(0.95)),
    Figure("B3 F1", lambda s: s["clusters"]["b3_f1"], ">= .975", _at_least(0.975)),
    Figure("relation named, %", lambda s: 100 * s["typed_micro"], ">= 93", _at_least(93)),
    Figure("  merged pages", _typed("merged"), "> 73", _at_least(73)),
    Figure("redeliveries that differ", lambda s: s["redelivery_differs"], "0", _at_most(0)),
)


def measure_quality(labelled: Labelled, streams: Sequence[Stream], client: redis.Redis, *,
                    say: Callable[[str], None], rivals: bool = True) -> dict[str, dict[str, float]]:
    """method -> figure -> mean over the streams; of the first two methods also the worst stream."""
    found: dict[str, dict[str, float]] = {}
    methods: dict[str, Callable[[list[Article]], list[Relation]]] = {
        "newsmill": lambda articles: judged(articles, client, "plain", FULL),
        "compact": lambda articles: judged(articles, client, "compact", SMALL),
    }
    if rivals:
        methods |= {name: make() for name, make in RIVALS.items()}
    for name, method in methods.items():
        say(f"quality of {name}")
        scored = [labelled.score(stream, method(stream.articles)) for stream in streams]
        found[name] = {figure.name: mean(figure.read(each) for each in scored) for figure in FIGURES}
        if name == "newsmill":
            found["worst stream"] = {
                figure.name: (min if ">" in figure.goal else max)(figure.read(each) for each in scored)
                for figure in FIGURES
            }
    return found


def judged(articles: Sequence[Article], client: redis.Redis, layout: str, measure: Measure) -> list[Relation]:
    client.flushall()
    index = RedisDedupIndex(client, window_h=WINDOW_H, layout=layout, window_documents=len(articles))
    index.mark_built()
    batches = (articles[at : at + BATCH] for at in range(0, len(articles), BATCH))
    return [answer.relation for batch in batches for answer in index.claim(sign(batch, measure))]
