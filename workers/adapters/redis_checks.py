"""What `doctor` asks a Redis or Valkey server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from workers.adapters.redis_connection import connect, translated
from workers.errors import LedgerError

OLDEST: Final = (7, 0)


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    said: str


def check_server(role: str, url: str, *, fsync: str) -> list[Check]:
    """role: ledger or work; fsync: the least durable `appendfsync` that keeps the promises."""
    client = connect(url, timeout_s=3.0)
    try:
        with translated(LedgerError):
            info: dict[str, Any] = client.info()
    except LedgerError as away:
        return [Check(f"{role} server", False, f"does not answer: {away}")]
    finally:
        client.close()
    return [_version(role, info), _eviction(role, info), _maximum(role, info), *_persistence(role, url, info, fsync)]


def _version(role: str, info: dict[str, Any]) -> Check:
    version = str(info.get("valkey_version") or info["redis_version"])
    name = "Valkey" if "valkey_version" in info else "Redis"
    ok = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2]) >= OLDEST
    return Check(f"{role} version", ok, f"{name} {version}" + ("" if ok else ": needs 7.0 or newer"))


def _eviction(role: str, info: dict[str, Any]) -> Check:
    policy = str(info.get("maxmemory_policy"))
    ok = policy == "noeviction" or not info.get("maxmemory")
    advice = "" if ok else ": set maxmemory-policy noeviction, or documents are lost when memory is full"
    return Check(f"{role} eviction", ok, policy + advice)


def _maximum(role: str, info: dict[str, Any]) -> Check:
    most = int(info.get("maxmemory", 0))
    if most:
        return Check(f"{role} memory", True, f"{info['used_memory'] / most:.0%} of {most / 2**20:.0f} MiB used")
    advice = "no maxmemory: doors cannot refuse before memory is full" if role == "ledger" else "no maxmemory"
    return Check(f"{role} memory", role != "ledger", advice)


def _persistence(role: str, url: str, info: dict[str, Any], fsync: str) -> list[Check]:
    on = bool(info.get("aof_enabled"))
    advice = "" if on else ": set appendonly yes, or a restart forgets what was accepted"
    found = [Check(f"{role} persistence", on, f"appendonly {'yes' if on else 'no'}{advice}")]
    if on:
        failing = info.get("aof_last_write_status") != "ok"
        found.append(Check(f"{role} last write", not failing, "failed: is the disk full?" if failing else "ok"))
        found.append(_fsync(role, url, fsync))
    return found


def _fsync(role: str, url: str, fsync: str) -> Check:
    client = connect(url, timeout_s=3.0)
    try:
        with translated(LedgerError):
            has = str(client.config_get("appendfsync").get("appendfsync"))
    except LedgerError as refused:  # managed services forbid CONFIG
        return Check(f"{role} fsync", True, f"cannot be asked here ({refused}); it should be {fsync}")
    finally:
        client.close()
    order = ("no", "everysec", "always")
    ok = has in order and order.index(has) >= order.index(fsync)
    return Check(f"{role} fsync", ok, f"appendfsync {has}" + ("" if ok else f": set it to {fsync}"))
