"""The Gazette officielle: what its issues list, which files are asked for, what is noticed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.gazette_officielle import GazetteOfficielleSpider
from spiders.items import ConsultationFacts, Item, Outcome
from spiders.pdf import pdf_text
from spiders.sources import Source, read_register
from spiders.tryout import read_page
from spiders.visit import Trip
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of
from tests.loopback import Page, serving
from tests.paper import locked, pdf_of
from tests.test_gazette import NOTICE
from tests.visiting import HTML, one

SOURCE = "gazette_officielle"
PLACE = FOLDER / SOURCE


def body_of(name: str) -> tuple[str, bytes]:
    page = next(PLACE.glob(f"2026-11-20-{name}.[hp]*"))
    return golden_of(page)["url"], page.read_bytes()


def facts_of(item: object) -> ConsultationFacts:
    assert isinstance(item, Item)
    assert isinstance(item.facts, ConsultationFacts)
    return item.facts


def test_the_issues_of_two_months_are_asked_for_once() -> None:
    url, body = body_of("list")
    asked = read(spider_of(SOURCE), url, body)["asks"]
    assert [place.rpartition("cHash=")[2] for place in asked] == ["ab4146", "ab4145", "ab4144"]
    assert read(spider_of(SOURCE, tuple(asked)), url, body)["asks"] == []
    later = spider_of(SOURCE, now=NOW + timedelta(days=51))
    assert len(read(later, url, body)["asks"]) == 2


def test_a_list_is_read_again_each_day_an_issue_when_it_moves() -> None:
    def seen(name: str, days: int) -> bytes:
        spider = spider_of(SOURCE, now=NOW + timedelta(days=days))
        return spider.seen_part(answer(*body_of(name)))

    assert seen("list", 0) != seen("list", 1)
    assert seen("issue", 0) == seen("issue", 1)
    assert seen("draft", 0) == body_of("draft")[1]


def test_only_the_files_of_drafts_are_asked_for() -> None:
    url, body = body_of("issue")
    (asked,) = read(spider_of(SOURCE), url, body)["asks"]
    assert asked.endswith("/2026F/89002.pdf")
    assert read(spider_of(SOURCE, (asked,)), url, body)["asks"] == []


def test_a_file_that_refuses_leaves_the_delay_of_the_law() -> None:
    url, body = body_of("issue")
    found = read_page(body, url, read_register(), NOW)
    (facts,) = [facts_of(item) for item in found if item.facts]
    assert [(one.date, one.sure) for one in facts.deadlines] == [(date(2027, 1, 2), False)]
    assert not facts.complete


def test_a_file_tells_the_delay_that_it_prints() -> None:
    url, body = body_of("draft")
    (item,) = read_page(body, url, read_register(), NOW)
    (deadline,) = facts_of(item).deadlines
    assert (deadline.date, deadline.sure) == (date(2027, 1, 17), True)


def test_a_file_of_two_notices_is_about_the_one_that_its_issue_names() -> None:
    spider = spider_of(SOURCE)
    assert isinstance(spider, GazetteOfficielleSpider)
    url, body = body_of("issue")
    body = body.replace("— Services de garde".encode(), "Règlement sur les modèles".encode())
    list(spider.parse_issue(answer(url, body)))
    both = NOTICE + NOTICE.replace("sur les exemples", "sur les modèles de garde")
    paper = answer(body_of("draft")[0], pdf_of(both.splitlines()))
    (item,) = spider.parse_text(paper)
    assert item.title == "Règlement sur les modèles de garde"
    assert facts_of(item).opens == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("list", "gazetteId", "numeroId"),
        ("issue", "rubriqueElement", "element"),
        ("issue", 'class="titre"', 'class="nom"'),
        ("issue", 'class="rubrique"', 'class="partie"'),
        ("issue", "No. 46 du 18-11-2026", "Numéro courant"),
        ("headings", "11 novembre 2026", "mercredi"),
        ("headings", "<h3>", "<p>"),
        ("headings", "pdf_encrypte", "fichiers"),
    ],
)
def test_a_page_that_lost_what_it_is_for_is_noticed(name: str, before: str, after: str) -> None:
    url, body = body_of(name)
    assert before.encode() in body
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), url, body.replace(before.encode(), after.encode()))


def test_an_unknown_section_is_told_and_its_acts_are_kept() -> None:
    url, body = body_of("issue")
    new = read(spider_of(SOURCE), url, body.replace(b">Lois<", b">Lettres patentes<"))
    assert [issue["about"] for issue in new["tells"]] == ["lettres patentes"]
    assert new["items"][0]["kind"] == "regulation"  # its title says so


def test_the_english_file_and_the_whole_issue_are_not_read() -> None:
    spider = spider_of(SOURCE)
    folder = "https://www.publicationsduquebec.gouv.qc.ca/fileadmin/gazette/pdf_encrypte"
    for place in ("lois_reglements/2026A/108000.pdf", "gaz_entiere/2646-F.pdf"):
        assert spider.callback_name(f"{folder}/{place}", spider.source) is None


def test_a_file_without_a_notice_is_noticed() -> None:
    url = body_of("draft")[0]
    for body in (pdf_of(["Décret 1-2026"]), pdf_of([]), b"<html>perdu</html>", b"%PDF-1.4 trop"):
        with pytest.raises(PageChangedError):
            read(spider_of(SOURCE), url, body)


def test_a_file_cut_anywhere_is_read_or_refused_by_name() -> None:
    whole = body_of("draft")[1]
    for size in range(0, len(whole), 97):
        with suppress(PageChangedError):
            assert pdf_text(whole[:size], "u").strip()


def test_a_file_that_nobody_may_change_is_read_one_with_a_password_is_not() -> None:
    body = pdf_of(["Projet de règlement"])
    assert "Projet de règlement" in pdf_text(locked(body, ""), "u")
    with pytest.raises(PageChangedError, match="FileNotDecryptedError"):
        pdf_text(locked(body, "secret"), "u")


def test_the_first_pages_of_a_file_are_enough() -> None:
    words = pdf_text(pdf_of([f"ligne {n}" for n in range(180)]), "u", pages=2)
    assert "ligne 119" in words
    assert "ligne 120" not in words


def test_a_visit_goes_from_the_list_to_the_files_and_not_twice(tmp_path: Path) -> None:
    (folder, listed), (_, issue), (file, paper) = map(body_of, ("list", "issue", "draft"))
    with serving() as house:
        place = house / urlsplit(folder).path[1:]
        issues = read(spider_of(SOURCE), folder, listed)["asks"]
        house.pages[urlsplit(folder).path] = Page(listed, headers=HTML)
        for url in issues:
            house.pages[urlsplit(url)._replace(scheme="", netloc="").geturl()] = Page(
                issue, headers=HTML
            )
        house.pages[urlsplit(file).path] = Page(paper, headers={"Content-Type": "application/pdf"})
        source = Source(SOURCE, SOURCE, place, spider=SOURCE, kind="regulation", min_items=0)
        trip = Trip(now=NOW, home=tmp_path, delay=0, timeout=10)
        first = one(Errand(source), trip)
        again = one(Errand(source, known={page.url: page for page in first.visit.pages}), trip)
    assert (first.outcome, first.codes) == (Outcome.OK, [])
    assert [facts_of(item).complete for item in first.items if item.facts].count(True) == 1
    assert (again.outcome, again.visit.requests, again.items) == (Outcome.UNCHANGED, 2, [])
