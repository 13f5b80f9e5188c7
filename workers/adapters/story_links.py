"""Which stories of a window are one, seen from its end: average linkage over the stories told so far.

One pass decides in the order of arrival, with what it knew then. Here every article is weighed with the counts
of the whole window, and two stories are one when their articles are alike on the mean: one article
between two stories cannot chain them.
Source: Sokal and Michener 1958, A statistical method for evaluating systematic relationships (UPGMA).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import sqrt
from typing import Final

from workers.adapters.story_vector import COMPARED, WHOLE, Vector, similarity, weigh
from workers.model import StoryId
from workers.ports import Profile

# The mean similarity from which on two large stories are one, and what is asked beyond it, over the root of how many
# pairs of articles it is the mean of: two forms of one kind are alike by chance, all of two stories are not.
MERGES: Final = 0.20 * WHOLE
FEW_PAIRS: Final = 0.08 * WHOLE
SPEAKERS: Final = 12          # articles, the newest, that speak for a story
_UNDER_A_TERM: Final = 32     # the newest articles that one term leads to
_AT_ONCE: Final = 64


@dataclass(slots=True)
class _Story:
    name: StoryId
    order: int  # of its first article
    size: int = 0
    speakers: list[Vector] = field(default_factory=list)
    links: dict[StoryId, float] = field(default_factory=dict)


def merged_stories(
    profiles: Sequence[Profile], merges: float = MERGES
) -> Iterator[tuple[tuple[StoryId, StoryId], ...]]:
    """profiles: of a window, each with its story, the oldest first; copies left out.

    Gives nothing a turn, and last each story that is part of a larger one, with that one's name.
    """
    vectors = _weighed(profiles)
    stories: dict[StoryId, _Story] = {}
    for at, (profile, vector) in enumerate(zip(profiles, vectors, strict=True)):
        name = profile.story or profile.article_id
        story = stories.setdefault(name, _Story(name, at))
        story.size += 1
        story.speakers = [vector, *story.speakers[: SPEAKERS - 1]]
    names = [profile.story or profile.article_id for profile in profiles]
    for turn, (one, other) in enumerate(_neighbours(vectors, names)):
        _link(stories[one], stories[other])
        if turn % _AT_ONCE == 0:
            yield ()
    yield tuple(_merged(stories, merges))


def _weighed(profiles: Sequence[Profile]) -> list[Vector]:
    seen = Counter(term.hash for profile in profiles for term in profile.terms)
    articles = Counter(profile.language for profile in profiles)
    return [weigh(profile.terms, seen, articles[profile.language]) for profile in profiles]


def _neighbours(vectors: Sequence[Vector], names: Sequence[StoryId]) -> Iterator[tuple[StoryId, StoryId]]:
    """Pairs of stories with articles that share heavy terms, as the index finds candidates."""
    under: defaultdict[int, list[int]] = defaultdict(list)
    told: set[tuple[StoryId, StoryId]] = set()
    for at, vector in enumerate(vectors):
        votes: Counter[int] = Counter()
        for term in vector.heaviest():
            for other in under[term]:
                votes[other] += vector.entries[term]
            under[term] = [at, *under[term][: _UNDER_A_TERM - 1]]
        for other, _ in votes.most_common(COMPARED):
            pair = names[at], names[other]
            if pair[0] != pair[1] and pair not in told:
                told |= {pair, pair[::-1]}
                yield pair


def _link(one: _Story, other: _Story) -> float:
    pairs = [similarity(a, b) for a in one.speakers for b in other.speakers]
    one.links[other.name] = other.links[one.name] = link = sum(pairs) / len(pairs)
    return link


def _merged(stories: dict[StoryId, _Story], merges: float) -> Iterator[tuple[StoryId, StoryId]]:
    """The closest first. The larger story keeps its name; of equals, the older one."""
    closest = [(-link, one.order, stories[other].order, one.name, other)
               for one in stories.values() for other, link in one.links.items()]
    heapify(closest)
    while closest and -closest[0][0] >= merges:
        link, _, _, *names = heappop(closest)
        if any(name not in stories for name in names) or stories[names[0]].links.get(names[1]) != -link:
            continue  # of before one of them grew
        kept, gone = sorted((stories[name] for name in names), key=lambda story: (-story.size, story.order))
        if -link < merges + FEW_PAIRS / sqrt(kept.size * gone.size):
            continue
        del stories[gone.name]
        _take_in(kept, gone, stories)
        for other, grown in kept.links.items():
            heappush(closest, (-grown, kept.order, stories[other].order, kept.name, other))
        yield gone.name, kept.name


def _take_in(kept: _Story, gone: _Story, stories: dict[StoryId, _Story]) -> None:
    """Links are means over articles, so those of the whole are weighed by the sizes of its parts."""
    others = (kept.links.keys() | gone.links.keys()) - {kept.name, gone.name}
    for name in sorted(others):
        other = stories[name]
        parts = [(story.links[name] if name in story.links else _link(story, other)) * story.size
                 for story in (kept, gone)]
        kept.links[name] = other.links[kept.name] = sum(parts) / (kept.size + gone.size)
        other.links.pop(gone.name, None)
    kept.links.pop(gone.name, None)
    kept.size += gone.size
    kept.speakers = [*kept.speakers, *gone.speakers][:SPEAKERS]
