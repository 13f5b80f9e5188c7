"""Page dumps of aggregators that do not exist: layouts by languages, from the same three stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    title: str
    publisher: str
    time: str
    body: str


@dataclass(frozen=True)
class Language:
    related: str
    comments: str
    advertisement: str
    stories: tuple[Story, Story, Story]


LANGUAGES = {
    "en": Language("Related stories", "No comments yet", "Advertisement", (
        Story("Council backs new harbour wall", "Harbour Times", "3 hours ago",
              "The council voted for the wall on Tuesday.\nWork begins in May, and it will last two years."),
        Story("Storm closes three northern roads", "North Gazette", "a day ago",
              "Three roads were closed overnight. Crews cleared them by noon."),
        Story("Museum to open a second hall", "City Post", "12 minutes ago",
              "The hall opens next spring. It has cost four million."),
    )),
    "fr": Language("Articles connexes", "Pas encore de commentaires", "Publicité", (
        Story("Le conseil approuve la digue", "Le Courrier", "il y a 3 heures",
              "Le conseil a voté la digue mardi.\nLes travaux commencent en mai et dureront deux ans."),
        Story("Une tempête ferme trois routes", "La Gazette", "il y a un jour",
              "Trois routes ont été fermées. Les équipes ont travaillé la nuit."),
        Story("Le musée ouvre une salle", "Le Quotidien", "il y a 12 minutes",
              "La salle ouvre au printemps. Elle a coûté quatre millions."),
    )),
    "de": Language("Ähnliche Artikel", "Noch keine Kommentare", "Anzeige", (
        Story("Stadtrat stimmt für neue Mole", "Hafenblatt", "vor 3 Stunden",
              "Der Rat stimmte am Dienstag zu.\nDie Arbeiten beginnen im Mai und dauern zwei Jahre."),
        Story("Sturm sperrt drei wichtige Straßen", "Nordkurier", "vor einem Tag",
              "Drei Straßen waren gesperrt. Mittags waren sie wieder frei."),
        Story("Museum eröffnet einen zweiten Saal", "Stadtpost", "vor 12 Minuten",
              "Der Saal öffnet im Frühjahr. Er hat vier Millionen gekostet."),
    )),
    "es": Language("Noticias relacionadas", "Sin comentarios", "Publicidad", (
        Story("El consejo aprueba el nuevo muelle", "El Puerto", "hace 3 horas",
              "El consejo votó el martes.\nLas obras comienzan en mayo y durarán dos años."),
        Story("La tormenta cierra tres carreteras", "La Gaceta", "hace un día",
              "Tres carreteras fueron cerradas. Las brigadas trabajaron de noche."),
        Story("El museo abre una segunda sala", "El Correo", "hace 12 minutos",
              "La sala abre en primavera. Ha costado cuatro millones."),
    )),
    "ru": Language("Читайте также", "Комментариев пока нет", "Реклама", (
        Story("Совет одобрил строительство причала", "Портовый Вестник", "3 часа назад",
              "Совет проголосовал во вторник.\nРаботы начнутся в мае и продлятся два года."),
        Story("Шторм закрыл три дороги", "Северная Газета", "1 день назад",
              "Три дороги были закрыты. Бригады работали всю ночь."),
        Story("Музей откроет второй зал", "Городская Почта", "12 минут назад",
              "Зал откроется весной. Он стоил четыре миллиона."),
    )),
    "ar": Language("مقالات ذات صلة", "لا توجد تعليقات", "إعلان", (
        Story("المجلس يوافق على بناء رصيف جديد في الميناء", "صحيفة الميناء", "منذ 3 ساعات",
              "صوت المجلس يوم الثلاثاء.\nتبدأ الأعمال في مايو وتستمر عامين."),
        Story("العاصفة تغلق ثلاث طرق في الشمال", "جريدة الشمال", "منذ يوم واحد",
              "أغلقت ثلاث طرق. وعملت الفرق طوال الليل."),
        Story("المتحف يفتتح قاعة ثانية في الربيع", "بريد المدينة", "منذ 12 دقيقة",
              "تفتح القاعة في الربيع. وكلفت أربعة ملايين."),
    )),
}  # fmt: skip


def _repeated_label(s: Story) -> str:
    return f"{s.publisher}\n{s.time}\n- {s.publisher}\n{s.title}\n{s.body}\n\n"


def _title_twice(s: Story) -> str:
    return f"{s.title}\n{s.title}\n\n{s.publisher}\n\ntime{s.time}\n\n  • {s.publisher}\n\n{s.title}\n\n{s.body}\n\n"


def _dot_between(s: Story) -> str:
    return f"{s.title}\n{s.publisher} · {s.time}\n{s.body}\n\n"


def _bar_between(s: Story) -> str:
    return f"\n{s.title}\n\n{s.time} | {s.publisher}\n\n{s.body}\n\n"


def _name_above(s: Story) -> str:
    return f"{s.publisher}\n{s.time}\n{s.title}\n{s.body}\n\n"


LAYOUTS: dict[str, Callable[[Story], str]] = {
    "label repeats the publisher": _repeated_label,
    "title stands twice": _title_twice,
    "dot between publisher and time": _dot_between,
    "time before publisher": _bar_between,
    "publisher and time above the title": _name_above,
}


def page(language: Language, layout: Callable[[Story], str]) -> str:
    main, *related = language.stories
    items = "".join(layout(story) for story in related)
    return f"\n{main.title}\n{main.body}\n{language.advertisement}\n{language.comments}\n{language.related}\n\n{items}"
