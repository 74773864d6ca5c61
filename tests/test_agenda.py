"""What each visit is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipeline.agenda import MAX_PAGES, errands
from pipeline.database import Store
from pipeline.ingest import ingest
from spiders.items import BillStatus, Issue, PageMemory, Stage, StageFacts
from spiders.sources import Source
from tests.factories import (
    NOW,
    bring,
    make_bill,
    make_facts,
    make_item,
    make_source,
    make_visit,
)

LIST = make_source("liste", kind="bill")
PAGES = make_source("assnat_bills", spider="assnat_bills", kind="bill")
RECORDS = make_source(
    "legisinfo_bills",
    spider="legisinfo_bills",
    url="https://www.parl.example/legisinfo/fr/bills/json",
)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def due(store: Store, source: Source = PAGES, days: float = 0) -> list[str]:
    """Give the numbers of the bills whose pages are due, some days after NOW."""
    with store.reading() as session:
        (errand,) = errands(session, [source], NOW + timedelta(days=days))
    return [page.split("projet-loi-")[-1].split("-")[0] for page in errand.pages]


def list_bills(store: Store, *numbers: str, days: float = 0, **stated: object) -> None:
    bills = [make_bill(make_facts(number, **stated)) for number in numbers]
    with store.session() as session:
        bring(session, bills, at=NOW + timedelta(days=days), source=LIST)


def read_page(store: Store, number: str, days: float = 0, **stated: object) -> None:
    facts = make_facts(number, complete=True, **stated)
    with store.session() as session:
        at = NOW + timedelta(days=days)
        bring(session, make_bill(facts, "assnat_bills"), at=at, source=PAGES, pages=[facts.url])


def test_a_feed_is_asked_its_own_address_and_told_what_it_answered_last(store: Store) -> None:
    feed = make_source()
    with store.session() as session:
        bring(session, make_item(), source=feed, pages=[feed.url])
    with store.reading() as session:
        (errand,) = errands(session, [feed], NOW)
    assert (errand.source, errand.pages, errand.start) == (feed, (), True)
    assert errand.known == {feed.url: PageMemory(feed.url, fingerprint="seen")}


def test_sources_are_asked_in_the_order_given_each_with_what_is_its_own(store: Store) -> None:
    une, region = make_source("une"), make_source("region")
    with store.session() as session:
        bring(session, make_item("une"), source=une, pages=[une.url])
    with store.reading() as session:
        first, second = errands(session, [region, une], NOW)
    assert (first.source, dict(first.known)) == (region, {})
    assert (second.source, set(second.known)) == (une, {une.url})


def test_pages_never_read_are_due_those_in_progress_first_the_newest_first(store: Store) -> None:
    list_bills(store, "5", "94", "12")
    list_bills(store, "200", status=BillStatus.DIED)
    list_bills(store, "3", session=2)
    assert due(store) == ["3", "94", "12", "5", "200"]


def test_a_page_just_read_is_not_due(store: Store) -> None:
    list_bills(store, "94", "95")
    read_page(store, "94", days=0.1)
    assert due(store, days=0.2) == ["95"]


def test_a_page_is_due_again_when_its_line_in_a_list_moves(store: Store) -> None:
    list_bills(store, "94")
    read_page(store, "94", days=0.1)
    list_bills(store, "94", days=0.2)  # the list says the same again
    assert due(store, days=0.3) == []
    moved = (StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "adoption_principe", (date(2031, 3, 3),)),)
    list_bills(store, "94", days=0.3, stages=moved)
    assert due(store, days=0.4) == ["94"]


def test_a_bill_in_progress_is_read_again_every_day_and_a_dead_one_never(store: Store) -> None:
    read_page(store, "94")
    read_page(store, "95", days=0.1)
    read_page(store, "96", status=BillStatus.ASSENTED)
    assert due(store, days=0.5) == []
    assert due(store, days=1.5) == ["94", "95"]


def test_a_page_that_was_not_wholly_understood_is_read_again_even_of_a_dead_bill(
    store: Store,
) -> None:
    facts = make_facts("96", complete=True, status=BillStatus.ASSENTED)
    half_read = make_visit(PAGES.id, pages=(PageMemory(facts.url),))
    with store.session() as session:
        ingest(session, half_read, [make_bill(facts, PAGES.id)], {PAGES.id: PAGES})
    assert due(store, days=0.5) == []
    assert due(store, days=1.5) == ["96"]


def test_a_page_never_read_comes_before_those_read_again(store: Store) -> None:
    read_page(store, "94")
    list_bills(store, "12", days=1, status=BillStatus.DIED)
    assert due(store, days=2) == ["12", "94"]


def test_a_visit_is_asked_so_many_pages_at_most(store: Store) -> None:
    list_bills(store, *(str(number) for number in range(1, MAX_PAGES + 20)))
    assert len(due(store)) == MAX_PAGES


def test_a_page_that_had_trouble_lets_the_others_go_first(store: Store) -> None:
    list_bills(store, "94", "95")
    trouble = Issue("not-found", make_facts("95").url, "404")
    with store.session() as session:
        bring(session, [], source=PAGES, issues=(trouble,), at=NOW + HOUR)
    assert due(store, days=1) == ["94", "95"]


def test_a_federal_bill_is_read_again_from_its_record(store: Store) -> None:
    facts = make_facts("C-15", parliament="ca", url="https://www.parl.example/bill/c-15")
    record = "https://www.parl.example/legisinfo/fr/bill/44-1/c-15/xml"
    with store.session() as session:
        bring(session, make_bill(facts, "legisinfo_bills"), source=RECORDS, pages=[record])
    with store.reading() as session:
        (soon,) = errands(session, [RECORDS], NOW + DAY)
        (later,) = errands(session, [RECORDS], NOW + 4 * DAY)
    assert (soon.pages, later.pages) == ((), (record,))
    assert set(later.known) == {record}


def test_a_bill_without_address_is_not_asked_for(store: Store) -> None:
    list_bills(store, "94", url="")
    assert due(store) == []


@pytest.mark.parametrize(("held", "starts"), [(True, True), (False, False)])
def test_in_replay_no_page_is_asked_that_the_archive_lacks(
    store: Store, held: bool, starts: bool
) -> None:
    list_bills(store, "94", "95")
    archive = {make_facts("95").url, *([PAGES.url] if held else [])}
    with store.reading() as session:
        (errand,) = errands(session, [PAGES], NOW, addresses=archive)
    assert errand.pages == (make_facts("95").url,)
    assert errand.start == starts


def test_in_replay_a_source_that_the_archive_lacks_is_asked_all_the_same(store: Store) -> None:
    with store.reading() as session:
        (errand,) = errands(session, [make_source()], NOW, addresses=())
    assert errand.start


def test_pages_not_read_for_long_are_forgotten_but_the_sources_own(store: Store) -> None:
    feed = make_source()
    old = "https://gazette.example/articles/vieux"
    with store.session() as session:
        bring(session, make_item(), source=feed, pages=[feed.url, old])
    with store.reading() as session:
        (soon,) = errands(session, [feed], NOW + 399 * DAY)
        (late,) = errands(session, [feed], NOW + 401 * DAY)
    assert set(soon.known) == {feed.url, old}
    assert set(late.known) == {feed.url}


def test_bills_of_another_parliament_are_not_the_assemblees(store: Store) -> None:
    with store.session() as session:
        federal = replace(make_facts("C-15"), parliament="ca")
        bring(session, make_bill(federal), source=LIST)
    assert due(store) == []
