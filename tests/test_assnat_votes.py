"""The register of votes: no member is lost, its end is no illness, its session is discovered."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spiders.archive import Answer, Recorder
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import DivisionFacts, Outcome, PageMemory
from spiders.sources import read_register
from spiders.tryout import read_page
from spiders.visit import Trip
from tests.frozen import FOLDER, NOW, answer, golden_of, read, spider_of
from tests.visiting import Told, one

SOURCE = "assnat_votes"
PAGE = FOLDER / SOURCE / "2026-11-20.html"
URL, BODY = golden_of(PAGE)["url"], PAGE.read_bytes()
INDEX = PAGE.with_name("2026-11-20-index.html").read_bytes()
REGISTER = "https://www.assnat.qc.ca/fr/travaux-parlementaires/registre-des-votes"
ERROR = "<html><body><h1>La page ne peut être affichée</h1></body></html>".encode()
WALL = b"<html><iframe src='/fortiadc_error_page/waf_deny.html'></iframe></html>"


def address(number: int, session: str = "52-1") -> str:
    return f"{REGISTER}/{session}-{number}/index.html"


def division(body: bytes = BODY) -> DivisionFacts:
    (item,) = read_page(body, URL, read_register(), NOW)
    assert isinstance(item.facts, DivisionFacts)
    return item.facts


def visited(
    home: Path, answers: dict[str, Answer], *pages: str, known: tuple[str, ...] = ()
) -> Told:
    """Visit the register from an archive of these answers; what it lacks is a 404."""
    recorder = Recorder(home, NOW.date())
    robots = Answer(200, [("Content-Type", "text/plain")], b"User-agent: *\nDisallow: /json/\n")
    for url, one_answer in {"https://www.assnat.qc.ca/robots.txt": robots, **answers}.items():
        recorder.write(url, one_answer, NOW)
    trip = Trip(now=NOW, home=home, replay=recorder.path)
    memories = {url: PageMemory(url) for url in known}
    return one(Errand(read_register()[SOURCE], pages, known=memories), trip)


def page(body: bytes, status: int = 200) -> Answer:
    return Answer(status, [("Content-Type", "text/html; charset=utf-8")], body)


def votes(*numbers: int) -> dict[str, Answer]:
    return {f"{REGISTER}/index.html": page(INDEX)} | {address(n): page(BODY) for n in numbers}


def test_namesakes_are_told_apart_by_their_riding() -> None:
    names = [(voter.name, voter.id, voter.party, voter.riding) for voter in division().for_]
    assert ("Caron", "102", "PDM", "Les Érables") in names
    assert ("Caron", "103", "UN", "Portage-Nord") in names


def test_no_member_is_lost_where_a_box_is_closed_too_early() -> None:
    facts = division(BODY.replace(b'<div class="colonneVote">', b'</div></div><div class="x">'))
    assert [len(side) for side in (facts.for_, facts.against, facts.abstain)] == [5, 2, 1]


def test_a_side_on_which_nobody_voted_may_have_no_panel() -> None:
    start = BODY.index(b'<div id="ctl00_ColCentre_ContenuColonneGauche_pnlAbstentions">')
    body = BODY[:start] + b"</div></body></html>"
    facts = division(body.replace(b'id="nbAbstentions" value="1"', b'id="nbAbstentions" value="0"'))
    assert (facts.vote.abstain, facts.abstain) == (0, ())


def test_a_count_that_is_not_that_of_the_names_is_told() -> None:
    spider = spider_of(SOURCE)
    body = BODY.replace(b'id="nbPour" value="5"', b'id="nbPour" value="6"')
    found = read(spider, URL, body)
    assert found["items"][0]["facts"]["vote"]["for"] == 6
    assert found["tells"] == [{"code": "wrong-count", "url": URL, "about": "6-2-1 ≠ 5-2-1"}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"titreMotion", b"titre"),
        (b"18 novembre 2026", b"18 brumaire"),
        (b'id="nbContre"', b'id="contre"'),
        (b'id="nbContre" value="2"', b'id="nbContre" value=""'),
        (b"pnlPour", b"pnl"),
    ],
)
def test_a_vote_without_what_every_vote_has_is_noticed(before: bytes, after: bytes) -> None:
    with pytest.raises(PageChangedError):
        division(BODY.replace(before, after))


@pytest.mark.parametrize(
    ("title", "bill"),
    [
        ("Présentation – Projet de loi n° 196, Loi sur les tuques", ("196", 52, None)),
        ("Adoption – Projet de loi no 205, Loi concernant la Ville de X", ("205", 52, None)),
        ("Passage – Bill 12, An Act respecting mittens", ("12", 52, None)),
        ("Motion sans préavis – Motion proposée par Mme Caron", None),
    ],
)
def test_a_vote_names_its_bill_but_not_the_session_that_it_comes_from(
    title: str, bill: tuple[str, int, None] | None
) -> None:
    start, end = BODY.index(b"Adoption du principe"), BODY.index(b"</h1>")
    found = division(BODY[:start] + title.encode() + BODY[end:]).bill
    assert (found and (found.number, found.legislature, found.session)) == bill


def test_a_link_to_the_bill_says_which_session_it_comes_from() -> None:
    link = b"<a href='/fr/travaux-parlementaires/projets-loi/projet-loi-12-51-2.html'>12</a>"
    found = division(BODY.replace(b"<h2 id=", link + b"<h2 id=")).bill
    assert found
    assert (found.number, found.session) == ("12", 2)


def test_the_session_that_goes_on_is_read_from_the_page() -> None:
    spider = spider_of(SOURCE)
    later = INDEX.replace(b"52e l", b"53e l")
    asks = read(spider, f"{REGISTER}/index.html", later)["asks"]
    assert asks == [address(1, "53-1"), address(2, "53-1")]
    with pytest.raises(PageChangedError):
        read(spider, f"{REGISTER}/index.html", INDEX.replace(b"gislature", b"gislation"))


def test_a_session_that_the_errand_is_in_is_not_begun_again() -> None:
    spider = spider_of(SOURCE)
    spider.errand = replace(spider.errand, pages=(address(7),))
    assert read(spider, f"{REGISTER}/index.html", INDEX)["asks"] == []


def test_the_register_is_walked_to_two_numbers_that_it_lacks(tmp_path: Path) -> None:
    found = visited(tmp_path, votes(1, 2, 4))
    assert (found.outcome, found.codes) == (Outcome.OK, [])
    assert [item.key for item in found.items] == ["52-1/1", "52-1/2", "52-1/4"]
    assert found.visit.requests == 8  # robots.txt, the register, 1 to 6


def test_a_visit_that_only_meets_the_end_is_unchanged(tmp_path: Path) -> None:
    answers = votes() | {address(8): page(ERROR, 404), address(9): page(ERROR, 404)}
    found = visited(tmp_path, answers, address(8))
    assert (found.outcome, found.codes) == (Outcome.UNCHANGED, [])


def test_a_hole_at_the_start_of_the_errand_is_passed(tmp_path: Path) -> None:
    found = visited(tmp_path, votes(9), address(8))
    assert [item.key for item in found.items] == ["52-1/9"]


def test_a_block_page_is_no_end_of_the_register(tmp_path: Path) -> None:
    found = visited(tmp_path, votes() | {address(8): page(WALL, 404)}, address(8))
    assert found.codes == ["blocked"]


def test_a_vote_read_before_that_is_there_no_more_is_told(tmp_path: Path) -> None:
    found = visited(tmp_path, votes(), address(8), known=(address(8),))
    assert found.codes == ["not-found"]


def test_a_visit_reads_so_many_votes_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spider = spider_of(SOURCE)
    monkeypatch.setattr("spiders.assnat_votes.LONGEST", 2)
    assert read(spider, address(1), BODY)["asks"] == [address(2), address(3)]
    assert read(spider, address(2), BODY)["asks"] == []


def test_only_what_people_see_counts_as_a_change() -> None:
    spider = spider_of(SOURCE)
    seen = spider.seen_part(answer(URL, BODY))
    assert spider.seen_part(answer(URL, BODY.replace(b"/wEPDwU", b"/wEPDwX"))) == seen
    assert spider.seen_part(answer(URL, BODY.replace("é".encode(), "è".encode()))) != seen
