"""What follows for bills once some have moved: sessions end, ancestors are found, all is noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from pipeline.ancestors import link_ancestors
from pipeline.history import Event, Life, happened, life, note, retabled
from pipeline.model import Bill, BillEvent
from pipeline.sessions import close_sessions


def follow(session: Session, moved: Mapping[Bill, Life | None], now: datetime) -> None:
    """Let these bills, each as it was before (None: it is new), have what follows from it.

    A bill of a session that is over dies, whoever said that it was in progress; a new one may take
    up a dead one; what happened to each is noted.
    """
    session.flush()
    lives = {**close_sessions(session, now), **moved, **dict.fromkeys(_unwritten(session))}
    ancestors = link_ancestors(session, [bill for bill, before in lives.items() if before is None])
    told: dict[Bill, list[Event]] = {}
    for bill, before in lives.items():
        told[bill] = happened(before, after := life(bill))
        if bill in ancestors:
            told[bill].append(retabled(after, ancestors[bill]))
    listed = {bill for bill, before in lives.items() if before and not before.complete}
    note(session, told, now, listed={bill for bill in listed if bill.complete})


def _unwritten(session: Session) -> list[Bill]:
    """Give the bills of which nothing was ever noted: older than their history."""
    written = select(BillEvent.id).where(BillEvent.bill_id == Bill.id)
    asked = select(Bill).where(~written.exists()).options(selectinload(Bill.stages))
    return list(session.scalars(asked.order_by(Bill.id)))
