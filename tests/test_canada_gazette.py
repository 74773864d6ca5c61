"""The Canada Gazette: its issues, what is in them, and until when a draft is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from spiders.errors import NotAFeedError, PageChangedError
from spiders.sources import read_register
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of

P1, P2 = "canada_gazette_p1", "canada_gazette_p2"
FEED = FOLDER / P1 / "2026-11-20.xml"
ISSUE = FOLDER / P1 / "2026-11-20-issue.html"
DRAFT = FOLDER / P1 / "2026-11-20-draft.html"
DELAY = "dans les 60 jours suivant la date de publication du présent avis"


def told(page: Any, *changes: tuple[str, str], url: str = "", **other: Any) -> dict[str, Any]:
    body = page.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in body
        body = body.replace(before, after)
    spider = spider_of(page.parent.name, other.get("known", ()))
    spider.now = other.get("now", NOW)
    found: dict[str, Any] = read(spider, url or golden_of(page)["url"], body.encode())
    return found


def draft(*changes: tuple[str, str], **other: Any) -> dict[str, Any]:
    facts: dict[str, Any] = told(DRAFT, *changes, **other)["items"][0]["facts"]
    return facts


def last_day(*changes: tuple[str, str], **other: Any) -> list[tuple[str, bool]]:
    return [(one["date"], one["sure"]) for one in draft(*changes, **other)["deadlines"]]


def test_the_last_day_to_comment_is_counted_from_the_publication() -> None:
    assert last_day() == [("2027-01-13", True)]
    assert last_day((DELAY, DELAY.replace("60", "30"))) == [("2026-12-14", True)]
    assert last_day((DELAY, DELAY.replace("60", "trente"))) == [("2026-12-14", True)]


def test_the_day_of_publication_is_that_of_the_issue_whatever_the_page_declares() -> None:
    assert last_day(('content="2026-11-14"', 'content="2026-11-30"')) == [("2027-01-13", True)]


def test_a_day_that_the_notice_prints_is_taken() -> None:
    assert last_day((DELAY, "au plus tard le 20 décembre 2026")) == [("2026-12-20", True)]


def test_no_last_day_is_guessed() -> None:
    facts = draft((DELAY, "par écrit"))
    assert (facts["deadlines"], facts["status"]) == ([], None)


def test_an_english_notice_is_read_too() -> None:
    english = (
        "Interested persons may make representations concerning the proposed Regulations"
        " within 75 days after the date of publication of this notice."
    )
    body = (
        f"<html><body><main><h1>Canada Gazette, Part I, Volume 160, Number 46: Slides</h1>"
        f"<p><strong>Sponsoring department</strong><br>Department of Slides</p>"
        f"<p>Notice is given that the Minister proposes to make the annexed Regulations.</p>"
        f"<p>{english}</p></main></body></html>"
    )
    url = golden_of(DRAFT)["url"].replace("-fra", "-eng")
    (item,) = read(spider_of(P1), url, body.encode())["items"]
    assert (item["title"], item["lang"]) == ("Slides", "en")
    assert item["facts"]["held_by"] == "Department of Slides"
    assert [one["date"] for one in item["facts"]["deadlines"]] == ["2027-01-28"]


@pytest.mark.parametrize(("day", "status"), [("2027-01-13", "open"), ("2027-01-14", "closed")])
def test_a_draft_is_open_to_the_end_of_its_last_day(day: str, status: str) -> None:
    assert draft(now=datetime.fromisoformat(f"{day}T22:00:00+00:00"))["status"] == status


def test_the_page_that_stands_for_a_missing_one_is_no_issue() -> None:
    lost = b"""<html><head><title>Nous ne pouvons trouver cette page Web (Erreur 404)</title></head>
    <body><main><h1>Erreur 404</h1><a href="./index-fra.html">accueil</a></main></body></html>"""
    for page in (ISSUE, DRAFT):
        with pytest.raises(PageChangedError, match="not the one of an error"):
            read(spider_of(P1), golden_of(page)["url"], lost)


def test_an_issue_that_lists_nothing_and_does_not_say_so_is_noticed() -> None:
    empty = b"<html><body><main><h1>Partie I</h1></main></body></html>"
    with pytest.raises(PageChangedError, match="what an issue publishes"):
        read(spider_of(P1), golden_of(ISSUE)["url"], empty)


def test_a_feed_without_issues_is_noticed() -> None:
    body = FEED.read_bytes().replace(b"/html/", b"/")
    with pytest.raises(PageChangedError, match="an issue"):
        read(spider_of(P1), golden_of(FEED)["url"], body)
    with pytest.raises(NotAFeedError):
        read(spider_of(P1), golden_of(FEED)["url"], b"<html><body>503</body></html>")


def test_an_issue_or_a_draft_once_read_is_not_asked_for_again() -> None:
    for page in (FEED, ISSUE):
        first, *others = told(page)["asks"]
        assert told(page, known=(first,))["asks"] == others


def test_the_feed_is_read_again_each_day() -> None:
    spider, page = spider_of(P1), answer(golden_of(FEED)["url"], FEED.read_bytes())
    today = spider.seen_part(page)
    spider.now = NOW + timedelta(days=1)
    assert spider.seen_part(page) != today


def test_each_part_reads_its_own_pages() -> None:
    register = read_register()
    of_part_2 = golden_of(FOLDER / P2 / "2026-11-20-issue.html")["url"]
    assert spider_of(P2).callback_name(of_part_2, register[P2]) == "parse_issue"
    assert spider_of(P1).callback_name(of_part_2, register[P1]) is None


def test_a_stray_byte_in_the_head_spoils_no_word() -> None:
    # 2026-10: the pages are UTF-8, with a comment in Latin-1.
    body = DRAFT.read_bytes().replace(b"<head>", b"<head><!-- Bo\xeete \xe0 outils -->", 1)
    assert read(spider_of(P1), golden_of(DRAFT)["url"], body) == golden_of(DRAFT)


def test_a_page_moves_with_its_words_not_with_its_menus() -> None:
    spider, url, body = spider_of(P1), golden_of(DRAFT)["url"], DRAFT.read_bytes()
    seen = spider.seen_part(answer(url, body))
    assert spider.seen_part(answer(url, body.replace(b"Contactez-nous", b"Aide"))) == seen
    assert spider.seen_part(answer(url, body.replace(b"60 jours", b"90 jours"))) != seen
