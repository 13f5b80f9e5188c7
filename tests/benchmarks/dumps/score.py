"""How well articles fit what a reader would say is on a generated page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.dumps.pages import Page, Story
from workers.model import Article

_WORD = re.compile(r"[^\W一-鿿぀-ヿก-๛]+|[一-鿿぀-ヿก-๛]")
_FOUND = 0.8  # F1 over word counts, as for the labelled pages


@dataclass
class Score:
    """Counts of one page or of many."""

    demanded: int = 0
    claimed: int = 0
    found: int = 0
    pages: int = 0
    exact: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    foreign: int = 0
    leaked: int = 0
    common: int = 0
    size: int = 0

    def add(self, other: Score) -> None:
        for name in ("demanded", "claimed", "found", "pages", "exact", "foreign", "leaked", "common", "size"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.fields.update(other.fields)
        self.wanted.update(other.wanted)

    def figures(self) -> dict[str, float]:
        whole = self.demanded + self.claimed
        return {
            "articles_f1": 2 * self.found / whole if whole else 1.0,
            "pages_exact": self.exact / self.pages if self.pages else 1.0,
            "text_f1": 2 * self.common / self.size if self.size else 1.0,
            **{name: self.fields[name] / n for name, n in sorted(self.wanted.items())},
            "foreign_leak": self.leaked / self.foreign if self.foreign else 0.0,
        }


def score(page: Page, articles: Sequence[Article]) -> Score:
    result = Score(pages=1)
    claims = list(articles)
    for story in sorted(page.stories, key=lambda story: not story.demanded):
        best = max(claims, key=lambda article: _f1(story, article), default=None)
        is_found = best is not None and _f1(story, best) >= _FOUND
        if is_found and best is not None:
            claims.remove(best)
        if not story.demanded:
            continue
        result.demanded += 1
        result.found += is_found
        result.claimed += is_found
        _fields(story, best if is_found else None, result)
        size = Counter(_words(" ".join(story.body)))
        result.size += sum(size.values())
        if is_found and best is not None:
            got = Counter(_words(_without(best.text, story.may_keep)))
            result.common += sum((size & got).values())
            result.size += sum(got.values())
    # A stub of a body that was cut short is nobody's.
    extra = [each for each in claims if not any(_is_stub_of(each, s) for s in page.stories if not s.demanded)]
    result.claimed += len(extra)
    result.size += sum(len(_words(each.text)) for each in extra)
    result.exact += result.found == result.demanded and not extra
    lines = {line for article in articles for line in article.text.split("\n\n")}
    foreign = {line.strip() for line in page.foreign if line.strip() and line in page.text}
    result.foreign += len(foreign)
    result.leaked += len(foreign & lines)
    return result


def _fields(story: Story, article: Article | None, result: Score) -> None:
    truth = {"title": story.title, "publisher": story.publisher, "time": story.time}
    got = {"title": article.title, "publisher": article.publisher, "time": article.published_text} if article else {}
    for name, value in truth.items():
        result.wanted[name] += 1
        result.fields[name] += article is not None and _words(value or "") == _words(got.get(name) or "")


def _f1(story: Story, article: Article) -> float:
    left, right = Counter(_words(" ".join(story.body))), Counter(_words(_without(article.text, story.may_keep)))
    common = sum((left & right).values())
    return 2 * common / (sum(left.values()) + sum(right.values())) if common else 0.0


def _is_stub_of(article: Article, story: Story) -> bool:
    return article.title == story.title or (story.title or "").startswith(article.title or "\0")


def _without(text: str, lines: Iterable[str]) -> str:
    for line in lines:
        text = text.replace(line, " ")
    return text


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
