"""What stands between the paragraphs of a story: what is its own stays, what is the page's goes."""

from __future__ import annotations

import pytest

from tests.steps.clean.pages import articles, removed

FIRST = "The council voted for the wall on Tuesday after a debate of nine hours, and it was late."
LAST = "Work begins in May. It will last two years, the mayor said, and cost four million."


def lines_of(*between: str) -> list[str]:
    article = articles("\n".join(("Wall opens in the harbour", FIRST, *between, LAST)))[0]
    paragraphs = article.text.split("\n\n")
    assert (paragraphs[0], paragraphs[-1]) == (FIRST, LAST)
    return paragraphs[1:-1]


@pytest.mark.parametrize(
    "lines",
    [
        ("- Bring a coat", "- Come early", "- Leave the dog at home"),
        ("1. First the wall", "2. Then the hall", "3. Then the pier"),
        ("Results", "Bay 3, North 1", "South 0, East 0", "West 2, Hill 2"),
        ("Year\tPrice", "2023\t12", "2024\t14", "2025\t19"),
        ("Ingredients", "2 onions", "1 l water", "3 carrots"),
        ("Q: Is the wall safe?", "A: It is. We have tested it.", "Bay Paper: And the cost?", "Mayor: Four million."),
        ('"We were late," she said.', '"Nobody went home"', "“It was time”"),
    ],
    ids=["bullets", "numbers", "results", "table", "recipe", "interview", "quotes"],
)
def test_what_belongs_to_a_story_stays(lines: tuple[str, ...]) -> None:
    assert lines_of(*lines) == list(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("Play Video", "0:00 / 3:15", "Mute"),
        ("Maudhui yaliyodhaminiwa",),
        ("Storm closes three northern roads",),
        ("2025-06-23T08:53:47Z", "Polls close in the north"),
        ("(ছবি: Anna Berg)",),
        ("Updated 2 hours ago",),
        ("#wall #harbour #bay",),
        ("Ushiriki", "Kwenye makala kamili"),
    ],
    ids=["player", "unknown advertisement", "headline", "live blog", "credit", "update", "hashtags", "buttons"],
)
def test_what_belongs_to_the_page_goes_in_any_language(lines: tuple[str, ...]) -> None:
    assert lines_of(*lines) == []


def test_a_readers_comment_is_no_story_and_no_paragraph_in_any_language() -> None:
    page = f"Wall opens in the harbour\n{FIRST}\n{LAST}\n\n"
    page += "Maoni (3)\nKara Tanu\nsiku moja iliyopita\nNi kweli kabisa.\n"
    page += "Soma pia\n\nCoast FM\nsiku 3 zilizopita\n- Coast FM\nLighthouse reopens\nIt is open. It was time."
    main, related = articles(page)
    assert main.text == f"{FIRST}\n\n{LAST}"
    assert (related.title, related.publisher, related.published_text) == (
        "Lighthouse reopens", "Coast FM", "siku 3 zilizopita",
    )
    assert ("Ni kweli kabisa.", "comments") in removed(main)


@pytest.mark.parametrize(
    ("head", "publisher", "authors", "wire"),
    [
        ("By Coast Ledger staff and AFP\n3 hours ago", None, (), "AFP"),
        ("By Coast Ledger staff and AFP\nCoast Ledger\n3 hours ago", "Coast Ledger", (), "AFP"),
        ("Coast Ledger\nBy Anna Berg\n3 hours ago", "Coast Ledger", ("Anna Berg",), None),
        ("By Anna Berg | Coast Ledger | 3 hours ago", "Coast Ledger", ("Anna Berg",), None),
        ("By Anna Berg, Reuters\n3 hours ago", None, ("Anna Berg",), "Reuters"),
        ("Coast Ledger Published 3 hours ago", "Coast Ledger", (), None),
        ("Updated: 2 hours ago | Published: 3 hours ago", None, (), None),
        ("Coast Ledger3 hours ago", "Coast Ledger", (), None),
        ("TIME: 3 hours ago\nCoast Ledger", "Coast Ledger", (), None),
        ("(Coast Ledger, 3 hours ago)", "Coast Ledger", (), None),
    ],
)
def test_a_head_says_who_and_when(
    head: str, publisher: str | None, authors: tuple[str, ...], wire: str | None
) -> None:
    article = articles(f"Wall opens in the harbour\n{head}\n{FIRST}\n{LAST}")[0]
    assert (article.title, article.publisher, article.authors, article.wire, article.published_text) == (
        "Wall opens in the harbour", publisher, authors, wire, "3 hours ago",
    )
    assert article.text == f"{FIRST}\n\n{LAST}"
