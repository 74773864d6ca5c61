from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from spiders.assnat import days
from spiders.assnat_bills import AssnatBillsSpider
from spiders.base import LINE
from spiders.errands import Errand
from spiders.errors import PageChangedError, UnreadableDateError
from spiders.items import PageMemory
from tests.frozen import FOLDER, NOW, answer, read, spider_of

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
        ("(Vote électronique&nbsp;: Pour 60, Contre 4, Abstention 3)", [(60, 4, 3)]),
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


@pytest.mark.parametrize(
    ("printed", "day", "number"),
    [
        ("<span>Date de la sanction :</span> 1 juin 2044<br/><br/><span>Chapitre dans le <i>Recueil"
         "</i> :</span> 2044, chapitre 29", "2044-06-01", "2044, chapitre 29"),
        ("<b>Date de la sanction&nbsp;:</b>&nbsp;1er&nbsp;juin&nbsp;2044", "2044-06-01", None),
        ("Date of assent: June 1, 2044<br>Chapter in the Statutes: 2044, chapter 29", "2044-06-01",
         "2044, chapter 29"),
        ("<ul><li>1 juin 2044 (2044, c. 29)</li></ul>", "2044-06-01", "2044, c. 29"),
        ("<ul><li><a href='/x/2044C29F.PDF'>Loi (2043, c. 1)</a></li></ul>", None, None),
    ],
)  # fmt: skip
def test_the_assent_is_read_wherever_it_is_printed(
    printed: str, day: str | None, number: str | None
) -> None:
    found = facts(f"{TITLE}{STEPS}{INTRODUCED}<h3>Sanction</h3>{printed}<h2>Fin</h2>")
    assert (found["status"], found["assent_date"], found["chapter"]) == ("assented", day, number)


def test_stages_whose_heading_is_left_out_begin_at_the_first_that_is_known() -> None:
    body = TITLE + "<h3>Type</h3>D'intérêt privé" + INTRODUCED + "<h3>Adoption</h3><h2>Fin</h2>"
    found = facts(body)
    assert [stage["label"] for stage in found["stages"]] == ["Présentation", "Adoption"]
    assert found["kind"] == "private"
    with pytest.raises(PageChangedError):
        facts(body.replace("<h3>Présentation", "<h2>Parcours</h2><h3>Présentation"))


@pytest.mark.parametrize(
    ("further", "authors"),
    [
        ("<tr><td><span id='x_lblTitre'></span></td></tr>", [("Abeille, Rose", "17", None)]),
        (
            "<tr><td><span><h3>Nouvel auteur</h3></span></td></tr><tr><td>"
            "<a href='/fr/patrimoine/anciens-parlementaires/lilas-jean-9.html'>Lilas, Jean </a>"
            "</td><td><p>Ministre</p>Date de changement d'auteur :&nbsp;1er octobre 2044</td></tr>",
            [("Abeille, Rose", "17", None), ("Lilas, Jean", "9", "2044-10-01")],
        ),
    ],
    ids=["an empty new author", "a new author"],
)
def test_an_author_may_give_way_to_another(further: str, authors: list[Any]) -> None:
    first = "<h3>Auteur</h3><table><tr><td><a href='/fr/deputes/abeille-rose-17/index.html'>"
    body = f"{TITLE}{first}Abeille, Rose</a>,</td></tr>{further}</table>{STEPS}{INTRODUCED}"
    found = facts(body)["sponsors"]
    assert [(one["name"], one["id"], one["since"]) for one in found] == authors


def test_line_ends_and_what_precedes_the_page_change_nothing() -> None:
    page = (FOLDER / "assnat_bills" / "2026-11-19.html").read_bytes()
    mixed = b"\n\t" + page.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    spider = spider_of("assnat_bills")
    assert read(spider, URL, mixed)["items"] == read(spider, URL, page)["items"]


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
    assert asks == [FRENCH + "projet-loi-207-51-2.html", FRENCH + "projets-loi-51-1.html"]


def test_a_list_asks_for_the_page_of_a_bill_whose_last_stage_moved() -> None:
    page = (FOLDER / "assnat_bills" / "2026-11-20-list.html").read_bytes()
    url = FRENCH + "projets-loi-51-2.html"
    first = spider_of("assnat_bills")
    read(first, url, page)
    said = {one: PageMemory(one) for one in first.lines}
    said |= {one + LINE: PageMemory(one + LINE, fingerprint=at) for one, at in first.lines.items()}
    again = AssnatBillsSpider(Errand(first.source, known=said), now=NOW)
    assert read(again, url, page)["asks"] == [FRENCH + "projets-loi-51-1.html"]
    moved = AssnatBillsSpider(Errand(first.source, known=said), now=NOW)
    (row,) = re.findall(rb"(?s)<tr>(?:(?!</tr>).)*projet-loi-207-51-2.*?</tr>", page)
    body = page.replace(row, row.replace(b"</td>", b" (moved)</td>"))
    assert FRENCH + "projet-loi-207-51-2.html" in read(moved, url, body)["asks"]


@pytest.mark.parametrize(
    "sessions",
    [
        "<a href='projets-loi-{0}.html'>{0}</a>",
        "<option value='http://www.assnat.qc.ca/en/travaux-parlementaires/projets-loi/"
        "projets-loi-{0}.html'>Session en cours - {0}</option>",
    ],
)
@pytest.mark.parametrize("listed", ["", "<a href='projet-loi-12-52-1.html'>12</a>"])
def test_the_lists_of_every_session_of_the_newest_legislature_are_asked_for(
    sessions: str, listed: str
) -> None:
    body = listed + "".join(map(sessions.format, ("51-1", "51-2", "52-1", "52-2")))
    asks = read(spider_of("assnat_bills"), FRENCH + "index.html", body.encode())["asks"]
    bills = [FRENCH + "projet-loi-12-52-1.html"] if listed else []
    assert asks == [*bills, FRENCH + "projets-loi-52-1.html", FRENCH + "projets-loi-52-2.html"]


def test_the_page_that_leads_to_the_lists_is_read_at_each_visit() -> None:
    def seen(name: str, hours: int) -> bytes:
        spider = spider_of("assnat_bills", now=NOW + timedelta(hours=hours))
        return spider.seen_part(answer(FRENCH + name, b"<a href='projets-loi-52-1.html'>52-1</a>"))

    assert seen("index.html", 0) != seen("index.html", 2)
    assert seen("projets-loi-52-1.html", 0) == seen("projets-loi-52-1.html", 2)


TABLE = (
    "<div class='ColCentre'>{}<table id='tblListeProjetLoi'><tr><td>1</td><td>"
    "<a href='projet-loi-{}-52-1.html'>Étapes de cheminement du projet de loi 1</a></td></tr>"
    "</table>{}</div>"
)


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ("<p>1 projets de loi</p>", []),
        ("<p>143 projets de loi</p>", ["1 / 143"]),
        ("<p>Résultats 1 à 25 de 143</p>", ["1 / 143"]),
        ("<div>Nombre de projets de loi&nbsp;: 143</div>", ["1 / 143"]),
        ("<p>25 Résultat(s) de recherche</p>", ["1 / 25"]),
        ("<p>La session a vu naître 143 projets de loi, dont 12 de députés seulement.</p>", []),
    ],
)
def test_a_list_shorter_than_it_says_is_told(total: str, told: list[str]) -> None:
    body = TABLE.format(total, 1, "").encode()
    tells = read(spider_of("assnat_bills"), FRENCH + "projets-loi-52-1.html", body)["tells"]
    assert [(issue["code"], issue["about"]) for issue in tells] == [
        ("incomplete-list", about) for about in told
    ]


def test_the_pages_of_a_list_are_counted_together() -> None:
    spider, pager = spider_of("assnat_bills"), "<a href='projets-loi-52-1.html?page=2'>2</a>"
    first = TABLE.format("<p>2 projets de loi</p>", 1, pager).encode()
    found = read(spider, FRENCH + "projets-loi-52-1.html", first)
    assert found["asks"][1:] == [FRENCH + "projets-loi-52-1.html?page=2"]
    second = TABLE.format("<p>3 projets de loi</p>", 2, pager).encode()
    found = read(spider, FRENCH + "projets-loi-52-1.html?page=2", second)
    assert found["asks"] == [FRENCH + "projet-loi-2-52-1.html"]
    assert [issue["about"] for issue in found["tells"]] == ["2 / 3"]


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
