"""Petitions, news and members: a list that lost what it is for is noticed."""

from __future__ import annotations

import pytest

from spiders.errors import PageChangedError
from tests.frozen import FOLDER, answer, golden_of, read, spider_of

CASES = [
    ("assnat_petitions", "list", "Fin de la période", "Terme de la période"),
    ("assnat_petitions", "list", "2027-02-02", "bientôt"),
    ("assnat_petitions", "list", "Petition-12387", "p-12387"),
    ("assnat_petitions", "none", "Aucune pétition", "Bienvenue"),
    ("assnat_petitions", "over", "Date limite pour signer : 7 juillet 2026", ""),
    ("assnat_papers", "none", "D&#233;p&#244;ts du jour", "Travaux"),
    ("assnat_papers", "sitting", "Documents déposés", "Travaux"),
    ("assnat_news", "home", "novembre 2026", "brumaire"),
    ("assnat_news", "list", "19 novembre 2026", "Hier"),
    ("assnat_members", "index", "Circonscription", "Lieu"),
    ("assnat_members", "index", "o-brien-sean-11", "o-brien"),
    ("assnat_members", "member", "Députée de", "Rive"),
    ("assnat_members", "member", "enteteFicheDepute", "entete"),
]


@pytest.mark.parametrize(("source", "name", "before", "after"), CASES)
def test_a_page_that_lost_what_it_is_for_is_noticed(
    source: str, name: str, before: str, after: str
) -> None:
    page = FOLDER / source / f"2026-11-20-{name}.html"
    body = page.read_text(encoding="utf-8").replace(before, after)
    if name == "over":
        body = body.replace("Nombre de signataires : 1556", "")
    with pytest.raises(PageChangedError):
        read(spider_of(source), golden_of(page)["url"], body.encode())


def test_a_petition_known_already_is_told_by_the_list_alone() -> None:
    page = FOLDER / "assnat_petitions" / "2026-11-20-list.html"
    golden = golden_of(page)
    spider = spider_of("assnat_petitions", tuple(golden["asks"]))
    again = read(spider, golden["url"], page.read_bytes())
    assert (again["items"], again["asks"]) == (golden["items"], [])


@pytest.mark.parametrize("source", sorted({source for source, *_ in CASES}))
def test_only_what_people_see_counts_as_a_change(source: str) -> None:
    page = sorted((FOLDER / source).glob("*.html"))[0]
    url, body, spider = golden_of(page)["url"], page.read_bytes(), spider_of(source)
    seen = spider.seen_part(answer(url, body))
    assert spider.seen_part(answer(url, body.replace(b"/wEPDwU", b"/wEPDwX"))) == seen
    assert spider.seen_part(answer(url, body.replace("é".encode(), "è".encode()))) != seen
