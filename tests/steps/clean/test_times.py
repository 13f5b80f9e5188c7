from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.steps.clean.pages import RECEIVED, articles, tables
from workers.model import Precision
from workers.steps.clean.dates import Dates
from workers.steps.clean.times import Stamp, Times

TIMES = Times(tables()["times"])
DATES = Dates(tables()["times"])
MINUTE, HOUR, DAY, MONTH, YEAR = (
    Precision.MINUTE,
    Precision.HOUR,
    Precision.DAY,
    Precision.MONTH,
    Precision.YEAR,
)


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when", "precision"),
    [
        ("18 minutes ago", at(7, 20, 11, 42), MINUTE),
        ("an hour ago", at(7, 20, 11), HOUR),
        ("a day ago", at(7, 19, 12), DAY),
        ("yesterday", at(7, 19, 12), DAY),
        ("5m", at(7, 20, 11, 55), MINUTE),
        ("1 hour 30 minutes ago", at(7, 20, 10, 30), MINUTE),
        ("2 months ago", at(5, 20, 12), MONTH),
        ("two years ago", datetime(2023, 7, 20, 12, tzinfo=UTC), YEAR),
        ("just now", at(7, 20, 12), MINUTE),
        ("il y a 3 heures", at(7, 20, 9), HOUR),
        ("il y a environ 2 jours", at(7, 18, 12), DAY),
        ("hier", at(7, 19, 12), DAY),
        ("vor 2 Stunden", at(7, 20, 10), HOUR),
        ("vor einem Tag", at(7, 19, 12), DAY),
        ("hace 3 días", at(7, 17, 12), DAY),
        ("há 2 horas", at(7, 20, 10), HOUR),
        ("un'ora fa", at(7, 20, 11), HOUR),
        ("3 uur geleden", at(7, 20, 9), HOUR),
        ("för 2 timmar sedan", at(7, 20, 10), HOUR),
        ("3 timer siden", at(7, 20, 9), HOUR),
        ("3 tuntia sitten", at(7, 20, 9), HOUR),
        ("2 godziny temu", at(7, 20, 10), HOUR),
        ("před 2 hodinami", at(7, 20, 10), HOUR),
        ("2 órával ezelőtt", at(7, 20, 10), HOUR),
        ("acum 3 ore", at(7, 20, 9), HOUR),
        ("2 часа назад", at(7, 20, 10), HOUR),
        ("час назад", at(7, 20, 11), HOUR),
        ("2 години тому", at(7, 20, 10), HOUR),
        ("πριν από 3 ώρες", at(7, 20, 9), HOUR),
        ("3 saat önce", at(7, 20, 9), HOUR),
        ("منذ يوم واحد", at(7, 19, 12), DAY),
        ("منذ ساعتين", at(7, 20, 10), HOUR),
        ("منذ 5 دقائق", at(7, 20, 11, 55), MINUTE),
        ("۳ ساعت پیش", at(7, 20, 9), HOUR),
        ("לפני 3 שעות", at(7, 20, 9), HOUR),
        ("लगभग 2 घंटे पहले", at(7, 20, 10), HOUR),
        ("2 jam yang lalu", at(7, 20, 10), HOUR),
        ("3 giờ trước", at(7, 20, 9), HOUR),
        ("5 ชั่วโมงที่แล้ว", at(7, 20, 7), HOUR),
        ("3小时前", at(7, 20, 9), HOUR),
        ("两天前", at(7, 18, 12), DAY),
        ("3時間前", at(7, 20, 9), HOUR),
        ("3시간 전", at(7, 20, 9), HOUR),
    ],
)
def test_a_relative_time_is_resolved_against_receipt(text: str, when: datetime, precision: Precision) -> None:
    moment = TIMES.moment(text, RECEIVED)
    assert (moment.at, moment.precision, moment.source) == (when, precision, "relative")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("17-06-2025", at(6, 17)),
        ("06/17/2025", at(6, 17)),
        ("2025-06-23T08:53:47Z", datetime(2025, 6, 23, 8, 53, 47, tzinfo=UTC)),
        ("2025-06-23T10:53+02:00", at(6, 23, 8, 53)),
        ("10 Jun 2025 08:30pm", at(6, 10, 20, 30)),
        ("July 1, 2025", at(7, 1)),
        ("1er juillet 2025", None),
        ("23. Juni 2025, 14:05 Uhr", at(6, 23, 14, 5)),
        ("20 de julio de 2025", at(7, 20)),
        ("15 июня 2025 г.", at(6, 15)),
        ("2025年6月23日 14:05", at(6, 23, 14, 5)),
        ("٢٠ يونيو ٢٠٢٥", at(6, 20)),
        ("Tue, 1 Jul 2025 09:00:00 +0200", at(7, 1, 7)),
        ("3 June", at(6, 3)),
        ("31.12.2099", None),
        ("99-99-2025", None),
        ("32 January 2025", None),
    ],
)
def test_a_date_is_read_or_left_undatable(text: str, when: datetime | None) -> None:
    assert TIMES.moment(text, RECEIVED).at == when


@pytest.mark.parametrize(
    "text",
    [
        "17 juny de 2025", "17 de xuño de 2025", "17. júna 2025", "17. junija 2025", "17. lipnja 2025.", "17. jun 2025",
        "17 јуни 2025", "17 юни 2025", "2025 m. birželio 17 d.", "2025. gada 17. jūnijā", "17. juuni 2025",
        "17. júní 2025", "17 Junie 2025", "17 qershor 2025", "17 iyun 2025", "17 маусым 2025", "17 ივნისი, 2025",
        "17 հունիսի, 2025", "۱۷ ژوئن ۲۰۲۵", "17 جون 2025", "17 ביוני 2025", "১৭ জুন ২০২৫", "17 जून 2025", "१७ जून २०२५",
        "17 ஜூன் 2025", "17 జూన్ 2025", "17 જૂન 2025", "17 ਜੂਨ 2025", "17 Juni 2025", "Hunyo 17, 2025",
        "17 tháng 6, 2025", "ngày 17 tháng 6 năm 2025", "17 มิถุนายน 2568", "17 มิ.ย. 2568", "17/06/2568",
        "2025. június 17.", "tiistai 17. kesäkuuta 2025",
    ],
)
def test_a_date_is_read_in_the_languages_of_relative_times(text: str) -> None:
    assert TIMES.moment(text, RECEIVED).at == at(6, 17)
    assert [found.at for found in DATES.find(f"Anna Berg | {text} | 12:00")] == [at(6, 17)]


def test_a_month_of_two_figures_is_not_read_as_one_of_one() -> None:
    assert TIMES.moment("5 tháng 11 2024", RECEIVED).at == datetime(2024, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("timea day ago", Stamp("a day ago")),
        ("time14 minutes ago", Stamp("14 minutes ago")),
        ("Time3 hours ago", Stamp("3 hours ago", "Time")),
        ("Yahoo01-06-2025", Stamp("01-06-2025", "Yahoo")),
        ("تليكسبريسمنذ يوم واحد", Stamp("منذ يوم واحد", "تليكسبريس")),
        ("Bay News 3 hours ago", Stamp("3 hours ago", "Bay News")),
        ("Published: 2 days ago", Stamp("2 days ago")),
        ("North Gazette | June 2, 2025 | World", Stamp("June 2, 2025", "North Gazette", ("World",))),
        ("vor einem Tag · Nordkurier", Stamp("vor einem Tag", "Nordkurier")),
        ("Sada - El Balad", None),
        ("The storm hit the town three hours ago", None),
        ("Budget for 2025", None),
        ("Council to meet on 12 June 2025", None),
        ("5 min read", None),
        ("In the year 2000", None),
    ],
)
def test_a_line_is_told_from_a_time_with_its_publisher(line: str, stamp: Stamp | None) -> None:
    assert TIMES.stamp(line) == stamp


def test_a_time_of_the_future_leaves_the_article_undated() -> None:
    article = articles("Wall opens\nBay Paper | 31.12.2099\nThe wall is open. It was time.")[0]
    assert (article.published_text, article.published_at, article.published_from) == ("31.12.2099", None, None)
