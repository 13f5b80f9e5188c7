"""What an HTML page says of its article: JSON-LD first, then <meta>, then microdata and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from workers.steps.clean.linked_data import address_of, find_article, text_of, texts_of
from workers.steps.clean.piece import Moment, Piece
from workers.steps.clean.times import Times

_URL_DATE: Final = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_BY: Final = re.compile(
    r"^(?:(?:view all )?(?:posts|articles|stories) by|written by|by|par|von|por|di|door|av|author)\b[\s:]*",
    re.IGNORECASE,
)
_DATE_NAME: Final = re.compile(r"date|publish|posted|time-?stamp|datum|fecha|дата|entry-meta|byline", re.IGNORECASE)
_AUTHOR_NAME: Final = re.compile(r"author|byline|autor|auteur|writer", re.IGNORECASE)
_NO_NAME: Final = re.compile(r"^@|://|\d")
_PUBLISHED: Final = XPath("//*[@itemprop='datePublished' or @itemprop='datepublished']")
_MOST_ELEMENTS: Final = 5000
_MOST_NAMED: Final = 20
_MOST_TEXTS: Final = 100
_LONGEST_NAMED: Final = 80
_LONGEST: Final = 1000
_LONGEST_URL: Final = 2048
_MOST_METAS: Final = 2000


@dataclass(frozen=True, slots=True)
class _Marks:
    """All that is read from the tree, before the extractor changes it."""

    metas: Mapping[str, str]
    linked: Mapping[str, Any]
    url: str | None

    def meta(self, names: Iterable[str]) -> str | None:
        return next((self.metas[name] for name in names if name in self.metas), None)


class MetadataReader:
    def __init__(self, table: Mapping[str, Any], times: Times) -> None:
        self._names: Mapping[str, list[str]] = table
        self._types = frozenset(table["article_types"])
        self._separators: list[str] = table["title_separators"]
        self._times = times

    def read(self, tree: HtmlElement, url: str | None, received_at: datetime) -> Piece:
        blocks = (script.text or "" for script in tree.iter("script") if _is_linked_data(script))
        marks = _Marks(_metas(tree), find_article(blocks, self._types), url)
        linked, names = marks.linked, self._names
        publisher = text_of(linked.get("publisher")) or marks.meta(names["publisher"])
        canonical = _link(tree, "canonical") or marks.meta(names["canonical_url"]) or address_of(linked.get("url"))
        image = address_of(linked.get("image")) or marks.meta(names["image"])
        modified = _text(linked.get("dateModified")) or marks.meta(names["modified"])
        changed = self._times.moment(modified, received_at) if modified else None
        return Piece(
            title=self._title(tree, marks, publisher),
            publisher=publisher.lstrip("@") if publisher and "://" not in publisher else None,
            published=self._published(tree, marks, received_at),
            modified_at=changed.at if changed else None,
            authors=_authors(tree, marks, names["authors"]),
            section=text_of(linked.get("articleSection")) or marks.meta(names["section"]),
            image=_address(image, url),
            canonical_url=_address(canonical, url),
            language=_language(tree, marks, names["language"]),
        )

    def _title(self, tree: HtmlElement, marks: _Marks, publisher: str | None) -> str | None:
        told = text_of(marks.linked.get("headline")) or marks.meta(self._names["title"])
        told = told or _content(next(tree.iter("title"), None))
        headings = [heading for heading in map(_content, tree.iter("h1")) if heading]
        if len(headings) == 1 and (told is None or _is_like(headings[0], told)):
            return headings[0]
        return self._without_publisher(told, publisher)

    def _without_publisher(self, title: str | None, publisher: str | None) -> str | None:
        for separator in self._separators if title else ():
            head, mark, tail = (title or "").rpartition(separator)
            if mark and publisher and tail.strip().casefold() == publisher.casefold():
                return head.strip()
        return title

    def _published(self, tree: HtmlElement, marks: _Marks, received_at: datetime) -> Moment | None:
        microdata = next((_content_or_datetime(e) for e in _PUBLISHED(tree)), None)
        clock = next((time.get("datetime") or _content(time) for time in tree.iter("time")), None)
        clock = clock or self._visible_date(tree, received_at)
        from_url = _URL_DATE.search(urlsplit(marks.url).path) if marks.url else None
        found = (
            ("json-ld", _text(marks.linked.get("datePublished"))),
            ("meta", marks.meta(self._names["published"])),
            ("microdata", microdata),
            ("text", clock),
            ("url", "-".join((from_url[1], from_url[2].zfill(2), from_url[3].zfill(2))) if from_url else None),
        )
        for source, text in found:
            moment = self._times.moment(text[:_LONGEST], received_at) if text else None
            if moment and moment.at:
                kind = "relative" if moment.source == "relative" else source
                return Moment(moment.text, moment.at, moment.precision, kind)
        return None


    def _visible_date(self, tree: HtmlElement, received_at: datetime) -> str | None:
        """The text of the first short element that is named for a date and holds nothing else."""
        for text in islice(_named(tree, _DATE_NAME), _MOST_NAMED):
            stamp = self._times.stamp(text)
            if stamp and self._times.moment(stamp.text, received_at).at:
                return stamp.text
        return None


def _is_like(heading: str, title: str) -> bool:
    """Half of the heading's words stand in the title: it is no name of a site or section."""
    words = set(heading.casefold().split())
    return 2 * len(words & set(title.casefold().split())) >= len(words)


def _named(tree: HtmlElement, name: re.Pattern[str]) -> Iterator[str]:
    """Texts of short elements whose class or id says what they are."""
    for element in islice(tree.iter("span", "div", "p", "a", "li", "small", "em"), _MOST_ELEMENTS):
        if name.search(f"{element.get('class') or ''} {element.get('id') or ''}"[:_LONGEST]):
            text = _content(element)
            if text and len(text) <= _LONGEST_NAMED:
                yield text


def _metas(tree: HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for count, meta in enumerate(tree.iter("meta")):
        content = (meta.get("content") or "").strip()
        if count > _MOST_METAS or not content:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            if name:
                metas.setdefault(name.strip().lower(), " ".join(content[:_LONGEST].split()))
    return metas


def _is_linked_data(script: HtmlElement) -> bool:
    return (script.get("type") or "").strip().lower() == "application/ld+json"


def _content_or_datetime(element: HtmlElement) -> str | None:
    return element.get("datetime") or element.get("content") or _content(element)


def _content(element: HtmlElement | None) -> str | None:
    if element is None:
        return None
    return " ".join(" ".join(islice(element.itertext(), _MOST_TEXTS)).split())[:_LONGEST] or None


def _link(tree: HtmlElement, rel: str) -> str | None:
    return next((link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == rel), None)


def _authors(tree: HtmlElement, marks: _Marks, names: Iterable[str]) -> list[str]:
    found = texts_of(marks.linked.get("author")) or texts_of(marks.linked.get("creator"))
    if not found:
        meta = next((marks.metas[n] for n in names if n in marks.metas and "://" not in marks.metas[n]), None)
        found = re.split(r",|;| and | & ", meta) if meta else []
    bare = _names_in(found)
    if not bare:
        rel = (e for e in tree.iter("a", "span", "div") if "author" in (e.get("rel"), e.get("itemprop")))
        bare = _names_in(name for name in map(_content, rel) if name)
    if not bare:
        bylines = (text for text in islice(_named(tree, _AUTHOR_NAME), _MOST_NAMED) if len(text.split()) <= 6)
        bare = _names_in(bylines)[:1]
    return bare


def _names_in(found: Iterable[str]) -> list[str]:
    names = (_BY.sub("", name.split(",")[0].strip()) for name in found)
    return [name for name in dict.fromkeys(names) if 1 < len(name) < 100 and not _NO_NAME.search(name)]


def _language(tree: HtmlElement, marks: _Marks, names: Iterable[str]) -> str | None:
    told = tree.get("lang") or tree.get("xml:lang") or text_of(marks.linked.get("inLanguage")) or marks.meta(names)
    primary = re.match(r"[A-Za-z]{2,3}(?=$|[-_])", told.strip()) if told else None
    return primary[0].lower() if primary else None


def _address(address: str | None, base: str | None) -> str | None:
    """Absolute and of the web, else None: other schemes are not passed on."""
    if not address or len(address) > _LONGEST_URL:
        return None
    try:
        whole = urljoin(base or "", address.strip())
        return whole if urlsplit(whole).scheme in ("http", "https") else None
    except ValueError:
        return None  # "http://[": no address at all


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
