"""Decode the payload, recognise what it is, identify the document."""

from __future__ import annotations

from workers.steps.ingest.ingest import Ingest

__all__ = ["Ingest"]
