"""A page that is watched: its titles are its items, whatever stands around them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from spiders.errands import Errand
from spiders.errors import NoLinksError
from spiders.items import Outcome
from spiders.page_watch import Found, links
from spiders.trip import Trip
from spiders.tryout import answer
from tests.frozen import NOW
from tests.loopback import Page, serving
from tests.visiting import html, one, source

URL = "https://www.org.example/nouvelles/"
PLACES = '<a href="/n/1">Des places pour chaque enfant</a>'


def found(body: str, url: str = URL) -> list[Found]:
    page = f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'
    return links(answer(url, page.encode()), NOW)


def watched(url: str) -> Errand:
    return Errand(replace(source("news", url), spider="page_watch"))  # two items at least


def titles(body: str) -> list[str]:
    return [link.title for link in found(body)]


@pytest.mark.parametrize(
    "noise",
    [
        '<nav><a href="/a">Une rubrique au nom assez long</a></nav>',
        '<div role="navigation"><a href="/a">Une rubrique au nom assez long</a></div>',
        '<footer><a href="/a">Une mention légale assez longue</a></footer>',
        '<aside><a href="/a">Une campagne de dons assez longue</a></aside>',
        '<a href="/a">Nous joindre</a>',
        '<a href="#bas">Aller tout de suite au bas de la page</a>',
        '<a href="/nouvelles/#bas">Aller tout de suite au bas de la page</a>',
        '<a href="/nouvelles?page=2">Voir les nouvelles plus anciennes</a>',
        '<a href="/nouvelles/page/3/">Voir les nouvelles plus anciennes</a>',
        '<a href="/">Revenir à l’accueil de ce site</a>',
        '<a href="/archives">Toutes les nouvelles</a>',
        '<a href="mailto:a@org.example">Écrire à toute notre équipe</a>',
        '<a href="javascript:void(0)">Ouvrir le menu de ce site</a>',
        '<a href="https://social.example/share">Partager cela avec des amis</a>',
        '<a href="http://[">Une adresse qui n’en est pas une</a>',
    ],
)
def test_what_is_not_a_title_of_the_list_is_left(noise: str) -> None:
    assert titles(f"<main>{noise}{PLACES}</main>") == ["Des places pour chaque enfant"]


def test_what_stands_outside_of_the_main_zone_is_left() -> None:
    menu = '<div class="menu"><a href="/a">Une rubrique au nom assez long</a></div>'
    assert titles(f"{menu}<main>{PLACES}</main>") == ["Des places pour chaque enfant"]
    assert len(titles(f"{menu}<div>{PLACES}</div>")) == 2  # no zone: what is not a menu by name


def test_an_address_is_one_item_by_its_fullest_words() -> None:
    body = f'<p><a href="/n/1"><img></a>{PLACES}<a href="/n/1#suite">Lire la suite</a></p>'
    assert [(link.url, link.title) for link in found(f"<main>{body}</main>")] == [
        ("https://www.org.example/n/1", "Des places pour chaque enfant")
    ]


def test_under_lire_la_suite_the_title_is_the_heading_of_its_own_card() -> None:
    card = "<div><h2>{}</h2><p>Un mot.</p><a href='{}'>Lire la suite</a></div>"
    body = card.format("Un premier avis", "/1") + card.format("Un second avis", "/2")
    assert titles(f"<main><h1>Avis</h1>{body}</main>") == ["Un premier avis", "Un second avis"]


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("<time datetime='2026-11-18T09:00:00-05:00'>mercredi</time>", "2026-11-18"),
        ("<time>18 novembre 2026</time>", "2026-11-18"),
        ("<span>18 novembre 2026</span><span>Communiqué</span>", "2026-11-18"),
        ("<p>Publié le 1er novembre 2026</p>", "2026-11-01"),
        ("<p>November 18, 2026</p>", "2026-11-18"),
        ("<p>2026-11-18</p>", "2026-11-18"),
        ("<p>31 novembre 2026</p>", None),
        ("<p>18 novembre 2036</p>", None),
        ("<p>Une page de 2026</p>", None),
    ],
)
def test_the_day_printed_beside_a_title_is_its_date(printed: str, day: str | None) -> None:
    (first, second) = found(
        f"<main><ul><li>{PLACES}{printed}</li>"
        f'<li><a href="/n/2">Un titre sans aucune date</a></li></ul></main>'
    )
    assert (first.published and str(first.published.date())) == day
    assert second.published is None


def test_two_thousand_links_are_read_at_once() -> None:
    rows = "".join(f"<li><a href='/n/{n}'>Le titre du numéro {n}</a></li>" for n in range(2000))
    assert len(found(f"<main><div><ul>{rows}</ul></div></main>")) == 2000


def test_a_page_made_by_the_browser_is_told_as_such(tmp_path: Path) -> None:
    with serving() as house:
        menu = '<div><a href="/a">Une rubrique au nom assez long</a></div>'
        house.pages["/app"] = html(f'{menu}<main id="root"></main><script>x()</script>')
        told = one(watched(house / "app"), Trip(now=NOW, home=tmp_path, delay=0, timeout=10))
    assert (told.outcome, told.codes) == (Outcome.CHANGED, ["no-links"])


def test_fewer_titles_than_expected_are_an_empty_visit(tmp_path: Path) -> None:
    with serving() as house:
        house.pages["/news"] = html(f"<main>{PLACES}</main>")
        told = one(watched(house / "news"), Trip(now=NOW, home=tmp_path, delay=0, timeout=10))
    assert (told.outcome, len(told.items)) == (Outcome.EMPTY, 1)


def test_a_page_whose_titles_are_the_same_is_unchanged(tmp_path: Path) -> None:
    rows = f'{PLACES}<a href="/n/2">Un second titre assez long</a>'
    trip = Trip(now=NOW, home=tmp_path, delay=0, timeout=10)
    with serving() as house:
        errand = watched(house / "news")
        house.pages["/news"] = html(f"<main>{rows}</main><p>mardi</p>")
        first = one(errand, trip)
        known = {page.url: page for page in first.visit.pages}
        house.pages["/news"] = html(f"<main>{rows}</main><p>mercredi</p>")
        second = one(replace(errand, known=known), trip)
    assert (first.outcome, second.outcome) == (Outcome.OK, Outcome.UNCHANGED)


def test_a_page_forbidden_to_robots_is_not_read(tmp_path: Path) -> None:
    with serving() as house:
        house.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /news\n")
        told = one(watched(house / "news"), Trip(now=NOW, home=tmp_path, delay=0, timeout=10))
        assert house.paths() == ["/robots.txt"]
    assert told.codes == ["robots"]


def test_its_error_survives_the_way_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(NoLinksError(URL)))
    assert (error.url, error.code) == (URL, "no-links")
