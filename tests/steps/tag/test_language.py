from __future__ import annotations

import pytest

from tests.steps.tag.tables import tag
from workers.model import Article
from workers.steps.tag import BadTable, Tag
from workers.steps.tag.alike import Alike

PARAGRAPHS = {
    "en": "The council of the town said on Tuesday that the old bridge is not safe and will stay closed.",
    "fr": "Le conseil municipal a annoncé mardi que le vieux pont n'est plus sûr et qu'il restera fermé.",
    "de": "Der Stadtrat teilte am Dienstag mit, dass die alte Brücke nicht sicher ist und gesperrt bleibt.",
    "es": "El ayuntamiento dijo el martes que el viejo puente no es seguro y que permanecerá cerrado.",
    "pt": "A câmara municipal disse na terça-feira que a velha ponte não é segura e ficará fechada.",
    "it": "Il consiglio comunale ha detto martedì che il vecchio ponte non è sicuro e resterà chiuso.",
    "ar": "أعلن المجلس البلدي يوم الثلاثاء أن الجسر القديم غير آمن وسيبقى مغلقا لمدة أسبوعين.",
    "ru": "Городской совет сообщил во вторник, что старый мост небезопасен и останется закрытым.",
    "zh": "市议会星期二表示，旧桥并不安全，将关闭两个星期，市民需要绕行。",
    "ja": "市議会は火曜日、古い橋は安全ではなく、二週間閉鎖されると発表した。",
    "ko": "시의회는 화요일 오래된 다리가 안전하지 않아 두 주 동안 폐쇄된다고 밝혔다.",
    "el": "Το δημοτικό συμβούλιο ανακοίνωσε την Τρίτη ότι η παλιά γέφυρα δεν είναι ασφαλής.",
    "tr": "Belediye meclisi salı günü eski köprünün güvenli olmadığını ve kapalı kalacağını açıkladı.",
    "hi": "नगर परिषद ने मंगलवार को कहा कि पुराना पुल सुरक्षित नहीं है और बंद रहेगा।",
}


def language(text: str, declared: str | None = None, title: str | None = None) -> str | None:
    return tag(Article("a-0", "a", text=text, language=declared, title=title)).language


@pytest.mark.parametrize("code", PARAGRAPHS)
def test_the_language_of_a_paragraph_is_heard(code: str) -> None:
    assert language(PARAGRAPHS[code]) == code


def test_a_short_text_is_heard_with_its_title() -> None:
    assert language("Mehr dazu", title="Alte Brücke bleibt nach Angaben der Stadt gesperrt") == "de"


@pytest.mark.parametrize("text", ["", "…", "42 : 17", "Hm"])
def test_where_nobody_can_tell_the_language_is_undetermined(text: str) -> None:
    assert language(text) == "und"


@pytest.mark.parametrize(("declared", "code"), [("pt-BR", "pt"), ("EN_us", "en"), ("deu", "de"), ("zh-Hant-TW", "zh")])
def test_a_declared_language_is_kept_as_its_short_code(declared: str, code: str) -> None:
    assert language("Ok", declared) == code


def test_a_declared_language_that_the_text_plainly_contradicts_is_a_templates_mistake() -> None:
    assert language(PARAGRAPHS["fr"] * 3, "en-US") == "fr"


def test_between_languages_written_alike_the_declaration_decides() -> None:
    text = "Kommunestyret sa tirsdag at den gamle broen ikke er trygg og skal være stengt i to uker."
    assert language(text, "da") == "da"


@pytest.mark.parametrize("declared", ["", "und", "english please", "x" * 10_000, "??"])
def test_a_declaration_that_is_no_language_is_not_heard(declared: str) -> None:
    assert language(PARAGRAPHS["es"], declared) == "es"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("hr", "U siječnju je tisuću ljudi posjetilo sveučilište, priopćila je tvrtka nakon nogometne utakmice."),
        ("bs", "U januaru je hiljadu ljudi posjetilo univerzitet, saopćila je kompanija nakon fudbalske utakmice."),
        ("ms", "Syarikat itu berkata pelancong ke bandar ini selepas mesyuarat dengan kerajaan dan agensi."),
        ("id", "Perusahaan itu mengatakan wisatawan ke kota ini setelah rapat dengan pemerintah dan kantor."),
        ("sr", "Predsednik saveta rekao je da je dete otišlo na sever zemlje posle sednice u ponedeljak."),
        ("af", "Hulle het gesê die brug is nie veilig nie en sal vir twee weke toe wees."),
        ("mr", "शहरातील जुना पूल सुरक्षित नाही आणि तो बंद आहे असे परिषदेने म्हटले."),
    ],
)
def test_languages_written_alike_are_told_apart_by_their_own_words(code: str, text: str) -> None:
    assert language(text) == code


def test_few_words_are_no_sign_of_a_language_without_newspapers() -> None:
    assert language("Los temblores de ayer dañaron casas.") == "es"


@pytest.mark.parametrize(
    ("text", "likeliest"),
    [("wreck", "aa"), ("kabel", "bb"), ("weiter", "aa"), ("fünf", "bb"), ("kabel wreck kabel", "bb"), ("none", "aa")],
)
def test_a_telling_word_is_whole_or_a_beginning_or_an_ending_or_a_letter(text: str, likeliest: str) -> None:
    alike = Alike({"group": {"aa": "wreck *iter", "bb": "kab* *ü*", "aa bb": "none"}})
    assert alike.likeliest("aa", {"aa": 0.0, "bb": -1.0}, text) == likeliest


def test_telling_words_do_not_outweigh_what_the_identifier_is_sure_of() -> None:
    alike = Alike({"group": {"aa": "one", "bb": "two"}})
    assert alike.likeliest("aa", {"aa": 0.0, "bb": -40.0}, "two") == "aa"


def test_a_table_of_languages_that_holds_no_words_is_refused() -> None:
    with pytest.raises(BadTable, match="malay"):
        Tag({"languages": {"malay": {"ms": ["kerana"]}}})
