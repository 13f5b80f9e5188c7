from __future__ import annotations

from collections.abc import Mapping, Sequence

from workers.adapters.memory_lines import MemoryRepeatedLines
from workers.errors import LinesError
from workers.model import Article, Relation, RelationKind
from workers.runtime.logs import Log
from workers.runtime.repeated import Repeated, ends

FOOT = "Bay Paper is funded by its readers."


class Away(MemoryRepeatedLines):
    def saw(self, stories: Mapping[str, Sequence[Sequence[str]]]) -> None:
        raise LinesError("away")

    def accepted(self) -> dict[str, frozenset[str]]:
        raise LinesError("away")


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def story(number: int, kind: RelationKind = RelationKind.UNIQUE) -> Article:
    text = f"Story {number} begins.\n\nIt goes on.\n\n{FOOT}"
    return Article(f"d-{number}", "d", publisher="Bay Paper", text=text, relation=Relation(kind))


def test_lines_are_learned_from_stories_and_not_from_their_copies() -> None:
    lines = MemoryRepeatedLines()
    Repeated(lines, {}, Log("test")).learn([story(1), story(2), story(2, RelationKind.EXACT)])
    assert [(row.line, row.stories) for row in lines.proposed("Bay Paper", least=2)] == [(FOOT, 2), ("It goes on.", 2)]


def test_a_story_without_publisher_counts_for_its_source() -> None:
    lines = MemoryRepeatedLines()
    sourced = Article("d-0", "d", source="feed", text=f"One.\n\n{FOOT}")
    Repeated(lines, {}, Log("test")).learn([sourced, Article("d-1", "d")])
    assert lines.sources() == {"feed": 1}


def test_an_acceptance_reaches_a_worker_within_ten_seconds() -> None:
    lines, clock = MemoryRepeatedLines(), Monotonic()
    repeated = Repeated(lines, {"Bay Paper": frozenset({"listed"})}, Log("test"), monotonic=clock)
    assert repeated.accepted() == {"Bay Paper": {"listed"}}
    lines.accept("Bay Paper", [FOOT])
    clock.seconds = 9.0
    assert repeated.accepted() == {"Bay Paper": {"listed"}}
    clock.seconds = 10.0
    assert repeated.accepted() == {"Bay Paper": {"listed", FOOT}}


def test_documents_go_on_while_lines_cannot_be_counted() -> None:
    repeated = Repeated(Away(), {"Bay Paper": frozenset({FOOT})}, Log("test"))
    repeated.learn([story(1)])
    assert repeated.accepted() == {"Bay Paper": {FOOT}}


def test_only_short_paragraphs_at_the_ends_of_a_story_are_looked_at() -> None:
    middle = [f"Middle {number}." for number in range(20)]
    assert ends("\n\n".join(["x" * 301, "First.", *middle, "Last."])) == ["First.", *middle[-4:], "Last."]
    assert ends("All there is.") == []
