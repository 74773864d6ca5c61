"""Recorded votes as we keep them, and the bill that each was about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.bills import Place, lives_in
from pipeline.history import add_new, voted
from pipeline.model import Bill, Division
from spiders.items import DivisionFacts, Item, as_json

KEY = ("parliament", "legislature", "session", "number")


def keep_divisions(session: Session, items: Iterable[Item], now: datetime) -> None:
    """Keep the recorded votes that these items state, and note each in the history of its bill."""
    stated = [item.facts for item in items if isinstance(item.facts, DivisionFacts)]
    rows = [_keep(session, facts, now) for facts in stated]
    session.flush()
    bills = bills_of(session, rows)
    for row in rows:
        if bill := bills.get(row.id):
            add_new(session, bill.id, voted(row.day, row.vote, {"title": row.title}), now)


def bills_of(session: Session, divisions: Collection[Division]) -> Mapping[int, Bill]:
    """Give the bill of each division, by its id: that number, alive in the division's session."""
    numbers = {row.bill_number for row in divisions if row.bill_number}
    known: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    if numbers:
        for bill in session.scalars(select(Bill).where(Bill.number.in_(numbers))):
            known[bill.parliament, bill.number].append(bill)
    named = {
        row.id: bill_in(known[row.parliament, row.bill_number], (row.legislature, row.session))
        for row in divisions
    }
    return {id_: bill for id_, bill in named.items() if bill}


def bill_in(namesakes: Iterable[Bill], place: Place | None) -> Bill | None:
    """Choose among bills of one number the one of a session: tabled in it, else reinscribed in it.

    None for the session: the last of them.
    """
    living = [bill for bill in namesakes if place is None or place in lives_in(bill)]
    return max(living, key=lambda bill: (bill.legislature, bill.session), default=None)


def _keep(session: Session, facts: DivisionFacts, now: datetime) -> Division:
    key = {
        name: getattr(facts, name) for name in ("parliament", "legislature", "session", "number")
    }
    row = session.scalars(select(Division).filter_by(**key)).one_or_none()
    if row is None:
        row = Division(**key, first_seen_at=now)
        session.add(row)
    row.day, row.title, row.url = facts.vote.date, facts.title, facts.url
    row.bill_number = facts.bill.number if facts.bill else ""
    row.vote = as_json(facts.vote)
    row.voters = {
        "for": as_json(facts.for_),
        "against": as_json(facts.against),
        "abstain": as_json(facts.abstain),
    }
    return row
