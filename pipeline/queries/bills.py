"""Bills: those to watch, and what happened to them in a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from pipeline.clock import bounds
from pipeline.model import Bill, BillStage, Document
from pipeline.queries.documents import NEAREST, bill_name, readings
from pipeline.queries.views import BillView, EventView, StepView, VoteView
from spiders.items import BillStatus, Stage

ORDER = {stage.value: rank for rank, stage in enumerate(Stage)}
LATE = timedelta(days=14)  # what we learn later than this is history, not news
AHEAD = timedelta(days=120)  # a stage may be dated ahead: it is an event on its day


def bills_on_watch(session: Session, since: datetime) -> tuple[BillView, ...]:
    """Give the bills in progress, and those of which something was learnt since this moment.

    The nearest to the mission come first; among them, those that moved last.
    """
    moved = select(BillStage.bill_id).where(BillStage.first_seen_at >= since)
    revised = select(Document.bill_id).where(Document.revised_at >= since)
    watched = or_(
        Bill.status.is_(None),
        Bill.status == BillStatus.IN_PROGRESS,
        Bill.first_seen_at >= since,
        Bill.id.in_(moved),
        Bill.id.in_(revised),
    )
    views = bill_views(session, session.scalars(select(Bill).where(watched)).all())
    views.sort(key=lambda view: (NEAREST.index(view.proximity), -view.changed_at.timestamp()))
    return tuple(views)


def events_between(session: Session, start: datetime, end: datetime) -> tuple[EventView, ...]:
    """Give the bills tabled and the stages reached that were learnt in this period, oldest first.

    Each is in one period only: that in which it was first seen, or its day if that comes later.
    A stage that was long over when it was first seen is no event.
    """
    told = select(BillStage.bill_id).where(
        BillStage.first_seen_at >= start - AHEAD, BillStage.first_seen_at < end
    )
    new = (Bill.first_seen_at >= start) & (Bill.first_seen_at < end)
    bills = session.scalars(select(Bill).where(or_(Bill.id.in_(told), new))).all()
    events = [event for view in bill_views(session, bills) for event in _events(view)]
    within = [event for event in events if start <= _moment(event) < end]
    return tuple(sorted(within, key=lambda event: (_moment(event), event.bill.name.id)))


def bill_views(session: Session, bills: Sequence[Bill]) -> list[BillView]:
    """Give these bills as views, in the same order."""
    ids = [bill.id for bill in bills]
    stages = select(Bill).where(Bill.id.in_(ids)).options(selectinload(Bill.stages))
    session.scalars(stages).all()  # into the bills at hand: one query instead of one a bill
    documents = {
        document.bill_id: document
        for document in session.scalars(
            select(Document).where(Document.bill_id.in_(ids), Document.identity.like("bill:%"))
        )
    }
    read = readings(session, (document.id for document in documents.values()))
    return [_view(bill, documents.get(bill.id), read) for bill in bills]


def _view(bill: Bill, document: Document | None, read: Any) -> BillView:
    steps = tuple(_step(stage) for stage in bill.stages)
    reading = read[document.id if document else None]
    learnt = [bill.first_seen_at, *(step.first_seen_at for step in steps)]
    if document and document.revised_at:
        learnt.append(document.revised_at)
    return BillView(
        name=bill_name(bill),
        kind=bill.kind,
        status=bill.status,
        sponsors=tuple(person["name"] for person in bill.sponsors),
        steps=steps,
        step=_furthest(bill.number, steps),
        assent_date=bill.assent_date,
        chapter=bill.chapter,
        proximity=reading.proximity,
        themes=reading.themes,
        first_seen_at=bill.first_seen_at,
        changed_at=max(learnt),
    )


def _step(row: BillStage) -> StepView:
    return StepView(
        stage=row.stage,
        label=row.label,
        chamber=row.chamber,
        committee=row.committee,
        days=tuple(map(date.fromisoformat, row.dates)),
        votes=tuple(_votes(row.votes)),
        first_seen_at=row.first_seen_at,
    )


def _votes(rows: Iterable[dict[str, Any]]) -> Iterator[VoteView]:
    for row in rows:
        day = date.fromisoformat(row["date"]) if row["date"] else None
        yield VoteView(row["for"], row["against"], row["abstain"], day)


def _furthest(number: str, steps: Sequence[StepView]) -> StepView | None:
    """Give the stage furthest on the way: the last one printed is not always it."""
    origin = "senate" if number.upper().startswith("S") else "commons"

    def rank(step: StepView) -> tuple[bool, bool, int, date]:
        last = max(step.days, default=date.min)
        far = ORDER[step.stage] if step.stage else -1
        return step.stage == Stage.ASSENT, step.chamber not in ("", origin), far, last

    return max(steps, key=rank, default=None)


def _events(bill: BillView) -> Iterator[EventView]:
    if not bill.steps:
        yield EventView(bill, None, None, bill.first_seen_at)
    for step in bill.steps:
        # A list may tell a bill by its last stage: nothing says then when it was tabled.
        tabled = step.stage == Stage.INTRODUCTION
        seen_at = bill.first_seen_at if tabled else step.first_seen_at
        if not _is_history(step.day, seen_at):
            yield EventView(bill, None if tabled else step, step.day, seen_at)


def _is_history(day: date | None, seen_at: datetime) -> bool:
    return day is not None and bounds(day)[0] < seen_at - LATE


def _moment(event: EventView) -> datetime:
    return max(event.seen_at, bounds(event.day)[0]) if event.day else event.seen_at
