"""The pure steps, made of tables, weights and settings when they are first needed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from workers.errors import SettingsError
from workers.model import Article
from workers.pipeline import CLEAN, DEDUPLICATE, INGEST, LIMITS, TAG
from workers.ports import DedupIndex, StoryIndex
from workers.runtime.decide import Steps
from workers.runtime.own_steps import OwnStep, load_own_step
from workers.runtime.rebuild import Sign
from workers.runtime.reload import LastGood, Reloading
from workers.runtime.wiring.rules import RULES_FILE, make_rules, read_rules_file
from workers.runtime.wiring.tables import clean_tables, read_model, read_tables, read_weights, stopwords
from workers.settings import Settings, config_folder

if TYPE_CHECKING:
    from workers.steps.clean import Clean
    from workers.steps.deduplicate import Measure
    from workers.steps.ingest import Ingest
    from workers.steps.story import Profiler
    from workers.steps.tag import Tag


class MadeSteps(Protocol):
    """What a worker's parent makes once and its children share."""

    def build(self, names: Iterable[str]) -> None: ...

    def with_index(self, index: DedupIndex, stories: StoryIndex) -> Steps: ...


class StepsFactory:
    """The pure steps, each built once a process tree, when it is first needed.

    A worker holds only the steps it runs: the language model of tag alone is 130 MB and seconds of CPU.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.refresh = Reloading(config_folder() / "tag" / RULES_FILE, self._use_rules, LastGood())

    def build(self, names: Iterable[str]) -> None:
        """Before children are forked, so that they share it. Raises SettingsError."""
        names = set(names)
        for name in {INGEST, CLEAN, TAG} & names:
            getattr(self, name)
        if DEDUPLICATE in names:
            make_sign(self._settings)([Article("", "", text="-")])  # makes its table of characters
        if TAG in names:
            _ = self.own
            _ = self.profile

    @cached_property
    def ingest(self) -> Ingest:
        return make_ingest()

    @cached_property
    def clean(self) -> Clean:
        from workers.steps.clean import Clean

        return Clean(clean_tables(), articles_a_page=LIMITS.articles_a_page)

    @cached_property
    def tag(self) -> Tag:
        from workers.steps.tag import BadTable, Tag

        tables = read_tables(config_folder() / "tag", but=RULES_FILE)
        tables["topics"] = read_tables(config_folder() / "tag" / "topics")
        try:
            step = Tag(tables, read_weights(), topics_model=read_model(self._settings.topics_model))
            return step.with_rules(read_rules_file(config_folder() / "tag" / RULES_FILE))
        except BadTable as bad:
            raise SettingsError(bad.problems) from bad

    @cached_property
    def own(self) -> tuple[OwnStep, ...]:
        return tuple(load_own_step(setting) for setting in self._settings.own_steps)

    def _use_rules(self, source: str) -> int:
        rules = make_rules(source, RULES_FILE)
        self.tag = self.tag.with_rules(rules)
        return len(rules)

    @cached_property
    def profile(self) -> Profiler:
        return make_profiler()

    def with_index(self, index: DedupIndex, stories: StoryIndex) -> Steps:
        from workers.steps.deduplicate import Deduplicate
        from workers.steps.story import JoinStories

        return Steps(
            ingest=self.ingest, clean=lambda document: self.clean(document),
            deduplicate=Deduplicate(index, _measure(self._settings)),
            tag=lambda article: self.tag(article), own=self.own, refresh=self.refresh,
            strip_repeated=_strip_repeated,
            stories=JoinStories(stories, lambda article: self.profile(article)),
        )


def _strip_repeated(article: Article, lines: frozenset[str]) -> Article:
    from workers.steps.clean import strip_repeated

    return strip_repeated(article, lines)


def make_profiler() -> Profiler:
    from workers.steps.story import Profiler

    return Profiler(stopwords())


def make_ingest() -> Ingest:
    from workers.steps.ingest import Ingest

    return Ingest(body_bytes=LIMITS.body_bytes, meta_bytes=LIMITS.meta_bytes, field_bytes=LIMITS.field_bytes)


def make_sign(settings: Settings) -> Sign:
    from workers.steps.deduplicate import sign

    return lambda articles: sign(articles, _measure(settings))


def _measure(settings: Settings) -> Measure:
    """The compact layout keeps the smaller sketch."""
    from workers.steps.deduplicate import FULL, SMALL

    return SMALL if settings.dedup_layout == "compact" else FULL
