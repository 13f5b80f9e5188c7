"""What an HTML page says of its article: JSON-LD first, then <meta>, then microdata and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from workers.steps.clean.dates import Dates
from workers.steps.clean.features import Told
from workers.steps.clean.linked_data import address_of, text_of
from workers.steps.clean.marks import Marks, content_of
from workers.steps.clean.page_authors import page_authors
from workers.steps.clean.page_dates import Evidence, PageDates
from workers.steps.clean.piece import Piece
from workers.steps.clean.times import Times

_LONGEST_URL: Final = 2048
_LONGEST_BODY: Final = 200_000


class MetadataReader:
    def __init__(self, table: Mapping[str, Any], times: Times, dates: Dates) -> None:
        self._names: Mapping[str, list[str]] = table
        self._separators: list[str] = table["title_separators"]
        self._dates = PageDates(table, times, dates)

    def read(self, page: Evidence) -> Piece:
        marks, url, names = page.marks, page.url, self._names
        linked = marks.linked
        publisher = _no_address(text_of(linked.get("publisher"))) or _no_address(marks.meta(names["publisher"]))
        canonical = marks.canonical or marks.meta(names["canonical_url"]) or address_of(linked.get("url"))
        image = address_of(linked.get("image")) or marks.meta(names["image"])
        return Piece(
            title=self._title(marks, publisher),
            publisher=publisher.lstrip("@") if publisher else None,
            published=self._dates.published(page),
            modified_at=self._dates.modified(marks, page.received_at),
            authors=page_authors(marks, names["authors"]),
            section=text_of(linked.get("articleSection")) or marks.meta(names["section"]),
            image=web_address(image, url),
            canonical_url=web_address(canonical, url),
            language=_language(marks, names["language"]),
        )

    def _title(self, marks: Marks, publisher: str | None) -> str | None:
        told = text_of(marks.linked.get("headline")) or marks.meta(self._names["title"]) or marks.title
        headings = [heading for heading in map(content_of, marks.headings) if heading]
        if told is None:
            return headings[0] if len(headings) == 1 else None
        like = [heading for heading in headings if _is_like(heading, told)]
        if len(like) == 1 or (len(headings) == 1 and like):
            return like[0]
        return self._without_publisher(told, publisher)

    def _without_publisher(self, title: str, publisher: str | None) -> str:
        for separator in self._separators if publisher else ():
            head, mark, tail = title.rpartition(separator)
            if mark and publisher and tail.strip().casefold() == publisher.casefold():
                return head.strip()
        return title


def told_by(marks: Marks, names: Mapping[str, Any]) -> Told:
    """names: the table html.toml."""
    linked = marks.linked
    title = text_of(linked.get("headline")) or marks.meta(names["title"]) or marks.title or ""
    summary = text_of(linked.get("description")) or marks.meta(names["summary"]) or ""
    body = linked.get("articleBody")
    whole = " ".join(body[:_LONGEST_BODY].split()) if isinstance(body, str) else ""
    return Told(title.casefold(), summary.casefold(), whole.casefold())


def web_address(address: str | None, base: str | None) -> str | None:
    """Absolute and of the web, else None: other schemes are not passed on."""
    if not address or len(address) > _LONGEST_URL:
        return None
    try:
        whole = urljoin(base or "", address.strip())
        return whole if urlsplit(whole).scheme in ("http", "https") else None
    except ValueError:
        return None  # "http://[": no address at all


def _no_address(name: str | None) -> str | None:
    return name if name and "://" not in name else None


def _is_like(heading: str, title: str) -> bool:
    """Half of the heading's words stand in the title: it is no name of a site or section."""
    words = set(heading.casefold().split())
    return 2 * len(words & set(title.casefold().split())) >= len(words)


def _language(marks: Marks, names: Sequence[str]) -> str | None:
    told = marks.language or text_of(marks.linked.get("inLanguage")) or marks.meta(names)
    primary = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", told.strip()) if told else None
    return primary[0].lower() if primary else None
