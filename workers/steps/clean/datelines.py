"""How a wire story begins: "PARIS, June 3 (AFP) -", "(Reuters) -", "新华社北京6月1日电", "МОСКВА, 3 июн — ТАСС."."""

from __future__ import annotations

import re
from typing import Final

from workers.model import Dateline
from workers.steps.clean.agencies import Agencies

_NO_PLACES: Final = frozenset(
    (
        "UPDATE", "BREAKING", "EXCLUSIVE", "LIVE", "WATCH", "READ", "NOTE", "VIDEO", "PHOTOS", "OPINION",
        "ANALYSIS", "EDITORIAL", "STAFF", "MAN", "WOMAN", "REPORTER", "QUESTION", "ANSWER", "CORRECTION", "FILE",
    )
)  # fmt: skip
_PLACE: Final = r"(?P<place>[^\W\d_][\w.'’/ -]{1,38}(?:,\s[^\W\d_][\w.'’ -]{1,24}){0,2}?)"
_DAY: Final = r"(?:[^\W\d_]{3,12}\.?\s\d{1,2}|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}\.?)(?:,?\s\d{4})?"
_BEFORE_DASH: Final = re.compile(
    rf"{_PLACE}(?:,\s?{_DAY})?\s?(?:[(（](?P<inside>[^()（）]{{0,40}})[)）])?\s{{0,2}}"
    r"(?P<dash>\.?\s?[—–]|\.?\s?--?|:|：)\s{0,2}(?=\S)"
)
_CLOSED: Final = re.compile(  # "(ANSA) - ROMA, 03 GIU -", "(서울=연합뉴스)", "【ロンドン共同】"
    r"[(（\[【［/](?P<inside>[^()（）\[\]【】［］/]{2,40})[)）\]】］/]\s{0,2}(?:[—–]|--?|:)?\s{0,2}"
    r"(?:(?P<place>[^\W\d_][^\W\d_ ]{1,20}(?: [^\W\d_]{2,20})?)(?:,\s\d{1,2}\s[^\W\d_]{3,12})?\s(?:[—–]|--?)\s)?"
)
_BEHIND_DASH: Final = re.compile(  # "МОСКВА, 3 июн — РИА Новости.", "القاهرة - أ ف ب:", "Paris, AFP -"
    rf"{_PLACE}(?:,\s?{_DAY}|\.\s{_DAY})?\s?(?:\([^()]{{3,20}}\)\s?)?[.:]?\s?(?:[—–,:]|--?|/|(?=\()|(?<=\.\s))\s?"
    r"[(]?(?P<agency>[^\W\d_][^\d—–:.,/()]{1,24}?)(?:\)|/\.?| ?[.:—–]| ?--?)(?=\s|$)"
)
_FIRST: Final = re.compile(r"(?P<agency>[^\W\d_][^\d—–:.,/()]{1,24}?)\s?(?:[—–]|--?|:)\s(?=\S)")
_ASIAN: Final = re.compile(
    r"[(（]?(?P<agency>[^\W\d_]{2,6}?)(?:记者[^\W\d_]{0,6})?(?P<place>[^\W\d_]{2,4})(?:\d{1,2}月)?\d{1,2}日?[^\W\d_]{0,12}?[电電讯訊]"
)


class Datelines:
    def __init__(self, agencies: Agencies) -> None:
        self._agencies = agencies

    def read(self, first: str) -> Dateline | None:
        """first: the beginning of a story, 160 characters."""
        return (
            self._asian(first) or self._before_dash(first) or self._closed(first)
            or self._behind_dash(first) or self._agency_first(first)
        )

    def _asian(self, first: str) -> Dateline | None:
        for length in (2, 3, 4, 5, 6):
            agency = self._agencies.exact(first.lstrip("(（")[:length])
            found = _ASIAN.match(first) if agency else None
            if found:
                return Dateline(first.lstrip("(（")[length : found.end("place")] or None, None, agency)
        return None

    def _before_dash(self, first: str) -> Dateline | None:
        found = _BEFORE_DASH.match(first)
        if not found:
            return None
        inside = found["inside"]
        agency = self._agencies.named(inside) if inside else None
        place = found["place"].strip(" ,-")
        capitals = place.split(",")[0]
        is_place = agency is not None or (
            capitals.isupper() and len(capitals) > 2 and capitals not in _NO_PLACES
            and not self._agencies.exact(capitals)
        )
        # "MADRID - EFE.": the agency stands behind the dash, and is found there.
        if agency is None and self._behind_dash(first):
            return None
        return Dateline(place, None, agency) if is_place else None

    def _closed(self, first: str) -> Dateline | None:
        found = _CLOSED.match(first)
        if not found:
            return None
        inside = found["inside"]
        agency = self._agencies.named(inside)
        if agency is None and first[0] in "[［【":  # "［東京 3日 ロイター］"; "(Photo AFP)" is none
            agency = self._agencies.exact(inside.rpartition(" ")[2])
        if agency:
            left, equals, _ = inside.partition("=")
            return Dateline(left.strip() if equals and not self._agencies.exact(left) else found["place"], None, agency)
        for length in range(2, 5):  # "ロンドン共同": glued
            agency = self._agencies.exact(inside[-length:]) if not inside.isascii() else None
            if agency and len(inside) > length and first[0] in "【（(":
                return Dateline(inside[:-length], None, agency)
        return None

    def _behind_dash(self, first: str) -> Dateline | None:
        found = _BEHIND_DASH.match(first)
        agency = self._agencies.named(found["agency"]) if found else None
        return Dateline(found["place"].strip(" ,-"), None, agency) if found and agency else None

    def _agency_first(self, first: str) -> Dateline | None:
        found = _FIRST.match(first)
        agency = self._agencies.exact(found["agency"]) if found else None
        return Dateline(None, None, agency) if agency else None
