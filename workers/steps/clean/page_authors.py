"""Who wrote the article of an HTML page, best mark first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from workers.steps.clean.linked_data import texts_of
from workers.steps.clean.marks import Marks, content_of

_BY: Final = re.compile(
    r"^(?:(?:view all )?(?:posts|articles|stories) by|(?:written|posted|published|reviewed) by|"
    r"by|par|von|por|di|door|av|author|autor|auteur)\b[\s:]*",
    re.IGNORECASE,
)
_AND: Final = re.compile(r",|;| and | & ")
_NO_NAME: Final = re.compile(r"^@|://|\d|[|<>{}]")
_LONGEST_NAME: Final = 100
_BYLINE_WORDS: Final = 6
_MOST_BYLINES: Final = 20


def page_authors(marks: Marks, metas: Iterable[str]) -> list[str]:
    """metas: names of <meta> that hold authors."""
    linked = texts_of(marks.linked.get("author")) or texts_of(marks.linked.get("creator"))
    found = _names(linked)
    if not found:
        meta = next((marks.metas[name] for name in metas if "://" not in marks.metas.get(name, "://")), None)
        found = _names(_AND.split(meta)) if meta else []
    if not found:
        found = _names(filter(None, map(content_of, marks.items.get("author", ()))))
    return found or _from_bylines(marks)


def _from_bylines(marks: Marks) -> list[str]:
    """The first of the short elements that are named for an author, rel or class; without the post beside the name."""
    lines = filter(None, map(content_of, marks.authors[:_MOST_BYLINES]))
    names = _names(line for line in lines if len(line.split()) <= _BYLINE_WORDS)
    inner = (name for name in names if " " in name and names[0].startswith(f"{name} "))
    return [next(inner, names[0])] if names else []


def _names(found: Iterable[str]) -> list[str]:
    """Without "By", title after a comma, addresses and the like; each once."""
    bare = (_BY.sub("", name.split(",")[0].strip()) for name in found)
    return [name for name in dict.fromkeys(bare) if 1 < len(name) < _LONGEST_NAME and not _NO_NAME.search(name)]
