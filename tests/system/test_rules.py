"""Rules and an own step in a mill of real workers, while both are changed and go wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.plant import ROOT, Plant, tale

pytestmark = pytest.mark.system

RULE = '[[rule]]\nid = "{0}"\nany = ["{0}"]\n'
OWN_STEP = """
from workers.model import Article, Keep


class Picky:
    def __call__(self, article: Article) -> Keep:
        if "anvil" in article.text:
            raise ValueError("no anvils")
        while "treadmill" in article.text:
            pass
        return Keep(article)
"""
WORDS = ["storm", "quay", "lantern", "ferry"]


class Mill:
    """Pushes documents that hold all of WORDS, and says which rules marked them."""

    def __init__(self, plant: Plant, rules: Path) -> None:
        self.plant = plant
        self.rules = rules
        self._pushed = 0

    def save(self, text: str) -> None:
        """As an editor does: beside the old file, then in its place."""
        beside = self.rules.with_suffix(".new")
        beside.write_text(text)
        beside.rename(self.rules)

    def push(self, count: int, *, text: str = "") -> list[str]:
        """Ids as the producer's; returns when the mill has them, not when it is done."""
        ids = [f"d{self._pushed + number}" for number in range(count)]
        self._pushed += count
        told = f"{' and '.join(WORDS)} came"
        pages = [{"id": id, "title": f"Page {id}", "text": f"{told}. {text or id} said so at {id}. {tale(id)}"}
                 for id in ids]
        done = self.plant.command("push", "-", stdin="\n".join(map(json.dumps, pages)).encode())
        assert done.returncode == 0, done.stderr
        return ids

    def rules_of(self, id: str) -> list[str]:
        shown = json.loads(self.plant.command("show", id, "--json").stdout)
        return [tag["id"] for article in shown for tag in article["tags"] if tag["kind"] == "rule"]


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mill]:
    folder = tmp_path_factory.mktemp("plant")
    shutil.copytree(ROOT / "config", folder / "config")
    (folder / "picky.py").write_text(OWN_STEP)
    rules = folder / "config" / "tag" / "rules.toml"
    rules.write_text(RULE.format("storm"))
    with Plant(config_dir=str(folder / "config"), own_steps=f"{folder / 'picky.py'}:Picky", concurrency=2) as plant:
        yield Mill(plant, rules)


def test_workers_take_saved_rules_into_use_and_lose_no_document(mill: Mill) -> None:
    first = mill.push(8)
    mill.plant.wait_until_idle()
    mill.save(RULE.format("storm") + RULE.format("quay"))
    second = mill.push(100)
    mill.save(RULE.format("lantern"))
    mill.push(100)
    mill.plant.wait_until_idle()
    last = mill.push(8)
    mill.plant.wait_until_idle()
    assert [mill.rules_of(id) for id in (first[0], last[0])] == [["storm"], ["lantern"]]
    assert mill.rules_of(second[0]) in (["storm", "quay"], ["lantern"])
    assert mill.plant.ledger_check()["stored"] == 216


def test_a_file_with_a_mistake_leaves_the_old_rules_in_use_and_is_told(mill: Mill) -> None:
    mill.save(RULE.format("ferry"))
    before = mill.push(8)
    mill.plant.wait_until_idle()
    mill.save('[[rule]]\nid = "ferry"\nwhen = "titel:ferry"\n')
    after = mill.push(8)
    mill.plant.wait_until_idle()
    assert [mill.rules_of(id) for id in (before[0], after[0])] == [["ferry"], ["ferry"]]
    assert "rules.toml:3:9: rule 1 (ferry): there is no field 'titel' (did you mean title?)" in mill.plant.tail()
    assert mill.plant.counts()["rules:refused"] >= 1
    assert mill.plant.command("rules", "check").returncode == 1


def test_what_an_own_step_does_wrong_costs_that_document_alone(mill: Mill) -> None:
    good = mill.push(8)
    bad, slow = mill.push(1, text="anvil"), mill.push(1, text="treadmill")
    mill.plant.wait_until_idle()
    listed = json.loads(mill.plant.command("quarantine", "list", "--json").stdout)
    said = {row["producer_id"]: (row["step"], row["reason"], row["detail"]) for row in listed}
    assert said == {
        bad[0]: ("tag", "step_failed", "picky:Picky: ValueError in __call__ (picky.py:8)"),
        slow[0]: ("tag", "timeout", "picky:Picky: no result after 5 s"),
    }
    assert all(mill.rules_of(id) == ["ferry"] for id in good)
    assert mill.plant.counts()["own:picky:Picky:quarantined"] == 2
    assert mill.plant.ledger_check()["quarantined"] == 2
