"""The one reader of environment, settings files and secrets.

config/newsmill.toml is overridden by NEWSMILL_<NAME>; NEWSMILL_<NAME>_FILE names a file that holds
the value, so every secret can be a file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from workers.errors import SettingsError

__all__ = ["Settings", "config_folder", "read_settings", "secrets_of", "seeds_folder"]

PREFIX: Final = "NEWSMILL_"
_PACKAGE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Settings:
    # where things are; URLs may hold passwords, so they stay out of every repr
    ledger_url: str = field(default="", repr=False)
    work_url: str = field(default="", repr=False)
    store_url: str = field(default="", repr=False)
    queue_url: str = field(default="", repr=False)  # the kombu door, off when empty
    queue_name: str = "newsmill.documents"
    # the mill
    concurrency: int = 0             # worker children; 0: one a processor
    batch_documents: int = 64
    batch_bytes: int = 4 * 1024 * 1024
    blob_ttl_s: int = 3600
    dedup_window_h: float = 168.0
    dedup_layout: str = "plain"      # compact: half the memory, half as much time again, smaller sketches
    dedup_window_documents: int = 300_000  # expected in a window; sizes the compact layout
    dedup_copy_share: float = 0.38   # least share of one article that stands in the other, for a copy
    story_window_h: float = 72.0
    keep_articles: int = 10_000      # entries of the articles stream kept for listeners
    tasks_per_child: int = 1000      # batches; then a worker child is replaced, against leaks in parsers
    own_steps: tuple[str, ...] = ()  # "package.module:Class", run on each article after tag
    topics_model: str = ""           # a file of `newsmill train topics`, in place of the lexicons
    # doors and watching
    watermark: float = 0.7           # share of the ledger's maxmemory above which doors refuse
    http_host: str = "127.0.0.1"
    http_port: int = 8080            # 0: a free one
    http_threads: int = 8
    log_format: str = "auto"         # json, console, auto: console on a terminal
    log_level: str = "info"
    throughput_s: float = 30.0       # a line of throughput in the log every so many seconds; 0: none
    otlp_url: str = field(default="", repr=False)  # an OpenTelemetry collector for traces; off when empty
    trace_share: float = 0.01        # of the documents that are traced
    alive_file: str = ""             # touched by the loops of worker, dispatch, reconcile: for health checks
    # timing
    original_waits: int = 8          # a copy waits so often for its original, then is judged anew


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "dedup_layout": ("plain", "compact"),
    "log_format": ("auto", "json", "console"),
    "log_level": ("debug", "info", "warning", "error"),
}
_AT_LEAST: Final[Mapping[str, float]] = {
    "concurrency": 0, "batch_documents": 1, "batch_bytes": 1, "blob_ttl_s": 60, "dedup_window_h": 1,
    "dedup_window_documents": 1, "dedup_copy_share": 0.1,
    "story_window_h": 1,
    "keep_articles": 1, "tasks_per_child": 1, "http_port": 0, "http_threads": 1, "original_waits": 1,
    "throughput_s": 0,
}


def config_folder() -> Path:
    """NEWSMILL_CONFIG_DIR, else the checkout's config/, else the copy inside an installed package."""
    named = os.environ.get(PREFIX + "CONFIG_DIR")
    if named:
        return Path(named)
    return _beside("config")


def seeds_folder() -> Path:
    return _beside("seeds")


def _beside(name: str) -> Path:
    checkout = _PACKAGE.parent / name
    return checkout if checkout.is_dir() else _PACKAGE / f"_{name}"


def read_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Raises SettingsError with every wrong option at once."""
    environment = os.environ if environment is None else environment
    file = (folder or config_folder()) / "newsmill.toml"
    problems: list[str] = []
    given: dict[str, tuple[str, Any]] = {}  # option -> (where it stands, value)
    if file.exists():
        try:
            given |= {name: (file.name, value) for name, value in tomllib.loads(file.read_text()).items()}
        except tomllib.TOMLDecodeError as error:
            problems.append(f"{file.name}: {error}")
    given |= _from_environment(environment, problems)
    known = {option.name for option in fields(Settings)}
    values: dict[str, Any] = {}
    for name, (where, value) in given.items():
        if name not in known:
            problems.append(f"{where}: unknown option {name}")
            continue
        try:
            values[name] = _read(name, value)
        except ValueError as error:
            problems.append(f"{where}: {name}: {error}")
    if problems:
        raise SettingsError(problems)
    return replace(Settings(), **values)


def _from_environment(environment: Mapping[str, str], problems: list[str]) -> dict[str, tuple[str, Any]]:
    given: dict[str, tuple[str, Any]] = {}
    both = _value("REDIS_URL", environment, problems)
    if both is not None:
        given["ledger_url"] = given["work_url"] = (PREFIX + "REDIS_URL", both)
    for option in fields(Settings):
        value = _value(option.name.upper(), environment, problems)
        if value is not None:
            given[option.name] = (PREFIX + option.name.upper(), value)
    return given


def _value(name: str, environment: Mapping[str, str], problems: list[str]) -> str | None:
    file = environment.get(f"{PREFIX}{name}_FILE")
    if file:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            problems.append(f"{PREFIX}{name}_FILE: cannot read {file}: {error.strerror}")
            return None
    return environment.get(PREFIX + name)


def _read(name: str, value: Any) -> Any:
    """The value in the option's type; text comes from the environment. Raises ValueError."""
    default = getattr(Settings(), name)
    readers: dict[type, Callable[[Any], Any]] = {int: int, float: float, tuple: _words, str: str}
    try:
        read = readers[type(default)](value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no {type(default).__name__}") from None
    if name in _CHOICES and read not in _CHOICES[name]:
        raise ValueError(f"{value!r} is none of {', '.join(_CHOICES[name])}")
    if name in _AT_LEAST and read < _AT_LEAST[name]:
        raise ValueError(f"{value} is less than {_AT_LEAST[name]:g}")
    if name in ("watermark", "trace_share") and not 0 < read <= 1:
        raise ValueError(f"{value} is not in 0..1")
    return read


def _words(value: Any) -> tuple[str, ...]:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)


def secrets_of(settings: Settings) -> frozenset[str]:
    """The passwords in its URLs, as they stand there and decoded: for logs to leave out."""
    urls = (settings.ledger_url, settings.work_url, settings.store_url, settings.queue_url, settings.otlp_url)
    found = {password for url in urls if (password := _password(url))}
    return frozenset(found | {unquote(password) for password in found})


def _password(url: str) -> str | None:
    """Of the part between :// and the last @: unlike a parser, it takes every URL that a client might."""
    given = url.partition("://")[2].rpartition("@")[0]
    return given.partition(":")[2] or None
