"""Which spider reads which address, and what a spider says of what it does not know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from spiders.base import SourceSpider, load_spider, sources_in, spider_for
from spiders.errands import Errand
from spiders.errors import PageChangedError, RegisterError
from spiders.items import Issue, Kind
from spiders.sources import Source
from spiders.tryout import read_page
from tests.house import HouseSpider

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
URL = "https://www.maison.example/liste"
HOUSE = Source(id="house", title="Maison", url=URL, spider="tests.house", kind="release", lang="en")
OTHER = Source(id="other", title="Autre", url="https://autre.example/", spider="tests.house")
REGISTER = {source.id: source for source in (OTHER, HOUSE)}


def test_a_spider_is_found_by_its_name() -> None:
    assert load_spider("tests.house") is HouseSpider


@pytest.mark.parametrize("name", ["nobody", "items", "tests.nobody"])
def test_a_spider_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(RegisterError, match=name):
        load_spider(name)


@pytest.mark.parametrize(
    ("address", "callback"),
    [
        (URL, "parse"),
        ("https://www.maison.example/room/1", "parse_room"),
        ("http://maison.example/room/1?vue=2#haut", "parse_room"),
        ("https://m.maison.example/room/1", "parse_room"),
    ],
)
def test_an_address_says_who_reads_it(address: str, callback: str) -> None:
    assert spider_for(address, REGISTER) == (HOUSE, HouseSpider, callback)


@pytest.mark.parametrize("address", ["https://ailleurs.example/room/1", f"{URL}/autre", "liste"])
def test_an_address_that_nobody_reads_is_named(address: str) -> None:
    with pytest.raises(RegisterError, match=address):
        spider_for(address, REGISTER)


def test_an_archive_is_for_the_sources_that_read_something_in_it() -> None:
    sources = [HOUSE, OTHER]
    assert sources_in([URL], sources) == [HOUSE]
    assert sources_in(["https://www.maison.example/room/1"], sources) == [HOUSE]
    assert sources_in(["https://www.maison.example/cave"], sources) == []
    assert sources_in([OTHER.url, URL], sources) == sources


def test_a_page_in_hand_is_read_without_a_crawl() -> None:
    (item,) = read_page(b"<html><ul><li>un</li></ul></html>", URL, REGISTER, NOW)
    assert (item.source, item.url, item.title) == ("house", URL, "un")
    assert (item.kind, item.lang) == (Kind.RELEASE, "en")


def test_a_page_in_hand_that_is_another_says_so() -> None:
    with pytest.raises(PageChangedError):
        read_page(b"<html></html>", URL, REGISTER, NOW)


def test_a_label_that_we_do_not_know_is_told_once() -> None:
    spider: SourceSpider = HouseSpider(Errand(HOUSE), NOW)
    assert spider.known({"Adoption": 1}, "Adoption") == 1
    assert spider.known({"Adoption": 1}, "Sanction", URL) is None
    assert spider.known({"Adoption": 1}, "Sanction", URL) is None
    assert spider.issues == [Issue("unknown-label", URL, "Sanction")]
