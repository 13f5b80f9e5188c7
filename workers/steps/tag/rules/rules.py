"""All rules of a file at once: the phrases are sought in one pass, and only rules that a found phrase
can make true are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workers.model import Article, Span, Tag, TagKind
from workers.steps.tag.evidence import SPANS_A_TAG, Read
from workers.steps.tag.rules.expression import Found, Node, Place
from workers.steps.tag.rules.fields import FIELDS, read_fields
from workers.steps.tag.rules.index import PhraseIndex
from workers.steps.tag.rules.problems import BadRules, Written
from workers.steps.tag.rules.table import RuleReader

MOST_RULE_TAGS: Final = 100  # in the order of the file

_AFTER_TEXT: Final = {name: at for at, name in enumerate(FIELDS)}


class Rules:
    """Compiled once. Raises BadRules, which names everything that is wrong."""

    def __init__(self, written: Written | Mapping[str, Any]) -> None:
        written = written if isinstance(written, Written) else Written(written)
        self._index = PhraseIndex()
        reader = RuleReader(written, lambda words, prefix: self._index.number(words, prefix=prefix))
        if reader.problems:
            raise BadRules(reader.problems, written.file)
        self._rules = reader.rules
        self._index.build()
        self._asking: dict[int, list[int]] = {}  # phrase -> rules it can make true
        for place, rule in enumerate(self._rules):
            for number in rule.triggers:
                self._asking.setdefault(number, []).append(place)
        self._fields = tuple(sorted({name for rule in self._rules for name in _fields(rule.node)}))

    def __len__(self) -> int:
        return len(self._rules)

    @property
    def names(self) -> list[tuple[str, str]]:
        """(id, label) in the order of the file."""
        return [(rule.id, rule.label) for rule in self._rules]

    @property
    def phrases(self) -> int:
        return len(self._index)

    def match(self, article: Article) -> list[Tag]:
        """For an article whose language was told before."""
        return self(article, Read.of(article), article.language or "")

    def __call__(self, article: Article, read: Read, language: str) -> list[Tag]:
        if not self._rules:
            return []
        found = Found(read_fields(article, read, self._fields))
        for name, (_, words) in found.texts.items():
            found.hits[name] = self._index.find(words)
        asked = {
            place
            for hits in found.hits.values() for number in hits for place in self._asking.get(number, ())
        }
        tags: list[Tag] = []
        for rule in (self._rules[place] for place in sorted(asked)):
            if rule.languages and language not in rule.languages:
                continue
            places = rule.node.places(found)
            if places is not None:
                tags.append(Tag(TagKind.RULE, rule.id, rule.label, 1.0, _evidence(places)))
                if len(tags) == MOST_RULE_TAGS:
                    break
        return tags


def _evidence(places: list[Place]) -> tuple[Span, ...]:
    """Of the text first; a half at most of other fields."""
    ordered = sorted(set(places), key=lambda place: (_AFTER_TEXT[place[0]], place[1:]))
    elsewhere: list[Span] = [(start, end, name) for name, start, end in ordered if name != "text"]
    in_text: list[Span] = [(start, end) for name, start, end in ordered if name == "text"]
    elsewhere = elsewhere[: SPANS_A_TAG // 2]
    return tuple(in_text[: SPANS_A_TAG - len(elsewhere)] + elsewhere)


def _fields(node: Node) -> set[str]:
    own = set(getattr(node, "fields", ()))
    below = [*getattr(node, "nodes", ()), *(getattr(node, name) for name in ("node", "left", "right")
                                            if hasattr(node, name))]
    return own.union(*map(_fields, below))
