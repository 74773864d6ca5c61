"""Dates of feeds: every form that is read, every form that is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spiders.dates import feed_date

READ = {
    "Fri, 20 Nov 2026 06:45:59 -0500": "2026-11-20T11:45:59",
    "mar., 03 nov. 2026 10:00:00 -0500": "2026-11-03T15:00:00",
    "mardi, le 3 novembre 2026 à 10 h 30 HNE": "2026-11-03T15:30:00",
    "lun. 1er févr. 2027 8h HNP": "2027-02-01T16:00:00",
    "Seg, 24 Ago 2026 19:42:40 -0300": "2026-08-24T22:42:40",
    "Thu,28 Jul 2026 4:35:5 GMT+9": "2026-07-27T19:35:05",
    "Tue, 21 Aug 2026 10:33:00 EST": "2026-08-21T15:33:00",
    "Fri, 1 Nov 2026 13:16:54 EDT": "2026-11-01T17:16:54",
    "Sat, 07 Jan 17 00:18 GMT": "2017-01-07T00:18:00",
    "Fri, 18 Mar 2022 16:05:59 -0400 (EDT)": "2022-03-18T20:05:59",
    "November 3rd, 2026 12:45 p.m. EST": "2026-11-03T17:45:00",
    "2026-11-03T10:00:00.123Z": "2026-11-03T10:00:00",
    "2026-11-03T10:00-05:00": "2026-11-03T15:00:00",
    "2026/1/10 14:33:00 +0000": "2026-01-10T14:33:00",
    "Sunday, 06-Nov-94 08:49:37 GMT": "1994-11-06T08:49:37",
    "Sun Nov  6 08:49:37 EST 2016": "2016-11-06T13:49:37",
    "Fri Nov 20 2026 06:45:59 GMT-0500 (heure normale de l’Est)": "2026-11-20T11:45:59",
    "Fri, 20 Nov 2026 06:45:59 UTC-5": "2026-11-20T11:45:59",
    "Fri, 20 Nov 2026 06:45:59 -0000": "2026-11-20T06:45:59",
    "2026-11-20 06:45:59 -0500 EST": "2026-11-20T11:45:59",
    "2026-11-20T06:45:59−05:00": "2026-11-20T11:45:59",
    "2026-11-20T06:45:59+05:30": "2026-11-20T01:15:59",
    "vendredi 20 novembre 2026, 6 h 45 (HNE)": "2026-11-20T11:45:00",
    "Nov 20, 2026, 06:45 ET": "2026-11-20T11:45:00",
    "20 juil. 2026, 06:45 HE": "2026-07-20T10:45:00",
    "2026-07-20 06:45:59 America/Toronto": "2026-07-20T10:45:59",
    "Fri, 20 Nov 2026 12:05 AM EST": "2026-11-20T05:05:00",
    "Mo, 20 Okt 2025 06:45:59 +0200": "2025-10-20T04:45:59",
    "lun, 20 ene 2025 06:45:59 +0100": "2025-01-20T05:45:59",
}
DAYS = {
    "2026-11-03": "2026-11-03T05:00:00",
    "September 17, 2026": "2026-09-17T04:00:00",
    "le 3 novembre 2026": "2026-11-03T05:00:00",
    "20 de noviembre de 2026": "2026-11-20T05:00:00",
    "20. März 2026": "2026-03-20T04:00:00",
    "２０２６-１１-０３": "2026-11-03T05:00:00",
    "29 février 2024": "2024-02-29T05:00:00",
    "20 Nov 26": "2026-11-20T05:00:00",
}
LEFT = [
    *("", "hier", "2026", "2026-11", "20261103", "03/11/2026", "2026-13-01", "2026-02-30"),
    *("2 jui 2026", "3 2026 11", "31 Feb 2026 10:00 GMT", "2026-11-03T24:30:00Z"),
    *("2020/1/10 14:33:00", "2026-11-03T10:00:00", "lundi 3 novembre 2026 10 h 30"),
    *("Tue, 3 Nov 2026 10:00:00 IST", "Tue, 3 Nov 2026 10:00:00 +9900", "3 Nov 2026 13:00 pm EST"),
    *("Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00"),
    *("11/20/2026 06:45 PM", "20-11-26", "26-11-20", "2026.11.20", "November 2026", "mar 2026"),
    *("2026-W47-5", "2026-324", "20261120T064559", "2026-11-20Z", "2026-11-20-05:00"),
    *("1795157159", "1795157159000", "0000-00-00 00:00:00", "٢٠٢٦-١١-٢٠", "2026年11月20日"),
    *("Fri, 20 Nov 2026 24:00:00 GMT", "Fri, 20 Nov 2026 23:59:60 GMT", "29 Feb 2025"),
    *("Fri, 20 Nov 2026 06:45 BST", "Fri, 20 Nov 2026 06:45 A", "Fri, 20 Nov 2026 06:45"),
    *("Sun Nov  6 08:49:37 2016", "Fri, 20 Nov 2026 10:00 +0500 GMT", "20 Nov 2026 0:30 AM EST"),
    *("Mon, 30 Nov -0001 00:00:00 +0000", "20 Nov 102 10:00 GMT", "il y a 3 heures", "today"),
    "Fri, 20 Nov 2026 06:45:59 -0500" + " " * 100,
]


@pytest.mark.parametrize(("words", "moment"), (READ | DAYS).items())
def test_a_date_with_its_zone_is_read_and_a_day_is_one_in_toronto(words: str, moment: str) -> None:
    assert feed_date(words) == datetime.fromisoformat(f"{moment}+00:00")


@pytest.mark.parametrize("words", LEFT)
def test_a_date_that_is_not_sure_is_no_date(words: str) -> None:
    assert feed_date(words) is None


def test_a_date_more_than_two_days_ahead_is_no_date() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert feed_date("2026-11-22T12:00:00Z", now) == now + timedelta(days=2)
    assert feed_date("2026-11-22T12:00:01Z", now) is None
