"""A worker process: a Celery parent that beats and watches, children that run steps."""

from __future__ import annotations

import os
import socket

from workers.adapters.process_memory import largest_child_bytes
from workers.errors import PortError
from workers.pipeline import LIMITS
from workers.ports import WorkerBeat
from workers.runtime.alive import alive_at
from workers.runtime.guard import limit_memory
from workers.runtime.wiring.mill import Mill
from workers.runtime.wiring.servers import killed_with
from workers.runtime.wiring.steps import MadeSteps
from workers.settings import Settings

BEAT_TTL_S = 10.0


def work(
    settings: Settings, steps: tuple[str, ...], *, make_mill: type[Mill] = Mill, made: MadeSteps | None = None
) -> None:
    """A worker process: a Celery parent that beats and watches, children that run steps."""
    from workers.runtime.app import make_app, run_worker
    from workers.runtime.tasks import define_tasks, prepare_children, watch_deaths

    mill = make_mill(settings, "worker", made)
    mill.steps.build(steps)
    children: dict[int, Mill] = {}

    def own_mill() -> Mill:
        """Connections are a child's own, never the parent's."""
        if os.getpid() not in children:
            children.clear()
            children[os.getpid()] = make_mill(settings, "worker", mill.steps)
        return children[os.getpid()]

    app = make_app(settings)
    define_tasks(app, lambda step, batch, task: own_mill().runner.run(step, batch, task), mill.log)
    watch_deaths(mill.ledger, mill.log)
    no_orphan = killed_with(os.getpid())

    def prepare() -> None:
        no_orphan()
        limit_memory(LIMITS.child_memory_bytes)

    prepare_children(prepare)
    slots = settings.concurrency or os.cpu_count() or 1
    name = f"{'-'.join(steps)}@{socket.gethostname()}-{os.getpid()}"
    alive = alive_at(settings.alive_file)

    def send_beat(ttl_s: float = BEAT_TTL_S) -> None:
        alive()
        try:
            mill.ledger.beat(WorkerBeat(name, steps, slots, largest_child_bytes()), ttl_s)
        except PortError as error:
            mill.log.away("ledger", error)

    run_worker(app, name=name, steps=steps, concurrency=slots, beat=send_beat, leave=lambda: send_beat(0.0))
