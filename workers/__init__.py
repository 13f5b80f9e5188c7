"""Newsmill: raw news pages in, clean, unique, tagged articles out, every document accounted for."""

import os

# What is parallel are processes: threads of numpy's own would wait for one another on the same cores. Read when numpy
# is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = ["__version__"]

__version__ = "0.1.0"
