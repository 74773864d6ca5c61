"""The sessions of parliaments, and what dies with each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.lives import follow
from pipeline.model import Bill, BillEvent, ParliamentSession
from pipeline.sessions import Term, end_of, is_over
from spiders.items import BillStatus, Item, Reinscription, SessionFacts, Stage, StageFacts
from tests.factories import NOW, bring, make_bill, make_facts, make_item, make_source

DAY = timedelta(days=1)
TODAY = date(2031, 3, 3)
YESTERDAY = TODAY - DAY


def make_session(legislature: int, session: int, **stated: Any) -> Item:
    """Make what the page of sittings says of a session; it goes on unless told otherwise."""
    starts, ends = stated.get("starts"), stated.get("ends")
    place = f"{legislature}-{session}"
    url = f"https://www.assnat.qc.ca/fr/travaux-parlementaires/assemblee-nationale/{place}/"
    facts = SessionFacts(legislature, session, starts, ends, current=ends is None, url=url)
    return make_item("seances", url=url, key=f"session/{place}", facts=facts)


def read(store: Store, *items: Item, at: Any = NOW) -> None:
    with store.session() as session:
        bring(session, items, at=at, source=make_source("seances", identity="entry"))


def status(store: Store, number: str = "94", session_of_origin: int = 1) -> str | None:
    with store.reading() as session:
        asked = select(Bill.status).filter_by(number=number, session=session_of_origin)
        return session.scalar(asked)


def deaths(store: Store) -> Sequence[tuple[str, date | None]]:
    with store.reading() as session:
        asked = select(BillEvent).where(BillEvent.kind == "died").order_by(BillEvent.id)
        return [(row.key, row.day) for row in session.scalars(asked)]


# The rule


@pytest.mark.parametrize(
    ("terms", "over"),
    [
        ([], False),
        ([Term((43, 3))], False),
        ([Term((43, 3), ends=YESTERDAY)], True),
        ([Term((43, 3), ends=TODAY)], False),
        ([Term((43, 3)), Term((43, 2), ends=YESTERDAY)], False),
        ([Term((43, 3)), Term((43, 4))], True),
        ([Term((43, 3)), Term((44, 1), starts=TODAY)], True),
        ([Term((43, 3)), Term((44, 1), starts=TODAY + DAY)], False),
    ],
    ids=[
        "nothing known",
        "it goes on",
        "ended yesterday",
        "its last day",
        "the one before ended",
        "another began",
        "another legislature began",
        "another is announced",
    ],
)
def test_a_session_is_over_after_its_last_day_or_once_another_began(
    terms: list[Term], over: bool
) -> None:
    assert is_over((43, 3), terms, TODAY) is over


def test_a_session_ends_on_the_day_that_is_told_or_on_the_eve_of_the_next() -> None:
    next_one = Term((44, 1), starts=TODAY)
    assert end_of((43, 3), [Term((43, 3), ends=date(2031, 1, 9)), next_one]) == date(2031, 1, 9)
    assert end_of((43, 3), [Term((43, 3)), next_one, Term((44, 2), starts=TODAY + DAY)]) == (
        YESTERDAY
    )
    assert end_of((43, 3), [Term((44, 1))]) is None


# In the store


def test_a_session_is_kept_as_its_page_lists_it_and_is_no_document(store: Store) -> None:
    read(store, make_session(44, 1, starts=date(2030, 11, 26)))
    read(store, make_session(44, 1, starts=date(2030, 11, 26), ends=YESTERDAY), at=NOW + DAY)
    with store.reading() as session:
        (row,) = session.scalars(select(ParliamentSession)).all()
        assert (row.starts, row.ends, row.current) == (date(2030, 11, 26), YESTERDAY, False)
        assert row.first_seen_at == NOW


def test_a_bill_dies_once_with_its_session(store: Store) -> None:
    read(store, make_bill())
    for n in range(3):
        read(store, make_session(44, 1, ends=YESTERDAY), at=NOW + n * DAY)
    assert status(store) == "died"
    assert deaths(store) == [("died/44-1", YESTERDAY)]


def test_a_law_does_not_die(store: Store) -> None:
    read(store, make_bill(make_facts(status=BillStatus.ASSENTED)))
    read(store, make_session(44, 1, ends=YESTERDAY))
    assert (status(store), deaths(store)) == ("assented", [])


@pytest.mark.parametrize("complete", [True, False], ids=["page", "list"])
def test_no_word_revives_a_bill_whose_session_is_over(store: Store, complete: bool) -> None:
    read(store, make_session(44, 1, ends=YESTERDAY))
    for n, title in enumerate(("Loi A", "Loi B")):
        read(store, make_bill(make_facts(title=title, complete=complete)), at=NOW + n * DAY)
        assert status(store) == "died"
    assert len(deaths(store)) == 1


def test_a_bill_reinscribed_lives_in_the_later_session_and_dies_with_it(store: Store) -> None:
    read(store, make_bill())
    read(store, make_session(44, 1, ends=YESTERDAY))
    again = make_facts(complete=True, reinscribed=(Reinscription(44, 2, TODAY),))
    read(store, make_session(44, 2, starts=TODAY), make_bill(again), at=NOW + DAY)
    assert status(store) == "in-progress"
    read(store, make_session(44, 2, starts=TODAY, ends=TODAY + 9 * DAY), at=NOW + 10 * DAY)
    assert status(store) == "died"
    assert deaths(store) == [("died/44-1", YESTERDAY), ("died/44-2", TODAY + 9 * DAY)]


def test_nothing_outlives_its_legislature(store: Store) -> None:
    read(store, make_bill(), make_bill(make_facts("1", session=2)))
    beyond = make_facts(complete=True, reinscribed=(Reinscription(45, 1, TODAY),))
    read(store, make_session(45, 1, starts=TODAY), make_bill(beyond))
    assert (status(store), status(store, "1", 2)) == ("died", "died")


def test_a_death_that_was_believed_before_the_assent_was_told_is_forgotten(store: Store) -> None:
    read(store, make_bill())
    read(store, make_session(44, 1, ends=YESTERDAY))
    late = make_facts(status=BillStatus.ASSENTED, assent_date=YESTERDAY)
    read(store, make_bill(late), at=NOW + DAY)
    assert (status(store), deaths(store)) == ("assented", [])


def test_the_day_of_a_death_is_filled_in_once_it_is_told(store: Store) -> None:
    read(store, make_bill(make_facts(status=BillStatus.DIED)))
    assert deaths(store) == [("died/44-1", None)]
    read(store, make_session(44, 1, ends=YESTERDAY), at=NOW + DAY)
    assert deaths(store) == [("died/44-1", YESTERDAY)]


def test_a_session_ends_by_the_clock_when_no_page_moves(store: Store) -> None:
    read(store, make_bill(), make_session(44, 1, ends=TODAY))
    assert status(store) == "in-progress"
    with store.session() as session:
        follow(session, {}, NOW + DAY)
    assert deaths(store) == [("died/44-1", TODAY)]


def test_ottawas_bills_die_when_one_of_a_newer_session_is_known(store: Store) -> None:
    stage = StageFacts(Stage.INTRODUCTION, "Première lecture", (TODAY,), chamber="commons")

    def federal(number: str, legislature: int, session: int) -> Item:
        return make_bill(
            make_facts(
                number,
                legislature=legislature,
                session=session,
                parliament="ca",
                title=f"Loi {number}",
                stages=(stage,),
                complete=True,
            )
        )

    read(store, federal("C-208", 44, 1), make_bill(make_facts("5", legislature=43)))
    assert status(store, "C-208") == "in-progress"
    read(store, federal("C-15", 45, 1), at=NOW + DAY)
    assert (status(store, "C-208"), status(store, "C-15")) == ("died", "in-progress")
    assert status(store, "5") == "in-progress"  # of another parliament
