"""Text that means nothing, in the letters and with the full stops of a language: only its structure counts.

No word of it is known to the rules of config/clean, so that nothing but structure can tell a story from chrome.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

_SYLLABLES: Final = {
    "latin": "ka ro mi ten sal vor del un ist bra no pe lim dur gos ta re von che li mar est op fin gra so tul ven",
    "cyrillic": "ка ро ми тен сал вор дел ун ист бра но пе лим дур гос та ре вон че ли мар ест оп фин гра со тул вен",
    "greek": "κα ρο μι τεν σαλ βορ δελ ουν ιστ βρα νο πε λιμ δουρ γος τα ρε βον χε λι μαρ εστ οπ φιν γρα σο",
    "arabic": "كا رو مي تن سل ور دل ون ست بر نو بي لم در جس تا ري فن شي لي مر ست وب فن جر سو",
    "hebrew": "קא רו מי תן סל ור דל ון סת בר נו פי לם דר גס תא רי פן שי לי מר סט וב גר סו",
    "devanagari": "का रो मि तेन सल वर देल उन इस्त बरा नो पे लिम दूर गोस ता रे वन चे ली मार सो",
    "bengali": "কা রো মি তেন সল বর দেল উন ইস্ত বরা নো পে লিম দূর গোস তা রে বন চে লী মার সো",
    "thai": "กา โร มิ เต็น ซาล วอ เดล อุน บรา โน เป ลิม ดู โกส ตา เร วอน เช ลี มา โซ",
    "han": "市议会通过预算海港风暴道路封闭博物馆新馆春季居民工程师桥梁河流夏季火车学校医院农民市场鱼船灯塔图书",
    "kana": "市議会は港の予算を可決した嵐で道路が閉鎖された博物館の新館は春に開く住民と技師が橋を調べた夏の列車学校",
    "hangul": "시의 회가 예산 항구 폭풍 도로 박물 관은 새로 봄에 주민 기사 다리 강물 여름 열차 학교 병원 농부 시장",
}  # fmt: skip


@dataclass(frozen=True)
class Writing:
    syllables: tuple[str, ...]
    stop: str = ". "
    blank: str = " "
    most_syllables: int = 4


def _syllables(script: str) -> tuple[str, ...]:
    text = _SYLLABLES[script]
    return tuple(text.split() if " " in text else text)


_WRITINGS: Final = {
    "latin": Writing(_syllables("latin")),
    "cyrillic": Writing(_syllables("cyrillic")),
    "greek": Writing(_syllables("greek")),
    "arabic": Writing(_syllables("arabic")),
    "urdu": Writing(_syllables("arabic"), stop="۔ "),
    "hebrew": Writing(_syllables("hebrew")),
    "devanagari": Writing(_syllables("devanagari"), stop="। "),
    "bengali": Writing(_syllables("bengali"), stop="। "),
    "thai": Writing(_syllables("thai"), stop=" ", blank=""),
    "han": Writing(_syllables("han"), stop="。", blank=""),
    "kana": Writing(_syllables("kana"), stop="。", blank=""),
    "hangul": Writing(_syllables("hangul")),
}
_SCRIPT_OF: Final = {
    "ru": "cyrillic", "uk": "cyrillic", "bg": "cyrillic", "el": "greek", "ar": "arabic", "fa": "arabic",
    "ur": "urdu", "he": "hebrew", "hi": "devanagari", "bn": "bengali", "th": "thai", "zh": "han", "ja": "kana",
    "ko": "hangul",
}  # fmt: skip
_ACCENTS: Final = {
    "fr": "éèàç", "de": "äöüß", "es": "áéíóñ", "pt": "ãõáç", "it": "àèìò", "sv": "åäö", "da": "æøå", "fi": "äö",
    "pl": "łżąę", "cs": "řčšě", "hu": "őűáé", "ro": "ăâșț", "tr": "şğıü", "vi": "ệạướ", "sr": "čćšž",
}  # fmt: skip


class Prose:
    def __init__(self, language: str, chance: random.Random) -> None:
        self.language = language
        self._chance = chance
        self.writing = _WRITINGS[_SCRIPT_OF.get(language, "latin")]
        self._accents = _ACCENTS.get(language, "")

    def word(self) -> str:
        count = self._chance.randint(1, self.writing.most_syllables)
        word = "".join(self._chance.choice(self.writing.syllables) for _ in range(count))
        if self._accents and self._chance.random() < 0.3:
            word += self._chance.choice(self._accents)
        return word

    def words(self, count: int) -> str:
        return self.writing.blank.join(self.word() for _ in range(count))

    def sentence(self) -> str:
        count = self._chance.randint(6, 24)
        middle = self.words(count)
        if self._chance.random() < 0.3:
            middle = middle.replace(self.writing.blank, f",{self.writing.blank}", 1) if self.writing.blank else middle
        return _capital(middle) + self.writing.stop.rstrip()

    def paragraph(self, sentences: int | None = None) -> str:
        space = " " if self.writing.stop.endswith(" ") else ""
        count = sentences or self._chance.randint(1, 4)
        return space.join(self.sentence() for _ in range(count))

    def headline(self) -> str:
        line = _capital(self.words(self._chance.randint(4, 13)))
        kind = self._chance.random()
        if kind < 0.06:
            return line + "?"
        if kind < 0.1:
            return line + "!"
        if kind < 0.16:
            return f"{line}: {self.words(3)}"
        if kind < 0.2 and self.language == "en":
            return line.title()
        return line

    def subhead(self) -> str:
        return _capital(self.words(self._chance.randint(3, 6)))

    def name(self) -> str:
        """A person's."""
        return self.writing.blank.join(_capital(self.word() + self.word()) for _ in range(2))

    def publisher(self) -> str:
        kind = self._chance.random()
        own = self.writing.blank.join(
            _capital(self.word() + self.writing.syllables[0]) for _ in range(self._chance.randint(1, 3))
        )
        latin = Prose("en", self._chance) if self.writing is not _WRITINGS["latin"] else self
        if kind < 0.1:
            return f"{latin.word()}{latin.word()}.com"
        if kind < 0.18:
            return f"{_capital(latin.word())}{latin.word()} {self._chance.choice(('24', 'FM', 'TV', 'Online'))}"
        if kind < 0.24:
            return f"{_capital(latin.word())} - {_capital(latin.word())}"
        if kind < 0.3:
            return (latin.word() + latin.word())[: self._chance.randint(3, 5)].upper()
        if kind < 0.36:
            return f"The {_capital(latin.word())} {_capital(latin.word())}"
        return own


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
