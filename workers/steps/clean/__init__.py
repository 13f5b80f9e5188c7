"""A page becomes its articles; chrome is removed and reported."""

from __future__ import annotations

from workers.steps.clean.clean import Clean

__all__ = ["Clean"]
