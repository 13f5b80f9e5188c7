"""sources: what comes from whom, and who is not as usual."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from workers.cli.reach import data_option, find_store, json_option, print_json, print_table
from workers.ports import SourceStanding, SourceState


@click.command()
@data_option
@json_option
@click.option("--state", type=click.Choice([str(state) for state in SourceState]), help="Only sources in this state.")
def sources(data: Path, as_json: bool, state: str | None) -> None:
    """Each source with its state, the worst first: silent, drifting, normal, or being learnt."""
    standings = find_store(data).store.source_standings()
    shown = [standing for standing in standings if state in (None, standing.state)]
    if as_json:
        print_json([_record(standing) for standing in shown])
        return
    print_table(
        ("SOURCE", "STATE", "SINCE", "LAST", "24 H", "USUAL", "DETAIL"),
        [_row(standing) for standing in shown],
        empty=f"no source is {state}" if state else "no source is judged yet: the reconciler does it once a minute",
    )


def _row(standing: SourceStanding) -> tuple[object, ...]:
    report = standing.report
    odd = "; ".join(report["odd"].values())
    return (
        standing.source, standing.state, _when(standing.since), _when(_last(report)), report["day"],
        report["usual_day"], odd or _as_usual(report),
    )


def _as_usual(report: Any) -> str:
    said = {
        "{} words": report["words"], "{}": report["language"] or None,
        "{} undated": _percent(report["undated"]), "{} copies": _percent(report["copies"]),
    }
    return ", ".join(form.format(value) for form, value in said.items() if value is not None)


def _record(standing: SourceStanding) -> dict[str, Any]:
    values = {**standing.report, "last": _last(standing.report)}
    del values["last_hour"]
    return {"source": standing.source, "state": str(standing.state), "since": standing.since,
            "judged_at": standing.judged_at} | values


def _last(report: Any) -> datetime:
    return datetime.fromtimestamp(report["last_hour"] * 3600, UTC)


def _when(moment: datetime | None) -> str:
    return moment.strftime("%m-%d %H:%M") if moment else ""


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{share:.0%}"


COMMANDS: tuple[click.Command, ...] = (sources,)
