"""The news of Ottawa's departments: a host that refuses us, or a name it does not know, is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from spiders.errands import Errand
from spiders.items import Outcome
from spiders.sources import read_register
from spiders.visit import Trip
from tests.frozen import FOLDER
from tests.loopback import House, Page, serving
from tests.visiting import HTML, NOW, Told, one

SOURCES = [s for s in read_register().values() if "api.io.canada.ca" in s.url]
FEED = (FOLDER / "canada_esdc" / "2026-11-20.xml").read_bytes()
ATOM = {"Content-Type": "application/atom+xml; charset=UTF-8"}
WALL = (
    b"<html><head><title>Request Rejected</title></head><body>The requested page cannot be shown."
    b"<br><br>Your support ID is: 1234567890123456789<br><br><a href='javascript:history.back();'>"
    b"[Go Back]</a></body></html>"
)


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        yield house


def told_by(house: House, page: Page, home: Path) -> Told:
    """Visit the first department, whose whole address answers with this page."""
    place = urlsplit(SOURCES[0].url)._replace(scheme="", netloc="").geturl()
    house.pages[place] = page
    here = replace(SOURCES[0], url=house.address + place)
    return one(Errand(here), Trip(now=NOW, home=home, delay=0, timeout=10))


def test_releases_are_read(house: House, tmp_path: Path) -> None:
    told = told_by(house, Page(FEED, headers=ATOM), tmp_path)
    assert (told.outcome, len(told.items)) == (Outcome.OK, 2)


@pytest.mark.parametrize("headers", [HTML, ATOM], ids=["as HTML", "as a feed"])
def test_a_firewall_that_answers_200_is_told_blocked(
    house: House, tmp_path: Path, headers: dict[str, str]
) -> None:
    assert len(WALL) < 4000
    told = told_by(house, Page(WALL, headers=headers), tmp_path)
    assert (told.outcome, told.codes) == (Outcome.CHANGED, ["blocked"])
    assert told.items == []


def test_a_firewall_with_other_words_is_no_feed(house: House, tmp_path: Path) -> None:
    page = Page(b"<html><body>Demande refus\xc3\xa9e.</body></html>", headers=HTML)
    told = told_by(house, page, tmp_path)
    assert (told.outcome, told.codes) == (Outcome.CHANGED, ["not-a-feed"])


def test_a_department_that_the_host_does_not_know_is_told_empty(
    house: House, tmp_path: Path
) -> None:
    nothing = FEED.partition(b"<entry>")[0] + b"</feed>"
    assert told_by(house, Page(nothing, headers=ATOM), tmp_path).outcome is Outcome.EMPTY


def test_every_department_would_be_told_empty() -> None:
    assert len(SOURCES) >= 4
    assert all(source.min_items >= 1 for source in SOURCES)
