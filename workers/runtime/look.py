"""What `newsmill status` shows: the ledger's account at two moments and the rates between them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workers.pipeline import PIPELINE
from workers.ports import Audit, Out, WorkerBeat

RATES_S: Final = 10.0  # rates are means of so many seconds


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one moment. sources: by state. away: what does not answer, by name."""

    audit: Audit
    out: Sequence[Out]
    beats: Sequence[WorkerBeat]
    sources: Mapping[str, int] = field(default_factory=dict)
    away: Mapping[str, str] = field(default_factory=dict)

    @property
    def finished(self) -> int:
        return self.audit.stored + self.audit.duplicate + self.audit.quarantined

    def count(self, name: str) -> int:
        return self.audit.counters.get(name, 0)


@dataclass(frozen=True, slots=True)
class Between:
    """Two looks at one mill."""

    before: Look
    now: Look

    @property
    def seconds(self) -> float:
        return max(0.001, (self.now.audit.now_ms - self.before.audit.now_ms) / 1000)

    @property
    def accepted_per_second(self) -> float:
        return (self.now.audit.accepted - self.before.audit.accepted) / self.seconds

    @property
    def finished_per_second(self) -> float:
        return (self.now.finished - self.before.finished) / self.seconds

    def more(self, name: str) -> int:
        """How much a counter of the ledger has grown."""
        return self.now.count(name) - self.before.count(name)

    def step(self, step: str) -> dict[str, Any]:
        states = Counter(batch.state for batch in self.now.out if batch.step == step)
        beats = [beat for beat in self.now.beats if step in beat.steps]
        return {
            "queued": states["queued"], "running": states["running"], "waiting": states["waiting"] + states["dead"],
            "workers": len(beats), "slots": sum(beat.slots for beat in beats),
        }

    def busy(self, step: str) -> float | None:
        """Share of its slots that worked, 0..1; None without slots."""
        slots = self.step(step)["slots"]
        return self.more(f"h:step_seconds:{step}:sum") / 1000 / self.seconds / slots if slots else None

    def troubles(self) -> list[tuple[str, int]]:
        """Quarantined, handed back, died, rescued: what grew, the most first."""
        names = [name for name in self.now.audit.counters if name.startswith(("quarantined:", "rescues:"))]
        names += [f"batches:{step}:{result}" for step in PIPELINE for result in ("handed_back", "died")]
        grown = [(name, self.more(name)) for name in names]
        return sorted((pair for pair in grown if pair[1] > 0), key=lambda pair: (-pair[1], pair[0]))

    def values(self) -> dict[str, Any]:
        audit = self.now.audit
        return {
            "accepted": audit.accepted, "in_flight": audit.in_flight, "stored": audit.stored,
            "duplicate": audit.duplicate, "quarantined": audit.quarantined, "vanished": audit.vanished,
            "difference": audit.difference, "accepted_per_second": round(self.accepted_per_second, 1),
            "finished_per_second": round(self.finished_per_second, 1), "waiting": audit.in_flight - audit.pending,
            "oldest_seconds": audit.oldest_ms / 1000, "steps": {step: self.step(step) for step in PIPELINE},
        }


@dataclass(slots=True)
class Looks:
    """The looks of the last seconds, for rates that do not jump."""

    _seen: deque[Look] = field(default_factory=deque)
    first: Look | None = None

    def add(self, look: Look) -> Between:
        self.first = self.first or look
        self._seen.append(look)
        while len(self._seen) > 2 and look.audit.now_ms - self._seen[1].audit.now_ms >= RATES_S * 1000:
            self._seen.popleft()
        return Between(self._seen[0], look)
