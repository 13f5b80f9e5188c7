"""quarantine list, show, requeue, purge."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from workers.cli.reach import data_option, find_mill, find_store, json_option, print_fields, print_json, print_table
from workers.cli.reading import read_time
from workers.errors import UsageError
from workers.model import Reason
from workers.pipeline import PIPELINE
from workers.ports import QuarantineRow
from workers.runtime.codec import decode_fields
from workers.runtime.requeue import requeue as requeue_rows


@click.group()
def quarantine() -> None:
    """Documents that went no further, with step, reason, detail."""


@quarantine.command("list")
@data_option
@json_option
@click.option("--step", type=click.Choice(PIPELINE))
@click.option("--reason", type=click.Choice([str(reason) for reason in Reason]))
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
def list_(data: Path, as_json: bool, step: str | None, reason: str | None, limit: int) -> None:
    """Newest first."""
    rows = find_store(data).store.quarantine_list(step=step, reason=reason, limit=limit)
    if as_json:
        print_json([_record(row) for row in rows])
        return
    print_table(
        ("DECIDED", "STEP", "REASON", "PRODUCER ID", "DETAIL", "ID"),
        [(f"{r.decided_at:%Y-%m-%d %H:%M}", r.step, r.reason, r.producer_id, r.detail, r.document_id) for r in rows],
        empty="nothing is in quarantine",
    )


@quarantine.command("show")
@data_option
@json_option
@click.argument("id")
@click.option("--payload", is_flag=True, help="Write the raw body to standard output.")
def show_(data: Path, as_json: bool, id: str, payload: bool) -> None:
    """One document's row, and its payload."""
    rows = find_store(data).store.quarantine_show(id)
    if not rows:
        click.echo(f"nothing in quarantine under {id}", err=True)
        raise click.exceptions.Exit(1)
    if payload:
        fields = decode_fields(rows[0].payload or b"\x80")
        sys.stdout.buffer.write(fields.get(b"body", b""))
    elif as_json:
        print_json([_record(row) for row in rows])
    else:
        for row in rows:
            print_fields({name: value for name, value in _record(row).items() if value is not None})


def _record(row: QuarantineRow) -> dict[str, object]:
    record: dict[str, object] = msgspec.to_builtins(row)
    del record["payload"]
    if row.payload is not None:
        fields = decode_fields(row.payload)
        record["fields"] = {
            name.decode(errors="replace"): value[:200].decode(errors="replace") for name, value in fields.items()
        }
    return record


@quarantine.command()
@data_option
@json_option
@click.argument("id", required=False)
@click.option("--step", type=click.Choice(PIPELINE))
@click.option("--reason", type=click.Choice([str(reason) for reason in Reason]))
@click.option("--all", "all_", is_flag=True, help="All of them (or all that match --step, --reason).")
def requeue(
    data: Path, as_json: bool, id: str | None, step: str | None, reason: str | None, all_: bool
) -> None:
    """Give quarantined documents another try: each becomes a new document, its old verdict stays."""
    if not (id or all_ or step or reason):
        raise UsageError("requeue what? Give an ID, --step, --reason or --all")
    mill = find_mill(data)
    done = requeue_rows(mill.ledger, mill.store, id=id, step=step, reason=reason)
    if as_json:
        print_json(done)
    else:
        print_table(("DOCUMENT", "NOW"), done.items(), empty="nothing to requeue")
    if id and not done:
        raise click.exceptions.Exit(1)


@quarantine.command()
@data_option
@json_option
@click.argument("id", required=False)
@click.option("--before", help="Time, date, or an age such as 30d.")
@click.option("--all", "all_", is_flag=True, help="All payloads.")
def purge(data: Path, as_json: bool, id: str | None, before: str | None, all_: bool) -> None:
    """Remove payloads; the outcomes stay."""
    if not (id or before or all_):
        raise UsageError("purge what? Give an ID, --before or --all")
    removed = find_store(data).store.quarantine_purge(before=read_time(before), id=id)
    if as_json:
        print_json({"purged": removed})
    else:
        click.echo(f"purged {removed} payloads")


COMMANDS: tuple[click.Command, ...] = (quarantine,)
