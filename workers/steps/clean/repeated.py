"""Drops the lines that a source repeats under every story, once somebody accepted them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workers.model import Article, Removed
from workers.steps.clean.build import count_words
from workers.steps.clean.sentences import is_cut_off

RULE: Final = "repeated"
_CUT_BY_A_WALL: Final = "paywall"


def strip_repeated(article: Article, lines: frozenset[str]) -> Article:
    """lines: of the article's publisher or source, each a whole paragraph. May leave no text."""
    paragraphs = article.text.split("\n\n")
    kept = [paragraph for paragraph in paragraphs if paragraph not in lines]
    if len(kept) == len(paragraphs):
        return article
    removed = tuple(Removed(paragraph, RULE) for paragraph in paragraphs if paragraph in lines)
    text = "\n\n".join(kept)
    complete = article.complete
    if paragraphs[-1] in lines:  # what the text ends in now says whether it is cut off
        complete = not is_cut_off(text) and all(each.rule != _CUT_BY_A_WALL for each in article.removed)
    return replace(
        article, text=text, word_count=count_words(text), complete=complete, removed=article.removed + removed
    )
