"""Regular expressions of rules, in an engine whose time is linear in the text: RE2.

Python's own engine can be made to take for ever by a pattern, or by a page. RE2 is the extra
`patterns`; without it a rule that has one is refused, and all others work.
"""

from __future__ import annotations

from typing import Final

from workers.steps.tag.rules.expression import BadExpression, Search

PATTERN_BYTES: Final = 8 << 20  # of one compiled pattern; RE2 refuses what needs more
LONGEST_PATTERN: Final = 1000   # characters


def compile_pattern(written: str, at: int) -> Search:
    """written: /pattern/ or /pattern/i. Raises BadExpression."""
    try:
        import re2
    except ModuleNotFoundError:
        raise BadExpression(
            at, "patterns need RE2, which is not installed", "pip install 'newsmill[patterns]'"
        ) from None
    pattern, _, flags = written[1:].rpartition("/")
    if len(pattern) > LONGEST_PATTERN:
        raise BadExpression(at, f"a pattern has at most {LONGEST_PATTERN} characters, not {len(pattern)}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = PATTERN_BYTES
    options.case_sensitive = "i" not in flags
    try:
        search: Search = re2.compile(pattern.replace("\\/", "/"), options)
    except re2.error as error:
        said = error.args[0]
        message = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise BadExpression(at, f"RE2 cannot read this pattern: {message}", _hint(message)) from None
    return search


def _hint(message: str) -> str:
    looks = ("invalid perl operator", "invalid escape")
    return "RE2 has no look-around and no back references" if message.startswith(looks) else ""
