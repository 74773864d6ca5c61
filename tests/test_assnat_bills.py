from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from spiders.assnat import days
from spiders.errors import PageChangedError, UnreadableDateError
from tests.frozen import FOLDER, answer, read, spider_of

FRENCH = "https://www.assnat.qc.ca/fr/travaux-parlementaires/projets-loi/"
URL = FRENCH + "projet-loi-412-51-1.html"
TITLE = "<h1>Projet de loi n° 412, Loi sur les mitaines</h1>"
STEPS = "<h2>Étapes de cheminement</h2>"
INTRODUCED = "<h3>Présentation</h3><ul><li>Séance du 3 mai 2044</li></ul>"


def facts(body: str, url: str = URL) -> dict[str, Any]:
    found: dict[str, Any] = read(spider_of("assnat_bills"), url, body.encode())["items"][0]["facts"]
    return found


def stage(rows: str, label: str = "Adoption") -> dict[str, Any]:
    found: dict[str, Any] = facts(f"{TITLE}{STEPS}<h3>{label}</h3><ul>{rows}</ul>")["stages"][0]
    return found


@pytest.mark.parametrize(
    ("page", "missing"),
    [
        (STEPS + INTRODUCED, "TitreContenu"),
        ("<h1>Travaux parlementaires</h1>" + STEPS + INTRODUCED, "TitreContenu"),
        (TITLE + "<h2>Renseignements</h2>", "Étapes de cheminement"),
        (TITLE + STEPS + "<ul><li>Vote : légende</li></ul><h2>Fin</h2>", "~ h3"),
        (TITLE + STEPS + "<h2>En complément</h2>" + INTRODUCED, "~ h3"),
    ],
    ids=["no title", "another title", "no stages' heading", "no stage", "stages after the end"],
)
def test_a_page_that_lacks_what_every_bill_has_is_noticed(page: str, missing: str) -> None:
    with pytest.raises(PageChangedError, match=missing):
        facts(page)


def test_the_session_of_origin_is_the_one_told_else_that_of_the_address() -> None:
    told = "<h3>Ce projet de loi :</h3>a été présenté à la 51e législature, 2e session"
    assert facts(TITLE + told + STEPS + INTRODUCED)["session"] == 2
    assert facts(TITLE + STEPS + INTRODUCED)["session"] == 1


def test_stages_printed_at_the_level_of_their_heading_are_read() -> None:
    body = TITLE + STEPS + INTRODUCED.replace("h3>", "h2>") + "<h2>Autre chose</h2>"
    assert [stage["label"] for stage in facts(body)["stages"]] == ["Présentation"]


def test_a_bill_without_type_or_author_is_still_read() -> None:
    found = facts(TITLE + STEPS + INTRODUCED)
    assert (found["kind"], found["sponsors"]) == (None, [])


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Présentation", "introduction"),
        ("Consultations particulières", "consultation"),
        ("Consultation générale", "consultation"),
        ("Dépôt du rapport de commission - Consultation", "consultation"),
        ("Adoption du principe", "passage-in-principle"),
        ("Étude détaillée en commission", "committee"),
        ("Dépôt du rapport de commission – Étude&nbsp;détaillée", "report"),
        ("Prise en considération du rapport de commission", "report"),
        ("ADOPTION", "passage"),
        ("Sanction", "assent"),
        ("Introduction", "introduction"),
        ("Special consultations", "consultation"),
        ("Passage in principle", "passage-in-principle"),
        ("Clause-by-clause consideration in committee", "committee"),
        ("Passage", "passage"),
        ("Assent", "assent"),
    ],
)
def test_a_stage_is_known_by_its_label_in_both_languages(label: str, meaning: str) -> None:
    assert stage("<li>Séance du 3 mai 2044</li>", label)["stage"] == meaning


def test_a_label_that_we_do_not_know_is_kept_and_told() -> None:
    spider = spider_of("assnat_bills")
    page = f"{TITLE}{STEPS}<h3>Renvoi aux oiseaux</h3><ul><li>Séance du 3 mai 2044</li></ul>"
    found = read(spider, URL, page.encode())
    kept = found["items"][0]["facts"]["stages"][0]
    assert (kept["stage"], kept["label"]) == (None, "Renvoi aux oiseaux")
    assert found["tells"] == [{"code": "unknown-label", "url": URL, "about": "Renvoi aux oiseaux"}]


@pytest.mark.parametrize(
    ("printed", "votes"),
    [
        ("(Vote : Pour 103, Contre 2, Abstention 1)", [(103, 2, 1)]),
        ("(Vote: Pour 101, Contre 0, Abstentions 0)", [(101, 0, 0)]),
        ("(adopté, tel qu'amendé (Vote&nbsp;: Pour 73, Contre 35, Abstention 0))", [(73, 35, 0)]),
        ("(Vote : Pour 60, Contre 4)", [(60, 4, 0)]),
        ("(Vote: Yeas 60, Nays 4, Abstentions 3)", [(60, 4, 3)]),
        ("(un vote électronique est exigé puis reporté au 5 juin 2044)", []),
        ("(à la majorité des voix)", []),
    ],
)
def test_a_vote_is_counted_on_the_day_of_its_sitting(
    printed: str, votes: list[tuple[int, int, int]]
) -> None:
    found = stage(f"<li><a href='/x.html'>Séance du 3 mai 2044</a> {printed}</li>")
    counts = [(vote["for"], vote["against"], vote["abstain"]) for vote in found["votes"]]
    assert counts == votes
    assert found["dates"] == ["2044-05-03"]
    assert all(vote["date"] == "2044-05-03" for vote in found["votes"])
    assert found["notes"] == [printed.replace("&nbsp;", " ")]


def test_a_sitting_whose_day_is_not_printed_has_that_of_its_journal() -> None:
    journal = "/fr/travaux-parlementaires/commissions/crc-51-1/journal-debats/CRC-440412-2.html"
    sitting = "/fr/travaux-parlementaires/assemblee-nationale/51-1/journal-debats/20440413/9.html"
    found = stage(f"<li><a href='{journal}'>Séance</a></li><li><a href='{sitting}'>Id.</a></li>")
    assert found["dates"] == ["2044-04-12", "2044-04-13"]


def test_a_day_that_no_calendar_has_is_noticed() -> None:
    with pytest.raises(UnreadableDateError, match="31 avril"):
        stage("<li>Séance du 31 avril 2044</li>")


def test_days_are_read_in_both_languages() -> None:
    printed = "le 1er juin 2023, puis May 21, 2025 and 3 June 2025"
    assert days("le 1er juin 2023 et le 2 août 2023") == (date(2023, 6, 1), date(2023, 8, 2))
    assert days(printed.partition("puis")[2]) == (date(2025, 5, 21), date(2025, 6, 3))
    assert days("43rd Legislature, 1 Session 2025") == ()
    with pytest.raises(UnreadableDateError):
        days("June 31, 2025")


def test_what_is_looked_at_leaves_out_the_hidden_fields_of_the_form() -> None:
    page = (FOLDER / "assnat_bills" / "2026-11-19.html").read_bytes()
    field = b"<body><input type='hidden' name='__VIEWSTATE' value='%d' />"
    spider = spider_of("assnat_bills")
    seen = [
        spider.seen_part(answer(URL, body))
        for body in (
            page.replace(b"<body>", field % 1),
            page.replace(b"<body>", field % 2),
            page.replace(b"30 mai 2046", b"31 mai 2046"),
        )
    ]
    assert seen[0] == seen[1] != seen[2]


def test_a_list_asks_only_for_the_pages_never_read() -> None:
    page = (FOLDER / "assnat_bills" / "2026-11-20-list.html").read_bytes()
    spider = spider_of("assnat_bills", known=(FRENCH + "projet-loi-12-51-1.html",))
    asks = read(spider, FRENCH + "projets-loi-51-2.html", page)["asks"]
    assert asks == [FRENCH + "projet-loi-207-51-2.html"]


def test_bills_listed_without_a_table_are_asked_for_rather_than_other_lists() -> None:
    body = "<a href='projet-loi-12-51-1.html'>12</a><a href='projets-loi-51-1.html'>51-1</a>"
    asks = read(spider_of("assnat_bills"), FRENCH + "index.html", body.encode())["asks"]
    assert asks == [FRENCH + "projet-loi-12-51-1.html"]


def test_a_list_without_a_row_is_empty_not_changed() -> None:
    body = b"<table id='tblListeProjetLoi'><tbody></tbody></table>"
    assert read(spider_of("assnat_bills"), FRENCH + "projets-loi-52-1.html", body)["asks"] == []


@pytest.mark.parametrize(
    ("address", "callback"),
    [
        (URL, "parse_bill"),
        (
            "http://m.assnat.qc.ca/en/travaux-parlementaires/projets-loi/projet-loi-1-43-2.html",
            "parse_bill",
        ),
        (
            "https://assnat.qc.ca" + URL.removeprefix("https://www.assnat.qc.ca") + "?x=1",
            "parse_bill",
        ),
        (FRENCH + "index.html", "parse_list"),
        (FRENCH + "projets-loi-43-2.html", "parse_list"),
        (FRENCH + "rapport/index.html", None),
        ("https://www.assnat.qc.ca/fr/deputes/index.html", None),
    ],
)
def test_an_address_says_how_its_page_is_read(address: str, callback: str | None) -> None:
    spider = spider_of("assnat_bills")
    assert spider.callback_name(address, spider.source) == callback
