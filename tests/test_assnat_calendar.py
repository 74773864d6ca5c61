"""The calendar: a week is the one that was asked, and none of its days is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from spiders.assnat_calendar import WrongWeekError
from spiders.errors import PageChangedError
from spiders.items import WeekFacts
from spiders.sources import read_register
from spiders.tryout import read_page
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of

SOURCE = "assnat_calendar"
WEEKS = ("09-21", "09-28", "10-05", "10-12", "10-19", "10-26", "11-02", "11-09")
PAGE = FOLDER / SOURCE / "2026-11-20.html"
URL, BODY = golden_of(PAGE)["url"], PAGE.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Semaine du", "Horaire du"),
        ("Mercredi 18 novembre", "Mercredi 25 novembre"),
        ("16 novembre 2026", "17 novembre 2026"),
        ('<th scope="col"><b>Soirée</b></th>', ""),
        ("<table", "<div"),
    ],
)
def test_another_week_than_the_one_it_says_is_noticed(before: str, after: str) -> None:
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), URL, BODY.replace(before.encode(), after.encode()))


def test_another_week_than_the_one_asked_for_is_noticed() -> None:
    assert read(spider_of(SOURCE), f"{URL}?Date=2026-11-20", BODY)["items"]
    with pytest.raises(WrongWeekError, match="2026-11-23"):
        read(spider_of(SOURCE), f"{URL}?Date=2026-11-23", BODY)


def test_a_calendar_that_is_not_of_today_is_told() -> None:
    spider = spider_of(SOURCE, now=NOW + timedelta(days=7))
    (issue,) = read(spider, URL, BODY)["tells"]
    assert (issue["code"], issue["about"]) == ("wrong-week", "2026-11-16 ≠ 2026-11-23")


@pytest.mark.parametrize(
    ("days", "weeks"),
    [
        (None, []),
        (0, []),
        (4, []),  # Monday of this week
        (5, ["2026-11-09"]),
        (12, ["2026-11-02", "2026-11-09"]),
        (400, [f"2026-{day}" for day in WEEKS]),
    ],
)
def test_the_weeks_missed_are_asked_for_eight_at_most(days: int | None, weeks: list[str]) -> None:
    spider = spider_of(SOURCE)
    since = None if days is None else NOW - timedelta(days=days)
    spider.errand = replace(spider.errand, since=since)
    asks = read(spider, URL, BODY)["asks"]
    assert asks == [f"{URL}?Date={monday}" for monday in (*weeks, "2026-11-23")]


def test_a_week_missed_leads_to_no_other() -> None:
    spider = spider_of(SOURCE, now=NOW + timedelta(days=14))
    assert read(spider, f"{URL}?Date=2026-11-16", BODY)["asks"] == []


def test_the_next_three_weeks_are_asked_for_no_further() -> None:
    def asks(days: int) -> list[str]:
        spider = spider_of(SOURCE)
        spider.now = NOW - timedelta(days=days)
        asked: list[str] = read(spider, URL, BODY)["asks"]
        return asked

    assert asks(4) == [f"{URL}?Date=2026-11-23"]
    assert asks(18) == [f"{URL}?Date=2026-11-23"]
    assert asks(19) == []


def test_the_next_week_is_asked_for_where_no_link_leads_to_it() -> None:
    body = BODY.replace(b"?Date=2026-11-23", b"")
    assert read(spider_of(SOURCE), URL, body)["asks"] == [f"{URL}?Date=2026-11-23"]


AGRICULTURE = (
    "Commission de l'agriculture, des pêcheries, de l'énergie et des ressources naturelles"
)
CITIZENS = "/fr/travaux-parlementaires/commissions/crc/index.html"


@pytest.mark.parametrize(
    ("activity", "committee"),
    [
        ("13 h 40<br/>Séance de l'Assemblée", ""),
        (f"{AGRICULTURE} : étude détaillée", AGRICULTURE),
        (f"{AGRICULTURE}, salle RC.171", AGRICULTURE),
        ("Commission des institutions<br/>Consultations générales sur un livre", "@institutions"),
        ("Commission des institutions Étude détaillée du projet de loi n° 3", "@institutions"),
        (f"<a href='{CITIZENS}'>Commission des citoyens</a> sujet de la séance", "@citoyens"),
        ("Committee on Agriculture, Fisheries, Energy and Natural Resources: hearings",
         "Committee on Agriculture, Fisheries, Energy and Natural Resources"),
        ("Committee on Culture and Education Clause-by-clause consideration of Bill 94",
         "Committee on Culture and Education"),
    ],
)  # fmt: skip
def test_the_committee_of_an_activity_is_named_whole(activity: str, committee: str) -> None:
    page = PAGE.with_name("2026-11-20-new-year.html")
    nothing = "Aucune activité n'est prévue"
    body = page.read_text(encoding="utf-8").replace(nothing, activity, 1)
    facts = read(spider_of(SOURCE), golden_of(page)["url"], body.encode())["items"][1]["facts"]
    assert facts["committee"] == committee.replace("@", "Commission des ")


def test_a_week_without_activity_says_so() -> None:
    page = PAGE.with_name("2026-11-20-new-year.html")
    (item,) = read_page(page.read_bytes(), golden_of(page)["url"], read_register(), NOW)
    assert isinstance(item.facts, WeekFacts)
    assert item.facts.activities == 0


def test_the_week_is_read_again_each_day() -> None:
    spider = spider_of(SOURCE)
    today = spider.seen_part(answer(URL, BODY))
    spider.now = NOW + timedelta(days=1)
    assert spider.seen_part(answer(URL, BODY)) != today
