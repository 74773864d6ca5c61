"""The calendar: a week is the one that was asked, and none of its days is guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from spiders.errors import PageChangedError
from spiders.items import WeekFacts
from spiders.sources import read_register
from spiders.tryout import read_page
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of

SOURCE = "assnat_calendar"
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
    with pytest.raises(PageChangedError, match="2026-11-23"):
        read(spider_of(SOURCE), f"{URL}?Date=2026-11-23", BODY)


def test_the_next_three_weeks_are_asked_for_no_further() -> None:
    def asks(days: int) -> list[str]:
        spider = spider_of(SOURCE)
        spider.now = NOW - timedelta(days=days)
        asked: list[str] = read(spider, URL, BODY)["asks"]
        return asked

    assert asks(4) == [f"{URL}?Date=2026-11-23"]
    assert asks(18) == [f"{URL}?Date=2026-11-23"]
    assert asks(19) == []


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
