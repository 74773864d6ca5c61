"""The committees of the House of Commons: no day is guessed, no parliament is written in code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from spiders.base import spider_for
from spiders.errors import PageChangedError
from spiders.sources import read_register
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of

HUMA, FINA = "commons_huma", "commons_fina"
PAGE = FOLDER / HUMA / "2026-11-20.html"
STUDY = FOLDER / HUMA / "2026-11-20-study.html"
URL, BODY = golden_of(PAGE)["url"], PAGE.read_text(encoding="utf-8")
ENGLISH = FOLDER / FINA / "2026-11-20.html"
CALL = "La date limite pour soumettre un mémoire est le vendredi 15 janvier 2027"


def told(*changes: tuple[str, str], page: Any = PAGE, **other: Any) -> dict[str, Any]:
    body = page.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in body
        body = body.replace(before, after)
    spider = spider_of(page.parent.name, other.get("known", ()))
    spider.now += timedelta(days=other.get("later", 0))
    found: dict[str, Any] = read(spider, other.get("url", golden_of(page)["url"]), body.encode())
    return found


def days(*changes: tuple[str, str], **other: Any) -> dict[str, str]:
    return {
        item["key"]: item["facts"]["date"]
        for item in told(*changes, **other)["items"]
        if item["kind"] == "other"
    }


def call(*changes: tuple[str, str], **other: Any) -> dict[str, Any] | None:
    (item,) = told(*changes, page=STUDY, **other)["items"]
    found: dict[str, Any] | None = item["facts"]["consultation"]
    return found


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("Demain", "2026-11-21"),
        ("Tomorrow", "2026-11-21"),
        ("En cours", "2026-11-20"),
        ("In Progress", "2026-11-20"),
        ("Plus tard aujourd’hui", "2026-11-20"),
        ("Earlier Today", "2026-11-20"),
        ("Today", "2026-11-20"),
        ("Yesterday", "2026-11-19"),
        ("Hier", "2026-11-19"),
        ("Tuesday, December 1, 2026", "2026-12-01"),
        ("Le mardi 1er décembre 2026", "2026-12-01"),
    ],
)
def test_a_label_is_a_day_by_the_clock_of_the_visit(label: str, day: str) -> None:
    assert days(("Demain", label))["meeting/800104"] == day


def test_the_day_turns_in_ottawa_not_in_greenwich() -> None:
    spider = spider_of(HUMA)
    spider.now = NOW.replace(day=21, hour=3)
    items = read(spider, URL, BODY.encode())["items"]
    (day,) = (i["facts"]["date"] for i in items if i["key"] == "meeting/800104")
    assert day == "2026-11-21"


def test_the_day_in_the_markup_is_surer_than_a_label() -> None:
    later = days(("En cours", "Demain"))
    assert later["meeting/800103"] == "2026-11-20"
    assert days(("Le mercredi 18 novembre 2026", "Hier"))["meeting/800102"] == "2026-11-18"


def test_a_meeting_of_no_day_is_told_and_left() -> None:
    found = told()
    assert "meeting/800107" not in days()
    assert [(one["code"], one["about"]) for one in found["tells"]] == [
        ("unknown-label", "Suspendue")
    ]


def test_a_meeting_called_off_says_so() -> None:
    off = [i["key"] for i in told()["items"] if i["facts"].get("cancelled")]
    assert off == ["meeting/800106"]
    by_words = told(("En cours", "Annulée"), ("Accès aux terrains", "Fête annulée aux terrains"))
    off = [i["key"] for i in by_words["items"] if i["facts"].get("cancelled")]
    assert off == ["meeting/800103", "meeting/800106"]


def test_a_meeting_to_come_is_not_published_yet() -> None:
    to_come = {i["key"] for i in told()["items"] if i["kind"] == "other" and not i["published_at"]}
    assert to_come == {"meeting/800104", "meeting/800105", "meeting/800106"}


def test_the_session_is_the_one_that_the_page_names() -> None:
    (item, *_) = told()["items"]
    assert (item["facts"]["legislature"], item["facts"]["session"]) == (61, 1)
    (item, *_) = told(("/61-1/", "/62-3/"))["items"]
    assert (item["facts"]["legislature"], item["facts"]["session"]) == (62, 3)


def test_a_page_without_meetings_leads_to_the_newest_session_of_its_selector() -> None:
    none = PAGE.with_name("2026-11-20-none.html")
    newest = f"{URL}?parl=61&session=1"
    assert told(page=none)["asks"] == [newest]
    assert told(page=none, url=newest)["asks"] == []
    assert told(("parl=60&amp;session=2", "parl=62&amp;session=1"), page=none)["asks"] == [
        f"{URL}?parl=62&session=1"
    ]


def test_a_page_without_meetings_nor_sessions_is_noticed() -> None:
    none = PAGE.with_name("2026-11-20-none.html")
    with pytest.raises(PageChangedError, match="or a session"):
        told(("parl=", "parlement="), page=none)


def test_routine_is_no_study() -> None:
    studies = {i["key"] for i in told()["items"] if i["kind"] == "mandate"}
    assert studies == {"study/90101", "study/90102", "study/90104"}
    asked = told(page=ENGLISH)["asks"]
    assert [url.rpartition("=")[2] for url in asked] == ["90201"]


def test_a_study_under_way_is_read_again_an_old_one_once() -> None:
    asked = told()["asks"]
    assert told(known=tuple(asked))["asks"] == asked[:2]


def test_a_study_of_a_bill_names_it_with_its_session() -> None:
    bills = {i["key"]: i["facts"].get("bill") for i in told()["items"] if i["kind"] == "mandate"}
    assert bills["study/90102"] == {"number": "C-901", "legislature": 61, "session": 1}
    assert bills["study/90101"] is None


def test_a_call_for_briefs_gives_its_last_day() -> None:
    found = call()
    assert found
    assert (found["kind"], found["brief_deadline"], found["status"]) == (
        "general",
        "2027-01-15",
        "open",
    )
    assert found["parliament"] == "ca"


def test_a_call_is_closed_the_day_after_its_last() -> None:
    found = call(later=(NOW.replace(year=2027, month=1, day=16) - NOW).days)
    assert found
    assert found["status"] == "closed"


def test_a_call_by_invitation_says_so() -> None:
    found = call(("Guide</a>", "Guide</a> Sur invitation seulement."))
    assert found
    assert found["kind"] == "special"


def test_a_study_that_gives_no_last_day_is_no_consultation() -> None:
    assert call((CALL, "Un mémoire est bienvenu")) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("/HUMA/", "/SECU/"), ("h2>", "p>")],
    ids=["of another committee", "without a title"],
)
def test_another_page_than_that_of_a_study_is_noticed(before: str, after: str) -> None:
    url = golden_of(STUDY)["url"]
    with pytest.raises(PageChangedError):
        told((before, after), ("/fr/HUMA?", "/fr/SECU?"), page=STUDY, url=url)


def test_nothing_leads_where_robots_may_not_go() -> None:
    for page in (PAGE, STUDY, ENGLISH):
        found = told(page=page)
        links = [link["url"] for item in found["items"] for link in item["facts"]["links"]]
        for url in (*links, *found["asks"], *(item["url"] for item in found["items"])):
            assert not any(
                f"/{no}/" in url.lower() for no in ("search", "embed", "parldatawidgets")
            )


def test_each_committee_reads_its_own_pages() -> None:
    register = read_register()
    for code, source in (("HUMA", HUMA), ("FINA", FINA)):
        for page in ("Meetings?parl=45&session=1", "StudyActivity?studyActivityId=1"):
            url = f"https://www.ourcommons.ca/Committees/en/{code}/{page}"
            assert spider_for(url, register).source.id == source


def test_the_list_is_read_again_each_day_a_study_when_a_day_of_it_is_past() -> None:
    spider = spider_of(HUMA)
    pages = [answer(golden_of(page)["url"], page.read_bytes()) for page in (PAGE, STUDY)]
    first = [spider.seen_part(page) for page in pages]
    spider.now = NOW + timedelta(days=1)
    second = [spider.seen_part(page) for page in pages]
    assert (first[0] != second[0], first[1] == second[1]) == (True, True)
    spider.now = NOW + timedelta(days=60)
    assert spider.seen_part(pages[1]) != first[1]
