"""The whole way from documents to a source's state, on a clock that walks through weeks."""

from __future__ import annotations

from datetime import timedelta

from tests.runtime.memory_mill import MemoryMill
from tests.runtime.metered import exposed, samples, value
from workers.model import Submission
from workers.pipeline import Watch
from workers.ports import SourceState
from workers.runtime.logs import Log
from workers.runtime.source_watch import SourceWatch
from workers.runtime.throughput import Throughput


class WatchedMill(MemoryMill):
    """Two feeds that each bring a page every two hours; `watch` is on duty all the time."""

    def __init__(self) -> None:
        super().__init__()
        # as long a memory as the mill's, for feeds a tenth as busy as it is made for
        rules = Watch(silent_documents=4, group_documents=6, every_s=3600.0, page=1)
        self.watch = SourceWatch(ledger=self.ledger, sources=self.store, log=Log("test"), watch=rules)

    def live(self, hours: int, feeds: tuple[str, ...], words: int = 50) -> None:
        for _ in range(hours // 2):
            stamp = self.clock.time.isoformat()
            pages = [f"{feed} {stamp} " + "word " * words for feed in feeds]
            self.ledger.append([Submission(page.encode(), source=page.split()[0]) for page in pages], "feed")
            self.settle_down()
            self.clock.time += timedelta(hours=2)
            for _ in range(4):
                self.watch.turn()

    def states(self) -> dict[str, SourceState]:
        return {standing.source: standing.state for standing in self.store.source_standings()}


def test_from_learning_to_normal_to_silent_and_back() -> None:
    mill = WatchedMill()
    mill.live(24, ("post", "light"))
    assert mill.states() == {"post": SourceState.LEARNING, "light": SourceState.LEARNING}
    mill.live(24 * 20, ("post", "light"))
    assert mill.states() == {"post": SourceState.NORMAL, "light": SourceState.NORMAL}
    mill.live(12, ("light",))
    assert mill.states() == {"post": SourceState.SILENT, "light": SourceState.NORMAL}
    told = samples(exposed(mill.ledger, mill.index, mill.store))
    assert (value(told, "sources", state="silent"), value(told, "sources", state="normal")) == (1, 1)
    mill.live(2, ("post", "light"))
    assert mill.states()["post"] is SourceState.NORMAL


def test_while_the_mill_stands_still_no_source_is_silent() -> None:
    mill = WatchedMill()
    mill.live(24 * 20, ("post",))
    mill.ledger.append([Submission(b"waits", source="post")], "feed")
    mill.clock.time += timedelta(hours=12)
    mill.watch.turn()
    assert mill.states() == {"post": SourceState.NORMAL}


def test_a_round_takes_a_page_a_turn_and_then_rests() -> None:
    mill = WatchedMill()
    mill.live(2, ("post", "light"))
    mill.clock.time += timedelta(hours=1)
    seen = []
    for _ in range(4):
        mill.watch.turn()
        seen.append({s.source for s in mill.store.source_standings() if s.judged_at == mill.clock.time})
    assert seen == [{"light"}, {"light", "post"}, {"light", "post"}, {"light", "post"}]


def test_each_hour_what_is_too_old_or_too_much_is_forgotten() -> None:
    mill = WatchedMill()
    mill.live(2, ("post", "light"))
    few = Watch(most=1, forgotten_h=10)
    watch = SourceWatch(ledger=mill.ledger, sources=mill.store, log=Log("test"), watch=few)
    for _ in range(3):
        watch.turn()
    assert len(mill.states()) == 1
    mill.clock.time += timedelta(hours=12)
    for _ in range(3):
        watch.turn()
    assert mill.states() == {}


def test_throughput_is_said_between_two_looks() -> None:
    mill = MemoryMill()
    said: list[dict[str, object]] = []
    log = Log("test")
    log.throughput = lambda **figures: said.append(figures)  # type: ignore[method-assign, assignment]
    throughput = Throughput(ledger=mill.ledger, log=log)
    throughput.say()
    mill.push("one", "bug in tag")
    mill.settle_down()
    mill.push("waits")
    mill.clock.move(10)
    throughput.say()
    assert said == [{
        "seconds": 10.0, "accepted": 3, "documents": 2, "quarantined": 1, "in_flight": 1, "oldest_seconds": 10.0,
    }]
