from __future__ import annotations

import os
from time import process_time

import pytest

from tests.steps.ingest.entries import read, refused
from workers.model import ContentType, Reason

RUSSIAN = "Совет утвердил бюджет порта и план строительства нового моста через реку."
CHINESE = "市议会星期二批准了港口的预算。当地的居民对这个计划表示欢迎，他们说这是一个好的开始。"
JAPANESE = "市議会は火曜日に港の予算を承認した。地元の住民は計画を歓迎している。"
KOREAN = "시의회는 화요일 항만 예산을 승인했다. 주민들은 이 계획을 환영하고 있다고 말했다."
FRENCH = "Le conseil a approuvé le budget du port. Les habitants étaient très contents."
POLISH = "Rada miejska zatwierdziła budżet. Mieszkańcy są zadowoleni z mostu, który będzie otwarty."
ARABIC = "وافق المجلس على ميزانية الميناء يوم الثلاثاء وسط ترحيب السكان."


@pytest.mark.parametrize("body", [b"", b" \n\t ", "\u00a0\u2003\n".encode(), b"\xef\xbb\xbf  "])
def test_a_body_without_a_visible_character_is_empty(body: bytes) -> None:
    assert refused(body).reason is Reason.EMPTY_BODY


def test_six_megabytes_are_too_large() -> None:
    assert refused(b"x" * 6 * 1024 * 1024).reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 x",
        b"PK\x03\x04zip",
        b"\x1f\x8bgzip",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"RIFF0000WEBP",
        b"0000ftypmp42",
        os.urandom(100_000),
        b"\x01\x02\x03" * 100,
        b"\0" * 50,
    ],
)
def test_what_is_no_text_is_binary(body: bytes) -> None:
    assert refused(body, content_type="text/html").reason is Reason.BINARY


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-16-le"),
        (RUSSIAN, "utf-16-be"),
        (RUSSIAN, "utf-8"),
        (CHINESE, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc-jp"),
        (KOREAN, "cp949"),
        (FRENCH, "windows-1252"),
        (POLISH, "windows-1250"),
        (ARABIC, "windows-1256"),
        (FRENCH, "utf-16-le"),
    ],
)
def test_a_charset_that_nobody_declared_is_recognised(text: str, codec: str) -> None:
    document = read((text * 3).encode(codec))
    assert (document.charset, document.text) == (codec, text * 3)


def test_a_declared_charset_is_used() -> None:
    document = read(RUSSIAN.encode("iso8859-5"), content_type="text/plain; charset=ISO-8859-5")
    assert document.text == RUSSIAN


@pytest.mark.parametrize(
    "head", ['<meta charset="shift_jis">', "<meta http-equiv=x content='text/html; charset=Shift_JIS'>"]
)
def test_a_charset_declared_in_the_page_is_used(head: str) -> None:
    page = f"<html><head>{head}</head><body>{JAPANESE}</body></html>"
    assert JAPANESE in read(page.encode("cp932")).text


def test_valid_utf_8_beats_what_is_declared() -> None:
    document = read(RUSSIAN.encode(), content_type="text/plain; charset=windows-1251")
    assert (document.text, document.charset) == (RUSSIAN, "utf-8")


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode_escape", "zip", "rot13", "x-nobody-knows"])
def test_python_codecs_and_unknown_names_are_not_asked(name: str) -> None:
    assert read(b"caf\xe9 \\u0041", content_type=f"text/plain; charset={name}").text == "café \\u0041"


def test_utf_7_is_refused() -> None:
    assert refused(b"+ADw-script+AD4-", content_type="text/html; charset=utf-7").reason is Reason.CHARSET


def test_a_few_broken_bytes_are_replaced() -> None:
    assert read("Größe, Öl, Bär und ".encode() + b"\xc0\xaf Ende").text == "Größe, Öl, Bär und \ufffd\ufffd Ende"


def test_controls_nul_and_strange_line_ends_are_gone() -> None:
    assert read(b"\xef\xbb\xbf\xef\xbb\xbfa\0b\r\nc\x07d\rf\xe2\x80\xa8g\x1b[0m").text == "ab\nc d\nf\ng [0m"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Council votes\n\nThe council voted.", ContentType.DUMP),
        ("  <!DOCTYPE html><p>x", ContentType.HTML),
        ("<div>x</div>", ContentType.HTML),
        ("<?xml version='1.0'?><html/>", ContentType.HTML),
        ("[Update] Der Rat tagt.", ContentType.DUMP),
        ("a < b and <b>", ContentType.DUMP),
        ('{"text": "x"}', ContentType.RECORD),
        ("<" * 1000, ContentType.DUMP),
        (" " * 70_000 + "text", ContentType.DUMP),
    ],
)
def test_the_content_type_is_recognised_when_absent(body: str, kind: ContentType) -> None:
    assert read(body).content_type is kind


def test_xhtml_is_html_and_parameters_are_allowed() -> None:
    assert read("x", content_type="Application/XHTML+XML; charset=utf-8").content_type is ContentType.HTML


@pytest.mark.parametrize(
    "body", [b"<div>" * 1_000_000, b"<" * 2_000_000, b'"' + b'\\"' * 1_000_000, b"#" * 2_000_000, b"\n a" * 600_000]
)
def test_megabytes_of_one_shape_are_read_within_a_second_of_cpu(body: bytes) -> None:
    began = process_time()
    read(body)
    assert process_time() - began < 1.0


def test_lines_of_two_charsets_are_each_read_in_their_own() -> None:
    first, second = "Café à la gare, été compris.", "Les voyageurs réguliers ont protégé l'été."
    body = f"{first}\n".encode() + f"{second}\n".encode("latin-1") * 4
    assert read(body).text.split("\n")[:2] == [first, second]
