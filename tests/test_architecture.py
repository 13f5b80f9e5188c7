"""Who may import whom. A new arrow is a decision, so it goes through this file."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "workers"

# part -> parts of ours it may import (itself is always allowed)
MAY_IMPORT = {
    "model": set(),
    "errors": set(),
    "pipeline": set(),
    "settings": {"errors"},
    "ports": {"model", "errors"},
    "steps": {"model", "ports"},
    "adapters": {"model", "errors", "ports"},
    "intake": {"model", "errors", "ports"},
    "runtime": {"model", "errors", "pipeline", "ports"},
    "cli": {"model", "errors", "pipeline", "ports", "settings", "intake", "runtime"},
}
# files with arrows of their own
MORE = {
    "runtime/wiring": {"steps", "adapters", "settings"},
    "runtime/app.py": {"settings"},
    "runtime/mill.py": {"settings"},  # starts and stops the processes of one machine
    "runtime/bench.py": {"settings"},
    "runtime/bench_worker.py": {"settings"},
    "runtime/doors.py": {"intake"},     # runs the HTTP and the queue door
}
# library -> where it may be imported
ONLY_IN = {
    "celery": {"runtime/app.py", "runtime/tasks.py"},
    "billiard": {"runtime/tasks.py"},
    "kombu": {"adapters", "intake/broker.py", "intake/compressed.py", "runtime/app.py"},
    "redis": {"adapters"},
    "sqlalchemy": {"adapters"},
    "psycopg": {"adapters"},
    "sqlite3": {"adapters"},
    "prometheus_client": {"runtime"},
    "structlog": {"runtime"},
    "opentelemetry": {"runtime/otel_traces.py"},
    "waitress": {"intake"},
    "selectolax": {"steps"},
    "ahocorasick_rs": {"steps/tag/rules/index.py"},
    "re2": {"steps/tag/rules/patterns.py"},
    "click": {"cli"},
    "rich": {"cli"},
}
STEPS_MUST_NOT_IMPORT = {"random", "secrets", "time", "logging", "socket", "urllib.request", "subprocess", "os"}

FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    """Every module the file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            assert node.module is not None
            found.add(node.module)
            if node.module == "workers":
                found |= {f"workers.{alias.name}" for alias in node.names}
    return found


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def is_in(place: str, file: Path) -> bool:
    """place: a file or folder below the package."""
    return name_of(file) == place or name_of(file).startswith(place + "/")


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_imports_only_the_parts_that_the_table_allows(file: Path) -> None:
    part = part_of(file)
    if part == "__init__":
        return
    more = [parts for place, parts in MORE.items() if is_in(place, file)]
    allowed = MAY_IMPORT[part].union({part}, *more)
    ours = {module.split(".")[1] for module in imported(file) if module.startswith("workers.")}
    assert ours - allowed == set()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_library_is_imported_only_where_it_belongs(file: Path) -> None:
    for module in imported(file):
        places = ONLY_IN.get(module.split(".")[0])
        if places is not None:
            assert any(is_in(place, file) for place in places), module


@pytest.mark.parametrize("file", [f for f in FILES if part_of(f) == "steps"], ids=name_of)
def test_a_step_knows_no_clock_no_chance_and_no_outside_world(file: Path) -> None:
    assert imported(file) & STEPS_MUST_NOT_IMPORT == set()


@pytest.mark.parametrize("file", [f for f in FILES if part_of(f) == "steps"], ids=name_of)
def test_a_step_imports_no_other_step(file: Path) -> None:
    own = ".".join(file.relative_to(ROOT).parts[:3]).removesuffix(".py")
    others = {m for m in imported(file) if m.startswith("workers.steps.") and not m.startswith(own)}
    assert others == set()


def test_the_table_names_every_part_there_is() -> None:
    assert {part_of(file) for file in FILES} - {"__init__"} == set(MAY_IMPORT)


def test_nothing_is_read_or_connected_at_import() -> None:
    """Importing every module in a fresh interpreter opens no file but code, and no socket."""
    import subprocess

    modules = [".".join(f.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for f in FILES
               if f.name != "__main__.py"]
    program = (
        "import sys, importlib\n"
        "seen = []\n"
        "def hook(event, args):\n"
        "    if event == 'socket.connect': seen.append(event)\n"
        "    read = event == 'open' and str(args[0])\n"
        "    if read and read.endswith(('.toml', '.lua', '.db', '.sql')): seen.append(read)\n"
        "sys.addaudithook(hook)\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print([s for s in seen if 'site-packages' not in s])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
