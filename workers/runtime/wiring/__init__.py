"""Puts the parts together. The only place that knows steps, adapters and settings at once.

Parsers, models and Celery cost a second to import; what needs them imports them where it is made, so
that `newsmill status` does not wait for them.
"""
