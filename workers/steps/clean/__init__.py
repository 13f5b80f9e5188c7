"""A page becomes its articles; chrome is removed and reported."""

from __future__ import annotations

from workers.steps.clean.clean import Clean
from workers.steps.clean.repeated import strip_repeated

__all__ = ["Clean", "strip_repeated"]
