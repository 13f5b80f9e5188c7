"""The step as a worker has it."""

from __future__ import annotations

from workers.runtime.wiring.steps import StepsFactory
from workers.settings import Settings
from workers.steps.tag import Tag


def shipped_step() -> Tag:
    return StepsFactory(Settings()).tag
