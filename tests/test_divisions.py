"""Recorded votes: kept with the names, joined to the bill that lived in their session."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from pipeline.database import Store
from pipeline.export import rows
from pipeline.model import BillEvent, Division, Document
from pipeline.queries import BillView, board
from spiders.items import (
    BillRef,
    DivisionFacts,
    Item,
    Reinscription,
    Stage,
    StageFacts,
    Vote,
    Voter,
)
from tests.factories import NOW, bring, make_bill, make_facts, make_item, make_source

DAY = date(2031, 3, 2)
VOTERS = (Voter("Roy, Anne", "11", "PQ"), Voter("Caron, Luc", "12", "PLQ", "Vimont"))


def division(session: int = 1, number: int = 4, bill: str = "94", **stated: Any) -> Item:
    facts = DivisionFacts(
        legislature=44,
        session=session,
        number=number,
        title=f"Adoption du principe – Projet de loi n° {bill}, Loi sur les services de garde",
        url=f"https://www.assnat.qc.ca/fr/registre-des-votes/44-{session}-{number}/index.html",
        vote=Vote(2, 1, 0, DAY),
        bill=BillRef(bill) if bill else None,
        for_=VOTERS,
        against=(Voter("Tremblay, Zoé", "13"),),
    )
    return make_item("votes", url=facts.url, facts=facts, **stated)


def read(store: Store, *items: Item) -> None:
    with store.session() as session:
        bring(session, items, at=NOW, source=make_source("votes", identity="entry"))


def shown(store: Store) -> tuple[BillView, ...]:
    with store.reading() as session:
        return board(session, DAY)


def count(store: Store, table: Any) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_division_is_kept_once_with_its_names_and_is_no_document(store: Store) -> None:
    for _ in range(2):
        read(store, division())
    assert (count(store, Division), count(store, Document)) == (1, 0)
    with store.reading() as session:
        row = session.scalars(select(Division)).one()
        assert (row.day, row.vote["for"], row.bill_number) == (DAY, 2, "94")
        assert [voter["name"] for voter in row.voters["for"]] == ["Roy, Anne", "Caron, Luc"]
        assert row.voters["for"][1]["riding"] == "Vimont"
        assert row.first_seen_at == NOW


def test_a_bill_is_shown_with_who_voted_how(store: Store) -> None:
    read(store, make_bill(), division())
    (bill,) = shown(store)
    (told,) = bill.divisions
    assert (told.number, told.vote.for_, told.vote.day) == (4, 2, DAY)
    assert told.for_ == ("Roy, Anne", "Caron, Luc")
    assert (told.against, told.abstain) == (("Tremblay, Zoé",), ())


def test_a_division_is_about_the_bill_of_that_number_in_its_session(store: Store) -> None:
    """94 of the first session goes on in the second; 95 is another bill in each."""
    carried = make_facts(complete=True, reinscribed=(Reinscription(44, 2),))
    bills = [make_bill(carried)]
    bills += [make_bill(make_facts("95", session=s, url=f"https://qc.test/95-{s}")) for s in (1, 2)]
    read(store, *bills, division(2, 1, "94"), division(2, 2, "95"), division(1, 3, "95"))
    of = {(bill.name.number, bill.name.session): bill.divisions for bill in shown(store)}
    assert [one.number for one in of["94", 1]] == [1]
    assert [one.number for one in of["95", 2]] == [2]


def test_a_division_about_no_bill_that_is_known_waits_for_it(store: Store) -> None:
    read(store, division(bill="7"), division(number=5, bill=""))
    assert count(store, BillEvent) == 0
    read(store, make_bill(make_facts("7")))
    (bill,) = shown(store)
    assert [one.number for one in bill.divisions] == [4]


def test_the_vote_of_a_page_and_that_of_the_register_are_one_event(store: Store) -> None:
    stage = StageFacts(
        Stage.PASSAGE_IN_PRINCIPLE, "Adoption du principe", (DAY,), votes=(Vote(2, 1, 0, DAY),)
    )
    page = make_bill(make_facts(stages=(stage,), complete=True))
    for items in ((make_bill(),), (division(),), (page,), (division(),)):
        read(store, *items)
    with store.reading() as session:
        (vote,) = session.scalars(select(BillEvent).where(BillEvent.kind == "vote"))
        assert (vote.day, vote.detail["step"]) == (DAY, "passage-in-principle")


def test_divisions_are_exported_with_the_key_of_their_bill(store: Store) -> None:
    carried = make_facts(complete=True, reinscribed=(Reinscription(44, 2),))
    read(store, make_bill(carried), division(2), division(2, 5, ""))
    with store.reading() as session:
        told, other = rows(session, "divisions")
    assert told["bill"] == {"legislature": 44, "session": 1, "number": "94"}
    assert (told["legislature"], told["session"], told["number"]) == (44, 2, 4)
    assert told["vote"] == {"for": 2, "against": 1, "abstain": 0, "date": "2031-03-02", "paired": 0}
    assert [voter["id"] for voter in told["voters"]["against"]] == ["13"]
    assert other["bill"] is None
