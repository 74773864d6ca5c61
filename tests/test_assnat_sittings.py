"""Sittings: of the month and the session that the page says, whatever stands before a label."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from scrapy import Request

from spiders.archive import Answer, Recorder
from spiders.assnat_sittings import WrongMonthError
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import SessionFacts, SittingFacts
from spiders.sources import read_register
from spiders.tryout import read_page
from spiders.visit import Trip
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of
from tests.visiting import one as visit_one

SOURCE = "assnat_sittings"
PAGE = FOLDER / SOURCE / "2026-11-20.html"
URL, BODY = golden_of(PAGE)["url"], PAGE.read_bytes()
OLD, NEWEST = URL.replace("index", "51-2/index"), URL.replace("index", "52-1/index")
FORM = "ctl00$ColCentre$ContenuColonneGauche"


def requests(
    url: str, body: bytes, since: str | None, known: tuple[str, ...] = ()
) -> list[Request]:
    """Give what the spider asks for, its last good visit having begun at noon of that day."""
    spider = spider_of(SOURCE, known)
    moment = datetime.fromisoformat(f"{since}T12:00-05:00") if since else None
    spider.errand = replace(spider.errand, since=moment)
    callback = spider.parse_month  # type: ignore[attr-defined]
    return [one for one in callback(answer(url, body)) if isinstance(one, Request)]


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


def test_a_page_of_another_session_than_the_newest_is_told_and_left_for_it() -> None:
    page = PAGE.with_name("2026-11-20-month.html").read_bytes()
    found = read(spider_of(SOURCE), URL, page)
    assert found["asks"] == [NEWEST]
    (issue,) = found["tells"]
    assert (issue["code"], issue["about"]) == ("wrong-session", "51-2 ≠ 52-1")
    assert read(spider_of(SOURCE), OLD, page)["tells"] == []


@pytest.mark.parametrize(
    ("since", "months"),
    [
        (None, []),
        ("2026-03-31", []),
        ("2026-02-28", ["202602"]),
        ("2026-01-05", ["202602", "202601"]),
        ("2024-12-01", ["202602", "202601"]),
    ],
)
def test_the_months_since_the_last_good_visit_are_asked_of_the_form(
    since: str | None, months: list[str]
) -> None:
    page = PAGE.with_name("2026-11-20-month.html").read_bytes()
    asked = requests(OLD, page, since)
    assert [one.url for one in asked] == [f"{OLD}?MoisAnnee={month}" for month in months]
    for request, month in zip(asked, months, strict=True):
        sent = dict(parse_qsl(request.body.decode()))
        assert (request.method, sent["__VIEWSTATE"]) == ("POST", "/wEPDwU")
        assert sent[f"{FORM}$ddlChoixMoisAnnee$MoisAnnee"] == month
        assert sent[f"{FORM}$btnRechercher"] == "Rechercher"
        assert sent[f"{FORM}$ddlChoixSession"].endswith("/51-2/index.html")


def test_a_month_that_could_not_be_had_is_asked_for_until_it_is() -> None:
    page = PAGE.with_name("2026-11-20-month.html").read_bytes()

    def asked(*months: str) -> list[str]:
        known = tuple(f"{URL}?MoisAnnee={month}" for month in months)
        return [one.url[-6:] for one in requests(OLD, page, "2026-03-31", known)]

    assert asked("202601") == ["202602"]
    assert asked("202601", "202602") == []
    assert asked("202602") == []


def test_a_session_that_ended_since_the_last_good_visit_is_asked_for() -> None:
    def sessions(since: str) -> list[str]:
        return [one.url for one in requests(URL, BODY, since) if "?" not in one.url]

    assert sessions("2026-08-28") == []
    assert sessions("2026-08-27") == [OLD]
    assert sessions("2024-10-11") == [OLD, OLD.replace("51-2", "51-1")]


def test_another_month_than_the_one_asked_is_noticed_and_nothing_kept_of_it() -> None:
    page = PAGE.with_name("2026-11-20-month.html").read_bytes()
    spider, kept = spider_of(SOURCE), []
    callback = spider.parse_month  # type: ignore[attr-defined]
    with pytest.raises(WrongMonthError, match="Mars 2026 ≠ 202602"):
        kept += callback(answer(f"{OLD}?MoisAnnee=202602", page))
    with pytest.raises(WrongMonthError):
        kept += callback(answer(f"{OLD}?MoisAnnee=202603", page.replace(b"lblMois", b"lbl")))
    assert kept == []


def test_a_visit_tells_of_a_month_that_is_another_and_keeps_the_rest(tmp_path: Path) -> None:
    old = PAGE.with_name("2026-11-20-month.html").read_bytes()
    recorder, kind = Recorder(tmp_path, NOW.date()), [("Content-Type", "text/html; charset=utf-8")]
    recorder.write("https://www.assnat.qc.ca/robots.txt", Answer(200, [], b""), NOW)
    january = old.replace(b"Mars 2026", b"Janvier 2026").replace(b"10 mars", b"27 janvier")
    months = {f"{URL}?MoisAnnee=202601": january, f"{URL}?MoisAnnee=202602": old}
    for url, body in {URL: old, NEWEST: BODY, **months}.items():
        recorder.write(url, Answer(200, kind, body), NOW)
    since = datetime(2026, 1, 20, tzinfo=UTC)
    errand = Errand(read_register()[SOURCE], since=since)
    found = visit_one(errand, Trip(now=NOW, home=tmp_path, replay=recorder.path))
    assert sorted(found.codes) == ["wrong-month", "wrong-session"]
    titles = [title for title in found.titles if title.startswith("Le ")]
    assert sorted(titles) == [
        "Le jeudi 19 novembre 2026",
        "Le mardi 10 mars 2026",
        "Le mardi 27 janvier 2026",
        "Le mercredi 18 novembre 2026",
    ]
    assert f"{URL}?MoisAnnee=202601" in {page.url for page in found.visit.pages}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("journal", "18 novembre 2026", "18 brumaire"),
        ("journal", "Vol.", "Volume"),
        ("journal", "52<sup>", "53<sup>"),
        ("committee-en", "Wednesday, May 20, 2026", "Someday"),
        ("committee-en", "51st Legislature", "50th Legislature"),
        ("committee-en", "Legislature", "Parliament"),
    ],
)
def test_a_journal_of_no_day_or_of_another_session_is_noticed(
    name: str, before: str, after: str
) -> None:
    page = PAGE.with_name(f"2026-11-20-{name}.html")
    body = page.read_text(encoding="utf-8").replace(before, after)
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), golden_of(page)["url"], body.encode())


def test_only_what_people_see_counts_as_a_change() -> None:
    hidden = BODY.replace(b"/wEPDwU", b"/wEPDwX")
    spider = spider_of(SOURCE)
    assert spider.seen_part(answer(URL, hidden)) == spider.seen_part(answer(URL, BODY))
