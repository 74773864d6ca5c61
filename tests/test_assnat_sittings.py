"""Sittings: of the month and the session that the page says, whatever stands before a label."""

from __future__ import annotations

import pytest

from spiders.errors import PageChangedError
from spiders.items import SessionFacts, SittingFacts
from spiders.sources import read_register
from spiders.tryout import read_page
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of

SOURCE = "assnat_sittings"
PAGE = FOLDER / SOURCE / "2026-11-20.html"
URL, BODY = golden_of(PAGE)["url"], PAGE.read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mercredi 18 novembre 2026", "mercredi 18 mars 2026"),
        ("Novembre 2026", "Mars 2026"),
        ("lblMoisCourant", "lblMois"),
        ("mercredi 18 novembre 2026", "mercredi 18 novembre"),
        ("52<sup>e</sup> législature, 1<sup>re</sup> session", "51e législature, 2e session"),
        ("ddlChoixSession", "ddlSession"),
        ("gislature", "gislation"),
    ],
)
def test_another_month_or_session_than_the_one_it_says_is_noticed(before: str, after: str) -> None:
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), URL, BODY.replace(before.encode(), after.encode()))


def test_another_session_than_the_one_asked_for_is_noticed() -> None:
    assert read(spider_of(SOURCE), URL.replace("index", "52-1/index"), BODY)["items"]
    for place in ("51-2/index", "53-1/index"):
        with pytest.raises(PageChangedError):
            read(spider_of(SOURCE), URL.replace("index", place), BODY)


@pytest.mark.parametrize("prefix", ["", "Session en cours - ", "Nouvelle session : "])
def test_the_session_that_goes_on_is_found_whatever_precedes_it(prefix: str) -> None:
    body = BODY.replace(b"Session en cours - ", prefix.encode())
    facts = [item.facts for item in read_page(body, URL, read_register(), NOW)]
    sessions = [one for one in facts if isinstance(one, SessionFacts)]
    assert [(one.legislature, one.session) for one in sessions if one.current] == [(52, 1)]


def test_a_cancelled_sitting_is_told() -> None:
    facts = [item.facts for item in read_page(BODY, URL, read_register(), NOW)]
    sittings = [one for one in facts if isinstance(one, SittingFacts)]
    assert [one.cancelled for one in sittings] == [True, False]


def test_only_what_people_see_counts_as_a_change() -> None:
    hidden = BODY.replace(b"/wEPDwU", b"/wEPDwX")
    spider = spider_of(SOURCE)
    assert spider.seen_part(answer(URL, hidden)) == spider.seen_part(answer(URL, BODY))
