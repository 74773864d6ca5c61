"""Same document or not?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.identity import MAX_LENGTH, canonical, identify
from tests.factories import make_bill, make_facts, make_item, make_source

FEED = make_source()
BAD_HOST, BAD_PORT = "https://[journal/a", "https://journal.example:port/a"
EVENTS = make_source("evenements", identity="entry")


@pytest.mark.parametrize(
    "tracked",
    [
        "https://journal.example/a/1?utm_source=rss&utm_medium=feed",
        "https://journal.example/a/1?cmp=rss",
        "https://journal.example/a/1?xtor=RSS-1#xtor=RSS-1",
        "https://journal.example/a/1?wt_mc=x&ITO=1490&at_campaign=y",
        "https://journal.example/a/1?fbclid=x&gclid=y",
        "https://journal.example/a/1#commentaires",
        "http://journal.example/a/1",
        "https://JOURNAL.example:443/a/1",
        "http://journal.example:80/a/1/",
        " https://journal.example/a/1\n",
        "https://journal.example/a/1?",
        "https://journal.example/a/1?&utm_id=3",
    ],
)
def test_one_article_has_one_address_however_it_is_reached(tracked: str) -> None:
    assert canonical(tracked) == "https://journal.example/a/1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://journal.example/?article12", "https://journal.example/?article13"),
        ("https://journal.example/spip.php?id=1&page=2", "https://journal.example/spip.php?id=1"),
        ("https://www.journal.example/a", "https://journal.example/a"),
        ("https://journal.example:8080/a", "https://journal.example/a"),
        ("https://journal.example/A", "https://journal.example/a"),
        ("https://journal.example/atelier?attente=1", "https://journal.example/atelier"),
    ],
)
def test_what_may_tell_two_pages_apart_is_kept(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_an_accent_written_plain_or_escaped_is_the_same_accent() -> None:
    escaped = canonical("https://journal.example/%c3%a9ducation?sujet=%c3%a9cole")
    assert canonical("https://journal.example/éducation?sujet=école") == escaped
    assert escaped == "https://journal.example/%C3%A9ducation?sujet=%C3%A9cole"


@pytest.mark.parametrize(
    "met",
    [
        "http://www.assnat.qc.ca/fr/travaux/index.html",
        "https://assnat.qc.ca/fr/travaux/index.html",
        "http://m.assnat.qc.ca/fr/travaux/index.html",
        "https://www.assnat.qc.ca/en/travaux/index.html",
    ],
)
def test_the_hosts_and_languages_of_the_assemblee_are_one(met: str) -> None:
    assert canonical(met) == "https://www.assnat.qc.ca/fr/travaux/index.html"


@pytest.mark.parametrize(
    "odd", ["", "tag:journal.example,2031:1", "mailto:a@b.example", "http://", BAD_HOST, BAD_PORT]
)
def test_what_is_no_address_of_a_page_stays_as_it_is(odd: str) -> None:
    assert canonical(odd) == odd


def test_the_same_article_in_two_feeds_is_one_document() -> None:
    une = make_item("une", url="https://journal.example/a/1?utm_source=une", key="1")
    regions = make_item("regions", url="https://journal.example/a/1?utm_source=reg", key="r1")
    assert identify(une, make_source("une")) == identify(regions, make_source("regions"))


def test_a_bill_is_told_by_its_key_whichever_source_states_it() -> None:
    listed, page = make_bill(make_facts("94")), make_bill(make_facts("94", complete=True), "pages")
    assert identify(listed, FEED) == identify(page, EVENTS) == "bill:qc/44-1/94"


def test_the_number_of_a_bill_alone_is_never_its_key() -> None:
    again = make_facts("94", session=2)
    federal = make_facts("94", parliament="ca")
    names = {identify(make_bill(facts), FEED) for facts in (make_facts("94"), again, federal)}
    assert len(names) == 3


def test_events_that_share_one_address_are_told_by_their_entry() -> None:
    first = make_item("evenements", url="https://parlement.example/bill/c-15", key="e1")
    assert identify(first, EVENTS) == "entry:evenements:e1"
    assert identify(replace(first, key="e2"), EVENTS) != identify(first, EVENTS)


def test_an_entry_without_key_is_told_by_its_words_and_day() -> None:
    first = make_item("evenements", url="https://parlement.example/bill/c-15", title="Dépôt")
    assert identify(first, EVENTS) == identify(replace(first), EVENTS)
    assert identify(replace(first, title="Vote"), EVENTS) != identify(first, EVENTS)


def test_an_article_without_address_is_told_by_its_key_in_its_source() -> None:
    assert identify(make_item(url="", key="guid-7"), FEED) == "entry:gazette:guid-7"


def test_an_endless_address_is_cut_and_still_unlike_its_neighbour() -> None:
    start = "https://journal.example/" + "a" * 3000
    one, other = (identify(make_item(url=start + end), FEED) for end in ("/1", "/2"))
    assert one != other
    assert len(one) == MAX_LENGTH
