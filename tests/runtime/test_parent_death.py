from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from workers.adapters.parent_death import dies_with

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's signal is Linux's")
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_child_is_killed_with_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", (
            "import os, signal, subprocess, sys; from workers.adapters.parent_death import dies_with\n"
            f"subprocess.Popen({SLEEP!r}, preexec_fn=dies_with(os.getpid(), signal.SIGKILL))\n"
            "print(flush=True); sys.stdin.read()"
        )],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    parent.stdout.readline()
    parent.kill()
    parent.wait()
    assert parent.stdout.read() == b""  # the child held the pipe's other end
    parent.stdin.close()
    parent.stdout.close()


def test_a_child_whose_parent_went_before_it_could_ask_ends_by_itself() -> None:
    not_its_parent = os.getpid() + 1
    child = subprocess.Popen(SLEEP, preexec_fn=dies_with(not_its_parent, signal.SIGKILL))
    assert child.wait(timeout=30) == -signal.SIGKILL


def test_a_child_lives_while_its_parent_does() -> None:
    child = subprocess.Popen([sys.executable, "-c", "print(7)"], preexec_fn=dies_with(os.getpid(), signal.SIGKILL))
    assert child.wait(timeout=30) == 0
