"""Pages of aggregators that do not exist, with what a reader would say is on them."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.dumps.layouts import FREE, KNOWN, LAYOUTS
from tests.benchmarks.dumps.prose import Prose

_LEAST_BODY: Final = 60    # characters; of a body cut shorter nothing is demanded
_CUT: Final = 2000         # characters; what aggregators' scrapers keep


@dataclass
class Story:
    title: str | None
    publisher: str | None
    time: str | None
    body: list[str]
    is_main: bool = False
    start: int = 0                  # of the body, in the page
    may_keep: list[str] = field(default_factory=list)  # lines that may stand in the text or not
    demanded: bool = True


@dataclass
class Page:
    name: str
    language: str
    layout: str
    kind: str
    text: str
    stories: list[Story]
    foreign: list[str]              # lines that may stand in no article's text


@cache
def phrases() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))


def pages(count: int, *, seed: int = 1) -> Iterator[Page]:
    """Every layout and language comes up as often as any other."""
    languages, layouts = sorted(phrases()), list(LAYOUTS)
    for number in range(count):
        chance = random.Random(f"{seed}-{number}")
        layout = chance.choice(list(KNOWN)) if chance.random() < 0.25 else chance.choice(list(FREE))
        yield _Maker(chance, languages[number % len(languages)], layout).page(f"{number:05}.txt")
    assert layouts


class _Maker:
    def __init__(self, chance: random.Random, language: str, layout: str) -> None:
        self._chance = chance
        self._language = language
        self._layout = layout
        self._phrases = phrases()[language]
        self._prose = Prose(language, chance)
        self._lines: list[str] = []
        self._length = 0
        self._foreign: list[str] = []

    def page(self, name: str) -> Page:
        kind = self._chance.choices(
            ("full", "empty main", "single", "index", "heads only"), (50, 20, 15, 10, 5)
        )[0]
        stories = self._main(kind)
        if kind != "single":
            self._between(has_main=kind == "full")
            count = self._chance.randint(1, 4) if kind != "heads only" else 2
            same_publisher = self._prose.publisher() if self._chance.random() < 0.15 else None
            for _ in range(count):
                stories.append(self._item(self._story(publisher=same_publisher), bare=kind == "heads only"))
                if self._chance.random() < 0.2:
                    self._chrome("more", "share", "advertisement")
        if self._chance.random() < 0.3:
            self._chrome("copyright", "share", "error", "subscribe")
        page = Page(name, self._language, self._layout, kind, "\n".join(self._lines), stories, self._foreign)
        return _cut(page, self._chance) if self._chance.random() < 0.6 else page

    # ---- stories

    def _story(self, *, publisher: str | None = None) -> Story:
        template = LAYOUTS[self._layout]
        has_name, has_time = "P" in template, "T" in template
        return Story(
            self._prose.headline(),
            (publisher or self._prose.publisher()) if has_name else None,
            self._time() if has_time else None,
            [self._prose.paragraph() for _ in range(self._chance.randint(2, 5))],
        )

    def _time(self) -> str:
        if self._chance.random() < 0.1:
            return f"{self._chance.randint(10, 28)}-{self._chance.randint(1, 12):02}-2025"
        template: str = self._chance.choice(self._phrases["ago"])
        return template.format(n=self._chance.randint(2, 4), N=self._chance.randint(5, 19))

    def _main(self, kind: str) -> list[Story]:
        if kind == "index":
            self._chrome_line(self._prose.subhead() if self._chance.random() < 0.5 else f"#{self._prose.word()}")
            return []
        if self._chance.random() < 0.4:
            self._add("logo", foreign=True)
        if self._chance.random() < 0.3 and kind != "empty main":
            return [replace(self._item(self._story()), is_main=True)]
        title = self._prose.headline()
        gap = [""] if self._chance.random() < 0.5 else []
        for _ in range(self._chance.randint(1, 2)):
            for line in (title, *gap):
                self._add(line)
        story = Story(title, None, None, [], is_main=True)
        if kind == "empty main":
            return []
        story.body = [self._prose.paragraph() for _ in range(self._chance.randint(2, 6))]
        self._body(story)
        return [story]

    def _item(self, story: Story, *, bare: bool = False) -> Story:
        fills = {
            "P": story.publisher or "", "T": story.time or "", "H": story.title or "",
            "S": self._prose.subhead().split(" ")[0], "D": self._prose.subhead() + self._prose.subhead(),
            "Y": self._phrase("byline"),
        }  # fmt: skip
        template = LAYOUTS[self._layout].removesuffix("B").rstrip("\n")
        if not self._layout.endswith("no gap"):
            self._add("")
        if "D" in template:
            fills["D"] = self._prose.subhead()
            story.may_keep.append(fills["D"])
        head = "".join(fills.get(c, c) if not _in_word(template, at) else c for at, c in enumerate(template))
        for line in head.split("\n"):
            self._add(line)
        if "\n\n" in template:
            self._add("")
        if bare:
            story.body, story.demanded = [], False
            return story
        self._body(story)
        return story

    def _body(self, story: Story) -> None:
        story.start = self._length
        gap = self._chance.random() < 0.3
        for at, paragraph in enumerate(list(story.body)):
            self._add(paragraph)
            if gap:
                self._add("")
            if at + 1 < len(story.body) and self._chance.random() < 0.15:
                self._inside(story)
        self._add("")

    def _inside(self, story: Story) -> None:
        """What stands between two paragraphs of a story."""
        kind = self._chance.choice(("ad", "credit", "subhead", "list", "time", "more", "quote"))
        if kind == "ad":
            self._chrome_line(self._phrase("advertisement"))
        elif kind == "credit":
            self._chrome_line(self._phrase("credit"))
        elif kind == "more":
            self._chrome_line(self._phrase("more"))
        elif kind == "time":
            self._add(f"2025-06-{self._chance.randint(10, 28)}T08:{self._chance.randint(10, 59)}:07Z", foreign=True)
        elif kind == "subhead":
            line = self._prose.subhead()
            story.may_keep.append(line)
            self._add(line)
        else:
            lines = [self._prose.sentence() for _ in range(3)]
            lines = [f"- {line}" for line in lines] if kind == "list" else [f"“{lines[0]}”"]
            story.body.extend(lines)  # order does not matter to the score
            for line in lines:
                self._add(line)

    # ---- what stands round them

    def _between(self, *, has_main: bool) -> None:
        blocks = [
            ("hashtags",), ("promotion", "more"), ("comments", "error"), ("copyright",), ("subscribe",), ("share",),
        ]  # fmt: skip
        self._chance.shuffle(blocks)
        for block in blocks[: self._chance.randint(0, 4)]:
            if block == ("hashtags",):
                self._add(" ".join(f"#{self._prose.word()}" for _ in range(3)), foreign=True)
            else:
                for name in block:
                    self._chrome_line(self._phrase(name))
            if self._chance.random() < 0.5:
                self._add("")
        if has_main and self._chance.random() < 0.3:
            self._comments()
        if self._chance.random() < 0.8:
            self._chrome_line(self._phrase("related"))

    def _comments(self) -> None:
        """Readers' words under a heading; only where a known heading says so can they be told from a story."""
        self._chrome_line("Comments" if self._language == "en" else self._phrase("comments"))
        for _ in range(self._chance.randint(1, 2)):
            self._add(self._prose.name(), foreign=True)
            self._add(self._time(), foreign=True)
            self._add(self._prose.sentence(), foreign=True)

    def _chrome(self, *names: str) -> None:
        self._chrome_line(self._phrase(self._chance.choice(names)))

    def _chrome_line(self, line: str) -> None:
        self._add(line, foreign=True)

    def _phrase(self, name: str) -> str:
        template: str = self._chance.choice(self._phrases[name])
        return template.format(name=self._prose.name(), source=self._prose.publisher(), y=2025)

    def _add(self, line: str, *, foreign: bool = False) -> None:
        self._lines.append(line)
        self._length += len(line) + 1
        if foreign:
            self._foreign.append(line)


def _in_word(template: str, at: int) -> bool:
    """Part of a word that stands for itself, as in TIME."""
    return template.startswith(("TIME",), at) or any(
        template.startswith("TIME", at - back) for back in range(1, 4) if at >= back
    )


def _cut(page: Page, chance: random.Random) -> Page:
    """As scrapers do, in the middle of anything."""
    at = min(_CUT, chance.randint(len(page.text) // 2, len(page.text)))
    text = page.text[:at]
    for story in page.stories:
        story.body = [line for line in story.body if line in text] + [
            text[text.rfind("\n") + 1 :] for line in story.body[:1] if story.start < at < story.start + 10**9
            and any(whole.startswith(text[text.rfind("\n") + 1 :]) for whole in story.body) and not text.endswith("\n")
        ]
        left = sum(map(len, story.body))
        story.demanded = story.demanded and left >= _LEAST_BODY
    return replace(page, text=text)
