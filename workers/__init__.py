"""Newsmill: raw news pages in, clean, unique, tagged articles out, every document accounted for."""

__all__ = ["__version__"]

__version__ = "0.1.0"
