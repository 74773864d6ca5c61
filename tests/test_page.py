"""Strict reading: a page that is not as expected says so."""

from __future__ import annotations

from datetime import date

import pytest
from scrapy.http import HtmlResponse

from spiders.errors import PageChangedError, UnreadableDateError
from spiders.page import any_of, collapse, french_date, french_dates, link, one, perhaps, some, text

URL = "https://maison.example/liste.html"
PAGE = HtmlResponse(
    URL,
    encoding="utf-8",
    body="""
    <table><tr><td>Loi<br>sur <b>les</b> <script>x()</script>services</td>
    <td><a href=" /94.html ">n°&#160;94</a></td></tr></table><a class="empty"></a>
    """,
)


def test_one_match_is_given() -> None:
    assert one(PAGE, "table").attrib == {}
    assert text(PAGE, "//td[1]") == "Loi sur les services"


@pytest.mark.parametrize(("selector", "found"), [("ul", 0), ("td", 2)])
def test_none_or_two_matches_end_the_reading_by_name(selector: str, found: int) -> None:
    with pytest.raises(PageChangedError) as caught:
        one(PAGE, selector)
    assert (caught.value.url, caught.value.selector, caught.value.found) == (URL, selector, found)


def test_a_row_still_knows_its_page() -> None:
    with pytest.raises(PageChangedError, match=r"liste\.html"):
        text(one(PAGE, "tr"), "td")


def test_no_match_of_several_ends_the_reading() -> None:
    assert len(some(PAGE, "td")) == 2
    with pytest.raises(PageChangedError):
        some(PAGE, "ul")


def test_leniency_is_asked_for_by_name() -> None:
    assert any_of(PAGE, "ul") == []
    assert perhaps(PAGE, "ul") is None
    assert text(perhaps(PAGE, "a[href]") or PAGE) == "n° 94"
    with pytest.raises(PageChangedError):
        perhaps(PAGE, "td")


def test_a_link_without_an_address_is_no_link() -> None:
    assert link(one(PAGE, "tr")) == "/94.html"
    with pytest.raises(PageChangedError):
        link(PAGE, "a.empty")


def test_an_attribute_and_a_text_can_be_read() -> None:
    assert text(PAGE, "a[href]::attr(href)") == "/94.html"
    assert text(PAGE, "a[href]::text") == "n° 94"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1 juin 2023", date(2023, 6, 1)),
        ("1er octobre 2025", date(2025, 10, 1)),
        ("mardi 3 févr. 2026", date(2026, 2, 3)),
        ("le 12 août\u202f2024.", date(2024, 8, 12)),
        ("24 DÉC 2020", date(2020, 12, 24)),
        ("15 juill. 2021", date(2021, 7, 15)),
    ],
)
def test_a_french_date_is_read(words: str, day: date) -> None:
    assert french_date(words) == day


@pytest.mark.parametrize(
    "words", ["", "juin 2023", "3 jui 2023", "31 février 2023", "1 mai 2023 au 2 mai 2023"]
)
def test_words_that_are_not_one_date_say_so(words: str) -> None:
    with pytest.raises(UnreadableDateError):
        french_date(words)


def test_several_dates_are_read_by_their_name() -> None:
    assert french_dates("du 1er mai 2023 au 2 mai 2023") == (date(2023, 5, 1), date(2023, 5, 2))
    assert french_dates("sans date") == ()


def test_spaces_collapse_and_invisible_signs_go() -> None:
    assert collapse(" n°\xa0 94,\u202fLoi\u200b \n sur ") == "n° 94, Loi sur"
    assert collapse("e\u0301te\u0301") == "été"
