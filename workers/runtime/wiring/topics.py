"""Topic models of the operator's own labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workers.errors import SettingsError
from workers.model import Article

if TYPE_CHECKING:
    from workers.steps.tag.topics.train import Quality as Quality
    from workers.steps.tag.topics.train import Report as Report


def train_topics_on(labelled: Iterable[tuple[Article, frozenset[str]]]) -> tuple[bytes, Report]:
    """The model's file, and how good it is on documents it did not see.

    Raises SettingsError when nothing can be learnt of the documents.
    """
    from workers.steps.tag import BadTable
    from workers.steps.tag.topics.train import Example, train_topics

    try:
        model, report = train_topics([Example(article, topics) for article, topics in labelled])
    except BadTable as bad:
        raise SettingsError(bad.problems) from bad
    return model.packed(), report
