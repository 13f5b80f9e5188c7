"""How to add a step of your own."""

from __future__ import annotations

from typing import Protocol

from workers.model import Article, Outcome


class Step(Protocol):
    """Decides on one article. Write a class, name it in the setting `own_steps`; it runs after tag.

        class MarkSponsored:
            def __call__(self, article: Article) -> Outcome:
                if "sponsored" not in article.text.lower():
                    return Keep(article)
                mark = Tag(TagKind.RULE, "sponsored", "Sponsored", 1.0)
                return Keep(replace(article, tags=(*article.tags, mark)))

    A step does no I/O, reads no clock and draws no random numbers: the same article gives the same
    outcome, since a batch may come twice. What it raises costs that one article, and so does taking
    longer than the limit of a document.
    """

    def __call__(self, article: Article, /) -> Outcome: ...
