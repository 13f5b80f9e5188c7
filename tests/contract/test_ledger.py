"""What every ledger keeps to. Promises 1, 2 and 6 of the design rest on these."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
import redis

from workers.adapters.memory_ledger import MemoryLedger
from workers.adapters.redis_ledger import DOCUMENTS, DUE, RedisLedger
from workers.model import Quarantine, Reason, Submission, Verdict
from workers.ports import Begun, Ledger, Out, Settlement, Taken, WorkerBeat

WAITS = {"first_s": 2.0, "most_s": 60.0}
PATIENCE = {"queued_s": 10.0, "queued_most_s": 120.0, "running_s": 10.0, "witnessed": 2, "unwitnessed": 5}


class Bench(Protocol):
    """A ledger, the passing of time, and what strangers may do to it."""

    ledger: Ledger

    def pass_time(self, seconds: float) -> None: ...
    def delete(self, entry: str) -> None: ...
    def forget_deliveries(self) -> None: ...
    def emitted(self) -> list[tuple[str, bytes]]: ...


class MemoryBench:
    def __init__(self) -> None:
        self.time = datetime.now(UTC)
        self.ledger = MemoryLedger(self)

    def now(self) -> datetime:
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def delete(self, entry: str) -> None:
        self.ledger.delete(entry)

    def forget_deliveries(self) -> None:
        self.ledger.forget_deliveries()

    def emitted(self) -> list[tuple[str, bytes]]:
        return self.ledger.articles


class RedisBench:
    """Time passes by moving the deadlines: the server's clock cannot be moved."""

    def __init__(self, url: str, client: redis.Redis) -> None:
        self.ledger = RedisLedger(url)
        self.client = client

    def pass_time(self, seconds: float) -> None:
        for member in self.client.zrange(DUE, 0, -1):  # type: ignore[union-attr]
            self.client.zincrby(DUE, -seconds * 1000, member)

    def delete(self, entry: str) -> None:
        self.client.xdel(DOCUMENTS, entry)

    def forget_deliveries(self) -> None:
        self.client.xgroup_delconsumer(DOCUMENTS, "newsmill", "mill")

    def emitted(self) -> list[tuple[str, bytes]]:
        rows = self.client.xrange("{newsmill}:articles")
        return [(fields[b"event"].decode(), fields[b"article"]) for _, fields in rows]  # type: ignore[union-attr]


@pytest.fixture(params=["memory", "redis"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "memory":
        yield MemoryBench()
    else:
        url = request.getfixturevalue("redis_url")
        yield RedisBench(url, request.getfixturevalue("redis_client"))


def push(bench: Bench, count: int = 1, size: int = 10) -> list[str]:
    entries = bench.ledger.append([Submission(b"x" * size, id=str(i)) for i in range(count)], "cli")
    return [entry.id for entry in entries]


def take(
    bench: Bench, batch: str = "b1", documents: int = 64, payload_bytes: int = 10**6, window: int = 6
) -> Taken | None:
    return bench.ledger.take(
        batch, documents=documents, payload_bytes=payload_bytes, window=window, queued_s=10.0
    )


def begin(bench: Bench, batch: str = "b1", step: str = "ingest", task: str = "t1") -> Begun:
    begun = bench.ledger.begin(batch, step, task, 10.0)
    assert begun is not None
    return begun


def settle(bench: Bench, begun: Begun, *settlements: Settlement, resume: str = "publish") -> list[str] | None:
    return bench.ledger.settle(
        begun.batch, begun.token, settlements, {}, resume=resume, keep_articles=1000, **WAITS
    )


def stored(entry: str) -> Settlement:
    return Settlement(entry, Verdict.STORED, counts={"articles:produced": 1, "articles:stored": 1},
                      events=(("stored", b"{}"),))


def test_what_is_appended_is_read_back_as_it_was(bench: Bench) -> None:
    entry = bench.ledger.append([Submission(b"\x00\xff", source="s", meta="{}")], "http")[0]
    assert bench.ledger.read([entry.id]) == [entry]
    assert entry.fields == {b"body": b"\x00\xff", b"source": b"s", b"meta": b"{}", b"door": b"http"}


def test_an_entry_that_a_stranger_deleted_reads_as_none(bench: Bench) -> None:
    first, second = push(bench, 2)
    bench.delete(first)
    assert [entry and entry.id for entry in bench.ledger.read([first, second])] == [None, second]


def test_the_same_key_appends_once(bench: Bench) -> None:
    first = bench.ledger.append_once("k", [Submission(b"a"), Submission(b"b")], "http")
    again = bench.ledger.append_once("k", [Submission(b"a"), Submission(b"b")], "http")
    assert (again, bench.ledger.audit().accepted) == (first, 2)


def test_nothing_waiting_is_no_batch(bench: Bench) -> None:
    assert take(bench) is None
    assert bench.ledger.audit().batches == 0


def test_a_batch_is_full_at_its_number_of_documents(bench: Bench) -> None:
    entries = push(bench, 5)
    taken = take(bench, documents=3)
    assert taken is not None
    assert (taken.entries, taken.reason) == (tuple(entries[:3]), "full")
    rest = take(bench, "b2", documents=3)
    assert rest is not None
    assert (rest.entries, rest.reason) == (tuple(entries[3:]), "idle")


def test_a_batch_ends_at_its_bytes(bench: Bench) -> None:
    push(bench, 5, size=1000)
    taken = take(bench, payload_bytes=1500)
    assert taken is not None
    assert (len(taken.entries), taken.reason) == (2, "bytes")


def test_the_window_holds_back_further_batches(bench: Bench) -> None:
    push(bench, 3)
    take(bench, "b1", documents=1, window=2)
    take(bench, "b2", documents=1, window=2)
    held = take(bench, "b3", documents=1, window=2)
    assert held is not None
    assert (held.entries, held.reason) == ((), "window")


def test_every_document_is_in_the_equation_at_every_stage(bench: Bench) -> None:
    """Promise 1: every document is accounted for, exactly, at every moment."""
    entries = push(bench, 4)
    assert bench.ledger.audit().difference == 0
    take(bench)
    assert bench.ledger.audit().difference == 0
    begun = begin(bench)
    assert bench.ledger.audit().difference == 0
    quarantined = Settlement(entries[3], Verdict.QUARANTINED, Quarantine(Reason.NO_BODY, step="ingest"))
    settle(bench, begun, stored(entries[0]), stored(entries[1]), Settlement(entries[2], Verdict.DUPLICATE), quarantined)
    audit = bench.ledger.audit()
    assert (audit.accepted, audit.in_flight, audit.stored, audit.duplicate, audit.quarantined) == (4, 0, 2, 1, 1)
    assert (audit.difference, audit.articles_difference, audit.batches, audit.pending) == (0, 0, 0, 0)
    assert audit.counters["quarantined:ingest:no_body"] == 1


def test_a_second_settlement_of_the_same_entries_changes_nothing(bench: Bench) -> None:
    """Promise 2: exactly once in effect; only what XACK counted is acted on."""
    entries = push(bench, 1)
    take(bench)
    settle(bench, begin(bench), stored(entries[0]))
    before = (bench.ledger.audit().counters, bench.emitted())
    bench.ledger.sweep("b9", 10.0)
    push(bench, 1)
    take(bench, "b2")
    settle(bench, begin(bench, "b2"), stored(entries[0]), stored(entries[0]))
    after = bench.ledger.audit()
    assert after.stored == 1
    assert bench.emitted() == before[1]


def test_events_come_out_in_the_order_of_the_settlements(bench: Bench) -> None:
    a, b = push(bench, 2)
    take(bench)
    settle(
        bench, begin(bench),
        Settlement(a, Verdict.STORED, events=(("stored", b"1"), ("stored", b"2"))),
        Settlement(b, Verdict.DUPLICATE, events=(("duplicate", b"3"),)),
    )
    assert bench.emitted() == [("stored", b"1"), ("stored", b"2"), ("duplicate", b"3")]


def test_a_doubled_message_finds_the_batch_running(bench: Bench) -> None:
    push(bench)
    take(bench)
    begin(bench, task="t1")
    assert bench.ledger.begin("b1", "ingest", "t2", 10.0) is None


def test_a_task_whose_first_answer_was_lost_gets_it_again(bench: Bench) -> None:
    push(bench)
    take(bench)
    assert begin(bench, task="t1").token == begin(bench, task="t1").token


def test_a_late_message_for_a_passed_step_is_stale(bench: Bench) -> None:
    push(bench)
    take(bench)
    begun = begin(bench)
    assert bench.ledger.finish("b1", begun.token, "clean", "r1", {"batches:ingest:ok": 1}, 10.0)
    assert bench.ledger.begin("b1", "ingest", "t2", 10.0) is None
    assert begin(bench, step="clean").ref == "r1"
    assert bench.ledger.audit().counters["batches:ingest:ok"] == 1


def test_a_message_for_a_settled_batch_is_stale(bench: Bench) -> None:
    entries = push(bench)
    take(bench)
    settle(bench, begin(bench), stored(entries[0]))
    assert bench.ledger.begin("b1", "publish", "t2", 10.0) is None


def test_a_woken_worker_cannot_act_on_a_batch_given_to_another(bench: Bench) -> None:
    entries = push(bench)
    take(bench)
    frozen = begin(bench, task="t1")
    bench.pass_time(11)
    assert bench.ledger.rescue("b1", **PATIENCE).act == "send"
    begin(bench, task="t2")
    assert not bench.ledger.renew("b1", frozen.token, 10.0)
    assert not bench.ledger.finish("b1", frozen.token, "clean", "r", {}, 10.0)
    assert not bench.ledger.hand_back("b1", frozen.token, "ingest", {}, **WAITS)
    assert settle(bench, frozen, stored(entries[0])) is None


def test_a_renewed_lease_is_not_overdue(bench: Bench) -> None:
    push(bench)
    take(bench)
    begun = begin(bench)
    bench.pass_time(8)
    assert bench.ledger.renew("b1", begun.token, 10.0)
    bench.pass_time(8)
    assert bench.ledger.overdue(10) == []
    bench.pass_time(3)
    assert bench.ledger.overdue(10) == ["b1"]


def test_a_lost_message_is_sent_again_without_counting_an_attempt(bench: Bench) -> None:
    push(bench)
    take(bench)
    for wait_s in (10.1, 10.1, 20.1, 40.1, 80.1, 120.1, 120.1):
        bench.pass_time(wait_s)
        rescue = bench.ledger.rescue("b1", **PATIENCE)
        assert (rescue.act, rescue.step, rescue.deaths, rescue.cause) == ("send", "ingest", 0, "lost")
    assert bench.ledger.audit().counters["rescues:lost"] == 7


def test_a_batch_rescued_by_one_reconciler_is_not_rescued_by_another(bench: Bench) -> None:
    push(bench)
    take(bench)
    bench.pass_time(11)
    assert [bench.ledger.rescue("b1", **PATIENCE).act for _ in range(2)] == ["send", "none"]


def test_a_batch_handed_back_waits_longer_each_time_and_counts_no_attempt(bench: Bench) -> None:
    push(bench)
    take(bench)
    for wait_s in (2, 4, 8, 16, 32, 60, 60):
        begun = begin(bench, task=f"t{wait_s}")
        assert bench.ledger.hand_back("b1", begun.token, "ingest", {"batches:ingest:handed_back": 1}, **WAITS)
        bench.pass_time(wait_s - 0.5)
        assert bench.ledger.overdue(10) == []
        assert bench.ledger.begin("b1", "ingest", "early", 10.0) is None
        bench.pass_time(0.6)
        rescue = bench.ledger.rescue("b1", **PATIENCE)
        assert (rescue.act, rescue.deaths, rescue.cause) == ("send", 0, "")


def test_a_batch_without_its_blob_starts_over(bench: Bench) -> None:
    push(bench)
    take(bench)
    bench.ledger.finish("b1", begin(bench).token, "clean", "r1", {}, 10.0)
    begun = begin(bench, step="clean")
    bench.ledger.hand_back("b1", begun.token, "ingest", {}, **WAITS)
    bench.pass_time(2.1)
    assert bench.ledger.rescue("b1", **PATIENCE).step == "ingest"
    assert begin(bench, task="t2").ref == ""


def test_a_batch_that_died_is_split_into_single_documents(bench: Bench) -> None:
    """Promise 6: one bad document costs one document."""
    entries = push(bench, 3)
    take(bench)
    begin(bench, task="t1")
    assert bench.ledger.died("b1", "t1")
    rescue = bench.ledger.rescue("b1", **PATIENCE)
    assert (rescue.act, rescue.entries, rescue.cause) == ("split", tuple(entries), "died")
    assert bench.ledger.split("b1", ["s1", "s2", "s3"], 10.0)
    assert [begin(bench, single).entries for single in ("s1", "s2", "s3")] == [(entry,) for entry in entries]
    assert not bench.ledger.split("b1", ["s4", "s5", "s6"], 10.0)
    assert bench.ledger.audit().batches == 3


def test_a_batch_nobody_saw_die_is_sent_again_whole_before_it_is_split(bench: Bench) -> None:
    """A host that went away or is slow takes 64 innocents with it; a poison document is mostly seen to kill."""
    entries = push(bench, 3)
    take(bench)
    begin(bench, task="t1")
    bench.pass_time(11)
    rescue = bench.ledger.rescue("b1", **PATIENCE)
    assert (rescue.act, rescue.entries, rescue.cause, rescue.deaths) == ("send", tuple(entries), "died", 1)
    begin(bench, task="t2")
    bench.pass_time(11)
    assert bench.ledger.rescue("b1", **PATIENCE).act == "split"


def test_a_split_that_was_not_carried_out_is_asked_for_again(bench: Bench) -> None:
    push(bench, 2)
    take(bench)
    begin(bench)
    bench.ledger.died("b1", "t1")
    assert bench.ledger.rescue("b1", **PATIENCE).act == "split"
    bench.pass_time(11)
    assert bench.ledger.rescue("b1", **PATIENCE).act == "split"


@pytest.mark.parametrize(("witnessed", "deaths"), [(True, 2), (False, 5)])
def test_a_lone_document_is_poison_after_so_many_deaths(bench: Bench, witnessed: bool, deaths: int) -> None:
    entries = push(bench)
    take(bench)
    for death in range(1, deaths + 1):
        begin(bench, task=f"t{death}")
        if witnessed:
            assert bench.ledger.died("b1", f"t{death}")
        else:
            bench.pass_time(11)
        rescue = bench.ledger.rescue("b1", **PATIENCE)
        assert (rescue.act, rescue.deaths) == ("poison" if death == deaths else "send", death)
    held = Begun("b1", rescue.token, rescue.entries, "", 0, 0)
    verdict = Settlement(entries[0], Verdict.QUARANTINED, Quarantine(Reason.KILLED_WORKER, step="ingest"))
    assert settle(bench, held, verdict) == entries
    assert bench.ledger.audit().quarantined == 1


def test_a_death_report_about_another_task_is_ignored(bench: Bench) -> None:
    push(bench)
    take(bench)
    begin(bench, task="t1")
    assert not bench.ledger.died("b1", "t0")


def test_documents_that_cannot_be_settled_yet_stay_in_their_batch_and_resume(bench: Bench) -> None:
    a, b, c = push(bench, 3)
    take(bench)
    assert settle(bench, begin(bench), stored(a), stored(c), resume="publish") == [a, c]
    assert bench.ledger.audit().in_flight == 1
    bench.pass_time(2.1)
    rescue = bench.ledger.rescue("b1", **PATIENCE)
    assert (rescue.act, rescue.step, rescue.entries) == ("send", "publish", (b,))


def test_an_entry_deleted_by_a_stranger_before_it_was_read_is_counted_as_vanished(bench: Bench) -> None:
    first, _ = push(bench, 2)
    bench.delete(first)
    assert bench.ledger.audit().difference == 1
    take(bench)
    assert bench.ledger.sweep("b9", 10.0) == (1, 0)
    audit = bench.ledger.audit()
    assert (audit.vanished, audit.difference) == (1, 0)


def test_an_entry_deleted_by_a_stranger_while_it_was_out_is_counted_once(bench: Bench) -> None:
    first, second = push(bench, 2)
    take(bench)
    begun = begin(bench)
    bench.delete(first)
    assert bench.ledger.sweep("b9", 10.0) == (1, 0)
    assert settle(bench, begun, stored(first), stored(second)) == [second]
    audit = bench.ledger.audit()
    assert (audit.stored, audit.vanished, audit.difference) == (1, 1, 0)


def test_a_vanished_entry_that_the_batch_reports_first_is_counted_once(bench: Bench) -> None:
    first = push(bench)[0]
    take(bench)
    begun = begin(bench)
    bench.delete(first)
    assert settle(bench, begun, Settlement(first, None)) == [first]
    assert bench.ledger.sweep("b9", 10.0) == (0, 0)
    audit = bench.ledger.audit()
    assert (audit.vanished, audit.difference) == (1, 0)


def test_deliveries_that_nobody_holds_are_taken_again(bench: Bench) -> None:
    entries = push(bench, 3)
    take(bench, documents=2)
    begun = begin(bench)
    bench.forget_deliveries()
    assert settle(bench, begun, stored(entries[0]), stored(entries[1])) == []  # XACK counts nothing
    assert bench.ledger.sweep("b9", 10.0) == (0, 2)
    assert bench.ledger.overdue(10) == ["b9"]
    bench.ledger.rescue("b9", **PATIENCE)
    assert settle(bench, begin(bench, "b9"), stored(entries[0]), stored(entries[1])) == entries[:2]
    assert bench.ledger.audit().difference == 0


def test_a_quiet_sweep_changes_nothing(bench: Bench) -> None:
    push(bench, 3)
    take(bench, documents=2)
    before = bench.ledger.audit()
    assert bench.ledger.sweep("b9", 10.0) == (0, 0)
    after = bench.ledger.audit()
    assert (after.counters, after.batches, after.pending) == (before.counters, before.batches, before.pending)


def test_when_the_broker_lost_its_messages_queued_batches_are_overdue_at_once(bench: Bench) -> None:
    push(bench, 2)
    take(bench, "b1", documents=1)
    take(bench, "b2", documents=1)
    begin(bench, "b2")
    assert bench.ledger.hasten() == 1
    assert bench.ledger.overdue(10) == ["b1"]


def test_batches_that_are_out_can_be_looked_at(bench: Bench) -> None:
    push(bench, 3)
    take(bench, "b1", documents=2)
    take(bench, "b2")
    bench.ledger.finish("b2", begin(bench, "b2").token, "clean", "r", {}, 10.0)
    begin(bench, "b1")
    assert sorted(bench.ledger.out(), key=lambda out: out.batch) == [
        Out("b1", "ingest", "running", 2), Out("b2", "clean", "queued", 1),
    ]


def test_workers_are_known_until_their_heartbeat_ends(bench: Bench) -> None:
    beat = WorkerBeat("host:1", ("clean", "tag"), 2)
    bench.ledger.beat(beat, 1000.0)
    assert bench.ledger.workers() == [beat]
    bench.ledger.beat(beat, 0.0)
    assert bench.ledger.workers() == []


def test_a_heartbeat_that_ran_out_leaves_the_others(bench: Bench) -> None:
    bench.ledger.beat(WorkerBeat("a", ("tag",), 1), 0.0)
    bench.ledger.beat(WorkerBeat("b", ("tag",), 1), 1000.0)
    assert [beat.name for beat in bench.ledger.workers()] == ["b"]


def test_events_are_emitted_beside_settlements_and_the_oldest_forgotten(bench: Bench) -> None:
    bench.ledger.emit([("regrouped", b"1"), ("regrouped", b"2")], keep_articles=10)
    bench.ledger.emit([("regrouped", b"3")], keep_articles=10)
    assert bench.emitted() == [("regrouped", b"1"), ("regrouped", b"2"), ("regrouped", b"3")]
    bench.ledger.emit([("regrouped", b"%d" % number) for number in range(1000)], keep_articles=10)
    assert bench.emitted()[-1] == ("regrouped", b"999")
    assert len(bench.emitted()) < 1000
