from __future__ import annotations

from workers.model import Reason


class BodyError(ValueError):
    """What is wrong with an entry. Never leaves the step: it becomes a Quarantine."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
