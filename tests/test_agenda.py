"""What each visit is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.agenda import MAX_PAGES, asked_to_wait, errands
from pipeline.database import Store
from pipeline.ingest import ingest
from pipeline.model import Document, Page
from spiders.items import (
    BillKind,
    BillStatus,
    CommitteeFacts,
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    DivisionFacts,
    Issue,
    MandateFacts,
    Outcome,
    PageMemory,
    PetitionFacts,
    Reinscription,
    SessionFacts,
    SittingFacts,
    Stage,
    StageFacts,
    Vote,
)
from spiders.sources import Source
from tests.factories import (
    NOW,
    add_reading,
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
QUIET = (StageFacts(Stage.INTRODUCTION, "presentation", (date(2031, 1, 20),)),)
WORK = "https://www.assnat.qc.ca/fr/travaux-parlementaires"


def in_house(spider: str, page: str = "index.html") -> Source:
    """A source of the Assemblée: what it is asked counts with what the others are."""
    return make_source(spider, spider=spider, url=f"{WORK}/{page}")


def pages(store: Store, *sources: Source, at: datetime = NOW, live: bool = True) -> list[str]:
    """What these sources are asked beside their own address, by the end of it."""
    register = {source.id: source for source in sources} if live else None
    with store.reading() as session:
        orders = errands(session, sources, at, register=register)
    return [url.removeprefix(f"{WORK}/") for order in orders for url in order.pages]


def read_as(store: Store, number: str, *themes: str) -> None:
    """Let a bill be read, as one that carries these themes."""
    with store.session() as session:
        document = session.query(Document).filter_by(identity=f"bill:qc/44-1/{number}").one()
        document.read_by = "1"
        add_reading(session, document, themes, "direct" if themes else "none")


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
    list_bills(store, "5", "94", "12", reinscribed=(Reinscription(44, 2),))
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
    list_bills(store, "94", days=0.12)  # the list says the same again
    assert due(store, days=0.2) == []
    moved = (StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "adoption_principe", (date(2031, 3, 3),)),)
    list_bills(store, "94", days=0.15, stages=moved)
    assert due(store, days=0.2) == ["94"]


def test_a_bill_in_progress_is_read_again_every_day_and_a_dead_one_never(store: Store) -> None:
    read_page(store, "94", stages=QUIET)
    read_page(store, "95", days=0.1, stages=QUIET)
    read_page(store, "96", status=BillStatus.ASSENTED, assent_date=date(2031, 1, 30))
    for number in ("94", "95", "96"):
        read_as(store, number)
    assert due(store, days=0.5) == []
    assert due(store, days=1.5) == ["94", "95"]


def test_a_bill_of_ours_is_read_several_times_a_day_and_so_is_one_not_read_yet(
    store: Store,
) -> None:
    for number in ("94", "95", "96"):
        read_page(store, number, stages=QUIET)
    read_as(store, "94", "services-de-garde")
    read_as(store, "95")
    assert due(store, days=0.2) == ["94", "96"]


def test_a_bill_that_is_on_the_order_of_a_day_to_come_is_followed_closely(store: Store) -> None:
    calendar = in_house("assnat_calendar")
    study = SittingFacts(date(2031, 3, 11), "Étude détaillée du projet de loi n° 95", "CRC", "9 h")
    for number in ("94", "95"):
        read_page(store, number, stages=QUIET)
        read_as(store, number)
    with store.session() as session:
        bring(session, make_item(calendar.id, facts=study), source=calendar)
    assert due(store, days=0.2) == ["95"]


def test_a_bill_that_sleeps_is_read_each_week(store: Store) -> None:
    asleep = (StageFacts(Stage.INTRODUCTION, "presentation", (date(2030, 11, 5),)),)
    read_page(store, "94", stages=asleep)
    read_as(store, "94")
    assert due(store, days=5) == []
    assert due(store, days=7) == ["94"]


def test_a_bill_just_assented_is_read_once_more_when_all_is_settled(store: Store) -> None:
    read_page(store, "94", status=BillStatus.ASSENTED, assent_date=NOW.date())
    assert due(store, days=6) == []
    assert due(store, days=8) == ["94"]
    read_page(store, "94", days=8, status=BillStatus.ASSENTED, assent_date=NOW.date())
    assert due(store, days=90) == []


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
    url = "https://www.parl.example/bill/c-15"
    facts = make_facts("C-15", parliament="ca", url=url, stages=QUIET)
    record = "https://www.parl.example/legisinfo/fr/bill/44-1/c-15/xml"
    with store.session() as session:
        bring(session, make_bill(facts, "legisinfo_bills"), source=RECORDS, pages=[record])
        session.query(Document).one().read_by = "1"
    with store.reading() as session:
        (soon,) = errands(session, [RECORDS], NOW + DAY)
        (later,) = errands(session, [RECORDS], NOW + 4 * DAY)
    assert (soon.pages, later.pages) == ((), (record,))
    assert set(later.known) == {record}


def test_a_members_bill_of_ottawa_that_awaits_its_turn_is_read_each_week(store: Store) -> None:
    facts = make_facts("C-215", parliament="ca", url="", stages=QUIET, kind=BillKind.PRIVATE_MEMBER)
    record = "https://www.parl.example/legisinfo/fr/bill/44-1/c-215/xml"
    with store.session() as session:
        bring(session, make_bill(facts, "legisinfo_bills"), source=RECORDS, pages=[record])
    assert pages(store, RECORDS, at=NOW + 5 * DAY) == []
    assert pages(store, RECORDS, at=NOW + 7 * DAY) == [record]


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


def test_a_source_is_told_when_it_was_last_well(store: Store) -> None:
    feed = make_source()
    with store.session() as session:
        bring(session, make_item(), source=feed)
        bring(session, [], source=feed, at=NOW + DAY, outcome=Outcome.UNREACHABLE)
    with store.reading() as session:
        (errand, never) = errands(session, [feed, make_source("autre")], NOW + 2 * DAY)
    assert errand.since == NOW - timedelta(minutes=1)  # its beginning
    assert never.since is None


def make_call(name: str, last: date) -> ConsultationFacts:
    told = (Deadline(DeadlineKind.BRIEF, last, "Au plus tard…"),)
    url = f"{WORK}/consultations/{name}.html"
    return ConsultationFacts(name, url, ConsultationKind.GENERAL, deadlines=told)


def test_a_call_is_read_daily_while_open_then_weekly_for_two_months(store: Store) -> None:
    calls = in_house("assnat_consultations")
    facts = make_call("consultation-1-20310301", date(2031, 3, 10))
    asked = [facts.url.removeprefix(f"{WORK}/")]

    def due_after(read: int, days: int) -> list[str]:
        with store.session() as session:
            at = NOW + read * DAY
            item = make_item(calls.id, url=facts.url, facts=facts)
            bring(session, item, at=at, source=calls, pages=[facts.url])
        return pages(store, calls, at=NOW + days * DAY)

    assert due_after(0, 1) == asked
    assert due_after(8, 9) == []
    assert due_after(8, 15) == asked
    assert due_after(66, 100) == []


def test_a_mandate_just_given_is_read_daily_for_what_it_will_give(store: Store) -> None:
    calls = in_house("assnat_consultations")
    urls = [f"{WORK}/mandats/Mandat-{number}/index.html" for number in (1, 2)]
    given = MandateFacts("1", "Étude", urls[0], given=date(2031, 3, 1))
    old = MandateFacts("2", "Étude", urls[1], given=date(2030, 11, 1))
    with store.session() as session:
        items = [make_item(calls.id, url=one.url, facts=one) for one in (given, old)]
        bring(session, items, source=calls, pages=urls)
    assert pages(store, calls, at=NOW + DAY) == ["mandats/Mandat-1/index.html"]
    assert "mandats/Mandat-2/index.html" not in pages(store, calls, at=NOW + 90 * DAY)


def test_the_pages_of_the_committees_are_asked_for_each_week(store: Store) -> None:
    calls = in_house("assnat_consultations")
    page = "commissions/crc/index.html"
    committee = CommitteeFacts("crc", "Relations avec les citoyens", f"{WORK}/{page}")
    with store.session() as session:
        item = make_item(calls.id, facts=committee)
        bring(session, item, source=calls, pages=[f"{WORK}/{page}"])
    assert pages(store, calls, at=NOW + 6 * DAY) == []
    assert pages(store, calls, at=NOW + 7 * DAY) == [page]


def test_a_petition_is_read_each_week_and_the_day_after_its_deadline(store: Store) -> None:
    petitions = in_house("assnat_petitions")
    facts = PetitionFacts("1", "Balançoires", f"{WORK}/p", deadline=date(2031, 3, 12))

    def read(days: int) -> None:
        with store.session() as session:
            item = make_item(petitions.id, url=facts.url, facts=facts)
            bring(session, item, at=NOW + days * DAY, source=petitions, pages=[facts.url])

    read(0)
    assert pages(store, petitions, at=NOW + 6 * DAY) == []
    assert pages(store, petitions, at=NOW + 7 * DAY) == ["p"]
    read(8)
    assert pages(store, petitions, at=NOW + 9 * DAY) == []
    assert pages(store, petitions, at=NOW + 10 * DAY) == ["p"]  # the 13th
    read(10)
    assert pages(store, petitions, at=NOW + 90 * DAY) == []


def test_the_register_of_votes_is_asked_for_the_next_one_of_each_session(store: Store) -> None:
    votes = in_house("assnat_votes", "registre-des-votes/index.html")
    terms = [
        SessionFacts(44, 1, date(2030, 11, 26), date(2031, 1, 31), current=False, url=""),
        SessionFacts(44, 2, date(2031, 2, 10), None, current=True, url=""),
    ]
    cast = [DivisionFacts(44, 2, n, "Motion", f"{WORK}/{n}", Vote(60, 40, 0)) for n in (1, 2, 11)]
    with store.session() as session:
        bring(session, [make_item(votes.id, facts=facts) for facts in terms], source=votes)
    assert pages(store, votes) == ["registre-des-votes/44-2-1/index.html"]
    with store.session() as session:
        bring(session, [make_item(votes.id, facts=facts) for facts in cast], source=votes)
    assert pages(store, votes) == ["registre-des-votes/44-2-12/index.html"]


HOUSE = in_house("assnat_bills", "projets-loi/index.html")
OTHER = in_house("assnat_news", "nouvelles.html")
MORNING = datetime(2031, 3, 4, 11, 30, tzinfo=UTC)  # 6:30 in Montréal


def fill_house(store: Store, numbers: range, days: float = 0) -> None:
    """Let the pages of these bills have been read."""
    told = [make_facts(str(n), complete=True, stages=QUIET) for n in numbers]
    with store.session() as session:
        items = [make_bill(facts, HOUSE.id) for facts in told]
        at = NOW - 3 * DAY + timedelta(days=days)
        urls = [facts.url for facts in told]
        bring(session, items, at=at, source=HOUSE, pages=urls, requests=2)


def test_what_a_day_asks_in_vain_is_bounded_and_what_is_left_comes_first_the_next(
    store: Store,
) -> None:
    fill_house(store, range(1, 26))
    fill_house(store, range(26, 51), days=0.5)
    asked = pages(store, HOUSE, OTHER, at=MORNING)
    assert len(asked) == 27 - 4  # 4: what both sources cost anyway
    assert all(number <= 25 for number in map(number_of, asked))
    assert pages(store, HOUSE, at=MORNING, live=False)[: len(asked)] == asked
    with store.session() as session:
        facts = [make_facts(str(number_of(url)), complete=True, stages=QUIET) for url in asked]
        urls = [one.url for one in facts]
        bring(session, [], at=MORNING, source=HOUSE, pages=urls, requests=25, outcome="unchanged")
        bring(session, [], at=MORNING, source=OTHER, requests=2, outcome="unchanged")
    assert pages(store, HOUSE, OTHER, at=MORNING + HOUR) == []
    assert len(pages(store, HOUSE, OTHER, at=MORNING + 6 * HOUR)) == 32 - 27 - 4
    tomorrow = pages(store, HOUSE, OTHER, at=MORNING + DAY)
    assert not set(tomorrow) & set(asked)


def test_what_presses_has_the_larger_part_and_the_others_are_not_put_off_for_ever(
    store: Store,
) -> None:
    fill_house(store, range(1, 31))
    for number in range(1, 31):
        read_as(store, str(number), *(("sante",) if number <= 20 else ()))
    asked = set(map(number_of, pages(store, HOUSE, at=MORNING)))
    assert len(asked) == 27 - 2
    assert len([number for number in asked if number <= 20]) == 20  # the latest, by their own pace
    at = MORNING + 6 * DAY
    with store.session() as session:
        urls = [make_facts(str(number)).url for number in range(1, 21)]
        bring(session, [], at=at - 4 * HOUR, source=HOUSE, pages=urls)
    asked = set(map(number_of, pages(store, HOUSE, at=at)))
    assert len([number for number in asked if number <= 20]) == 17  # two thirds of 25
    assert len([number for number in asked if number > 20]) == 8


def test_a_day_when_much_is_new_is_not_held_back(store: Store) -> None:
    fill_house(store, range(1, 26))
    with store.session() as session:
        news = [make_item(OTHER.id, url=f"{WORK}/{n}") for n in range(60)]
        bring(session, news, at=MORNING - HOUR, source=OTHER, requests=62)
        assert session.query(Document).filter_by(source=OTHER.id).count() == 60
    list_bills(store, *map(str, range(100, 140)), days=0.8)
    asked = pages(store, HOUSE, at=MORNING)
    assert [number_of(url) for url in asked[:40]] == list(range(139, 99, -1))
    assert len(asked) == MAX_PAGES


def test_a_host_that_asked_to_wait_is_left_alone_until_then(store: Store) -> None:
    feed, until = make_source(), NOW + 2 * HOUR
    register = {one.id: one for one in (HOUSE, OTHER, feed)}
    with store.session() as session:
        refused = make_visit(HOUSE.id, outcome=Outcome.UNREACHABLE, wait_until=until)
        ingest(session, refused, [], register)
    with store.reading() as session:
        told = asked_to_wait(session, register.values(), NOW + HOUR, register)
        assert told == {HOUSE.id: until, OTHER.id: until}
        assert asked_to_wait(session, register.values(), until, register) == {}


def number_of(url: str) -> int:
    return int(url.split("projet-loi-")[1].split("-")[0])


def test_a_page_that_was_not_understood_is_due_the_next_day_whatever_it_is(store: Store) -> None:
    with store.session() as session:
        bring(session, make_item("feed"), source=LIST, pages=[LIST.url])
        session.add(Page(source=LIST.id, url=f"{LIST.url}/2", read_at=NOW))
        session.add(Page(source=LIST.id, url=f"{LIST.url}/3", read_at=NOW, fingerprint="seen"))
    with store.reading() as session:
        (soon,) = errands(session, [LIST], NOW + 2 * HOUR)
        (later,) = errands(session, [LIST], NOW + DAY)
    assert (soon.pages, later.pages) == ((), (f"{LIST.url}/2",))


def test_a_visit_that_missed_a_page_that_it_led_to_is_no_high_water_mark(store: Store) -> None:
    with store.session() as session:
        bring(session, make_item("liste"), source=LIST, pages=[LIST.url])
        bring(session, make_item("liste"), at=NOW + DAY, source=LIST)
    with store.reading() as session:
        (errand,) = errands(session, [LIST], NOW + 2 * DAY)
    assert errand.since == NOW - timedelta(minutes=1)


def test_a_visit_is_told_what_its_list_usually_gives(store: Store) -> None:
    full = make_source("pleine", full=True)
    with store.session() as session:
        for day in range(4):
            visit = make_visit(full.id, NOW + day * DAY, items=20 + day)
            ingest(session, visit, [], {full.id: full})
    with store.reading() as session:
        told = errands(session, [full, make_source("autre")], NOW + 5 * DAY)
    assert [errand.usual for errand in told] == [21, 0]
