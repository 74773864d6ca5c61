"""The pre-budget consultations: a page that serves every year, its days without their year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from spiders.errors import PageChangedError
from spiders.items import ConsultationFacts
from spiders.sources import read_register
from spiders.tryout import read_page
from tests.frozen import FOLDER, NOW, answer, spider_of

SOURCE = "finances_prebudgetaire"
URL = read_register()[SOURCE].url
OPEN = (FOLDER / SOURCE / "2026-01-20-open.html").read_text(encoding="utf-8")
OVER = (FOLDER / SOURCE / "2026-11-20-over.html").read_text(encoding="utf-8")
JANUARY = datetime(2026, 1, 20, 12, tzinfo=UTC)


def facts(page: str, now: datetime) -> ConsultationFacts:
    (item,) = read_page(page.encode(), URL, read_register(), now)
    assert isinstance(item.facts, ConsultationFacts)
    assert item.url == item.facts.url
    return item.facts


def test_the_budget_gives_its_year_to_the_last_day() -> None:
    for now, status in ((JANUARY, "open"), (NOW, "closed")):
        found = facts(OPEN, now)
        assert found.brief_deadline == date(2026, 2, 13)
        assert {one.kind.value for one in found.deadlines} == {"brief", "online"}
        assert all(one.sure for one in found.deadlines)
        assert found.status == status
    assert found.opens == date(2026, 1, 8)


def test_every_budget_is_a_consultation_of_its_own() -> None:
    later = OPEN.replace("2026&#8209;2027", "2027-2028").replace("8 janvier 2026", "7 janvier 2027")
    found = facts(later, datetime(2027, 1, 20, tzinfo=UTC))
    assert found.url == f"{URL}#2027-2028" != facts(OPEN, JANUARY).url
    assert found.brief_deadline == date(2027, 2, 13)


def test_without_a_budget_a_day_without_its_year_is_not_sure() -> None:
    bare = OPEN.replace("2026&#8209;2027", "").replace(" 2026", "").replace("2025-2026", "")
    found = facts(bare, JANUARY)
    assert {(one.date, one.sure) for one in found.deadlines} == {(date(2026, 2, 13), False)}
    assert found.url == URL


def test_consultations_that_are_over_ask_nothing() -> None:
    found = facts(OVER, NOW)
    assert (found.deadlines, found.status) == ((), "closed")
    assert facts(OVER.replace("sont terminées", "suivront"), NOW).status is None


def test_the_page_is_read_each_day() -> None:
    def seen(now: datetime) -> bytes:
        return spider_of(SOURCE, now=now).seen_part(answer(URL, OPEN.encode()))

    assert seen(NOW) != seen(JANUARY)
    assert seen(NOW) == seen(NOW)


def test_a_page_of_something_else_is_noticed() -> None:
    for page in (
        OPEN.replace("prébudgétaires", "publiques"),
        OPEN.replace("h1", "p").replace("<title>Consultations prébudgétaires", "<title>Accueil"),
    ):
        with pytest.raises(PageChangedError):
            facts(page, JANUARY)
