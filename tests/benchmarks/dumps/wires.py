"""Stories that came from an agency, and stories that only name one: labelled by how they were made."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.dumps.prose import Prose

_EACH: Final = 3  # agencies that a form is tried with
_PLACES: Final = {
    "ru": "МОСКВА", "ar": "القاهرة", "zh": "北京", "ja": "東京", "ko": "서울", "de": "Berlin", "fr": "Genève",
    "es": "Madrid", "pt": "Lisboa", "it": "Roma",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    form: str
    text: str
    wire: str | None


@cache
def _forms() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("wires.toml").read_text("utf-8"))


def wire_cases(*, seed: int = 1) -> Iterator[Case]:
    forms = _forms()
    for kind in ("from", "not_from"):
        for group in forms[kind]:
            for language in group["languages"]:
                for place in ("first", "last", "above", "below"):
                    for form in group[place]:
                        chance = random.Random(f"{seed}-{language}-{place}-{form}")
                        agencies = forms["agencies"][language]
                        for name, written in chance.sample(agencies, min(_EACH, len(agencies))):
                            maker = _Maker(language, chance)
                            yield Case(form, maker.page(place, form, written), name if kind == "from" else None)


class _Maker:
    def __init__(self, language: str, chance: random.Random) -> None:
        self._prose = Prose(language, chance)
        self._place = _PLACES.get(language, "Vienna")

    def page(self, place: str, form: str, agency: str) -> str:
        filled = form.format(
            a=agency, place=self._place, PLACE=self._place.upper(), person=self._prose.name(),
            paper=self._prose.publisher().split(" - ")[0],
        )
        body = [self._prose.paragraph(3) for _ in range(3)]
        if place == "first":
            body[0] = filled + body[0]
        elif place == "last":
            body[-1] += filled
        lines = [self._prose.headline(), *([filled] if place == "above" else []), *body]
        return "\n".join([*lines, *([filled] if place == "below" else [])])
