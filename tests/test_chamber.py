"""Committees, members, mandates and sittings in the store: kept, corrected, never doubled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.database import Store
from pipeline.export import rows
from pipeline.model import Sitting
from pipeline.sittings import days_of_sitting, days_sat
from spiders.items import (
    BillRef,
    CommitteeFacts,
    DatedSentence,
    Facts,
    Item,
    Link,
    MandateFacts,
    MemberFacts,
    SittingFacts,
    WeekFacts,
)
from tests.factories import NOW, bring, make_item, make_source

CALENDAR = make_source("assnat_calendar", identity="entry")
MANDATE = "https://www.assnat.qc.ca/fr/travaux-parlementaires/mandats/Mandat-54352/index.html"
WEEK = (date(2031, 3, 3), date(2031, 3, 9))
TUESDAY, THURSDAY = date(2031, 3, 4), date(2031, 3, 6)
STUDY = "Étude détaillée du projet de loi n° 15, Loi sur les comptines"


def kept(store: Store, table: str) -> list[dict[str, Any]]:
    with store.reading() as session:
        return list(rows(session, table))


def tell(store: Store, *facts: Facts, days: float = 0) -> None:
    """Let a visit bring these facts."""
    with store.session() as session:
        items = [make_item(CALENDAR.id, key=str(n), facts=one) for n, one in enumerate(facts)]
        bring(session, items, source=CALENDAR, at=NOW + timedelta(days=days))


def announce(store: Store, *sittings: SittingFacts, days: float = 0) -> None:
    """Let the calendar of a week announce these sittings."""
    tell(store, WeekFacts(*WEEK, len(sittings)), *sittings, days=days)


def sitting(day: date = THURSDAY, title: str = STUDY, **stated: Any) -> SittingFacts:
    usual: dict[str, Any] = {"committee": "Commission des institutions", "part": "Avant-midi"}
    return SittingFacts(day, title, **(usual | stated))


def test_a_committee_is_kept_once_and_called_as_it_was_last(store: Store) -> None:
    place = "https://www.assnat.qc.ca/fr/travaux-parlementaires/commissions/crc/index.html"
    tell(store, CommitteeFacts("crc", "Commission des relations", place))
    tell(store, CommitteeFacts("crc", "Relations avec les citoyens", place), days=7)
    assert kept(store, "committees") == [
        {
            "parliament": "qc",
            "code": "crc",
            "name": "Relations avec les citoyens",
            "url": place,
            "first_seen_at": NOW.isoformat(),
            "seen_at": (NOW + timedelta(days=7)).isoformat(),
        }
    ]


def test_the_index_of_the_members_does_not_unsay_what_the_page_of_one_tells(store: Store) -> None:
    tell(store, MemberFacts("11", "O'Brien, Sean", "Matane", "Indépendant"))
    tell(store, MemberFacts("11", "O'Brien, Sean", "Matane", "Vert", ("Ministre",)), days=1)
    tell(store, MemberFacts("11", "O'Brien, Sean", "Matane-Matapédia", "Vert"), days=2)
    (member,) = kept(store, "members")
    assert (member["riding"], member["party"]) == ("Matane-Matapédia", "Vert")
    assert member["functions"] == ["Ministre"]
    assert member["seen_at"] == (NOW + timedelta(days=2)).isoformat()


def mandate(*days: date, **stated: Any) -> MandateFacts:
    told = tuple(DatedSentence(day, f"Auditions le {day}.") for day in days)
    return MandateFacts("54352", STUDY, MANDATE, dates=told, **stated)


def test_a_mandate_is_named_by_a_list_then_told_by_its_page(store: Store) -> None:
    listed = mandate(committee="Institutions", given=date(2031, 2, 20), bill=BillRef("15"))
    tell(store, listed)
    tell(store, mandate(TUESDAY, bill=BillRef("15", 44, 2), links=(Link("Mémoires", "x"),)), days=1)
    tell(store, listed, days=2)
    (row,) = kept(store, "mandates")
    assert (row["number"], row["committee"], row["given"]) == (
        "54352",
        "Institutions",
        "2031-02-20",
    )
    assert row["bill"] == {"number": "15", "legislature": 44, "session": 2}
    assert [one["date"] for one in row["dates"]] == ["2031-03-04"]
    assert row["changed_at"] is None  # its page was read once


def test_a_mandate_whose_page_says_another_thing_has_changed(store: Store) -> None:
    tell(store, mandate(TUESDAY))
    tell(store, mandate(TUESDAY), days=1)
    assert kept(store, "mandates")[0]["changed_at"] is None
    tell(store, mandate(TUESDAY, THURSDAY), days=2)
    (row,) = kept(store, "mandates")
    assert row["changed_at"] == (NOW + timedelta(days=2)).isoformat()


def test_a_mandate_without_a_page_is_no_mandate_that_can_be_told_from_another(
    store: Store,
) -> None:
    tell(store, MandateFacts("", STUDY, "https://www.assnat.qc.ca/liste"))
    assert kept(store, "mandates") == []


def test_a_sitting_announced_twice_is_one_and_names_its_bill(store: Store) -> None:
    announce(store, sitting())
    announce(store, sitting(), days=1)
    (row,) = kept(store, "sittings")
    assert (row["bill_number"], row["cancelled"], row["source"]) == ("15", False, CALENDAR.id)
    assert row["first_seen_at"] == NOW.isoformat()
    assert row["seen_at"] == (NOW + timedelta(days=1)).isoformat()


def test_a_sitting_that_its_week_no_longer_announces_is_cancelled_until_it_is_again(
    store: Store,
) -> None:
    announce(store, sitting(), sitting(committee="Commission des finances"))
    announce(store, sitting(committee="Commission des finances"), days=1)
    assert [row["cancelled"] for row in kept(store, "sittings")] == [True, False]
    announce(store, sitting(), sitting(committee="Commission des finances"), days=2)
    assert [row["cancelled"] for row in kept(store, "sittings")] == [False, False]


def test_a_sitting_said_to_be_cancelled_is(store: Store) -> None:
    tell(store, sitting(cancelled=True))
    assert kept(store, "sittings")[0]["cancelled"]


def test_a_sitting_whose_title_alone_is_another_was_edited(store: Store) -> None:
    announce(store, sitting(title="Étude détaillée"))
    announce(store, sitting(), days=1)
    (row,) = kept(store, "sittings")
    assert (row["title"], row["bill_number"], row["cancelled"]) == (STUDY, "15", False)


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ((WeekFacts(date(2031, 3, 10), date(2031, 3, 16), 0),), 1),  # another week
        ((), 1),  # no calendar at all
        ((WeekFacts(*WEEK, 0),), 5),  # the day is past: it took place
    ],
)
def test_a_sitting_is_not_cancelled_by_the_silence_of_what_does_not_speak_of_it(
    store: Store, told: tuple[Facts, ...], days: int
) -> None:
    announce(store, sitting())
    tell(store, *told, days=days)
    assert [row["cancelled"] for row in kept(store, "sittings")] == [False]


def test_the_sitting_of_another_source_is_not_the_calendars_to_cancel(store: Store) -> None:
    with store.session() as session:
        item: Item = make_item("assnat_sittings", facts=sitting())
        bring(session, item, source=make_source("assnat_sittings", identity="entry"))
    announce(store, days=1)
    assert [row["cancelled"] for row in kept(store, "sittings")] == [False]


def test_the_days_on_which_the_assemblee_sits_are_its_own_not_those_of_a_committee(
    store: Store,
) -> None:
    announce(
        store,
        sitting(TUESDAY, "Séance de l'Assemblée", committee=""),
        sitting(THURSDAY, "Conférence de presse", committee=""),
        sitting(date(2031, 3, 7)),
        sitting(date(2031, 3, 5), "Le mercredi 5 mars 2031", committee="", legislature=44),
    )
    with store.reading() as session:
        assert days_sat(session, NOW) == {TUESDAY, date(2031, 3, 5)}


def planned(day: date, **values: object) -> Sitting:
    row = Sitting(day=day, title="Assemblée", source="x", first_seen_at=NOW, seen_at=NOW)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def test_days_of_sitting_are_those_announced_and_where_none_was_read_those_foreseen(
    store: Store,
) -> None:
    tuesday, recess = date(2031, 3, 11), date(2031, 7, 8)
    days = [tuesday + timedelta(days=n) for n in range(14)]
    with store.session() as session:
        session.add(planned(tuesday))
        session.add(planned(tuesday + timedelta(days=1), cancelled=True))
        session.add(planned(tuesday + timedelta(days=2), committee="CRC", title="Audition"))
    with store.reading() as session:
        found = days_of_sitting(session, days)
        summer = days_of_sitting(session, [recess])
    foreseen = {tuesday + timedelta(days=n) for n in (7, 8, 9)}
    assert found == {tuesday} | foreseen
    assert summer == set()
