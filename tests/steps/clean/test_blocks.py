from __future__ import annotations

import pytest

from workers.steps.clean.blocks import ARTICLE, HIDDEN, Blocks
from workers.steps.clean.markup import parse
from workers.steps.clean.walk import MOST_BLOCKS, read_blocks

LONG = "The ferry to the outer islands will sail twice a day from June, the harbour master said on Friday morning."


def blocks_of(body: str) -> Blocks:
    root = parse(f"<html><body>{body}</body></html>").body
    assert root is not None
    return read_blocks(root)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>One <b>and</b> two.</p><p>Three.</p>", ["One and two.", "Three."]),
        ("<div>One<br>two<br><br>three</div>", ["One two", "three"]),
        ("<div>Before<p>inside</p>after</div>", ["Before", "inside", "after"]),
        ("<table><tr><td>1</td><td>2</td></tr></table>", ["1", "2"]),
        ("<ul><li>One<li>Two</ul>", ["One", "Two"]),
        ("<nav>Menu</nav><footer>Foot</footer><p>Text</p>", ["Text"]),
        ("<script>x</script><noscript><p>y</p></noscript><template>z</template><p>Text</p>", ["Text"]),
        ("<div role=navigation>Menu</div><p>Text</p>", ["Text"]),
        ("<p>A line\n  of  two\tlines</p>", ["A line of two lines"]),
        ("", []),
    ],
)
def test_text_between_two_borders_is_a_block(body: str, texts: list[str]) -> None:
    assert blocks_of(body).text == texts


def test_a_short_link_counts_for_its_element_but_is_no_block() -> None:
    blocks = blocks_of("<div><a href=/a>More news</a></div><p>Text</p>")
    assert blocks.text == ["Text"]
    assert (blocks.elements.linked[0], blocks.elements.characters[0]) == (9, 13)


def test_a_headline_that_is_a_link_keeps_its_address() -> None:
    assert blocks_of("<h2><a href=/a>Ferry sails again</a></h2>").heads == {0: "/a"}
    assert blocks_of("<a href=/b><h2>Ferry sails again</h2></a>").heads == {0: "/b"}


def test_a_paragraph_that_comes_again_is_read_once() -> None:
    assert blocks_of(f"<p>{LONG}</p><div><p>{LONG}</p></div>").text == [LONG]


def test_what_an_element_is_holds_for_all_inside_it() -> None:
    blocks = blocks_of("<article><div style='display: none'><p>Text</p></div></article>")
    assert blocks.elements.flags[blocks.element[0]] == ARTICLE | HIDDEN


def test_sums_of_an_element_hold_all_inside_it() -> None:
    elements = blocks_of(f"<div><p>{LONG}</p><div><p>1234</p></div></div>").elements
    assert (elements.characters[0], elements.running[0], elements.blocks[0]) == (len(LONG) + 4, len(LONG), 2)


def test_a_page_with_more_blocks_than_are_read_says_so() -> None:
    blocks = blocks_of("".join(f"<p>{number}</p>" for number in range(MOST_BLOCKS + 1)))
    assert (len(blocks.text), blocks.is_whole) == (MOST_BLOCKS, False)
