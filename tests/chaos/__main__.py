"""make chaos: mixed documents pushed while processes are killed; then everything is judged."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time

from tests.chaos.checker import Sampler, judge
from tests.chaos.documents import documents
from tests.system.plant import Plant

PUSHED_AT_ONCE = 50
MUST_BE_ZERO = 2  # figures from this one on


def storm(
    *, seed: int, count: int, kills: int, seconds: float, poison: int, say: bool, keep_articles: int = 1_000_000
) -> dict[str, float]:
    chance = random.Random(seed)
    journal: dict[str, str] = {}
    with Plant(own_steps="tests.chaos.poison:Poison", keep_articles=str(keep_articles)) as plant:
        client = plant.ledger_server.client()
        sampler = Sampler(plant.ledger_server.client())
        sampler.start()
        started = time.monotonic()
        kill_at = sorted(started + seconds * (0.05 + 0.9 * chance.random()) for _ in range(kills))
        victims = [("worker", "dispatch", "reconcile")[i % 3] for i in range(kills)]
        chance.shuffle(victims)
        stream = documents(seed, count, poison)
        pushed = 0
        while pushed < count or kill_at:
            elapsed = time.monotonic() - started
            while pushed < min(count, count * elapsed / (seconds * 0.9)):
                with client.pipeline(transaction=False) as pipeline:
                    batch = [fields for _, fields in zip(range(PUSHED_AT_ONCE), stream, strict=False)]
                    for fields in batch:
                        pipeline.xadd("{newsmill}:documents", fields)
                    for entry, fields in zip(pipeline.execute(), batch, strict=True):
                        journal[entry.decode()] = fields["id"]
                pushed += len(batch)
            if kill_at and time.monotonic() >= kill_at[0]:
                kill_at.pop(0)
                victim = victims.pop()
                plant.kill(victim)
                time.sleep(0.2)
                plant.start(victim)
                if say:
                    print(f"{elapsed:6.1f} s  killed {victim:<9}  {pushed} pushed, {_finished(plant)} finished",
                          file=sys.stderr)
            time.sleep(0.02)
        plant.wait_until_idle(patience_s=120)
        took = time.monotonic() - started
        sampler.stop()
        found: dict[str, float] = dict(judge(plant, journal, sampler))
        counts = plant.counts()
        found_rest = {
            "rescues": sum(n for name, n in counts.items() if name.startswith("rescues:")),
            "seconds": round(took, 1),
            "longest pause s": round(sampler.longest_pause_s(), 1),
        }
        if any(list(found.values())[MUST_BE_ZERO:]):
            print(plant.tail(), file=sys.stderr)
        return {"seed": seed, "kills": kills, **found_rest, **found}


def _finished(plant: Plant) -> int:
    return sum(plant.counts().get(verdict, 0) for verdict in ("stored", "duplicate", "quarantined"))


def faults(found: dict[str, float]) -> dict[str, float]:
    names = list(found)
    must_be_zero = names[names.index("samples") + 1 :]
    return {name: found[name] for name in must_be_zero if found[name]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos ARGS=", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=240, help="the time over which pushes and kills are spread")
    parser.add_argument("--poison", type=int, default=3, help="documents of each kind of poison")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    found = storm(seed=asked.seed, count=asked.documents, kills=asked.kills, seconds=asked.seconds,
                  poison=asked.poison, say=True)
    print(json.dumps(found, indent=1))
    wrong = faults(found)
    print("every document accounted for" if not wrong else f"FAILED: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
