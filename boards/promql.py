"""The few shapes of PromQL that the boards are made of. Names stand without the mill's prefix."""

from __future__ import annotations

from typing import Final

from workers.runtime.metrics import PREFIX

WINDOW: Final = "$__rate_interval"
RANGE: Final = "$__range"
STEADY: Final = "5m"  # for a number that is read once: a short window would make it jump
OF_STEP: Final = 'step=~"$step"'


def series(name: str, where: str = "") -> str:
    return f"{PREFIX}{name}{{{where}}}" if where else f"{PREFIX}{name}"


def total(name: str, by: str = "", where: str = "") -> str:
    return f"sum{_by(by)} ({series(name, where)})"


def rate(name: str, by: str = "", where: str = "", window: str = WINDOW) -> str:
    return f"sum{_by(by)} (rate({series(name, where)}[{window}]))"


def increase(name: str, by: str = "", where: str = "", window: str = RANGE) -> str:
    return f"sum{_by(by)} (increase({series(name, where)}[{window}]))"


def quantile(share: float, name: str, by: str = "", where: str = "", window: str = WINDOW) -> str:
    """Of a histogram."""
    group = ", ".join(["le", *([by] if by else [])])
    return f"histogram_quantile({share:g}, {rate(f'{name}_bucket', group, where, window)})"


def lately(share: float, name: str) -> str:
    """One number: of the last minutes, or of the whole range when these saw nothing (a quantile of
    nothing is not a number, which no comparison lets through)."""
    return f"({quantile(share, name, window=STEADY)} >= 0) or ({quantile(share, name, window=RANGE)} >= 0)"


def mean(name: str, by: str = "") -> str:
    """Of a histogram: exact, where a quantile guesses between two bounds."""
    return f"{rate(f'{name}_sum', by)} / {rate(f'{name}_count', by)}"


def share(part: str, whole: str) -> str:
    """0 where there is nothing to have a share of."""
    return f"{part} / clamp_min({whole}, 1e-9)"


def _by(labels: str) -> str:
    return f" by ({labels})" if labels else ""
