"""Applies the pure steps to a batch: each document under the guard, an index asked once a batch, outside of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from workers.model import (
    Article,
    Document,
    Entry,
    Keep,
    Outcome,
    Quarantine,
    Reason,
    RefusedArticle,
    StoryId,
    Work,
)
from workers.pipeline import CLEAN, DEDUPLICATE, DELIVERIES, INGEST, TAG
from workers.ports import Counts, Joined, Judgement, Profile, Signature
from workers.runtime.counts import observed
from workers.runtime.guard import Guard
from workers.runtime.logs import Log
from workers.runtime.own_steps import OwnStep, OwnSteps
from workers.runtime.repeated import Accepted, Repeated, source_of


class Renew(Protocol):
    """Called before each document; keeps the lease alive. Raises Stale when the batch is another's."""

    def __call__(self, every_s: float = DELIVERIES.running_s / 4) -> None: ...


class IngestStep(Protocol):
    def identify(self, entry: Entry) -> Document: ...
    def __call__(self, entry: Entry) -> Document | Quarantine: ...


class DeduplicateStep(Protocol):
    def sign(self, articles: Sequence[Article]) -> list[Signature]: ...
    def claim(self, signatures: Sequence[Signature]) -> list[Judgement]: ...


class JoinStories(Protocol):
    def profile(self, article: Article) -> Profile: ...
    def join(self, profiles: Sequence[Profile]) -> list[Joined]: ...


@dataclass(frozen=True, slots=True)
class Steps:
    """The pure steps, as wiring built them."""

    ingest: IngestStep
    clean: Callable[[Document], tuple[Article, ...] | Quarantine]
    deduplicate: DeduplicateStep
    tag: Callable[[Article], Outcome]
    stories: JoinStories
    own: tuple[OwnStep, ...] = ()  # the operator's, asked after tag
    refresh: Callable[[Log], Counts] = lambda log: {}  # before a batch is tagged: takes changed rules into use
    strip_repeated: Callable[[Article, frozenset[str]], Article] | None = None


class Decide:
    """Applies a pure step to the documents of a batch, each under the guard."""

    def __init__(self, steps: Steps, guard: Guard, *, repeated: Repeated | None = None) -> None:
        self._steps = steps
        self._guard = guard
        self._repeated = repeated
        self._own = OwnSteps(steps.own, guard)
        self._noted: Counter[str] = Counter()

    def refresh(self, step: str, log: Log) -> Counts:
        return self._steps.refresh(log) if step == TAG else {}

    def drain(self) -> Counts:
        """What was noted since the last call, for the step's counts."""
        noted, self._noted = self._noted, Counter()
        return {**noted, **self._own.drain()}

    def ingest(self, entries: Sequence[Entry], renew: Renew) -> list[Work]:
        works = []
        for entry in entries:
            renew()
            result = self._guard.call(lambda entry=entry: self._steps.ingest(entry))  # type: ignore[misc]
            if isinstance(result, Quarantine):
                works.append(Work(self._steps.ingest.identify(entry), quarantine=replace(result, step=INGEST)))
            else:
                works.append(Work(result))
        return works

    def clean(self, works: Sequence[Work], renew: Renew) -> list[Work]:
        accepted = self._repeated.accepted() if self._repeated else {}
        return [self._clean(work, renew, accepted) if work.quarantine is None else work for work in works]

    def _clean(self, work: Work, renew: Renew, accepted: Accepted) -> Work:
        renew()
        result = self._guard.call(lambda: self._without_repeated(self._steps.clean(work.document), accepted))
        document = replace(work.document, text="", record=None)
        if isinstance(result, Quarantine):
            return Work(document, quarantine=replace(result, step=CLEAN))
        if not result:
            return Work(document, quarantine=Quarantine(Reason.NO_ARTICLE, step=CLEAN))
        return Work(document, articles=result)

    def _without_repeated(
        self, articles: tuple[Article, ...] | Quarantine, accepted: Accepted
    ) -> tuple[Article, ...] | Quarantine:
        """What is left of articles that held nothing else is nothing."""
        strip = self._steps.strip_repeated
        if isinstance(articles, Quarantine) or strip is None or not accepted:
            return articles
        stripped = (strip(article, accepted.get(source_of(article), frozenset())) for article in articles)
        return tuple(article for article in stripped if article.text)

    def deduplicate(self, works: Sequence[Work], renew: Renew) -> list[Work]:
        """Signs the batch under the guard; then one claim for all of it, outside of the guard: an index
        that is slow is no document's fault."""
        signed = self._sign(works, renew)
        judged = self._steps.deduplicate.claim([each for _, theirs in signed for each in theirs])
        self._count_compared(judged)
        answers = iter(judged)
        related = [_related(work, answers) for work, _ in signed]
        if self._repeated:
            self._repeated.learn([article for work in related for article in work.articles])
        return related

    def _sign(self, works: Sequence[Work], renew: Renew) -> list[tuple[Work, Sequence[Signature]]]:
        """All in one, which costs a third; one by one when that fails, to find whose fault it is."""
        renew()
        articles = [article for work in works for article in work.articles]
        signatures = self._guard.call(lambda: self._steps.deduplicate.sign(articles))
        if isinstance(signatures, Quarantine):
            return [self._sign_alone(work, renew) for work in works]
        each = iter(signatures)
        return [(work, [next(each) for _ in work.articles]) for work in works]

    def _sign_alone(self, work: Work, renew: Renew) -> tuple[Work, Sequence[Signature]]:
        renew()
        signatures = self._guard.call(lambda: self._steps.deduplicate.sign(work.articles))
        if isinstance(signatures, Quarantine):
            return Work(work.document, quarantine=replace(signatures, step=DEDUPLICATE)), ()
        return work, signatures

    def _count_compared(self, judged: Sequence[Judgement]) -> None:
        for judgement in judged:
            if judgement.compared is not None:
                self._noted.update(observed("dedup_candidates", judgement.compared))

    def tag(self, works: Sequence[Work], renew: Renew) -> list[Work]:
        """Tags and profiles each article under the guard; then one join of the whole batch to its stories,
        outside of it, as in deduplicate."""
        tagged = [self._tag(work, renew) for work in works]
        joined = self._steps.stories.join([profile for _, profiles in tagged for profile in profiles])
        absorbed = {each.absorbed: each.story for each in joined if each.absorbed}
        answers = iter(joined)
        return [_with_stories(work, [next(answers) for _ in profiles], absorbed) for work, profiles in tagged]

    def _tag(self, work: Work, renew: Renew) -> tuple[Work, list[Profile]]:
        kept: list[Article] = []
        profiles: list[Profile] = []
        refused = list(work.refused)
        started = time.monotonic()
        for article in work.articles:
            renew()
            spent_s = time.monotonic() - started
            outcome = self._guard.call(lambda article=article: self._steps.tag(article), spent_s=spent_s)  # type: ignore[misc]
            if isinstance(outcome, Keep):
                outcome = self._own(outcome.article, spent_s=time.monotonic() - started)
            if isinstance(outcome, Keep):
                outcome = self._profiled(outcome.article, profiles, spent_s=time.monotonic() - started)
            if isinstance(outcome, Keep):
                kept.append(outcome.article)
            elif isinstance(outcome, Quarantine):
                quarantine = replace(outcome, step=TAG)
                refused.append(RefusedArticle(article.id, article.part, article.title, quarantine))
            else:
                raise TypeError(f"tag gave {type(outcome).__name__} for {article.id}: relations are deduplicate's")
        return replace(work, articles=tuple(kept), refused=tuple(refused)), profiles

    def _profiled(self, article: Article, profiles: list[Profile], spent_s: float) -> Keep | Quarantine:
        profile = self._guard.call(lambda: self._steps.stories.profile(article), spent_s=spent_s)
        if isinstance(profile, Quarantine):
            return profile
        profiles.append(profile)
        return Keep(article)


def _with_stories(work: Work, joined: Sequence[Joined], absorbed: Mapping[StoryId, StoryId]) -> Work:
    """`absorbed`: by articles of the same batch, whose stories need not be told by a name that is already past."""
    articles = tuple(
        replace(article, relation=replace(article.relation, story=latest_story(each.story, absorbed)))
        for article, each in zip(work.articles, joined, strict=True)
    )
    shown = tuple((each.absorbed, each.story) for each in joined if each.absorbed)
    return replace(work, articles=articles, absorbed=shown)


def latest_story(story: StoryId, absorbed: Mapping[StoryId, StoryId]) -> StoryId:
    seen = {story}
    while (into := absorbed.get(story, story)) not in seen:
        seen.add(into)
        story = into
    return story


def _related(work: Work, judged: Iterator[Judgement]) -> Work:
    articles = tuple(replace(article, relation=next(judged).relation) for article in work.articles)
    return replace(work, articles=articles)
