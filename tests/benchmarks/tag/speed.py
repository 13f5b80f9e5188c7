"""How many articles a CPU second takes, all kinds of tags together and entities alone; load and memory."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

WORDS: Final = 530   # of the article that rates are said for
TURNS: Final = 3     # ours and theirs by turns: a machine's speed changes

_LOAD: Final = """
import time
from tests.benchmarks.tag.step import shipped_step
from workers.model import Article
import workers.steps.tag
imported = time.process_time()
step = shipped_step()
loaded = time.process_time()
texts = {texts!r}
for text in texts: step(Article("a-0", "a", text=text))
status = open("/proc/self/status").read()  # the kernel's own figure of a child begins at its parent's size
print(loaded - imported, int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def rate(work: Callable[[Any], object], items: Sequence[Any], words: int) -> float:
    """Articles of WORDS words in a CPU second. items: `words` words together; the first tenth warms up."""
    for item in items[: len(items) // 10]:
        work(item)
    began = time.process_time()
    for item in items:
        work(item)
    return words / WORDS / (time.process_time() - began)


def load_and_memory(texts: Sequence[str]) -> tuple[float, float]:
    """CPU seconds to load the step, and MB of a process that has tagged the texts."""
    program = _LOAD.format(texts=list(texts))
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes
