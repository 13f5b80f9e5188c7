"""The operator's rules, read and checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workers.errors import SettingsError

if TYPE_CHECKING:
    from workers.steps.tag import Problem, Rules


RULES_FILE = "rules.toml"  # in config/tag/; read again when it changes


def check_rules(source: str, file: str) -> Rules | tuple[Problem, ...]:
    """The rules, or everything that is wrong with them."""
    from workers.steps.tag import BadRules, Rules, read_rules

    try:
        return Rules(read_rules(source, file))
    except BadRules as bad:
        return bad.found


def make_rules(source: str, file: str) -> Rules:
    """Raises SettingsError with line and column of everything that is wrong."""
    made = check_rules(source, file)
    if isinstance(made, tuple):
        raise SettingsError([problem.said(file) for problem in made])
    return made


def read_rules_file(file: Path) -> Rules:
    """No rules when there is no such file. Raises SettingsError."""
    try:
        source = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        source = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{file}: {error}"]) from error
    return make_rules(source, str(file))
