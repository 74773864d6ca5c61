"""What gets more attention than expected on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.entries import Entry, Weighed, tellable
from pipeline.measures import COLD_DAYS, State
from pipeline.model import Bill, Momentum, UnitDay
from pipeline.queries.documents import bill_name
from pipeline.queries.views import MomentumView
from pipeline.waves import HIGH, Tide


def rising(session: Session, day: date, days: int = 28) -> tuple[MomentumView, ...]:
    """Give what was said last of each unit, on this day or the one before, most surprising first.

    A day that is not over says only what rises already: of the other units the day before tells.
    Each comes with the stories of the `days` days that end with its own.
    """
    said = (day - timedelta(days=1), day)
    measured = select(Momentum).where(Momentum.day.in_(said)).order_by(Momentum.day)
    rows = list({row.unit: row for row in session.scalars(measured)}.values())
    rows.sort(key=lambda row: (-row.surprise, row.unit))
    units = [row.unit for row in rows]
    first = day - timedelta(days=days)
    stories, usual = _stories(session, units, first, day), _usual(session, units, first, day)
    wanted = select(Bill).where(Bill.id.in_({_bill_id(unit) for unit in units}))
    names = {bill.id: bill_name(bill) for bill in session.scalars(wanted)}
    return tuple(
        MomentumView(
            unit=row.unit,
            bill=names.get(_bill_id(row.unit)),
            day=row.day,
            window=row.window,
            state=row.state,
            observed=row.observed,
            expected=row.expected,
            ratio=row.ratio,
            surprise=row.surprise,
            outlets=row.outlets,
            series=tuple(stories.get((row.unit, one), 0) for one in _span(row.day, days)),
            usual=tuple(usual.get((row.unit, one)) for one in _span(row.day, days)),
            p=row.p,
            q=row.q,
            held=row.held,
            version=row.version,
            detail=row.detail,
        )
        for row in rows
    )


def states_between(
    session: Session, first: date, last: date, units: Collection[str] | None = None
) -> Mapping[str, Sequence[Entry]]:
    """Give the state of each unit on each day measured, both days included, in order.

    `units`: of these only.
    """
    asked = select(Momentum.unit, Momentum.day, Momentum.state).where(
        Momentum.day >= first, Momentum.day <= last
    )
    if units is not None:
        asked = asked.where(Momentum.unit.in_(units))
    found: dict[str, list[Entry]] = defaultdict(list)
    for unit, day, state in session.execute(asked.order_by(Momentum.day)):
        found[unit].append((day, state))
    return found


def tellable_between(
    session: Session, units: Collection[str], first: date, last: date
) -> Mapping[str, Sequence[Entry]]:
    """Give the state of these units on each day, as people may be told it, both days included."""
    asked = select(Momentum.unit, Momentum.day, Momentum.state, Momentum.q).where(
        Momentum.unit.in_(units), Momentum.day >= first, Momentum.day <= last
    )
    found: dict[str, list[Weighed]] = defaultdict(list)
    for unit, day, state, q in session.execute(asked.order_by(Momentum.day)):
        found[unit].append((day, state, q))
    return {unit: tellable(found[unit]) for unit in units}


def held_between(session: Session, first: date, last: date) -> frozenset[tuple[str, date]]:
    """Give the rises, by unit and day, that were not told at once because others were."""
    asked = select(Momentum.unit, Momentum.day).where(
        Momentum.day >= first, Momentum.day <= last, Momentum.held != ""
    )
    return frozenset((unit, day) for unit, day in session.execute(asked))


def tides(session: Session, first: date, last: date) -> tuple[Tide, ...]:
    """Give the days that are over, over all themes; those of too short a history are left out.

    The tide is the median of what each theme was measured in.
    """
    asked = select(Momentum.day, Momentum.surprise, Momentum.detail).where(
        Momentum.day >= first,
        Momentum.day <= last,
        Momentum.closed,
        Momentum.unit.not_like("%:%"),
        Momentum.state.not_in((State.LEARNING, State.PARTIAL)),
    )
    days: dict[date, list[tuple[float, float]]] = defaultdict(list)
    for day, surprise, detail in session.execute(asked.order_by(Momentum.day)):
        told = detail or {}
        if told.get("days", COLD_DAYS) >= COLD_DAYS:
            days[day].append((surprise, told.get("tide", 1.0)))
    return tuple(
        Tide(
            day,
            median(tide for _, tide in found),
            sum(surprise >= HIGH for surprise, _ in found),
            len(found),
        )
        for day, found in days.items()
    )


def _bill_id(unit: str) -> int:
    kind, _, number = unit.partition(":")
    return int(number) if kind == "bill" else 0


def _span(last: date, days: int) -> list[date]:
    return [last - timedelta(days=n) for n in reversed(range(days))]


def _usual(
    session: Session, units: Collection[str], first: date, last: date
) -> dict[tuple[str, date], float]:
    """Give what was expected a day."""
    asked = select(Momentum.unit, Momentum.day, Momentum.expected, Momentum.window).where(
        Momentum.day >= first, Momentum.day <= last, Momentum.unit.in_(units)
    )
    return {
        (unit, day): expected / window for unit, day, expected, window in session.execute(asked)
    }


def _stories(
    session: Session, units: Collection[str], first: date, last: date
) -> dict[tuple[str, date], int]:
    counted = select(UnitDay.unit, UnitDay.day, UnitDay.stories).where(
        UnitDay.day >= first, UnitDay.day <= last, UnitDay.unit.in_(units)
    )
    return {(unit, day): number for unit, day, number in session.execute(counted)}
