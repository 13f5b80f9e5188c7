"""What an article is about: IPTC Media Topics by lexicons, as deep as the evidence carries.

Without labels of one's own nothing can be learnt that may be shipped; so the words were written by
hand, and in English grown to their neighbours among word vectors (training/topics.py). With labels of
one's own `newsmill train topics` makes a model that takes the lexicons' place: see learnt.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workers.model import Span, Tag, TagKind
from workers.steps.tag.evidence import Read, places_of
from workers.steps.tag.table import BadTable
from workers.steps.tag.topics.lexicon import Hit, Lexicon, Speaks, Term, terms_of
from workers.steps.tag.topics.sections import Sections
from workers.steps.tag.topics.vocabulary import Vocabulary

__all__ = ["Topics", "Vocabulary"]

WORDS_READ: Final = 1_000     # of a text: what it is about stands before
MOST_TOPS: Final = 3
MOST_TOPICS: Final = 12
TITLE_WEIGHT: Final = 2.0     # a word of the title counts as so many of the text
REPEAT_POWER: Final = 0.6     # the n-th time a word says less
SECTION_LEAST: Final = 12.0   # what section or URL weigh, at least
SECTION_SHARE: Final = 0.5    # and at least, of all that the words weigh
DOUBT: Final = 6.0            # evidence that is worth nothing by itself: a sure word and a likely one
LEAST_SCORE: Final = 0.15     # of a top; below it the article has none
SECOND_SHARE: Final = 0.6     # a further top has at least so much of the first one's evidence
DEEPER_SHARE: Final = 0.25    # a deeper topic, of the evidence of its parent
DEEPER_LEAST: Final = 3.0     # two likely words, or a sure one
LABEL_WEIGHT: Final = 1.6     # of a concept's own label in the text
MOST_KEPT: Final = 10_000     # answers of _weights_below, for each top
EVIDENT_WORDS: Final = 6      # so many words give a topic's spans, the weightiest

NAMES: Final = "names"        # the lexicon that is read in every language
SECTIONS: Final = "sections"
_WHERE: Final = "config/tag/topics"

_Weighed = list[tuple[Hit, float]]  # and how much one of its weights counts


@dataclass(slots=True)
class _Evidence:
    total: float = 0.0
    words: list[tuple[float, tuple[str, ...]]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)  # in section and URL


class Topics:
    """lexicons: the parsed files of config/tag/topics/ by stem; vocabulary: IPTC Media Topics;
    grown: by language, lines of "word, tab, concept, tab, weight".

    Raises BadTable naming file and concept.
    """

    def __init__(self, lexicons: Mapping[str, Any], vocabulary: Vocabulary, grown: Mapping[str, str]) -> None:
        self._vocabulary = vocabulary
        self._top_of = {code: (vocabulary.broader(code) or (code,))[-1] for code in vocabulary.concepts}
        self._sections = Sections(lexicons.get(SECTIONS, {}), f"{_WHERE}/{SECTIONS}.toml")
        self._check(self._sections.concepts, f"{_WHERE}/{SECTIONS}.toml")
        names = list(terms_of(lexicons.get(NAMES, {}), f"{_WHERE}/{NAMES}.toml", are_names=True))
        written = {*lexicons} - {SECTIONS, NAMES}
        self._below: defaultdict[str, dict[Speaks, tuple[tuple[str, float], ...]]] = defaultdict(dict)
        self._lexicons = {
            language: self._lexicon(language, lexicons, names, grown.get(language, ""))
            for language in sorted(written.union(vocabulary.languages) if lexicons else ())
        }

    def _lexicon(self, language: str, lexicons: Mapping[str, Any], names: list[Term], grown: str) -> Lexicon:
        where = f"{_WHERE}/{language}.toml"
        terms = [*terms_of(lexicons.get(language, {}), where), *names]
        self._check({term.concept for term in terms}, where)
        terms += (Term(label, code, LABEL_WEIGHT) for code, label in self._vocabulary.labels(language))
        terms += _grown(grown)
        return Lexicon(terms, language, self._top_of, where)

    def _check(self, codes: set[str] | frozenset[str], where: str) -> None:
        unknown = sorted(codes - self._vocabulary.concepts.keys())
        if unknown:
            raise BadTable([f"{where}: {code} is no IPTC Media Topic" for code in unknown])

    def __call__(self, read: Read, language: str, section: str | None, url: str | None) -> list[Tag]:
        """Best first: each top, its deeper topics after it. None where the evidence is thin."""
        weighed = self._weighed(read, language)
        totals: defaultdict[str, float] = defaultdict(float)
        for hit, count in weighed:
            for top, weight in hit.speaks.tops:
                totals[top] += weight * count
        named = dict(self._sections.named(section, url))
        section_weight = max(SECTION_LEAST, SECTION_SHARE * sum(totals.values()))
        for concept in named:
            totals[self._top_of[concept]] += section_weight / len(named)
        doubt = DOUBT + sum(totals.values())
        return [
            tag
            for top in _best(totals, doubt)
            for tag in self._branch(top, round(totals[top] / doubt, 3), weighed, named, read, language)
        ][:MOST_TOPICS]

    def _weighed(self, read: Read, language: str) -> _Weighed:
        lexicon = self._lexicons.get(language)
        if lexicon is None:
            return []
        parts = [(read.words, 1.0), (read.title_words, TITLE_WEIGHT)]
        return [(hit, hit.times**REPEAT_POWER) for hit in lexicon.hits(parts, WORDS_READ)]

    def _branch(
        self, top: str, score: float, weighed: _Weighed, named: Mapping[str, Span], read: Read, language: str
    ) -> Iterator[Tag]:
        """The top and what lies below it, the weightiest first; children after their parents."""
        evidence = self._evidence(top, weighed)
        for concept, span in named.items():
            if self._top_of[concept] == top:
                evidence[top].spans.append(span)
        whole = evidence[top].total or 1.0
        below: defaultdict[str | None, list[str]] = defaultdict(list)
        for code in sorted(evidence, key=lambda code: (-evidence[code].total, code)):
            below[self._vocabulary.concepts[code].parent].append(code)
        waiting = [top]
        while waiting:
            code = waiting.pop(0)
            held = evidence[code]
            share = 1.0 if code == top else held.total / whole
            yield Tag(
                TagKind.TOPIC, code, self._vocabulary.label(code, language), max(0.001, round(score * share, 3)),
                _spans(held, read), self._vocabulary.broader(code),
            )
            least = max(DEEPER_LEAST, DEEPER_SHARE * held.total)
            waiting += [child for child in below[code] if evidence[child].total >= least]

    def _weights_below(self, top: str, speaks: Speaks) -> tuple[tuple[str, float], ...]:
        """Of the concepts of a branch that a word speaks for, and of all above them."""
        largest: dict[str, float] = {}
        for concept, weight in speaks.concepts:
            if self._top_of[concept] == top:
                for code in (concept, *self._vocabulary.broader(concept)):
                    largest[code] = max(largest.get(code, 0.0), weight)
        return tuple(largest.items())

    def _evidence(self, top: str, weighed: _Weighed) -> defaultdict[str, _Evidence]:
        """Of the top and of each concept below it that a word speaks for."""
        evidence: defaultdict[str, _Evidence] = defaultdict(_Evidence)
        below = self._below[top]
        if len(below) > MOST_KEPT:
            below.clear()
        for hit, count in weighed:
            weights = below.get(hit.speaks)
            if weights is None:
                weights = below[hit.speaks] = self._weights_below(top, hit.speaks)
            for code, weight in weights:
                held = evidence[code]
                held.total += weight * count
                held.words.append((weight * count, hit.words))
        evidence[top].total += 0.0
        return evidence


def _best(totals: Mapping[str, float], doubt: float) -> list[str]:
    """The tops worth giving, best first."""
    ranked = sorted(totals, key=lambda top: (-totals[top], top))[:MOST_TOPS]
    return [
        top
        for top in ranked
        if totals[top] / doubt >= LEAST_SCORE and totals[top] >= SECOND_SHARE * totals[ranked[0]]
    ]


def _spans(evidence: _Evidence, read: Read) -> tuple[Span, ...]:
    weightiest = sorted(evidence.words, key=lambda each: (-each[0], each[1]))[:EVIDENT_WORDS]
    return places_of({words for _, words in weightiest}, read) + tuple(evidence.spans)


def _grown(lines: str) -> Iterator[Term]:
    for line in lines.splitlines():
        word, concept, weight = line.split("\t")
        yield Term(word, concept, float(weight))
