"""How right each kind of tag is; a rival's answers to the same texts are measured by the same functions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.benchmarks.tag.sets import LANGUAGES, Sets
from training.named_texts import Name
from workers.model import Article, Dateline, Keep, Outcome, Tag, TagKind

Step = Callable[[Article], Outcome]

FIRST_CHARACTERS: Final = 40
KEYPHRASES: Final = 10
KINDS: Final = {TagKind.PERSON: "PER", TagKind.ORGANISATION: "ORG", TagKind.PLACE: "LOC"}
_MONTHS: Final = "jan|feb|march?|april?|may|june?|july?|aug|sept?|oct|nov|dec"
_DATELINE: Final = re.compile(rf"(.*?),? *(?:{_MONTHS})\b.*", re.IGNORECASE)
# Countries of 1987 that have other names or borders today; a set's "hong-kong" is "hong kong".
_OF_1987: Final = {
    "usa": "US", "uk": "GB", "ussr": "RU", "west germany": "DE", "east germany": "DE", "south korea": "KR",
    "north korea": "KP", "hong kong": "HK", "uae": "AE",
}  # fmt: skip


@dataclass(slots=True)
class Counts:
    right: int = 0
    given: int = 0
    wanted: int = 0

    def add(self, given: Iterable[object], wanted: Iterable[object]) -> None:
        ours, theirs = set(given), set(wanted)
        self.right += len(ours & theirs)
        self.given += len(ours)
        self.wanted += len(theirs)

    @property
    def f1(self) -> float:
        return 2 * self.right / ((self.given + self.wanted) or 1)


def tagged(step: Step, **fields: Any) -> Article:
    outcome = step(Article("a-0", "a", **fields))
    assert isinstance(outcome, Keep)
    return outcome.article


def of_kind(article: Article, kind: TagKind) -> list[Tag]:
    return [tag for tag in article.tags if tag.kind is kind]


def language(sets: Sets, identify: Callable[[str], str], characters: int | None = None) -> float:
    rows = sets.rows("langid-sib200")
    right = sum(identify(row["text"][:characters]) == LANGUAGES.get(row["lang"][:3]) for row in rows)
    return right / len(rows)


def topics(rows: list[dict[str, Any]], best: Callable[[str, str], str | None]) -> float:
    """Share of the texts whose first top is the wanted one; all tops are open, none is wrong."""
    right = 0
    for row in rows:
        wanted = row["iptc_top"] if isinstance(row["iptc_top"], list) else [row["iptc_top"]]
        right += best(row["title"], row["text"]) in wanted
    return right / len(rows)


def first_top(step: Step, language: str) -> Callable[[str, str], str | None]:
    def best(title: str, text: str) -> str | None:
        found = of_kind(tagged(step, title=title, text=text, language=language), TagKind.TOPIC)
        return (found[0].broader or (found[0].id,))[-1] if found else None

    return best


def entities(texts: Mapping[str, tuple[str, list[Name]]], names: Callable[[str], set[Name]]) -> float:
    """F1 of exact spans with their kind, an article before a name left out on both sides."""
    counts = Counts()
    for text, wanted in texts.values():
        counts.add(names(text), {without_article(text, name) for name in wanted})
    return counts.f1


def without_article(text: str, name: Name) -> Name:
    start, end, kind = name
    return (start + 4, end, kind) if text[start : start + 4].lower() == "the " else name


def our_names(step: Step, language: str) -> Callable[[str], set[Name]]:
    def names(text: str) -> set[Name]:
        article = tagged(step, text=text, language=language)
        return {
            (int(span[0]), int(span[1]), KINDS[tag.kind])
            for tag in article.tags
            if tag.kind in KINDS
            for span in tag.evidence
            if len(span) == 2
        }

    return names


def countries(step: Step, rows: list[dict[str, Any]], codes: Mapping[str, str]) -> float:
    """F1 over documents that name at least one country we have a code for."""
    counts = Counts()
    for row in rows:
        places = {place.replace("-", " ") for place in row["places"]}
        wanted = {_OF_1987.get(place) or codes.get(place) for place in places} - {None}
        if wanted:
            match = _DATELINE.fullmatch(row["dateline"] or "")
            dateline = Dateline(match[1].strip(" ,-")) if match and match[1].strip(" ,-") else None
            article = tagged(step, title=row["title"], text=row["body"], dateline=dateline, language="en")
            counts.add((tag.id for tag in of_kind(article, TagKind.COUNTRY)), wanted)
    return counts.f1


def keyphrases(rows: list[dict[str, Any]], best: Callable[[str], list[str]]) -> float:
    """Mean F1 of the ten best against the given ones, as written but for case."""
    total = 0.0
    for row in rows:
        counts = Counts()
        given = best(row["text"])[:KEYPHRASES]
        counts.add(map(str.casefold, given), map(str.casefold, row["keyphrases"]))
        total += counts.f1
    return total / len(rows)


def wrong_spans(articles: Iterable[Article]) -> dict[str, int]:
    """Spans that lie outside of their field, are empty, or begin or end with a blank, by kind of tag."""
    wrong: defaultdict[str, int] = defaultdict(int)
    for article in articles:
        fields = {"title": article.title, "dateline": article.dateline and article.dateline.place, "url": article.url,
                  "section": article.section}
        for tag in article.tags:
            for start, end, *field in tag.evidence:
                whole = (fields.get(str(field[0])) or "") if field else article.text
                words = whole[int(start) : int(end)]
                wrong[tag.kind] += not (0 <= int(start) < int(end) <= len(whole) and words == words.strip())
    return dict(wrong)
