"""When the ledger stands lower than it stood, it has lost its tail: that is an incident, never silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workers.model import EntryId


@dataclass(frozen=True, slots=True)
class Mark:
    """What the ledger said of itself at one moment."""

    accepted: int
    last_id: EntryId
    run_id: str
    noted_at: datetime

    def is_older_reading(self, standing: Mark) -> bool:
        """Reconcilers read at different moments and write in any order: no loss, only late."""
        return self.run_id == standing.run_id and self.noted_at < standing.noted_at


def loss(before: Mark, mark: Mark) -> str | None:
    """What was lost between the two. The mark follows the ledger down, so that each loss is told once and
    a second one is seen too."""
    if mark.accepted >= before.accepted and _place(mark.last_id) >= _place(before.last_id):
        return None
    restarted = "" if mark.run_id == before.run_id else f", and runs anew ({before.run_id} then {mark.run_id})"
    return (
        f"the ledger stood at {before.accepted} accepted, last {before.last_id}, "
        f"and stands at {mark.accepted}, last {mark.last_id}{restarted}: it lost its tail"
    )


def _place(entry: EntryId) -> tuple[int, int]:
    """(0, 0) where the stream has no entry yet."""
    ms, _, number = entry.partition("-")
    return int(ms or 0), int(number or 0)
