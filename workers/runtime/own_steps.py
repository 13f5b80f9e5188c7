"""The operator's own steps: loaded by name, asked of each article after tag, never trusted."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Final

import msgspec

from workers.errors import PortError, SettingsError
from workers.model import Article, Keep, Outcome, Quarantine, Reason, article_from_json, article_to_json
from workers.ports import Counts
from workers.runtime.guard import DETAIL_CHARACTERS, Guard

_FIXED: Final = ("id", "document_id", "part", "relation", "schema")  # not an own step's to change


@dataclass(frozen=True, slots=True)
class OwnStep:
    name: str  # module:Class, as in metrics, quarantine and explain
    decide: Callable[[Article], Outcome]


def load_own_step(setting: str) -> OwnStep:
    """setting: "package.module:Class", or "folder/file.py:Class" from the working directory.

    Raises SettingsError, whatever the module does when it is imported.
    """
    where, _, kind = setting.rpartition(":")
    try:
        module = _module_of_file(Path(where)) if where.endswith(".py") else importlib.import_module(where)
        decide = getattr(module, kind)()
    except Exception as error:  # foreign code: it may raise anything
        raise SettingsError([f"own_steps: {setting}: {type(error).__name__}: {error}"]) from error
    if not callable(decide):
        raise SettingsError([f"own_steps: {setting}: {kind} has no __call__(article)"])
    return OwnStep(f"{module.__name__}:{kind}", decide)


def _module_of_file(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


class OwnSteps:
    """Asks them in order, each under the guard; an answer that is not Keep is the last."""

    def __init__(self, steps: Sequence[OwnStep], guard: Guard) -> None:
        self._steps = tuple(steps)
        self._guard = guard
        self._counts: Counter[str] = Counter()

    def __call__(self, article: Article, *, spent_s: float) -> Keep | Quarantine:
        """spent_s: what the document has used of its time."""
        began = time.monotonic()
        outcome: Keep | Quarantine = Keep(article)
        for step in self._steps:
            started = time.monotonic()
            if isinstance(outcome, Keep):
                outcome = self._ask(step, outcome.article, spent_s + started - began)
                self._count(step, outcome, time.monotonic() - started)
        return outcome

    def drain(self) -> Counts:
        """What was counted since the last call."""
        counts, self._counts = dict(self._counts), Counter()
        return counts

    def _ask(self, step: OwnStep, article: Article, spent_s: float) -> Keep | Quarantine:
        outcome = self._guard.call(lambda: _answer(step, article), spent_s=spent_s)
        if isinstance(outcome, Quarantine):
            return replace(outcome, detail=f"{step.name}: {outcome.detail}"[:DETAIL_CHARACTERS])
        return outcome

    def _count(self, step: OwnStep, outcome: Keep | Quarantine, seconds: float) -> None:
        self._counts[f"own:{step.name}:{'kept' if isinstance(outcome, Keep) else 'quarantined'}"] += 1
        self._counts[f"own:{step.name}:us"] += round(seconds * 1e6)


def _answer(step: OwnStep, article: Article) -> Keep | Quarantine:
    try:
        outcome = step.decide(article)
    except (PortError, SystemExit) as error:  # would hand the batch back for ever, or end the worker
        return Quarantine(Reason.STEP_FAILED, f"raised {type(error).__name__}")
    if isinstance(outcome, Quarantine) and isinstance(outcome.reason, Reason):
        return replace(outcome, detail=str(outcome.detail))
    if not isinstance(outcome, Keep) or not isinstance(outcome.article, Article):
        return Quarantine(Reason.STEP_FAILED, f"gave {type(outcome).__name__}, neither Keep(article) nor Quarantine")
    return outcome if outcome.article is article else _checked(outcome.article, article)


def _checked(made: Article, given: Article) -> Keep | Quarantine:
    """An article that cannot be stored would cost its whole batch later on."""
    changed = [name for name in _FIXED if getattr(made, name) != getattr(given, name)]
    if changed:
        return Quarantine(Reason.STEP_FAILED, f"changed {', '.join(changed)}, which no own step may")
    try:
        read = article_from_json(article_to_json(made))
    except (msgspec.MsgspecError, TypeError, UnicodeEncodeError) as error:
        return Quarantine(Reason.STEP_FAILED, f"made an article that cannot be stored: {type(error).__name__}")
    for tag in read.tags:
        for span in tag.evidence:
            if len(span) == 2 and not 0 <= int(span[0]) <= int(span[1]) <= len(read.text):
                return Quarantine(Reason.STEP_FAILED, f"gave tag {tag.id!r} the evidence {span}, outside of the text")
    return Keep(read)
