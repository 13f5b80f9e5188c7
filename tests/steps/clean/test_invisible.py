from __future__ import annotations

import pytest

from tests.steps.clean.pages import articles, removed
from workers.steps.clean.invisible import without_invisible

FLAG = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("pi\u200bgeon", "pigeon"),
        ("cor\u00adn", "corn"),
        ("Council \u202eneddih\u202c \u2066new\u2069 bridge", "Council neddih new bridge"),
        ("rid\u2060er\u200e", "rider"),
        ("in Norway.\U000e0069\U000e0067", "in Norway."),
        ("S\u0335\u0321\u0353\u0306\u0335\u0321\u0353", "S\u0335\u0321\u0353\u0306"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚒", "👩\u200d🚒"),
        (FLAG, FLAG),
        ("שנת 2025\u200f", "שנת 2025\u200f"),
        ("สวัสดี\u200bครับ", "สวัสดี\u200bครับ"),
        ("ab\u200dcd", "abcd"),
        ("é à ü", "é à ü"),
    ],
)  # fmt: skip
def test_letters_that_nobody_sees_go_and_what_a_script_needs_stays(text: str, visible: str) -> None:
    assert without_invisible(text) == (visible, len(text) - len(visible))


def test_how_many_went_is_reported() -> None:
    article = articles("Wall op\u200bens\nThe wall is \u202eopen\u202c. It was time.\nAdver\u00adtisement")[0]
    assert (article.title, article.text) == ("Wall opens", "The wall is open. It was time.")
    assert removed(article) == [("Advertisement", "advertisement"), ("(4 invisible characters)", "invisible")]
