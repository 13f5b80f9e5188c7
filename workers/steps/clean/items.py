"""Which heads of a page dump begin a story of their own: not each time with a name beside it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workers.steps.clean.head_shapes import Shape
from workers.steps.clean.heads import Head
from workers.steps.clean.lines import Kind, Line
from workers.steps.clean.sentences import is_body, weight

_TITLE_WORDS: Final = 4
_LEAST_TITLE_WORDS: Final = 3   # where other heads of the page look the same
_STORY_CHARACTERS: Final = 200  # of a body; a reader's comment is mostly shorter


def choose_items(
    lines: list[Line], heads: Sequence[Head], at: int, *, main: Head | None, is_index: bool
) -> list[Head]:
    """Heads of related stories. Before a heading that announces them only sure ones count.

    at: where the main body begins; main: the head above it. Readers' comments look like heads too:
    a name, a time, a line.
    """
    announced = at if is_index else _first(lines, at, Kind.RELATED)
    comments = _comments(lines, at)
    alike = [head for head in (main, *heads) if head is not None]
    shapes = Counter(head.shape for head in alike if head.strength)
    page = _Page(lines, announced, shapes, any_sure=any(head.strength == 2 for head in heads))
    ends = [*(head.start for head in heads[1:]), len(lines)]
    return [
        head
        for head, end in zip(heads, ends, strict=False)
        if page.is_item(head, end, in_comments=head.start in comments)
    ]


@dataclass(frozen=True, slots=True)
class _Page:
    lines: list[Line]
    announced: int            # the line of the heading that announces other stories
    shapes: Counter[Shape]    # of the heads with a name
    any_sure: bool            # the page has heads that cannot be anything else

    def is_item(self, head: Head, end: int, *, in_comments: bool) -> bool:
        if head.strength == 2:
            return True
        is_story = self._is_story(head, end)
        is_usual = self.shapes[head.shape] > 1 and weight(head.title) >= _LEAST_TITLE_WORDS
        if in_comments or self.any_sure or self._is_odd(head):
            return head.strength == 1 and (is_story or is_usual) and not (self.any_sure and in_comments)
        if head.start > self.announced:
            return True
        if head.strength == 1:
            is_plain = weight(head.title) >= _TITLE_WORDS and self._begins_block(head) and self._has_body(head)
            return is_usual or is_story or is_plain
        # A live blog writes a time above each of its parts; a story has its title first.
        first = self.lines[head.start]
        return first.is_text and first.text == head.title and first.after_gap and is_story

    def _is_story(self, head: Head, end: int) -> bool:
        """A headline over paragraphs; the last of the page may be cut off at once."""
        if weight(head.title) < _TITLE_WORDS:
            return False
        if end == len(self.lines) and head.end == end - 1 and self._is_behind_gap(head):
            return self.lines[head.end].is_text
        return self._has_body(head) and _characters(self.lines, head.end, end) >= _STORY_CHARACTERS

    def _is_odd(self, head: Head) -> bool:
        """Another shape is the page's usual one."""
        return self.shapes[head.shape] == 1 and max(self.shapes.values(), default=0) > 1

    def _is_behind_gap(self, head: Head) -> bool:
        return self.lines[head.start].after_gap

    def _begins_block(self, head: Head) -> bool:
        """Behind a gap or a paragraph, not in the middle of lines that belong together."""
        above = self.lines[head.start - 1]
        return self._is_behind_gap(head) or not above.is_text or is_body(above.text)

    def _has_body(self, head: Head) -> bool:
        end = head.end
        while end < len(self.lines) and self.lines[end].kind is Kind.BYLINE:
            end += 1
        return end < len(self.lines) and self.lines[end].is_text and is_body(self.lines[end].text)


def _first(lines: list[Line], at: int, kind: Kind) -> int:
    return next((i for i in range(at, len(lines)) if lines[i].kind is kind), len(lines))


def _comments(lines: list[Line], at: int) -> range:
    """Lines from the heading of the comments to the next heading that announces stories."""
    start = _first(lines, at, Kind.COMMENTS)
    return range(start, _first(lines, start, Kind.RELATED))


def _characters(lines: list[Line], start: int, end: int) -> int:
    """Of the paragraphs up to the next time; a live blog's are none."""
    count = 0
    for line in lines[start:end]:
        if line.stamp and not line.stamp.is_of_a_clock:
            break
        count += len(line.text) if line.is_text and is_body(line.text) else 0
    return count
