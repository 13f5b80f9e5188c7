"""push and process: documents in."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from workers.cli.reach import console_for, data_option, find_mill, json_option, print_json
from workers.errors import Refused
from workers.intake.files import Refusal, push_submissions, read_submissions
from workers.model import Entry, Submission, Work, article_to_json
from workers.runtime.wiring import Mill, Processor
from workers.settings import read_settings

_paths = click.argument("paths", nargs=-1, required=True)
_source = click.option("--source", help="Source of the documents that name none.")
_url = click.option("--url", help="URL of the document (of one).")
_content_type = click.option("--content-type", help="text/plain, text/html or application/json; recognised when absent.")
