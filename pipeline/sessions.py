"""The sessions of parliaments, and what dies with each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from pipeline.bills import ALIVE, Place, lives_in
from pipeline.clock import day_of
from pipeline.history import Life, life
from pipeline.model import Bill, ParliamentSession
from spiders.items import BillStatus, Item, SessionFacts


@dataclass(frozen=True, slots=True)
class Term:
    """A session, as far as it is known; `ends` is None while it goes on, or when nobody says."""

    place: Place
    starts: date | None = None
    ends: date | None = None


def is_over(place: Place, terms: Collection[Term], today: date) -> bool:
    """Say whether a session is over: its last day is past, or a later session has begun."""
    return any(
        (term.place == place and term.ends is not None and term.ends < today)
        or (term.place > place and (term.starts is None or term.starts <= today))
        for term in terms
    )


def end_of(place: Place, terms: Collection[Term]) -> date | None:
    """Give the last day of a session; when none is told, the eve of the one that came after it."""
    told = next((term.ends for term in terms if term.place == place and term.ends), None)
    later = min((term for term in terms if term.place > place), key=_place, default=None)
    if told or later is None or later.starts is None:
        return told
    return later.starts - timedelta(days=1)


def keep_sessions(session: Session, items: Iterable[Item], now: datetime) -> bool:
    """Bring the sessions to what these items state; say whether they state any."""
    stated = [item.facts for item in items if isinstance(item.facts, SessionFacts)]
    for facts in stated:
        key = (facts.parliament, facts.legislature, facts.session)
        row = session.get(ParliamentSession, key)
        if row is None:
            parliament, legislature, number = key
            row = ParliamentSession(
                parliament=parliament, legislature=legislature, session=number, first_seen_at=now
            )
            session.add(row)
        row.starts, row.ends = facts.starts or row.starts, facts.ends
        row.current, row.url = facts.current, facts.url
    session.flush()
    return bool(stated)


def close_sessions(session: Session, now: datetime) -> Mapping[Bill, Life]:
    """Let the bills of sessions that are over die, once; give each as it was before.

    A bill that died before anybody told the last day of its session gets it here.
    """
    today, found = day_of(now), dict[Bill, Life]()
    for parliament, terms in _terms(session).items():
        for bill in _bills_to_look_at(session, parliament, terms):
            last = lives_in(bill)[-1]
            end = end_of(last, terms)
            if bill.status in ALIVE:
                if not is_over(last, terms, today):
                    continue
            elif end is None:
                continue
            found[bill] = life(bill)
            bill.status, bill.died_on = BillStatus.DIED, end
    return found


def _terms(session: Session) -> dict[str, list[Term]]:
    """Give the sessions that are listed, and those that are only known by their bills."""
    terms: dict[str, list[Term]] = {}
    listed = session.scalars(select(ParliamentSession)).all()
    for row in listed:
        place = (row.legislature, row.session)
        terms.setdefault(row.parliament, []).append(Term(place, row.starts, row.ends))
    known = {(row.parliament, row.legislature, row.session) for row in listed}
    named = select(Bill.parliament, Bill.legislature, Bill.session).distinct()
    for parliament, legislature, number in session.execute(named):
        if (parliament, legislature, number) not in known:
            terms.setdefault(parliament, []).append(Term((legislature, number)))
    return terms


def _bills_to_look_at(session: Session, parliament: str, terms: Collection[Term]) -> list[Bill]:
    dated = {term.place[0] for term in terms if term.starts or term.ends}
    alive = or_(Bill.status.is_(None), Bill.status == BillStatus.IN_PROGRESS)
    undated = (Bill.status == BillStatus.DIED) & Bill.died_on.is_(None)
    asked = select(Bill).where(
        Bill.parliament == parliament, or_(alive, undated & Bill.legislature.in_(dated))
    )
    return list(session.scalars(asked.options(selectinload(Bill.stages)).order_by(Bill.id)))


def _place(term: Term) -> Place:
    return term.place
