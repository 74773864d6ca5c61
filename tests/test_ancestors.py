"""A bill tabled anew: another number, the same title."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.ancestors import is_same
from pipeline.database import Store
from pipeline.model import Bill, BillEvent
from pipeline.queries import board
from pipeline.titles import comparable
from spiders.items import BillStatus
from tests.factories import NOW, bring, make_bill, make_facts

DAY = timedelta(days=1)
TOWN = "Loi visant à octroyer certains pouvoirs temporaires à la Ville de Rivière-du-Loup"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TOWN, TOWN),
        (TOWN, TOWN.upper().replace("-", " ") + " (titre modifié)"),
        (
            "Loi visant à renforcer l’encadrement des augmentations de loyer d’un bail",
            "Loi visant principalement à renforcer l'encadrement de l'augmentation du loyer d'un"
            " bail",
        ),
        ("Loi sur les écrans", "Loi sur les écrans et modifiant d’autres dispositions"),
    ],
    ids=["equal", "printed otherwise", "spelt otherwise", "with its usual tail"],
)
def test_a_title_is_known_again(one: str, other: str) -> None:
    assert is_same(comparable(one), comparable(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Loi n° 1 sur les crédits, 2025-2026", "Loi n° 1 sur les crédits, 2026-2027"),
        ("Loi n° 1 sur les crédits, 2026-2027", "Loi n° 2 sur les crédits, 2026-2027"),
        (
            "Loi concernant la mise en œuvre du discours sur le budget du 25 mars 2025",
            "Loi concernant la mise en œuvre du discours sur le budget du 18 mars 2026",
        ),
        (
            "Loi concernant un immeuble situé sur le territoire de la Ville de Québec",
            "Loi concernant un immeuble situé sur le territoire de la Ville de Lévis",
        ),
        (
            "Loi visant à lutter contre le gaspillage",
            "Loi visant à lutter contre le gaspillage alimentaire",
        ),
        ("Loi modifiant la Loi sur le tabac", "Loi sur le tabac"),
    ],
    ids=["year", "rank", "budget", "town", "one word more", "what it amends"],
)
def test_another_title_is_another_bill(one: str, other: str) -> None:
    assert not is_same(comparable(one), comparable(other))


def read(store: Store, number: str, session_of: int, at: Any = NOW, **stated: Any) -> None:
    with store.session() as session:
        facts = make_facts(number, session=session_of, **({"title": TOWN} | stated))
        bring(session, make_bill(facts), at=at)


def ancestor(store: Store, number: str = "203") -> str | None:
    with store.reading() as session:
        bill = session.scalars(select(Bill).where(Bill.number == number)).one()
        former = session.get(Bill, bill.ancestor_id) if bill.ancestor_id else None
        return f"{former.number}-{former.session}" if former else None


def test_a_dead_bill_that_comes_back_under_another_number_is_linked(store: Store) -> None:
    read(store, "217", 1)
    read(store, "203", 2, at=NOW + DAY)
    assert ancestor(store) == "217-1"
    with store.reading() as session:
        (event,) = session.scalars(select(BillEvent).where(BillEvent.kind == "retabled"))
        assert (event.day, event.detail["number"]) == (date(2031, 2, 25), "217")
        (bill,) = board(session, date(2031, 3, 4))
        assert bill.ancestor
        assert bill.ancestor.number == "217"


def test_the_last_of_several_dead_ones_is_the_ancestor(store: Store) -> None:
    read(store, "217", 1)
    read(store, "205", 2, at=NOW + DAY)
    read(store, "203", 3, at=NOW + 2 * DAY)
    assert (ancestor(store), ancestor(store, "205")) == ("205-2", "217-1")


@pytest.mark.parametrize("status", [BillStatus.ASSENTED, BillStatus.IN_PROGRESS])
def test_a_law_and_a_bill_that_lives_are_nobodys_ancestor(store: Store, status: BillStatus) -> None:
    session_of = 1 if status is BillStatus.ASSENTED else 2
    read(store, "217", session_of, status=status)
    read(store, "203", 2, at=NOW + DAY)
    assert ancestor(store) is None


def test_a_bill_of_the_other_parliament_is_no_ancestor(store: Store) -> None:
    read(store, "217", 1, parliament="ca", status=BillStatus.DIED)
    read(store, "203", 2, at=NOW + DAY)
    assert ancestor(store) is None


def test_a_whole_file_read_at_once_is_linked_too(store: Store) -> None:
    bills = [make_bill(make_facts(n, session=s, title=TOWN)) for n, s in (("203", 2), ("217", 1))]
    with store.session() as session:
        bring(session, bills)
    assert ancestor(store) == "217-1"
