"""Says which articles tell of one event, whoever wrote them. Runs at the end of tag: it uses the names found there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.model import Article
from workers.ports import Joined, Profile, StoryIndex
from workers.steps.story.profile import Profiler

__all__ = ["JoinStories", "Profiler"]


class JoinStories:
    """Profiles articles, and lets the index give those of a batch their stories in one call.

    Two calls, as in deduplicate: profiling is the document's affair, in bounded time; joining the index's.
    """

    def __init__(self, index: StoryIndex, profile: Callable[[Article], Profile]) -> None:
        self._index = index
        self._profile = profile

    def profile(self, article: Article) -> Profile:
        return self._profile(article)

    def join(self, profiles: Sequence[Profile]) -> list[Joined]:
        """Raises IndexFailed when the index is away."""
        return self._index.join(profiles) if profiles else []
