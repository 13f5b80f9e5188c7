from __future__ import annotations

import pytest

from tests.steps.clean.pages import articles
from workers.model import Article, Dateline


def article_of(*lines: str) -> Article:
    return articles("\n".join(("The headline of it", *lines)))[0]


@pytest.mark.parametrize(
    ("lines", "wire"),
    [
        (("PARIS, June 3 (AFP) - The council voted. It was late.",), "AFP"),
        (("Berlin (dpa) - Der Rat tagte. Es wurde spät.",), "dpa"),
        (("KUALA LUMPUR, 1. Juni (Bernama) -- The council voted. It was late.",), "Bernama"),
        (("The council voted. It was late. (Reuters)",), "Reuters"),
        (("Der Rat tagte. Es wurde spät. — Reuters",), "Reuters"),
        (("The council voted. It was late.", "Copyright 2025 AFP"), "AFP"),
        (("The council voted. It was late.", "© 2025 The Associated Press. All rights reserved."), "AP"),
        (("By Reuters", "The council voted. It was late."), "Reuters"),
        (("新华社北京6月1日电 市议会批准了预算。居民表示欢迎。",), "Xinhua"),
        (("The council voted. It told Reuters so on Tuesday. It was late.",), None),
        (("The council voted. (Photo: Reuters) It was late.",), None),
        (("The council voted. It was late.", "Foto: dpa"), None),
    ],
)
def test_the_agency_is_that_of_the_text(lines: tuple[str, ...], wire: str | None) -> None:
    assert article_of(*lines).wire == wire


@pytest.mark.parametrize(
    ("first", "dateline"),
    [
        ("LONDON: The council voted. It was late.", Dateline("LONDON")),
        ("STOCKHOLM — The council voted. It was late.", Dateline("STOCKHOLM")),
        ("ABILENE, Texas () – The council voted. It was late.", Dateline("ABILENE, Texas")),
        ("TOKYO -- The council voted. It was late.", Dateline("TOKYO")),
        ("Madrid (EFE).- El consejo votó. Era tarde.", Dateline("Madrid", None, "EFE")),
        ("Note: the council voted. It was late.", None),
        ("The council - it was late - voted. So it was.", None),
    ],
)
def test_a_dateline_is_a_place_before_a_dash(first: str, dateline: Dateline | None) -> None:
    assert article_of(first).dateline == dateline


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("This article originally appeared on The Coastal Review.", "The Coastal Review"),
        ("Cet article est paru initialement sur Le Courrier.", "Le Courrier"),
        ("Dieser Artikel erschien zuerst auf Hafenblatt Online.", "Hafenblatt Online"),
        ("Publicado originalmente en El Puerto, 3 de junio.", "El Puerto"),
    ],
)
def test_the_place_of_first_publication_is_kept_apart(line: str, origin: str) -> None:
    article = article_of("The council voted. It was late.", line)
    assert (article.originally_published_on, article.text) == (origin, "The council voted. It was late.")


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Anna Berg and Tom O'Neil", ("Anna Berg", "Tom O'Neil")),
        ("Par Zoé Martin", ("Zoé Martin",)),
        ("Von Ludwig van der Meer", ("Ludwig van der Meer",)),
        ("بقلم: أحمد علي", ("أحمد علي",)),
    ],
)
def test_a_byline_gives_the_authors(line: str, authors: tuple[str, ...]) -> None:
    article = article_of(line, "The council voted. It was late.")
    assert (article.authors, article.text) == (authors, "The council voted. It was late.")
