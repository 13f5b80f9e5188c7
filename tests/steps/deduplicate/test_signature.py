from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.model import Article
from workers.ports import Signature
from workers.steps.deduplicate import sign

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = {
    "en": "The council said on Tuesday that the old bridge isn't safe - it stays closed for \"two weeks\".",
    "de": "Die Straße über den Fluß bleibt gesperrt, sagte die Bürgermeisterin am späten Abend in Köln.",
    "tr": "İstanbul'da ılık bir akşam: Belediye meclisi yeni köprünün yapılmasına karar verdi.",
    "el": "Ο δήμος αποφάσισε να κλείσει τη γέφυρα για δύο εβδομάδες, είπε ο δήμαρχος στους πολίτες.",
    "ar": "أعلن المجلس البلدي يوم الثلاثاء إغلاق الجسر القديم لمدة أسبوعين بسبب أعمال الصيانة.",
    "hi": "नगर परिषद ने मंगलवार को कहा कि पुराना पुल दो हफ्ते तक बंद रहेगा और लोग दूसरा रास्ता लें।",
    "ko": "시의회는 화요일 오래된 다리를 두 주 동안 폐쇄하기로 결정했다고 밝혔다 시민들은 우회해야 한다.",
    "zh": "市议会星期二表示，旧桥因为安全原因将关闭两个星期，市民需要绕行。",
    "th": "สภาเมืองกล่าวเมื่อวันอังคารว่าสะพานเก่าจะปิดเป็นเวลาสองสัปดาห์",
}


def key(text: str, title: str | None = None) -> int:
    return signed(Article("a-0", "a", text=text, title=title, received_at=NOON)).content_key


def signed(article: Article) -> Signature:
    return sign([article])[0]


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_content_key_is_blind_to_the_normal_form(
    language: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    assert key(unicodedata.normalize(form, TEXTS[language])) == key(TEXTS[language])


@pytest.mark.parametrize("language", TEXTS)
def test_the_content_key_is_blind_to_case(language: str) -> None:
    text = TEXTS[language]
    assert {key(text.upper()), key(text.lower()), key(text.title())} == {key(text)}


@pytest.mark.parametrize("language", TEXTS)
def test_the_content_key_is_blind_to_white_space(language: str) -> None:
    text = TEXTS[language]
    assert {key(f"\n {text}\r\n"), key(text.replace(" ", " \n\t\u00a0"))} == {key(text)}


@pytest.mark.parametrize("language", ["zh", "th"])
def test_a_line_break_anywhere_changes_nothing_in_scripts_without_spaces(language: str) -> None:
    assert key("\n".join(TEXTS[language])) == key(TEXTS[language])


@pytest.mark.parametrize("quote", "'’‘‛`´ʼʻ＇")
def test_the_content_key_is_blind_to_the_shape_of_quotes(quote: str) -> None:
    assert key(TEXTS["en"].replace("'", quote)) == key(TEXTS["en"])


@pytest.mark.parametrize("quote", "“”„«»‹›″「")
def test_the_content_key_is_blind_to_the_shape_of_double_quotes(quote: str) -> None:
    assert key(TEXTS["en"].replace('"', quote)) == key(TEXTS["en"])


@pytest.mark.parametrize("dash", "-–—‑−‒")
def test_the_content_key_is_blind_to_the_shape_of_dashes(dash: str) -> None:
    assert key(TEXTS["en"].replace("-", dash)) == key(TEXTS["en"])


@pytest.mark.parametrize("invisible", ["\u00ad", "\u200b", "\u2060", "\ufeff"])
def test_the_content_key_is_blind_to_invisible_characters(invisible: str) -> None:
    assert key(TEXTS["en"].replace("council", f"coun{invisible}cil")) == key(TEXTS["en"])


@given(st.text(st.characters(categories=["L", "N", "Z", "P"], max_codepoint=0x024F), min_size=60))
def test_upper_case_and_normal_form_together_change_nothing(text: str) -> None:
    assert key(unicodedata.normalize("NFD", text).upper()) == key(text)


@pytest.mark.parametrize("language", TEXTS)
def test_one_word_more_is_other_content(language: str) -> None:
    assert key(f"{TEXTS[language]} 7") != key(TEXTS[language])


def test_the_order_of_words_is_content() -> None:
    words = TEXTS["en"].split()
    assert key(" ".join(reversed(words))) != key(TEXTS["en"])


def test_where_a_word_ends_is_content() -> None:
    assert key(TEXTS["en"].replace("the old", "theold")) != key(TEXTS["en"])


def test_a_vowel_sign_is_content() -> None:
    assert key(TEXTS["hi"].replace("पुराना", "पराना")) != key(TEXTS["hi"])


def test_an_article_of_enough_words_is_known_whatever_its_title() -> None:
    assert key(TEXTS["en"], "Bridge closed") == key(TEXTS["en"], "Town shuts bridge")


@pytest.mark.parametrize("text", ["Read more.", "", "请点击查看更多内容"])
def test_an_article_of_few_words_is_known_by_its_title_as_well(text: str) -> None:
    assert key(text, "Bridge closed") != key(text, "Tunnel opened")
    assert key(text, "Bridge closed") == key(text, "BRIDGE CLOSED")


def test_few_words_in_the_title_are_not_those_of_the_text() -> None:
    assert key("Bridge closed", "") != key("", "Bridge closed")


def test_articles_without_a_single_word_are_not_copies_of_one_another() -> None:
    first, second = (Article(f"a-{part}", "a", text="…", received_at=NOON) for part in (0, 1))
    assert signed(first).content_key != signed(second).content_key


def test_a_signature_bears_the_articles_id_time_and_publisher() -> None:
    article = Article("a-0", "a", text=TEXTS["en"], publisher="The Daily  Bridge", received_at=NOON)
    other = Article("b-0", "b", text=TEXTS["de"], publisher="the daily bridge", received_at=NOON)
    assert (signed(article).article_id, signed(article).seen_at) == ("a-0", NOON)
    assert signed(article).publisher == signed(other).publisher != 0


def test_an_unknown_publisher_is_zero() -> None:
    assert signed(Article("a-0", "a", text=TEXTS["en"], received_at=NOON)).publisher == 0


def test_lone_surrogates_are_signed_like_other_characters() -> None:
    assert key(TEXTS["en"] + "\ud800") == key(TEXTS["en"])
