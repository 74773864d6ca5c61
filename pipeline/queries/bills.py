"""Bills: those that live, those that ended, and what happened to them in a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from pipeline.clock import bounds
from pipeline.history import EventKind
from pipeline.model import Bill, BillEvent, BillStage, Document
from pipeline.queries.agenda import next_days
from pipeline.queries.documents import NEAREST, bill_name, readings
from pipeline.queries.history import divisions, histories
from pipeline.queries.views import (
    BillName,
    BillView,
    ClosingView,
    EventView,
    PastView,
    StepView,
    VoteView,
)
from spiders.items import BillStatus, Stage

ORDER = {stage.value: rank for rank, stage in enumerate(Stage)}
LATE = timedelta(days=14)  # what we learn later than this is history, not news
WATCHED = timedelta(days=1)
ENDS = (EventKind.ASSENTED, EventKind.DEFEATED, EventKind.WITHDRAWN, EventKind.DIED)
AHEAD = timedelta(days=120)  # a stage may be dated ahead: it is an event on its day


def board(session: Session, today: date) -> tuple[BillView, ...]:
    """Give the bills that live, the one whose next known day is nearest first.

    Those without one come last, the nearest to the mission first, then those that moved last.
    """
    living = session.scalars(select(Bill).where(is_alive())).all()
    views = bill_views(session, living, today)
    return tuple(sorted(views, key=_urgency))


def ended_between(session: Session, start: datetime, end: datetime) -> tuple[BillView, ...]:
    """Give the bills that are over and of whose end we learnt in this period, nearest first.

    An end that was long past when it was noticed is history, as is one without a day of a bill that
    was over when we first saw it.
    """
    noticed = (BillEvent.noticed_at >= start) & (BillEvent.noticed_at < end)
    told = select(BillEvent.bill_id).where(BillEvent.kind.in_(ENDS), noticed)
    rows = session.scalars(select(Bill).where(~is_alive(), Bill.id.in_(told))).all()
    views = [
        view
        for view in bill_views(session, rows)
        if (event := end_of(view)) and start <= event.noticed_at < end and _is_news(view, event)
    ]
    return tuple(sorted(views, key=_urgency))


def closings_between(session: Session, start: datetime, end: datetime) -> tuple[ClosingView, ...]:
    """Give the sessions with which bills died, as learnt in this period, the oldest first."""
    closed: dict[tuple[str, int, int], list[tuple[BillView, PastView]]] = defaultdict(list)
    for view in ended_between(session, start, end):
        event = end_of(view)
        if event and event.kind == EventKind.DIED:
            legislature, number = event.detail["place"]
            closed[view.name.parliament, legislature, number].append((view, event))
    return tuple(
        ClosingView(
            *key,
            day=next((event.day for _, event in dead if event.day), None),
            noticed_at=min(event.noticed_at for _, event in dead),
            bills=tuple(view for view, _ in dead),
        )
        for key, dead in sorted(closed.items())
    )


def end_of(view: BillView) -> PastView | None:
    """Give how a bill ended, None while it lives."""
    return next((event for event in reversed(view.history) if event.kind == view.status), None)


def is_alive() -> ColumnElement[bool]:
    """Whether a bill may still move."""
    return or_(Bill.status.is_(None), Bill.status == BillStatus.IN_PROGRESS)


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


def bill_views(
    session: Session, bills: Sequence[Bill], today: date | None = None
) -> list[BillView]:
    """Give these bills as views, in the same order; with their next known day from `today`."""
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
    past, divided = histories(session, bills, today), divisions(session, bills)
    days = next_days(session, bills, today) if today else {}
    ancestors = _ancestors(session, bills)
    return [
        replace(
            _view(bill, documents.get(bill.id), read),
            history=past.get(bill.id, ()),
            divisions=divided.get(bill.id, ()),
            ancestor=ancestors.get(bill.ancestor_id),
            next_day=days.get(bill.id),
        )
        for bill in bills
    ]


def _ancestors(session: Session, bills: Sequence[Bill]) -> dict[int | None, BillName]:
    ids = {bill.ancestor_id for bill in bills if bill.ancestor_id}
    rows = session.scalars(select(Bill).where(Bill.id.in_(ids))).all() if ids else ()
    return {row.id: bill_name(row) for row in rows}


def _urgency(view: BillView) -> tuple[date, int, float]:
    day = view.next_day.day if view.next_day else date.max
    return day, NEAREST.index(view.proximity), -view.changed_at.timestamp()


def _is_news(view: BillView, event: PastView) -> bool:
    if event.day:
        return not _is_history(event.day, event.noticed_at)
    return event.noticed_at - view.first_seen_at >= WATCHED


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
        died_on=bill.died_on,
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
