"""The store in memory: for `newsmill process`, and for tests of what stands above the port."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from workers.adapters.explanations import (
    explained_article,
    explained_former_article,
    explained_outcome,
    explained_quarantine,
    explained_refused,
)
from workers.adapters.high_water import Mark, loss
from workers.adapters.lineage import Families, Head, Line, regrouped, strayed_heads
from workers.adapters.originals import (
    Known,
    admit,
    document_of,
    kept_articles,
    originals_first,
    originals_of,
    refused_articles,
)
from workers.adapters.relatedness import HOLDERS_MOST, Asked, days_around, related_articles
from workers.adapters.search_words import ENTITIES, article_words, key, phrases, tag_keys, words
from workers.adapters.source_hours import added_hours
from workers.adapters.source_table import SourceTable
from workers.adapters.standings import first_decisions, in_order, new_standing, outcome_values
from workers.adapters.storable import storable_text, storable_time, storable_work
from workers.errors import UsageError
from workers.model import Article, ArticleId, DocumentId, EntryId, RefusedArticle, StoryId, TagKind, Verdict, Work
from workers.ports import Decision, QuarantineRow, Query, Related, SourceHour, SourceStanding, Standing, Waiting


@dataclass(slots=True)
class _Filed:
    """One decided document."""

    values: dict[str, Any]  # of its outcome
    standing: Standing
    outcomes: dict[ArticleId, Known]
    judged_of: dict[ArticleId, ArticleId | None]
    refused: tuple[RefusedArticle, ...]
    payload: bytes | None
    payload_bytes: int
    requeued_as: EntryId | None = None


class MemoryStore:
    """Holds all, or with `window_documents` the verdicts of that many latest documents and no content.

    The window bounds the memory of `newsmill process`, whose dedup index reaches no further back.
    """

    def __init__(self, *, window_documents: int | None = None) -> None:
        self._window = window_documents
        self._filed: dict[DocumentId, _Filed] = {}  # in order of decision
        self._known: dict[ArticleId, Known] = {}
        self._articles: dict[ArticleId, Article] = {}  # in order of arrival
        self._lines: dict[ArticleId, Line] = {}
        self._groups: dict[ArticleId, ArticleId] = {}  # of those that were regrouped
        self._heads: dict[ArticleId, Head] = {}
        self._absorbed: dict[StoryId, StoryId] = {}
        self._counts: Counter[str] = Counter()
        self._mark: Mark | None = None
        self._sources = SourceTable()
        self.incidents: list[str] = []

    def record(self, decisions: Sequence[Decision], now: datetime) -> list[Standing | Waiting]:
        now = storable_time(now)
        answers: dict[DocumentId, Standing | Waiting] = {}
        undecided: dict[DocumentId, tuple[Work, Decision]] = {}
        for decision in first_decisions(decisions):
            name = decision.work.document.id
            if name in self._filed:
                answers[name] = self._standing(self._filed[name])
            else:
                undecided[name] = storable_work(decision.work, now)[0], decision
        admission = admit([work for work, _ in undecided.values()], self._known_of(undecided.values()))
        families = self._families(admission.works)
        works = families.place(admission.works)
        heads = {head.head_id for head in families.new_heads}
        self._keep_lines(families)
        for work in works:
            proposed, decision = undecided[work.document.id]
            self._file(work, proposed, decision.payload, now, heads)
            answers[work.document.id] = new_standing(work, heads)
        if self._window is None:
            self._sources.add(added_hours(works))
            self._articles |= {article.id: article for _, article in originals_first(works)}
            self.absorb([pair for work in works for pair in work.absorbed])
        self._forget_past_window()
        return in_order(decisions, answers | dict(admission.waiting))

    def standing(self, documents: Sequence[DocumentId]) -> dict[DocumentId, Standing]:
        return {name: self._standing(self._filed[name]) for name in documents if name in self._filed}

    def find(self, query: Query) -> list[Article]:
        found = [article for article in self._articles.values() if self._matches(article, query)]
        found.reverse()
        found.sort(key=self._dated_at, reverse=True)  # stable: of one moment, the last to arrive first
        start = max(0, query.offset)
        return found[start : start + max(0, query.limit)]

    def articles_of(self, id: str) -> list[Article]:
        if id in self._articles:
            return [self._articles[id]]
        return [article for filed in self._under(id) for article in self._standing(filed).articles]

    def versions(self, id: str) -> list[Article]:
        found = [self._first_of(article.id) for article in self.articles_of(id)[:1]]
        kept = [article for article in self._articles.values() if self._first_of(article.id) in found]
        return sorted(kept, key=lambda article: article.version)

    def came_late(self, after: int, least: timedelta) -> tuple[int, bool]:
        late = any(
            article.relation.of in self._articles
            and self._received_at(self._articles[article.relation.of or ""]) - self._received_at(article) >= least
            for article in islice(self._articles.values(), after, None)
        )
        return len(self._articles), late

    def regroup(self, firsts: Mapping[ArticleId, ArticleId], now: datetime) -> list[ArticleId]:
        groups = {article: self._group_of(article)[0] for article in firsts}
        changed = regrouped(firsts, groups)
        groups |= changed
        self._groups |= changed
        self._heads |= {head.group_id: head for head in strayed_heads(firsts, groups, self._heads)}
        return list(changed)

    def related(self, article: ArticleId, *, days: float, common: Set[str], limit: int) -> list[Related]:
        one = self._articles.get(article)
        if one is None:
            return []
        numbered = list(enumerate(self._articles.values()))
        first, last = days_around(self._dated_at(one), days)
        near = [each for each in numbered if first <= self._dated_at(each[1]) <= last]
        near.sort(key=lambda each: self._dated_at(each[1]), reverse=True)

        def holders(asked: Asked) -> list[int]:
            holding = (number for number, each in near if _is_held(asked, each))
            return list(islice(holding, HOLDERS_MOST))

        def load(numbers: Sequence[int]) -> list[tuple[int, Article]]:
            return [numbered[number] for number in numbers]

        return related_articles(
            one, articles=min(len(near), HOLDERS_MOST), holders=holders, load=load, common=common, limit=limit,
        )

    def story_root(self, story: StoryId) -> StoryId:
        while story in self._absorbed:
            story = self._absorbed[story]
        return story

    def absorb(self, stories: Sequence[tuple[StoryId, StoryId]]) -> list[tuple[StoryId, StoryId]]:
        new = []
        for story, into in sorted(dict(reversed(stories)).items()):  # as in SQL
            if story not in self._absorbed and self.story_root(into) != story:
                self._absorbed[story] = into
                new.append((story, into))
        return new

    def explain(self, id: str) -> list[dict[str, Any]]:
        return [self._explained(filed) for filed in self._under(id)]

    def quarantine_list(
        self, *, step: str | None = None, reason: str | None = None, limit: int = 100
    ) -> list[QuarantineRow]:
        rows = [
            _quarantine_row(filed)
            for filed in self._quarantined(self._filed.values())
            if step in (None, filed.values["step"]) and reason in (None, filed.values["reason"])
        ]
        rows.sort(key=lambda row: row.document_id)
        rows.sort(key=lambda row: row.decided_at, reverse=True)
        return rows[: max(0, limit)]

    def quarantine_show(self, id: str) -> list[QuarantineRow]:
        return [replace(_quarantine_row(filed), payload=filed.payload) for filed in self._quarantined(self._under(id))]

    def quarantine_requeued(self, document: DocumentId, entry: EntryId) -> None:
        filed = self._filed.get(document)
        if filed is None or filed.standing.verdict is not Verdict.QUARANTINED:
            raise UsageError(f"document {document} is not in quarantine")
        filed.requeued_as = entry

    def quarantine_purge(self, *, before: datetime | None = None, id: str | None = None) -> int:
        meant = list(self._filed.values()) if id is None else self._under(id)
        purged = [
            filed
            for filed in self._quarantined(meant)
            if filed.payload is not None and (before is None or filed.values["decided_at"] < storable_time(before))
        ]
        for filed in purged:
            filed.payload = None
        return len(purged)

    def articles_since(self, since: datetime) -> Iterator[Article]:
        for article in list(self._articles.values()):
            if self._received_at(article) >= storable_time(since):
                yield article

    def counts(self) -> dict[str, int]:
        names = [*Verdict, *(f"articles:{verdict}" for verdict in Verdict)]
        return {str(name): self._counts[name] for name in names}

    def retain(self, before: datetime) -> int:
        before = storable_time(before)
        old = [article.id for article in self._articles.values() if self._received_at(article) < before]
        for article in old:
            del self._articles[article]
        for filed in self._filed.values():
            if filed.values["received_at"] < before:
                filed.payload = None
        return len(old)

    def note_mark(self, accepted: int, last_id: EntryId, run_id: str, now: datetime) -> str | None:
        mark, before = Mark(accepted, last_id, run_id, storable_time(now)), self._mark
        if before is not None and mark.is_older_reading(before):
            return None
        self._mark = mark
        lost = None if before is None else loss(before, mark)
        if lost is not None:
            self.incidents.append(lost)
        return lost

    def source_hours(self, *, after: str, most: int) -> list[tuple[str, list[SourceHour]]]:
        return self._sources.hours(after, most)

    def note_sources(self, standings: Sequence[SourceStanding]) -> list[SourceStanding]:
        return self._sources.note(standings)

    def source_standings(self) -> list[SourceStanding]:
        return self._sources.standings()

    def source_states(self) -> dict[str, int]:
        return dict(Counter(str(standing.state) for standing in self._sources.standings()))

    def forget_sources(self, *, hours_before: int, silent_before: int, most: int) -> int:
        return self._sources.forget(hours_before, silent_before, most)

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        pass

    # ---- writing ----

    def _known_of(self, undecided: Iterable[tuple[Work, Decision]]) -> dict[ArticleId, Known]:
        originals = originals_of(work for work, _ in undecided)
        never = Known(Verdict.QUARANTINED)
        return {
            article: self._known.get(article, never)
            for article in originals
            if article in self._known or document_of(article) in self._filed
        }

    def _file(
        self, work: Work, proposed: Work, payload: bytes | None, now: datetime, heads: set[ArticleId]
    ) -> None:
        outcomes = {
            article.id: Known(article.verdict, article.relation.of if article.relation.kind.is_copy else None)
            for article in kept_articles(work)
        }
        outcomes |= {refused.id: Known(Verdict.QUARANTINED) for refused in refused_articles(work)}
        keeps_payload = work.verdict is Verdict.QUARANTINED and self._window is None
        self._filed[work.document.id] = _Filed(
            values=outcome_values(work, now),
            standing=replace(new_standing(work, heads), articles=(), new=False),
            outcomes=outcomes,
            judged_of={article.id: article.relation.of for article in kept_articles(proposed)},
            refused=refused_articles(work),
            payload=payload if keeps_payload else None,
            payload_bytes=len(payload or b"") if work.verdict is Verdict.QUARANTINED else 0,
        )
        self._known |= outcomes
        self._counts[work.verdict] += 1
        self._counts.update(f"articles:{known.verdict}" for known in outcomes.values())

    def _families(self, works: Iterable[Work]) -> Families:
        lines = dict(self._lines)
        for article, group in self._groups.items():
            lines[article] = lines.get(article, Line(article, article, article, 1))._replace(group_id=group)
        versions = Counter(line.first_id for line in lines.values() if line.version_no > 1)
        return Families(
            dict(self._articles), lines, dict(self._heads), {first: 1 + count for first, count in versions.items()}
        )

    def _keep_lines(self, families: Families) -> None:
        if self._window is None:
            self._lines |= {line.article_id: line for line in families.new_lines}
            self._heads |= {head.group_id: head for head in families.new_heads}

    def _first_of(self, article: ArticleId) -> ArticleId:
        return self._lines[article].first_id if article in self._lines else article

    def _group_of(self, article: ArticleId) -> tuple[ArticleId, ArticleId]:
        group = self._groups.get(article) or (self._lines[article].group_id if article in self._lines else article)
        return group, self._heads[group].head_id if group in self._heads else group

    def _forget_past_window(self) -> None:
        while self._window is not None and len(self._filed) > self._window:
            filed = self._filed.pop(next(iter(self._filed)))
            for article in filed.outcomes:
                del self._known[article]

    # ---- reading ----

    def _standing(self, filed: _Filed) -> Standing:
        kept = [self._articles[article] for article in filed.outcomes if article in self._articles]
        return replace(filed.standing, articles=tuple(sorted(kept, key=lambda article: article.part)))

    def _under(self, id: str) -> list[_Filed]:
        asked = storable_text(id)
        found = [
            filed
            for filed in self._filed.values()
            if asked in (filed.values["document_id"], filed.values["entry_id"], filed.values["producer_id"])
            or asked in filed.outcomes
        ]
        found.sort(key=lambda filed: str(filed.values["document_id"]))
        found.sort(key=lambda filed: (filed.values["accepted_at"], filed.values["entry_id"]), reverse=True)
        return found

    @staticmethod
    def _quarantined(filed: Iterable[_Filed]) -> list[_Filed]:
        return [one for one in filed if one.standing.verdict is Verdict.QUARANTINED]

    def _received_at(self, article: Article) -> datetime:
        received: datetime = self._filed[article.document_id].values["received_at"]
        return received if article.received_at is None else storable_time(article.received_at)

    def _dated_at(self, article: Article) -> datetime:
        published = article.published_at
        return self._received_at(article) if published is None else storable_time(published)

    def _matches(self, article: Article, query: Query) -> bool:
        dated_at = self._dated_at(article)
        return (
            (query.since is None or dated_at >= storable_time(query.since))
            and (query.until is None or dated_at < storable_time(query.until))
            and query.language in (None, article.language)
            and query.kind in (None, article.relation.kind.value)
            and (query.story is None or self._is_in(article, query.story))
            and (query.source is None or _is_from(article, query.source))
            and (query.topic is None or _is_tagged(article, query.topic, (TagKind.TOPIC,)))
            and (query.entity is None or _is_tagged(article, query.entity, ENTITIES))
            and (query.tag is None or _is_tagged(article, query.tag, tuple(TagKind)))
            and (query.text is None or not query.text.strip() or _has_words(article, query.text))
        )

    def _is_in(self, article: Article, story: StoryId) -> bool:
        own = article.relation.story
        return own is not None and self.story_root(own) == self.story_root(storable_text(story))

    def _explained(self, filed: _Filed) -> dict[str, Any]:
        kept = self._standing(filed).articles
        there = {article.id for article in kept}
        former = [
            explained_former_article(article, known.verdict, known.of)
            for article, known in filed.outcomes.items()
            if article not in there and known.verdict is not Verdict.QUARANTINED
        ]
        told = [
            explained_article(article, filed.judged_of[article.id], self._group_of(article.id)) for article in kept
        ]
        is_quarantined = filed.standing.verdict is Verdict.QUARANTINED
        quarantine = explained_quarantine(filed.payload_bytes, filed.payload is not None, filed.requeued_as)
        return explained_outcome(filed.values) | {
            "articles": told + former,
            "refused": [explained_refused(refused) for refused in filed.refused],
            "quarantine": quarantine if is_quarantined else None,
        }


def _quarantine_row(filed: _Filed) -> QuarantineRow:
    values = filed.values
    return QuarantineRow(
        document_id=values["document_id"],
        entry_id=values["entry_id"],
        producer_id=values["producer_id"],
        source=values["source"],
        step=values["step"],
        reason=values["reason"],
        detail=values["detail"],
        decided_at=values["decided_at"],
        payload_bytes=values["payload_bytes"],
        requeued_as=filed.requeued_as,
    )


def _is_from(article: Article, source: str) -> bool:
    names = (article.source, article.publisher, article.publisher_id)
    return key(storable_text(source)) in {key(name) for name in names if name is not None}


def _is_tagged(article: Article, name: str, kinds: tuple[TagKind, ...]) -> bool:
    asked = key(storable_text(name))
    return any(tag.kind in kinds and asked in tag_keys(tag) for tag in article.tags)


def _is_held(asked: Asked, article: Article) -> bool:
    return any(tag.kind is asked.kind and asked.key in tag_keys(tag) for tag in article.tags)


def _has_words(article: Article, text: str) -> bool:
    asked = [words(phrase) for phrase in phrases(text)]
    held = f" {article_words(article)} "
    return bool(asked) and all(f" {phrase} " in held for phrase in asked)
