from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.steps.tag.tables import shipped_tables
from workers.model import Article
from workers.steps.tag import BadTable
from workers.steps.tag.evidence import Read
from workers.steps.tag.sentences import sentences
from workers.steps.tag.summary import MOST_CHARACTERS, Summary

SUMMARISE = Summary(shipped_tables()["summary"], shipped_tables()["stopwords"])
STORY = [
    "The council of Port Helvig voted on Tuesday to rebuild the harbour bridge before the winter storms.",
    "The bridge was closed in March after divers found cracks in two of its pillars.",
    "Building it anew will cost the harbour town 4.5 million crowns over three years.",
    "A ferry carries walkers and cyclists across the water until then.",
    "Drivers take the long road by the mill and lose half an hour.",
]


def summary(text: str, title: str | None = None, language: str = "en") -> list[str]:
    """Its sentences, cut out of the text."""
    article = Article("a-0", "a", text=text, title=title)
    said, spans = SUMMARISE(Read.of(article), language)
    cuts = [text[int(start) : int(end)] for start, end in spans]
    joint = "" if language in ("zh", "ja", "th") else " "
    assert said == (joint.join(" ".join(cut.split()) for cut in cuts) or None)
    return cuts


def with_story(*first: str) -> str:
    return "\n\n".join([*first, *STORY])


def test_a_summary_is_two_or_three_whole_sentences_in_their_order() -> None:
    chosen = summary(" ".join(STORY))
    assert 2 <= len(chosen) <= 3
    assert chosen == [sentence for sentence in STORY if sentence in chosen]
    assert chosen[0] == STORY[0]


@pytest.mark.parametrize("text", ["", STORY[0], " ".join(STORY[:3]), "no stop here " * 50, "\n\n".join(["Ha!"] * 9)])
def test_a_text_that_is_hardly_longer_than_its_summary_has_none(text: str) -> None:
    assert summary(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Follow us on your favourite channel and never miss a story about Port Helvig and its harbour bridge.",
        "Sign up for our newsletter about the harbour bridge of Port Helvig and the council.",
        "See https://helvig.example/bridge for pictures of the bridge and of the council.",
        "Photo of the harbour bridge by Ann May | Helvig Courier and the council of the town.",
        "THE COUNCIL VOTES FOR A NEW HARBOUR BRIDGE IN PORT HELVIG BEFORE THE WINTER.",
        "Council and the bridge in Port Helvig and the harbour, a headline without its full stop",
        "The council of the harbour town Port Helvig said that the bridge ...",
        "the council of the harbour town Port Helvig said of its bridge.",
    ],
)
def test_what_belongs_to_the_page_is_not_in_it(line: str) -> None:
    assert line not in summary(with_story(line))


def test_the_title_is_not_repeated() -> None:
    title = "Port Helvig council votes to rebuild harbour bridge before winter"
    assert f"{title}." not in summary(with_story(f"{title}."), title)


def test_a_sentence_that_says_the_same_again_is_passed_over() -> None:
    again = STORY[0].replace("voted", "decided")
    assert again not in summary(with_story() + "\n\n" + again)


@pytest.mark.parametrize(
    "quote",
    [
        '"We waited long for the harbour bridge. The council listened at last," said the mayor of Port Helvig.',
        "“We waited long for the harbour bridge. The council listened at last,” said the mayor of Port Helvig.",
        "„Wir warteten lange auf die Brücke. Der Rat der Stadt hört endlich zu“, sagte der Bürgermeister.",
        "« Nous attendions ce pont du port depuis longtemps. Le conseil nous écoute », a dit le maire.",
        "The mayor (she had waited for the bridge. And for the council.) was glad that day in Port Helvig.",
    ],
)
def test_a_quotation_is_never_torn(quote: str) -> None:
    found = [quote[each.start : each.end] for each in sentences(quote, "en", frozenset(), frozenset())]
    assert found == [quote]


def test_a_quotation_that_is_never_closed_is_not_in_it() -> None:
    torn = 'The mayor said of the harbour bridge: "The council of Port Helvig listened to us at last.'
    assert torn not in summary(with_story(torn))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Mr. May met Gen. Ann B. Holm. They spoke.", "en", ["Mr. May met Gen. Ann B. Holm.", "They spoke."]),
        ("It cost 4.5 million. Nobody paid.", "en", ["It cost 4.5 million.", "Nobody paid."]),
        ("The U.S. Senate met. It rained!", "en", ["The U.S. Senate met.", "It rained!"]),
        ("Am 3. Oktober war Feier. Es regnete.", "de", ["Am 3. Oktober war Feier.", "Es regnete."]),
        ("They won by 3. The rest lost.", "en", ["They won by 3.", "The rest lost."]),
        ("«Да», — сказал он. Потом ушёл.", "ru", ["«Да», — сказал он.", "Потом ушёл."]),
        ("今天下雨了。“我们走吧。”他说。好！", "zh", ["今天下雨了。", "“我们走吧。”", "他说。", "好！"]),
        ("بدأ العمل. هل انتهى؟ نعم.", "ar", ["بدأ العمل.", "هل انتهى؟", "نعم."]),
        ("पुल बंद है। काम शुरू हुआ।", "hi", ["पुल बंद है।", "काम शुरू हुआ।"]),
        ("The vote was\nclose. A line", "en", ["The vote was\nclose.", "A line"]),
        ("A headline\nThe vote was close.", "en", ["A headline", "The vote was close."]),
    ],
)
def test_sentences_end_where_their_script_ends_them(text: str, language: str, expected: list[str]) -> None:
    known = {key: frozenset(shipped_tables()["summary"][key].split()) for key in ("abbreviations", "ordinals")}
    found = sentences(text, language, known["abbreviations"], known["ordinals"])
    assert [text[each.start : each.end] for each in found] == expected


def test_it_begins_behind_the_dateline() -> None:
    assert summary(" ".join(["PORT HELVIG, Norland (AFP) - " + STORY[0], *STORY[1:]]))[0] == STORY[0]


CHINESE = (
    "山城的老茶馆主人上周把一条退役木船搬进了后院，改建成只有九个座位的书屋。书屋每天傍晚开门，附近居民下班后来读书喝茶。"
    "船是主人父亲年轻时运煤用的旧船。两位老木匠花了三个月时间补好船底和书架。借书不用押金，只需写下姓名。"
)
THAI = (
    "สภาเมืองลงมติเมื่อวันอังคารให้สร้างสะพานท่าเรือขึ้นใหม่ก่อนฤดูพายุจะมาถึงในปลายปีนี้ "
    "สะพานถูกปิดตั้งแต่เดือนมีนาคมหลังนักดำน้ำพบรอยร้าวในเสาสองต้นของสะพานเก่า "
    "การก่อสร้างจะใช้เงินสี่ล้านห้าแสนบาทและใช้เวลาราวสามปีตามแผนของเทศบาล "
    "เรือข้ามฟากจะรับส่งคนเดินเท้าและผู้ใช้จักรยานจนกว่าสะพานจะเสร็จสมบูรณ์ "
    "ผู้ขับรถต้องใช้ถนนสายยาวข้างโรงสีและเสียเวลาเพิ่มขึ้นครึ่งชั่วโมงทุกวัน"
)


@pytest.mark.parametrize(("text", "language"), [(CHINESE, "zh"), (THAI, "th")])
def test_scripts_without_spaces_have_summaries_too(text: str, language: str) -> None:
    assert 2 <= len(summary(text, language=language)) <= 3


PIECES = st.sampled_from([*STORY, CHINESE, THAI, '"Open', 'close," he said.', "“", "«", "U.S.", "3.", "\n", "\n\n"])


@settings(max_examples=150, deadline=None)
@given(text=st.lists(PIECES | st.text(max_size=8), max_size=25).map(" ".join), title=st.none() | PIECES)
def test_every_span_is_whole_in_order_and_within_bounds(text: str, title: str | None) -> None:
    said, spans = SUMMARISE(Read.of(Article("a-0", "a", text=text, title=title)), "en")
    flat = [int(at) for span in spans for at in span]
    assert flat == sorted(flat)
    assert len(said or "") <= MOST_CHARACTERS + 2
    assert (said is None, len(spans)) in ((True, 0), (False, 2), (False, 3))
    for start, end in spans:
        cut = text[int(start) : int(end)]
        assert cut == cut.strip()
        assert cut.count('"') % 2 == 0


def test_a_table_that_holds_something_else_is_refused() -> None:
    with pytest.raises(BadTable, match="leaning must be words in one string, not 3"):
        Summary({"leaning": 3}, {})
