"""Consultations and mandates: what the lists lead to, what a page of no known shape gives."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from spiders.archive import Answer, Recorder
from spiders.assnat_consultations import MANDATES
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import ConsultationFacts, ConsultationStatus, MandateFacts, Outcome
from spiders.sources import read_register
from spiders.tryout import read_page
from spiders.visit import Trip
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of
from tests.visiting import one as visit_one

SOURCE = "assnat_consultations"
PLACE = FOLDER / SOURCE
WORK = "https://www.assnat.qc.ca/fr/travaux-parlementaires"
RECENT, OLD = f"{WORK}/mandats/Mandat-54310/index.html", f"{WORK}/mandats/Mandat-51001/index.html"


def body_of(name: str) -> tuple[str, bytes]:
    page = PLACE / f"2026-11-20-{name}.html"
    return golden_of(page)["url"], page.read_bytes()


def test_no_open_consultation_is_told_by_a_sentence_not_by_silence() -> None:
    url, body = body_of("index-empty")
    silent = body.replace(b"Aucune commission parlementaire ne tient", b"Bienvenue. On tient")
    with pytest.raises(PageChangedError, match="participerConsultation"):
        read(spider_of(SOURCE), url, silent)
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), url, body.replace(b"participerConsultation", b"participer"))


def test_mandates_gone_from_their_table_are_noticed() -> None:
    url, body = body_of("mandates")
    with pytest.raises(PageChangedError):
        read(spider_of(SOURCE), url, body.replace(b"Titre du mandat", b"Sujet"))
    none = b"<html><h1>Mandats</h1><p>Aucun mandat n'est en cours.</p></html>"
    assert read(spider_of(SOURCE), url, none)["items"] == []


def test_the_page_of_a_mandate_is_asked_for_once_the_agenda_asks_for_it_again() -> None:
    url, body = body_of("mandates")
    assert read(spider_of(SOURCE, (RECENT, OLD)), url, body)["asks"] == []
    assert read(spider_of(SOURCE, (RECENT,)), url, body)["asks"] == [OLD]


def test_a_list_is_read_each_day_a_notice_when_one_of_its_days_is_over() -> None:
    def seen(name: str, days: int) -> bytes:
        spider = spider_of(SOURCE)
        spider.now = NOW + timedelta(days=days)
        return spider.seen_part(answer(*body_of(name)))

    assert seen("mandates", 0) != seen("mandates", 1)
    assert seen("consultation", 0) == seen("consultation", 1)
    assert seen("consultation", 0) != seen("consultation", 100)


def test_a_consultation_is_over_after_its_last_day() -> None:
    url, body = body_of("consultation")
    for days, status in ((0, ConsultationStatus.OPEN), (100, ConsultationStatus.CLOSED)):
        (item,) = read_page(body, url, read_register(), NOW + timedelta(days=days))
        assert isinstance(item.facts, ConsultationFacts)
        assert item.facts.status is status


def test_a_notice_gives_its_deadlines() -> None:
    url, body = body_of("consultation")
    (item,) = read_page(body, url, read_register(), NOW)
    assert isinstance(item.facts, ConsultationFacts)
    assert item.facts.brief_deadline == date(2027, 1, 14)
    assert {one.kind for one in item.facts.deadlines} >= {"brief", "request"}


def test_a_mandate_without_a_consultation_is_none() -> None:
    url, body = body_of("mandate")
    study = body.replace(
        "Consultations particulières et auditions publiques sur le".encode(),
        "Étude détaillée du".encode(),
    )
    (item,) = read_page(study, url, read_register(), NOW)
    assert isinstance(item.facts, MandateFacts)
    assert item.facts.consultation is None
    assert item.facts.bill
    assert item.facts.dates


def test_the_page_of_a_committee_is_asked_for_once_the_agenda_asks_for_it_again() -> None:
    url, body = body_of("index-empty")
    pages = tuple(one for one in read(spider_of(SOURCE), url, body)["asks"] if "/index" in one)
    assert pages
    assert not set(pages) & set(read(spider_of(SOURCE, pages), url, body)["asks"])


def test_a_committee_and_its_mandates_are_told_once_a_visit() -> None:
    spider = spider_of(SOURCE)
    read(spider, *body_of("mandates"))
    url, body = body_of("index-empty")
    read(spider, url, body.replace(b"commissions/crc", b"commissions/cst"))
    (item,) = read(spider, *body_of("committee"))["items"]
    assert item["key"] == "Mandat-54320"


def test_the_mandates_of_a_committee_that_are_over_are_left() -> None:
    url, body = body_of("committee")
    late = body.replace(b"Mandats en cours", "Mandats terminés".encode())
    assert [one["key"] for one in read(spider_of(SOURCE), url, late)["items"]] == ["cst"]


def test_a_committee_of_which_there_is_no_page_yet_is_no_illness(tmp_path: Path) -> None:
    url, body = body_of("index-empty")
    recorder, kind = Recorder(tmp_path, NOW.date()), [("Content-Type", "text/html")]
    recorder.write("https://www.assnat.qc.ca/robots.txt", Answer(200, [], b""), NOW)
    mandates = body_of("mandates")[1].replace(b"Mandat-", b"")
    for page, content in ((url, body), (MANDATES, mandates)):
        recorder.write(page, Answer(200, kind, content), NOW)
    trip = Trip(now=NOW, home=tmp_path, replay=recorder.path)
    visited = visit_one(Errand(read_register()[SOURCE]), trip)
    assert (visited.outcome, visited.codes) == (Outcome.OK, [])


def test_an_error_page_is_no_mandate() -> None:
    for words in ("La page ne peut être affichée", "Page cannot be displayed"):
        page = f"<html><h1>{words}</h1><p>Retour à l'accueil</p></html>".encode()
        with pytest.raises(PageChangedError):
            read(spider_of(SOURCE), RECENT, page)
