"""The five Celery tasks: thin shells around the runner. The message carries a batch id, no payload."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import celery
from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery.exceptions import Ignore
from celery.signals import task_failure, worker_process_init

from workers.errors import PortError
from workers.model import BatchId
from workers.pipeline import PIPELINE
from workers.ports import Ledger
from workers.runtime.logs import Log
from workers.runtime.runner import Stale

Run = Callable[[str, BatchId, str], None]  # (step, batch, task id)


def define_tasks(app: celery.Celery, run: Run, log: Log) -> None:
    for step in PIPELINE:
        app.task(_shell(step, run, log), name=step, bind=True, shared=False)


def _shell(step: str, run: Run, log: Log) -> Callable[[Any, BatchId], BatchId]:
    def carry(self: Any, batch: BatchId) -> BatchId:
        """Ignore stops the chain; returning None would send the next task None."""
        try:
            run(step, batch, self.request.id)
        except Stale as stale:
            raise Ignore(str(stale)) from stale
        except PortError as error:  # the ledger itself is away: the reconciler will find the batch
            log.away("ledger", error)
            raise Ignore(str(error)) from error
        return batch

    return carry


def watch_deaths(ledger: Ledger, log: Log) -> None:
    """In the parent: tells the ledger of each child that died over a batch."""

    def report(
        task_id: str = "", exception: BaseException | None = None, args: tuple[BatchId, ...] = (), **_: object
    ) -> None:
        if not isinstance(exception, WorkerLostError | TimeLimitExceeded) or not args:
            return
        try:
            if ledger.died(args[0], task_id):
                log.process("worker_died", batch=args[0], detail=str(exception)[:200])
        except PortError as error:  # unwitnessed then: its lease runs out
            log.away("ledger", error)

    task_failure.connect(report, weak=False)


def prepare_children(prepare: Callable[[], None]) -> None:
    """`prepare` runs in each new worker child, before its first task."""

    def run(**_: object) -> None:
        gc.freeze()  # tables and models made before the fork live for ever: never walk or copy them
        gc.set_threshold(20_000, 20, 20)  # a batch makes thousands of records and no cycles
        prepare()

    worker_process_init.connect(run, weak=False)
