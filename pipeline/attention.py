"""What was published each day of each theme, bill and dossier, and what was measured of it today.

A document counts for the day it came out, once it is read, linked and grouped. Its day is counted
then, and only then: what a run costs depends on what is new, not on the archive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from pipeline.bills import ALIVE
from pipeline.clock import day_of
from pipeline.database import Store
from pipeline.discovery import Discovery
from pipeline.dossiers import Dossier
from pipeline.followed import DOSSIER, Followed, followed
from pipeline.grounds import Measured, around, grounds, is_of, told
from pipeline.model import (
    Bill,
    BillStage,
    Classification,
    Document,
    Mention,
    Momentum,
    Tag,
    UnitDay,
    Visit,
)
from pipeline.momentum import VERSION, Day, Measure, Panel, Past, State, next_state
from pipeline.odds import weigh
from pipeline.outages import missed
from pipeline.pending import is_pending
from pipeline.sittings import days_of_sitting
from pipeline.workdays import holiday_name
from spiders.items import Kind

MEMORY = timedelta(days=84)  # what usual is learned from
ACTIVE = timedelta(days=28)  # a bill that nobody named for longer is not followed
REMEMBERED = timedelta(days=14)  # states of earlier days, for the next
BILL = "bill:"


def measure(
    store: Store, now: datetime, owners: Mapping[str, str], dossiers: Sequence[Dossier] = ()
) -> int:
    """Count what is new, close the days that are over and look at today, in one transaction.

    A day that is over is measured once, for every unit, and what was said of it stands. Today is
    not over: only the units that rise already are said, and said again as the day goes on. `owners`
    are the sources whose news count, each with who decides what it publishes; `dossiers` are
    followed from today on. Give how many measures were written; 0, at little cost, when nothing is
    new.
    """
    today = day_of(now)
    with store.session() as session:
        fresh, over = _count_pending(session, owners), _days_to_close(session, today)
        if not fresh and not over:
            return 0
        press = _Press(owners, followed(session, dossiers))
        _count_dossiers(session, today - MEMORY, press)
        closed = [_close(session, day, press) for day in over]
        if not fresh and not any(closed):
            return 0
        measured = _measure(session, today, press, partial=True)
        rising = {unit: found for unit, found in measured.units.items() if found.rises}
        _write(session, today, replace(measured, units=rising), press, closed=False)
    return sum(closed) + len(rising)


class _Press(NamedTuple):
    """Who owns each source whose news count; the bills of each dossier."""

    owners: Mapping[str, str]
    followed: Followed


def _days_to_close(session: Session, today: date) -> list[date]:
    """Give the days that are over and not measured: since the last one that was, or yesterday."""
    yesterday = today - timedelta(days=1)
    first = session.scalar(select(Visit.started_at).order_by(Visit.id).limit(1))
    last = session.scalar(select(func.max(Momentum.day)).where(Momentum.closed))
    start = last + timedelta(days=1) if last else yesterday
    start = max(start, today - REMEMBERED, day_of(first) if first else start)
    return [start + timedelta(days=n) for n in range((yesterday - start).days + 1)]


def _close(session: Session, day: date, press: _Press) -> int:
    measured = _measure(session, day, press)
    _write(session, day, measured, press, closed=True)
    return len(measured.units)


def _write(session: Session, day: date, measured: Measured, press: _Press, *, closed: bool) -> None:
    """Keep the measures of a day, each with what it rests on, instead of those it had.

    What was held back while the day went on stays so.
    """
    about = around(session, day)
    asked = select(Momentum.unit, Momentum.held).where(Momentum.day == day, Momentum.held != "")
    held = dict(session.execute(asked).all())
    rows = [
        _row(unit, day, found, measured.odds.get(unit))
        | {
            "closed": closed,
            "held": held.get(unit, ""),
            "detail": grounds(unit, measured, about)
            | told(session, is_of(unit, press.followed.get(unit, ())), day, found, press.owners),
        }
        for unit, found in measured.units.items()
    ]
    session.execute(delete(Momentum).where(Momentum.day == day))
    if rows:
        session.execute(insert(Momentum), rows)


def day_counted(published: datetime | None, detected: datetime) -> date:
    """Give the day that a document counts for: when it came out, or when it was found.

    What a first visit finds of earlier weeks must not seem to have come out that day.
    """
    return day_of(min(published, detected) if published else detected)


def _count_pending(session: Session, owners: Mapping[str, str]) -> int:
    """Give each pending document its day, count these days again, and say how many there were."""
    query = select(Document.id, Document.published_at, Document.detected_at)
    pending = session.execute(query.where(is_pending())).all()
    days = {id_: day_counted(published, detected) for id_, published, detected in pending}
    if days:
        rows = [{"id": id_, "day": day} for id_, day in days.items()]
        session.execute(update(Document), rows)
        _count(session, set(days.values()), owners)
    return len(days)


class _Said(NamedTuple):
    """A news document that counts for a unit."""

    day: date
    unit: str
    document: int
    story: int
    source: str


def _count(session: Session, days: Collection[date], owners: Mapping[str, str]) -> None:
    own = UnitDay.unit.not_like(f"{DOSSIER}%")
    session.execute(delete(UnitDay).where(UnitDay.day.in_(days), own))
    _add(session, (*_of_themes(session, days), *_of_bills(session, days)), owners)


def _count_dossiers(session: Session, before: date, press: _Press) -> None:
    """Count again every day after `before` of each dossier: what it names may have changed."""
    theirs = UnitDay.unit.like(f"{DOSSIER}%")
    session.execute(delete(UnitDay).where(UnitDay.day > before, theirs))
    _add(session, _of_dossiers(session, before, press.followed), press.owners)


def _add(session: Session, counted: Iterable[_Said], owners: Mapping[str, str]) -> None:
    groups: dict[tuple[date, str], list[_Said]] = defaultdict(list)
    for said in counted:
        groups[said.day, said.unit].append(said)
    rows = [
        {
            "day": day,
            "unit": unit,
            "items": len({one.document for one in group}),
            "stories": len({one.story for one in group}),
            "outlets": len({owners.get(one.source) or one.source for one in group}),
            "sources": Counter({one.document: one.source for one in group}.values()),
        }
        for (day, unit), group in groups.items()
    ]
    if rows:
        session.execute(insert(UnitDay), rows)


def _of_themes(session: Session, days: Collection[date]) -> Iterator[_Said]:
    """Give the documents by theme, as the reading that stands says."""
    query = (
        select(Document.day, Tag.theme, Document.id, Document.story_id, Document.source)
        .join(Classification, Classification.document_id == Document.id)
        .join(Tag, Tag.classification_id == Classification.id)
        .where(Document.day.in_(days), Document.story_id.is_not(None), Classification.stands)
    )
    rows: Iterable[Any] = session.execute(query)
    for row in rows:
        yield _Said(*row)


def _of_bills(session: Session, days: Collection[date]) -> Iterator[_Said]:
    query = (
        select(Document.day, Mention.bill_id, Document.id, Document.story_id, Document.source)
        .join(Mention, Mention.document_id == Document.id)
        .where(Document.day.in_(days), Document.story_id.is_not(None))
    )
    rows: Iterable[Any] = session.execute(query)
    for day, bill_id, id_, story, source in rows:
        yield _Said(day, f"{BILL}{bill_id}", id_, story, source)


def _of_dossiers(session: Session, before: date, bills: Followed) -> Iterator[_Said]:
    """Give the documents that name a bill of a dossier; one that names two of them counts once."""
    for unit, ids in bills.items():
        query = (
            select(Document.day, Document.id, Document.story_id, Document.source)
            .join(Mention, Mention.document_id == Document.id)
            .where(Mention.bill_id.in_(ids), Document.story_id.is_not(None))
            .where(Document.day > before)
        )
        rows: Iterable[Any] = session.execute(query.distinct())
        for day, id_, story, source in rows:
            yield _Said(day, unit, id_, story, source)


def follow_panel(
    session: Session,
    day: date,
    owners: Mapping[str, str],
    dossiers: Followed,
    *,
    partial: bool = False,
) -> Measured:
    """Follow the panel over what is remembered, up to a day, and give what it says of that day.

    Where each unit stands is not said: that depends on what was said of the days before.
    `dossiers`: the bills of each. `partial`: the day is not over.
    """
    counted = _counted(session, day)
    units = _units(counted, day)
    calendar = _calendar(session, counted, day)
    lost = missed(session, calendar, counted, units, owners, over=not partial)
    sat = days_of_sitting(session, calendar)
    steps = _steps(session, units, day, dossiers)
    panel = Panel(
        units,
        bills={unit for unit in units if unit.startswith(BILL)},
        dossiers={unit for unit in units if unit.startswith(DOSSIER)},
    )
    measures: dict[str, Measure] = {}
    for one in calendar:
        same = {"holiday": holiday_name(one) is not None, "sitting": one in sat}
        counts = {
            unit: replace(
                _counts(counted.get(one, {}).get(unit)),
                **same,
                missing=unit in lost.days.get(one, ()),
                step=(unit, one) in steps,
            )
            for unit in units
        }
        measures = panel.advance(one, counts, partial=partial and one == day)
    labels = {unit: [label for (of, _), label in steps.items() if of == unit] for unit in units}
    return Measured(measures, lost, labels, sitting=day in sat)


def _measure(session: Session, day: date, press: _Press, *, partial: bool = False) -> Measured:
    found = follow_panel(session, day, press.owners, press.followed, partial=partial)
    past = _past(session, day)
    units = {
        unit: replace(one, state=next_state(past[unit], one)) for unit, one in found.units.items()
    }
    return replace(found, units=units, past=past, odds=weigh(session, day, units))


def _counted(session: Session, day: date) -> Mapping[date, dict[str, UnitDay]]:
    query = select(UnitDay).where(UnitDay.day > day - MEMORY, UnitDay.day <= day)
    counted: dict[date, dict[str, UnitDay]] = defaultdict(dict)
    for row in session.scalars(query):
        counted[row.day][row.unit] = row
    return dict(counted)


def _counts(row: UnitDay | None) -> Day:
    return Day(row.stories, row.outlets, items=row.items) if row else Day()


def _units(counted: Mapping[date, Mapping[str, UnitDay]], day: date) -> list[str]:
    """Give the themes told within memory, and the bills named lately, with their dossiers."""
    return sorted(
        {
            unit
            for one, units in counted.items()
            for unit in units
            if ":" not in unit or one > day - ACTIVE
        }
    )


def _calendar(session: Session, counted: Collection[date], day: date) -> list[date]:
    """Give the days to learn from: those remembered, none before the first visit."""
    first = session.scalar(select(Visit.started_at).order_by(Visit.id).limit(1))
    start = day_of(first) if first else min(counted, default=day)
    start = max(start, day - MEMORY + timedelta(days=1))
    return [start + timedelta(days=n) for n in range((day - start).days + 1)]


def _steps(
    session: Session, units: Collection[str], day: date, dossiers: Followed
) -> dict[tuple[str, date], str]:
    """Give the stages reached today or yesterday: of a bill, and of its themes and dossiers."""
    ids = [int(unit.removeprefix(BILL)) for unit in units if unit.startswith(BILL)]
    recent = {one.isoformat(): one for one in (day, day - timedelta(days=1))}
    asked = (
        select(Bill.id, Bill.parliament, Bill.number, BillStage.label, BillStage.dates)
        .join(BillStage, BillStage.bill_id == Bill.id)
        .where(or_(Bill.id.in_(ids), Bill.status.in_(ALIVE), Bill.status.is_(None)))
    )
    reached = [
        (id_, f"{'PL ' if parliament == 'qc' else ''}{number} : {label}", recent[one])
        for id_, parliament, number, label, dates in session.execute(asked)
        for one in dates
        if one in recent
    ]
    themes = _themes(session, {id_ for id_, _, _ in reached})
    return {
        (unit, one): label
        for id_, label, one in reached
        for unit in (f"{BILL}{id_}", *themes[id_], *(u for u in dossiers if id_ in dossiers[u]))
        if unit in units
    }


def _themes(session: Session, bills: Collection[int]) -> Mapping[int, list[str]]:
    """Give the themes of the own text of these bills."""
    asked = (
        select(Document.bill_id, Tag.theme)
        .join(Classification, Classification.document_id == Document.id)
        .join(Tag, Tag.classification_id == Classification.id)
        .where(Document.bill_id.in_(bills), Document.kind == Kind.BILL, Classification.stands)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for bill_id, theme in session.execute(asked):
        if bill_id is not None:
            found[bill_id].append(theme)
    return found


def _past(session: Session, day: date) -> Mapping[str, list[Past]]:
    query = select(Momentum.unit, Momentum.state, Momentum.surprise, Momentum.blind).where(
        Momentum.day >= day - REMEMBERED, Momentum.day < day
    )
    past: dict[str, list[Past]] = defaultdict(list)
    for unit, state, surprise, blind in session.execute(query.order_by(Momentum.day)):
        past[unit].append(Past(State(state), surprise, blind))
    return past


def _row(unit: str, day: date, found: Measure, odds: Discovery | None) -> dict[str, object]:
    return {
        "unit": unit,
        "day": day,
        "window": found.window,
        "observed": found.observed,
        "expected": found.expected,
        "ratio": found.ratio,
        "surprise": found.surprise,
        "outlets": found.outlets,
        "state": found.state,
        "blind": found.blind,
        "p": odds.p if odds else None,
        "q": odds.q if odds else None,
        "version": VERSION,
    }
