from __future__ import annotations

import pytest

from tests.steps.clean.pages import articles, tables
from workers.steps.clean.publishers import Publisher, Publishers


@pytest.mark.parametrize("name", ["The Guardian", "guardian", "Guardian", "THE GUARDIAN"])
def test_a_publisher_is_known_by_its_names(name: str) -> None:
    assert Publishers(tables()["publishers"]["publisher"]).find(name) == Publisher("guardian", "The Guardian")


def test_an_unknown_publisher_keeps_its_name_and_has_no_id() -> None:
    article = articles("Wall opens in town\nBay Paper | 3 hours ago\nThe wall is open. It was time.")[0]
    assert (article.publisher, article.publisher_id) == ("Bay Paper", None)


def test_publisher_and_place_of_first_publication_are_kept_apart() -> None:
    article = articles(
        "Wall opens in town\nYahoo | 3 hours ago\nThe wall is open. It was time.\n"
        "This article originally appeared on Guardian."
    )[0]
    assert (article.publisher, article.publisher_id) == ("Yahoo", "yahoo")
    assert article.originally_published_on == "The Guardian"


def test_a_name_belongs_to_one_publisher() -> None:
    with pytest.raises(ValueError, match=r"publishers\.toml: The Post belongs to post and to other"):
        Publishers([{"id": "post", "name": "Post"}, {"id": "other", "name": "Other", "forms": ["The Post"]}])
