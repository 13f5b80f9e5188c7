"""How to add a step of your own."""

from __future__ import annotations

from typing import Protocol

from workers.model import Article, Keep, Quarantine


class Step(Protocol):
    """Decides on one article. Write a class and name it in the setting `own_steps`; it runs after tag.

        class MarkSponsored:
            def __call__(self, article: Article) -> Keep | Quarantine:
                if "sponsored" not in article.text.lower():
                    return Keep(article)
                mark = Tag(TagKind.RULE, "sponsored", "Sponsored", 1.0)
                return Keep(replace(article, tags=(*article.tags, mark)))

    It is made once a worker, without arguments, before the worker takes its first batch: read files there.
    The call does no I/O, reads no clock and draws no random numbers: the same article gives the same
    answer, since a batch may come twice. It may change anything of the article but id, document_id, part,
    relation and schema.

    What it raises, a wrong answer, and more time or memory than a document may have, cost that one
    article: it is quarantined at step tag, and its detail begins with the name of the own step.
    tests/contract/test_own_step.py holds this.
    """

    def __call__(self, article: Article, /) -> Keep | Quarantine: ...
