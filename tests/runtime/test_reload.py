"""Rules are taken into use while the mill runs; a file that is no good changes nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.memory_mill import MemoryMill
from workers.errors import SettingsError
from workers.model import TagKind
from workers.runtime.exporter import MillCollector, make_metrics
from workers.runtime.logs import Log
from workers.runtime.reload import LastGood, Reloading
from workers.runtime.wiring.steps import StepsFactory
from workers.settings import Settings


class Heard(Log):
    def __init__(self) -> None:
        super().__init__("test")
        self.events: list[tuple[Any, ...]] = []

    def rules_loaded(self, file: str, rules: int) -> None:
        self.events.append(("loaded", Path(file).name, rules))

    def rules_refused(self, file: str, problems: Any) -> None:
        self.events.append(("refused", *problems))


def rule(word: str) -> str:
    return f'[[rule]]\nid = "{word}"\nany = ["{word}"]\n'


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tag").mkdir()
    monkeypatch.setenv("NEWSMILL_CONFIG_DIR", str(tmp_path))
    file = tmp_path / "tag" / "rules.toml"
    file.write_text(rule("bridge"))
    return file


class Plant:
    """A mill whose tag step is the real one; `rules_of` pushes a text and says which rules marked it."""

    def __init__(self) -> None:
        self.log = Heard()
        self._factory = StepsFactory(Settings())
        self._factory.build(["tag"])
        self.mill = MemoryMill(tag=lambda article: self._factory.tag(article), refresh=self._refresh)
        self._count = 0

    def _refresh(self, log: Log) -> Any:
        return self._factory.refresh(self.log)

    def rules_of(self, text: str) -> list[str]:
        self._count += 1
        (entry,) = self.mill.push(f"{text} {self._count}")
        self.mill.settle_down()
        (article,) = self.mill.store.articles_of(entry.document_id)
        return [tag.id for tag in article.tags if tag.kind is TagKind.RULE]

    def metric(self, result: str) -> str:
        mill = self.mill
        collector = MillCollector(mill.ledger, mill.index, mill.store, {})
        return make_metrics(collector)().decode().partition(f'rules_reloads_total{{result="{result}"}} ')[2][:3]


def test_a_process_that_saw_only_the_mistake_uses_what_its_neighbours_use(file: Path) -> None:
    shared, log = LastGood(), Heard()
    first: list[str] = []
    second: list[str] = []

    def keep(used: list[str], text: str) -> int:
        if "mistake" in text:
            raise SettingsError(["there is a mistake"])
        used.append(text)
        return 1

    busy, quick = (Reloading(file, partial(keep, used), shared) for used in (second, first))
    file.write_text("any text")
    quick(log)
    file.write_text("a mistake")
    assert (quick(log), busy(log)) == ({"rules:refused": 1}, {"rules:refused": 1, "rules:loaded": 1})
    assert (first, second) == (["any text"], ["any text"])
    assert busy(log) == {}


def test_rules_follow_the_file_from_batch_to_batch_and_a_broken_one_changes_nothing(file: Path) -> None:
    plant = Plant()
    assert plant.rules_of("bridge and quay") == ["bridge"]
    file.write_text(rule("bridge") + rule("quay"))
    assert plant.rules_of("bridge and quay") == ["bridge", "quay"]
    file.write_text(rule("bridge") + 'any = ["storm"\n')
    assert plant.rules_of("bridge and quay") == ["bridge", "quay"]
    file.unlink()
    assert plant.rules_of("bridge and quay") == ["bridge", "quay"]
    file.write_text(rule("storm"))
    assert plant.rules_of("bridge in a storm") == ["storm"]
    assert plant.log.events == [
        ("loaded", "rules.toml", 2), ("refused", "rules.toml:5:1: Unclosed array"),
        ("refused", f"[Errno 2] No such file or directory: '{file}'"), ("loaded", "rules.toml", 1),
    ]
    assert (plant.metric("loaded"), plant.metric("refused")) == ("2.0", "2.0")
    assert plant.mill.ledger.audit().difference == 0
