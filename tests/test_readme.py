"""What README.md names exists: commands, targets, files, settings, fields, and its own step runs."""

from __future__ import annotations

import re
import runpy
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click
import pytest

from workers.cli import with_commands
from workers.model import Article, Keep, Quarantine, Reason, Tag, TagKind
from workers.settings import Settings, read_settings
from workers.steps.tag import Rules, read_rules

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS: dict[str, click.Command] = with_commands().commands
BOTH_SERVERS = "redis_url"  # the one variable that is no option: it stands for two


def code_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its two head lines."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [row.strip("|").split("|") for row in rows[2:]]


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_command_named_exists() -> None:
    code = "\n".join(code_blocks("") + names_in(README))
    named = set(re.findall(r"\bnewsmill ([a-z]+)", code))
    assert {"push", "process", "status"} <= named <= set(COMMANDS)


def test_the_table_of_commands_is_that_of_the_program() -> None:
    listed = [name.removeprefix("newsmill ") for row in table("Commands") for name in names_in(row[0])]
    assert sorted(listed) == sorted(COMMANDS)


def test_every_option_of_a_command_line_shown_exists() -> None:
    for command, rest in re.findall(r"`?newsmill ([a-z]+)((?: [^`\n#|]+)?)", README):
        if command in COMMANDS:
            assert set(re.findall(r"--[a-z-]+", rest)) <= options(COMMANDS[command]), (command, rest)


def options(command: click.Command) -> set[str]:
    below = command.commands.values() if isinstance(command, click.Group) else ()
    own = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return own.union({"--help"}, *(options(each) for each in below))


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"(?:^|`|\d )make ([a-z]+)", README, re.M))
    assert {"run", "test", "check", "chaos", "bench"} <= named <= targets


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_file_linked_exists(link: str) -> None:
    assert (ROOT / link).exists()


def test_every_heading_linked_exists() -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= anchors


def test_every_setting_named_exists() -> None:
    named = {name.lower() for name in re.findall(r"NEWSMILL_([A-Z_]+)\b(?!>)", README)}
    assert named - {BOTH_SERVERS} <= {option.name for option in fields(Settings)}


def test_the_article_has_the_fields_of_the_table_and_no_others() -> None:
    listed = [name for row in table("The article") for name in names_in(row[0])]
    assert sorted(listed) == sorted(field.name for field in fields(Article))


@pytest.mark.parametrize("snippet", code_blocks("python"))
def test_every_python_snippet_compiles(snippet: str) -> None:
    compile(snippet, "README.md", "exec")


def test_the_rules_shown_are_good_and_mark_what_they_say() -> None:
    (shown,) = [block for block in code_blocks("toml") if "[[rule]]" in block]
    rules = Rules(read_rules(shown, "README.md"))
    text = "Dockers' walkout at the harbour: flight BA123 to Brenna Valley Rail."
    article = Article("d-0", "d", text=text, language="en")
    assert [tag.id for tag in rules.match(article)] == ["port-strike", "our-companies", "flights"]


def test_the_line_that_switches_an_own_step_on_is_a_setting(tmp_path: Path) -> None:
    (line,) = [block for block in code_blocks("toml") if "own_steps" in block]
    (tmp_path / "newsmill.toml").write_text(line)
    assert read_settings({}, tmp_path).own_steps == ("my_steps.py:MarkSponsored",)


@pytest.fixture
def own_step(tmp_path: Path) -> Any:
    (source,) = [block for block in code_blocks("python") if block.startswith("# my_steps.py")]
    (tmp_path / "my_steps.py").write_text(source)
    return runpy.run_path(str(tmp_path / "my_steps.py"))["MarkSponsored"]()


def test_the_own_step_shown_tags_a_sponsored_article(own_step: Any) -> None:
    sponsored = Article("d-0", "d", title="Fair", text="Sponsored by the fair office.")
    mark = Tag(TagKind.RULE, "sponsored", "Sponsored", 1.0)
    assert own_step(sponsored) == Keep(replace(sponsored, tags=(mark,)))


def test_the_own_step_shown_keeps_other_articles_as_they_are(own_step: Any) -> None:
    other = Article("d-0", "d", title="Fair", text="A week of music and pie.")
    assert own_step(other) == Keep(other)


def test_the_own_step_shown_quarantines_an_article_without_a_title(own_step: Any) -> None:
    outcome = own_step(Article("d-0", "d", text="Nothing to see."))
    assert outcome == Quarantine(Reason.STEP_FAILED, detail="we keep no article without a title")


def test_the_changelog_speaks_of_the_version_that_is_built() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    version_file = ROOT / pyproject["tool"]["hatch"]["version"]["path"]
    (version,) = re.findall(r'__version__(?::\s*\w+)?\s*=\s*"([^"]+)"', version_file.read_text())
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()
