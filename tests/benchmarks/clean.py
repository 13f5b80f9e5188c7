"""make bench-clean: the two halves of clean, HTML and text dumps, with the same options."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

PARTS = ("tests.benchmarks.clean_html", "tests.benchmarks.clean_dump")

if __name__ == "__main__":
    for part in filter(find_spec, PARTS):
        import_module(part).main(sys.argv[1:])
