"""push and process: documents in."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from workers.cli.reach import console_for, data_option, find_mill, json_option, print_json
from workers.errors import Refused
from workers.intake.files import Pushed, Receipt, read_submissions
from workers.intake.files import push as push_all
from workers.model import Submission, Work, article_to_json
from workers.runtime.wiring.mill import Mill
from workers.runtime.wiring.processor import Processor
from workers.settings import read_settings

_WAIT_POLL_S = 0.1
_ASK_AT_ONCE = 500  # documents of one question to the store


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|-")
@data_option
@json_option
@click.option("--source", help="Source of the documents that name none.")
@click.option("--url", help="URL of the documents that name none.")
@click.option("--content-type", help="text/plain, text/html, application/json; recognised when absent.")
@click.option("--wait", is_flag=True, help="Wait for the verdicts and print them beside the ids.")
def push(
    paths: tuple[str, ...], data: Path, as_json: bool, source: str | None, url: str | None,
    content_type: str | None, wait: bool,
) -> None:
    """Push files, folders, JSONL, standard input (-); prints a document id each.

    Exit 1 when a document was refused: its file, line and field are named on standard error.
    """
    mill = find_mill(data)
    found = read_submissions(
        paths, stdin=sys.stdin.buffer, source=source, url=url, content_type=content_type
    )
    refused = 0
    waiting: list[str] = []
    with _progress() as progress:
        task = progress.add_task("pushed", total=None)
        for receipt in push_all(mill.ledger, found, on_wait=lambda why: click.echo(why, err=True)):
            progress.advance(task)
            if receipt.entry is None:
                refused += 1
                _complain(receipt.pushed)
            elif wait:
                waiting.append(receipt.entry.document_id)
            else:
                _print_receipt(receipt, as_json)
    if wait:
        _print_verdicts(mill, waiting, as_json)
    if refused:
        raise click.exceptions.Exit(1)


def _progress() -> Progress:
    """On standard error and only on a terminal: ids go to standard output."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description} {task.completed} documents"), TimeElapsedColumn(),
        console=console_for(sys.stderr), disable=not sys.stderr.isatty(), transient=True,
    )


def _complain(pushed: Pushed) -> None:
    where = pushed.file if pushed.line is None else f"{pushed.file}:{pushed.line}"
    click.echo(f"{where}: refused: {pushed.result}", err=True)


def _print_receipt(receipt: Receipt, as_json: bool) -> None:
    entry = receipt.entry
    if entry is None:
        return
    if as_json:
        producer_id = entry.fields.get(b"id")
        print_json({
            "document_id": entry.document_id, "entry_id": entry.id,
            "producer_id": None if producer_id is None else producer_id.decode(),
        })
    else:
        click.echo(entry.document_id)


def _print_verdicts(mill: Mill, documents: list[str], as_json: bool) -> None:
    """In the order of the push, each as soon as it and those before it are known."""
    for start in range(0, len(documents), _ASK_AT_ONCE):
        wanted = documents[start : start + _ASK_AT_ONCE]
        standing = mill.store.standing(wanted)
        while len(standing) < len(set(wanted)):
            time.sleep(_WAIT_POLL_S)
            standing = mill.store.standing(wanted)
        for document in wanted:
            verdict = str(standing[document].verdict)
            if as_json:
                print_json({"document_id": document, "verdict": verdict})
            else:
                click.echo(f"{document}  {verdict}")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|-")
@click.option("--source", help="Source of the documents that name none.")
@click.option("--url", help="URL of the documents that name none.")
@click.option("--content-type", help="text/plain, text/html, application/json; recognised when absent.")
@click.option("--window-documents", type=click.IntRange(1), default=100_000, show_default=True,
              help="Articles remembered for deduplication: bounds the memory.")
def process(
    paths: tuple[str, ...], source: str | None, url: str | None, content_type: str | None, window_documents: int
) -> None:
    """The same steps in this process, without Redis: articles as JSONL, in input order.

    A quarantined document goes to standard error as a JSON line; exit 1 if there was one.
    """
    found = read_submissions(
        paths, stdin=sys.stdin.buffer, source=source, url=url, content_type=content_type
    )
    processor = Processor(read_settings(), window_documents=window_documents)
    tally = _Tally()
    out = sys.stdout.buffer
    with _progress() as progress:
        task = progress.add_task("processed", total=None)
        for work in processor.process(tally.submissions(found)):
            progress.advance(task)
            for article in work.articles:
                out.write(article_to_json(article) + b"\n")
            tally.see(work)
    out.flush()
    if tally.refused or tally.quarantined:
        raise click.exceptions.Exit(1)


class _Tally:
    def __init__(self) -> None:
        self.refused = 0
        self.quarantined = 0

    def submissions(self, found: Iterable[Pushed]) -> Iterator[Submission]:
        """The documents; what cannot be one is said as a quarantined document would be."""
        for pushed in found:
            if isinstance(pushed.result, Refused):
                self.refused += 1
                producer = pushed.file if pushed.line is None else f"{pushed.file}:{pushed.line}"
                _say_quarantined(None, producer, "ingest", "bad_field", str(pushed.result))
            else:
                yield pushed.result

    def see(self, work: Work) -> None:
        quarantine = work.quarantined_for
        if quarantine is not None:
            self.quarantined += 1
            document = work.document
            _say_quarantined(document.id, document.producer_id, quarantine.step, quarantine.reason, quarantine.detail)


def _say_quarantined(document: str | None, producer: str | None, step: str, reason: str, detail: str) -> None:
    said = {"document_id": document, "producer_id": producer, "step": step, "reason": reason, "detail": detail}
    sys.stderr.write(msgspec.json.encode(said).decode() + "\n")


COMMANDS: tuple[click.Command, ...] = (push, process)
