"""A bill as we keep it, out of what its sources state of it one after another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from pipeline.model import Bill, BillStage
from spiders.items import BillFacts, BillStatus, Facts, Stage, StageFacts, as_json

Key = tuple[str, int, int, str]
Place = tuple[int, int]  # a session: its legislature and its number
ORDER = {stage: rank for rank, stage in enumerate(Stage)}
# A life goes one way: a later word does not bring a bill back, unless it was reinscribed since.
FURTHER = {
    None: 0,
    BillStatus.IN_PROGRESS: 1,
    BillStatus.DIED: 2,
    BillStatus.WITHDRAWN: 3,
    BillStatus.DEFEATED: 3,
    BillStatus.ASSENTED: 4,
}
ALIVE = (None, BillStatus.IN_PROGRESS)


def key(bill: Bill | BillFacts) -> Key:
    """Give what tells a bill from every other."""
    return bill.parliament, bill.legislature, bill.session, bill.number


def lives_in(bill: Bill) -> tuple[Place, ...]:
    """Give the sessions in which a bill lived, the last one last.

    Nothing outlives its legislature: what is said of a later one is not believed. In Ottawa each
    session has a record of its own, even of a bill that was reinstated.
    """
    origin = (bill.legislature, bill.session)
    if bill.parliament == "ca":
        return (origin,)
    later = {(one["legislature"], one["session"]) for one in bill.reinscribed}
    return tuple(sorted({origin} | {one for one in later if one[0] == bill.legislature}))


def find_bills(session: Session, facts: Iterable[Facts | None]) -> dict[Key, Bill]:
    """Load the bills that these facts speak of, with their stages, in two queries."""
    keys = {key(one) for one in facts if isinstance(one, BillFacts)}
    if not keys:
        return {}
    parliaments, legislatures, sessions, numbers = zip(*keys, strict=True)
    found = session.scalars(
        select(Bill)
        .where(
            Bill.parliament.in_(set(parliaments)),
            Bill.legislature.in_(set(legislatures)),
            Bill.session.in_(set(sessions)),
            Bill.number.in_(set(numbers)),
        )
        .options(selectinload(Bill.stages))
    )
    return {key(bill): bill for bill in found if key(bill) in keys}


def new_bill(facts: BillFacts, now: datetime) -> Bill:
    """Make the bill that these facts are the first to speak of; `update` tells the rest."""
    parliament, legislature, session, number = key(facts)
    return Bill(
        parliament=parliament,
        legislature=legislature,
        session=session,
        number=number,
        title=facts.title,
        url="",
        sponsors=[],
        documents=[],
        reinscribed=[],
        complete=False,
        first_seen_at=now,
    )


def outranks(facts: BillFacts, bill: Bill) -> bool:
    """Say whether these facts may replace what is known: a list never overrules a bill's page."""
    return facts.complete or not bill.complete


def update(bill: Bill, facts: BillFacts, now: datetime) -> None:
    """Bring a bill to what these facts state. Silence erases nothing but stages of a page."""
    better = outranks(facts, bill)
    _move_status(bill, facts)
    for name in ("title", "kind", "url", "sponsors", "documents", "assent_date", "chapter"):
        stated = getattr(facts, name)
        if stated and (better or not getattr(bill, name)):
            setattr(bill, name, as_json(stated) if isinstance(stated, tuple) else stated)
    stages = _merged(facts.stages)
    if facts.complete and stages:
        _replace_stages(bill, stages, now)
    elif better:
        _add_stages(bill, stages, now)
    bill.complete = bill.complete or facts.complete


def state(bill: Bill) -> Any:
    """Give everything that is stated of a bill, as JSON: it has changed when this has."""
    stated = (bill.title, bill.kind, bill.status, bill.assent_date, bill.chapter, bill.url)
    lists = (bill.sponsors, bill.documents, bill.reinscribed)
    stages = [
        [s.stage, s.label, s.chamber, s.committee, s.dates, s.votes, s.notes]
        for s in sorted(bill.stages, key=lambda s: s.position)
    ]
    return as_json([*stated, *lists, stages])


def _move_status(bill: Bill, facts: BillFacts) -> None:
    known = {(one["legislature"], one["session"]): one for one in bill.reinscribed}
    stated = {
        (one.legislature, one.session): as_json(one)
        for one in facts.reinscribed
        if one.legislature == bill.legislature
    }
    origin = (bill.legislature, bill.session)
    before, told = max([origin, *known]), max([origin, *stated])
    further = FURTHER[facts.status] > FURTHER[BillStatus(bill.status) if bill.status else None]
    # The line of a session that is over says "died" of a bill that went on in the next one.
    if facts.status and ((further and told >= before) or told > before):
        bill.status = facts.status
    if facts.status is BillStatus.ASSENTED:
        bill.status = facts.status
    if bill.status != BillStatus.DIED:
        bill.died_on = None
    for session, one in stated.items():
        known[session] = one if one["date"] or session not in known else known[session]
    bill.reinscribed = [known[session] for session in sorted(known)]


def _merged(stages: Iterable[StageFacts]) -> list[StageFacts]:
    """Collapse the stages that bear the same label in the same chamber."""
    merged: dict[tuple[str, str], StageFacts] = {}
    for one in stages:
        first = merged.get((one.chamber, one.label))
        merged[one.chamber, one.label] = one if first is None else _joined(first, one)
    return list(merged.values())


def _joined(first: StageFacts, second: StageFacts) -> StageFacts:
    return replace(
        first,
        dates=tuple(dict.fromkeys((*first.dates, *second.dates))),
        votes=tuple(dict.fromkeys((*first.votes, *second.votes))),
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
        committee=first.committee or second.committee,
    )


def _replace_stages(bill: Bill, stages: list[StageFacts], now: datetime) -> None:
    wanted = {(one.chamber, one.label) for one in stages}
    same = {(row.chamber, row.label): row for row in bill.stages}
    spare = [row for row in bill.stages if (row.chamber, row.label) not in wanted]
    rows = []
    for position, one in enumerate(stages):
        row = same.get((one.chamber, one.label)) or _renamed(spare, one) or _new_stage(one, now)
        _fill(row, one)
        row.position = position
        rows.append(row)
    bill.stages = rows


def _renamed(spare: list[BillStage], one: StageFacts) -> BillStage | None:
    """Find the stage that a list called otherwise: it was first seen then."""
    for row in spare:
        if one.stage and (row.chamber, row.stage) == (one.chamber, one.stage):
            spare.remove(row)
            return row
    return None


def _add_stages(bill: Bill, stages: list[StageFacts], now: datetime) -> None:
    rows = {(row.chamber, row.label): row for row in bill.stages}
    for one in stages:
        row = rows.get((one.chamber, one.label))
        if row is None:
            row = _new_stage(one, now)
            bill.stages.append(row)
        _fill(row, one)
    for position, row in enumerate(sorted(bill.stages, key=_rank)):
        row.position = position


def _rank(row: BillStage) -> tuple[int, str]:
    rank = ORDER[Stage(row.stage)] if row.stage else len(ORDER)
    return rank, row.dates[0] if row.dates else ""


def _new_stage(one: StageFacts, now: datetime) -> BillStage:
    return BillStage(label=one.label, chamber=one.chamber, first_seen_at=now, position=0, dates=[])


def _fill(row: BillStage, one: StageFacts) -> None:
    row.label, row.stage, row.committee = one.label, one.stage, one.committee
    row.dates, row.votes, row.notes = as_json(one.dates), as_json(one.votes), as_json(one.notes)
