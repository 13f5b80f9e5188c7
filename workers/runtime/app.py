"""Celery as this mill uses it: a way to wake a worker for a batch. The ledger remembers, not the broker.

Early acks, no autoretry, no results: the reconciler is the only retry. Remote control, events, gossip
and mingle are off; liveness is the heartbeat key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import celery
from celery import bootsteps
from celery.signals import setup_logging
from kombu.entity import Queue
from kombu.exceptions import OperationalError

from workers.errors import BrokerError
from workers.model import BatchId
from workers.pipeline import PIPELINE, steps_from
from workers.runtime.dispatcher import Send
from workers.settings import Settings

# A finished step must get its successor's message out even while the broker restarts: about 50 s.
PATIENT: Final = {"max_retries": 30, "interval_start": 0.1, "interval_step": 0.3, "interval_max": 2.0}
# Dispatcher and reconciler can just come again.
BRISK: Final = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5}
BEAT_S: Final = 2.0


def broker_url(work_url: str) -> str:
    """Celery's spelling of a redis-py URL: unix:///path?db=0 is redis+socket:///path?virtual_host=0."""
    parts = urlsplit(work_url)
    if parts.scheme != "unix":
        return work_url
    database = dict(pair.partition("=")[::2] for pair in parts.query.split("&")).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={database}"


def make_app(settings: Settings) -> celery.Celery:
    app = celery.Celery("newsmill", broker=broker_url(settings.work_url), set_as_current=False)
    app.conf.update(
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=False,
        task_serializer="json",
        accept_content=["json"],
        task_queues=[Queue(step, routing_key=step) for step in PIPELINE],  # type: ignore[no-untyped-call]
        task_routes={step: {"queue": step} for step in PIPELINE},
        task_default_queue=PIPELINE[0],
        task_create_missing_queues=False,
        task_publish_retry_policy=PATIENT,
        task_time_limit=900,  # the last resort; the guard's timers and the lease act long before
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=settings.tasks_per_child,
        worker_lost_wait=1.0,  # a dead child is reported after this, not after Celery's 10 s
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_channel_error_retry=True,
        broker_pool_limit=2,
        broker_transport_options={
            "global_keyprefix": "{newsmill}:celery:",
            "priority_steps": [0],
            "queue_order_strategy": "priority",
            "visibility_timeout": 3600,
            "socket_timeout": 15,
            "socket_connect_timeout": 5,
            "health_check_interval": 10,
        },
    )
    return app


def make_sender(app: celery.Celery) -> Send:
    """Sends the chain from a step to the end: a batch id and five names, never a payload."""

    def send(batch: BatchId, step: str) -> None:
        first, *rest = steps_from(step)
        chain = celery.chain(app.signature(first, args=(batch,)), *map(app.signature, rest), app=app)
        try:
            chain.apply_async(retry_policy=BRISK)
        except OperationalError as error:
            raise BrokerError(f"no message sent for batch {batch}: {error}") from error

    return send


def run_worker(
    app: celery.Celery, *, name: str, steps: tuple[str, ...], concurrency: int,
    beat: Callable[[], None], leave: Callable[[], None],
) -> None:
    """Runs until it is told to stop; SIGTERM lets the running steps finish. `beat` is called from the
    worker's main loop, so a main loop that hangs is a heartbeat that stops; `leave` at a clean stop."""

    class Heartbeat(bootsteps.StartStopStep):  # type: ignore[misc]
        requires = ("celery.worker.components:Timer",)
        timer: Any = None

        def start(self, worker: Any) -> None:
            beat()
            self.timer = worker.timer.call_repeatedly(BEAT_S, beat)

        def stop(self, worker: Any) -> None:
            if self.timer:
                self.timer.cancel()
            leave()

    setup_logging.connect(_leave_logging_alone)
    app.steps["worker"].add(Heartbeat)
    # late steps first: what was begun is finished before more is begun
    queues = ",".join(step for step in reversed(PIPELINE) if step in steps)
    app.worker_main([
        "--quiet", "worker", "--pool=prefork", f"--concurrency={concurrency}", f"--queues={queues}",
        f"--hostname={name}", "--without-mingle", "--without-gossip", "--without-heartbeat", "--loglevel=WARNING",
    ])


def _leave_logging_alone(**_: object) -> None:
    """Being connected is what keeps Celery from configuring logging."""
