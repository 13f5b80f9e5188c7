"""The seeds are what seeds/README.md says, and the hostile corpus is the same on every machine."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from seeds import make_hostile
from workers.model import Document, Entry, Quarantine, Reason
from workers.runtime.wiring.tables import clean_tables
from workers.steps.clean import Clean
from workers.steps.ingest import Ingest

SEEDS = Path(make_hostile.__file__).parent
PAGES = SEEDS / "pages"
ROW = re.compile(r"^\| `([^`]+)` \| ([a-z, ]+) \| .+ \|$", re.MULTILINE)
PARAGRAPH = re.compile(r"<p>(.+?)</p>")
CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    make_hostile.make_corpus(folder)
    return folder


def rows() -> dict[str, set[str]]:
    """File name -> languages, from the table of pages in the README."""
    table = (SEEDS / "README.md").read_text(encoding="utf-8")
    return {name: set(languages.split(", ")) for name, languages in ROW.findall(table)}


def page(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def paragraphs(name: str) -> list[str]:
    return [html.unescape(paragraph) for paragraph in PARAGRAPH.findall(page(name))]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def expected(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "expected.json").read_text(encoding="utf-8")))


def after_ingest(body: bytes) -> object:
    return Ingest()(Entry("1795600000000-0", {b"body": body}))


def after_clean(body: bytes) -> object:
    document = after_ingest(body)
    return clean()(document) if isinstance(document, Document) else document


@cache
def clean() -> Clean:
    return Clean(clean_tables())


def surprises(folder: Path, decide: Callable[[bytes], object], *, whole: bool = False) -> list[tuple[str, object]]:
    """(name, outcome) where a file was quarantined unexpectedly; when `whole`, or was not though expected."""
    outcomes = [(entry, decide((folder / entry["name"]).read_bytes())) for entry in expected(folder)]
    return [
        (entry["name"], outcome)
        for entry, outcome in outcomes
        if not (fits(entry, outcome) or (not whole and not isinstance(outcome, Quarantine)))
    ]


def fits(entry: dict[str, Any], outcome: object) -> bool:
    if isinstance(outcome, Quarantine):
        return entry["expect"] != "stored" and outcome.reason in (entry["reasons"] or [*Reason])
    return bool(entry["expect"] != "quarantined")


def test_there_are_at_least_twenty_pages() -> None:
    assert len(list(PAGES.iterdir())) >= 20


def test_the_pages_are_in_at_least_five_languages() -> None:
    assert len(set[str]().union(*rows().values())) >= 5


def test_every_page_has_a_row_in_the_table_and_every_row_a_page() -> None:
    assert set(rows()) == {path.name for path in PAGES.iterdir()}


def test_every_publisher_of_the_ferry_story_prints_the_same_words() -> None:
    wire = [p for p in paragraphs("wire-ferry-tribune-en.html") if p in page("wire-ferry-courier-en.txt")]
    missing = [p for p in wire if p not in page("wire-ferry-morning-mail-en.txt")]
    assert (len(wire), missing) == (7, [])


def test_both_publishers_of_the_dachshund_story_print_the_same_words() -> None:
    wire = [p for p in paragraphs("wire-dachshund-inntal-de.html") if p in page("wire-dachshund-hanseblatt-de.txt")]
    assert len(wire) == 5


def test_the_light_edit_shares_most_but_not_all_paragraphs_with_its_wire_story() -> None:
    wire = page("wire-ferry-courier-en.txt").splitlines()
    shared = [line for line in page("wire-ferry-light-edit-en.txt").splitlines() if len(line) > 80 and line in wire]
    assert len(shared) == 4


def test_an_updated_page_keeps_its_address_and_grows() -> None:
    first, later = page("update-dam-first-en.html"), page("update-dam-later-en.html")
    assert CANONICAL.findall(first) == CANONICAL.findall(later) != []
    assert len(later) > len(first)


@pytest.mark.parametrize(
    ("name", "charset"),
    [("article-windows-1252-fr.html", "windows-1252"), ("article-iso-8859-1-es.html", "iso-8859-1")],
)
def test_a_legacy_page_is_in_the_charset_that_it_declares_and_not_in_utf_8(name: str, charset: str) -> None:
    body = (PAGES / name).read_bytes()
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert f"charset={charset}" in body.decode(charset).replace('"', "")


def test_every_json_record_holds_a_text_and_a_title() -> None:
    records = [json.loads(page("record-en.json")), *map(json.loads, page("records-mixed.jsonl").splitlines())]
    assert [r for r in records if not (r["text"] and r["title"])] == []


def test_no_page_names_an_address_outside_the_reserved_names() -> None:
    hosts = {
        host
        for path in PAGES.iterdir()
        for host in re.findall(r"https?://([\w.-]+)", path.read_text(encoding="latin-1"))
    }
    assert {host for host in hosts if not host.endswith(".example")} == {"schema.org"}


def test_small_hostile_files_are_small() -> None:
    assert [path.name for path in make_hostile.SMALL.iterdir() if path.stat().st_size >= 20_000] == []


def test_the_hostile_corpus_is_the_same_bytes_each_time(corpus: Path, tmp_path: Path) -> None:
    make_hostile.make_corpus(tmp_path)
    assert digests(tmp_path) == digests(corpus)


def test_every_hostile_file_has_an_expectation_and_every_expectation_a_file(corpus: Path) -> None:
    names = [entry["name"] for entry in expected(corpus)]
    assert names == sorted(path.name for path in corpus.iterdir() if path.name != "expected.json")


def test_every_expectation_is_an_outcome_with_reasons_of_the_model(corpus: Path) -> None:
    known = {reason.value for reason in Reason}
    wrong = [
        entry
        for entry in expected(corpus)
        if entry["expect"] not in ("quarantined", "stored", "any")
        or not known.issuperset(entry["reasons"] or [])
        or (entry["expect"] == "quarantined") != bool(entry["reasons"])
    ]
    assert wrong == []


def test_ingest_quarantines_hostile_files_only_where_and_why_it_is_expected(corpus: Path) -> None:
    assert surprises(corpus, after_ingest) == []


def test_small_hostile_files_end_after_clean_as_expected() -> None:
    assert surprises(make_hostile.SMALL, after_clean, whole=True) == []


def test_every_page_holds_an_article() -> None:
    bodies = {path.name: path.read_bytes().splitlines() if path.suffix == ".jsonl" else [path.read_bytes()]
              for path in PAGES.iterdir()}
    assert [name for name, parts in bodies.items() for body in parts if isinstance(after_clean(body), Quarantine)] == []


def test_the_corpus_is_not_written_over_the_files_it_is_made_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        make_hostile.main([str(make_hostile.SMALL)])
    assert stopped.value.code == 2
    assert "name another folder" in capsys.readouterr().err
