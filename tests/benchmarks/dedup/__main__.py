"""`make bench-dedup`: how right deduplication is and what it costs, rivals beside it in the same run."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import redis

from tests.benchmarks.dedup.attacks import measure_attacks
from tests.benchmarks.dedup.cost import measure_signature
from tests.benchmarks.dedup.growth import measure_index
from tests.benchmarks.dedup.quality import FIGURES, measure_quality
from tests.benchmarks.dedup.races import double_firsts
from tests.benchmarks.dedup.rivals import RIVALS
from tests.benchmarks.dedup.shuffles import measure_shuffles
from tests.benchmarks.dedup.streams import Labelled
from tests.benchmarks.dedup.through_mill import measure_through_mill
from tests.redis_server import RedisServer

SECTIONS = ("quality", "signature", "index", "races", "shuffles", "attacks")


def main() -> None:
    asked = _arguments()
    labelled = Labelled(Path(asked.data), Path(asked.tools))
    found: dict[str, Any] = {}
    with RedisServer() as server, tempfile.TemporaryDirectory() as folder:
        client = redis.Redis.from_url(server.url, socket_timeout=60)
        streams = [labelled.stream(seed, Path(folder)) for seed in asked.seeds.split(",")]
        if "quality" in asked.sections:
            found["quality"] = measure_quality(labelled, streams, client, say=_say, rivals=not asked.without_rivals)
        if "signature" in asked.sections:
            _say("signatures")
            found["signature"] = measure_signature(streams[0].articles)
        if "races" in asked.sections:
            _say("two processes with the same articles")
            client.flushall()
            found["double_firsts"] = double_firsts(server.url, streams[0].articles)
        if "shuffles" in asked.sections:
            _say(f"{asked.shuffles} shuffles of a stream")
            found["shuffles"] = measure_shuffles(
                server.url, streams[0], documents=asked.shuffled, shuffles=asked.shuffles, say=_say
            )
        if asked.mill:
            found["mill"] = measure_through_mill(
                streams[0], documents=asked.shuffled // 2, shuffles=asked.mill, say=_say
            )
        if "attacks" in asked.sections:
            _say("attacks")
            found["attacks"] = measure_attacks(client)
        client.flushall()
        if "index" in asked.sections:
            found["index"] = measure_index([int(size) for size in asked.sizes.split(",")], _say)
    if asked.json:
        json.dump(found, sys.stdout, indent=1)
    else:
        _print(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-dedup", description=__doc__)
    parser.add_argument("--data", default=os.environ.get("NEWSMILL_DEDUP_DATA"), help="folder with sources.jsonl.gz")
    parser.add_argument("--tools", default=os.environ.get("NEWSMILL_DEDUP_TOOLS"),
                        help="folder with make_dedup_stream.py and score_dedup.py")
    parser.add_argument("--seeds", default="one,two,three", help="of the streams; default %(default)s")
    parser.add_argument("--sections", default=",".join(SECTIONS), help="default %(default)s")
    parser.add_argument("--sizes", default="100000,300000", help="articles in the index; default %(default)s")
    parser.add_argument("--shuffles", type=int, default=50, help="by 1, 4 and 16 processes each; default %(default)s")
    parser.add_argument("--shuffled", type=int, default=1200, help="articles in a shuffle; default %(default)s")
    parser.add_argument("--mill", type=int, default=0, metavar="SHUFFLES",
                        help="of half as many articles, through whole mills with 1 and 4 worker children; default none")
    parser.add_argument("--without-rivals", action="store_true")
    parser.add_argument("--json", action="store_true", help="for programs")
    asked = parser.parse_args()
    for name in ("data", "tools"):
        if not getattr(asked, name):
            parser.error(f"--{name} or NEWSMILL_DEDUP_{name.upper()} has to name a folder")
    return asked


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _print(found: dict[str, Any]) -> None:
    if "quality" in found:
        _print_quality(found["quality"])
    if "signature" in found:
        rates = found["signature"]
        print(f"\nsignature, documents a CPU second ({rates.pop('words a document'):.0f} words)")
        for name, rate in rates.items():
            print(f"  {name:<26}{rate:>9,.0f}   {rates['newsmill, batches of 64'] / rate:>5.1f} : 1")
        print("  goals: >= 10,000 in batches of 64; >= 5 times datasketch")
    for name, row in found.get("index", {}).items():
        print(f"index: {name:<34}{row['us']:>6.0f} us of server CPU{row['bytes']:>7.0f} bytes a document"
              + (f"{row['growth']:>+7.0%}" if row["growth"] else ""))
    if "index" in found:
        print("  goals: plain <= 100 us, compact <= 150 us and <= 1,000 bytes, growth <= 15 %; one by one <= 220 us")
    if "double_firsts" in found:
        print(f"two processes, one race: {found['double_firsts']} of 1500 with two firsts or none (goal 0)")
    for name in ("shuffles", "mill"):
        _print_agreement(found.get(name, {}))
    for attack, row in found.get("attacks", {}).items():
        kinds = ", ".join(f"{kind} {share:.0%}" for kind, share in list(row.items())[3:])
        print(f"attack: {attack}\n  {row['first batches, ms']:.1f} ms a batch at first, "
              f"{row['last batches, ms']:.1f} at last; compared with {row['compared at most']:.0f} at most; {kinds}")


def _print_agreement(found: dict[str, dict[str, float]]) -> None:
    for name, row in found.items():
        if not row:
            print(f"groups of {name}: ARI, least and mean, with those of the first shuffle (goal once quiet .98)")
            continue
        cells = [f"{figure} {row[f'{figure}, least']:.3f} {row[f'{figure}, mean']:.3f}"
                 for figure in ("on arrival", "once quiet", "labels")]
        print(f"  {name:<12}{cells[0]}; {cells[1]}; with the {cells[2]}")


def _print_quality(quality: dict[str, dict[str, float]]) -> None:
    columns = list(quality)
    print(f"{'':<25}" + "".join(f"{name.split()[-1] if name[0] == 'd' else name.split()[0]:>9}" for name in columns))
    for figure in FIGURES:
        values = "".join(f"{_shown(figure.name, name, row):>9}" for name, row in quality.items())
        ok = figure.reached(quality["newsmill"][figure.name])
        print(f"{figure.name:<25}{values}  {figure.goal}{'' if ok else '  MISSED'}")


def _shown(figure: str, method: str, row: dict[str, float]) -> str:
    if figure.startswith(("relation", "  merged")) and method in RIVALS:
        return "-"  # none of them names a relation
    return format(row[figure], ".3f" if figure in ("ARI", "B3 F1") else ".1f")


if __name__ == "__main__":
    main()
