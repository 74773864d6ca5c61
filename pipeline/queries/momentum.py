"""What gets more attention than expected on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.model import Bill, Momentum, UnitDay
from pipeline.queries.documents import bill_name
from pipeline.queries.views import MomentumView


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
    stories = _stories(session, units, day - timedelta(days=days), day)
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
            series=tuple(
                stories.get((row.unit, row.day - timedelta(days=n)), 0)
                for n in reversed(range(days))
            ),
        )
        for row in rows
    )


def states_between(
    session: Session, first: date, last: date
) -> Mapping[str, tuple[tuple[date, str], ...]]:
    """Give the state of each theme and bill on each day measured, both days included, in order."""
    rows = session.execute(
        select(Momentum.unit, Momentum.day, Momentum.state)
        .where(Momentum.day >= first, Momentum.day <= last)
        .order_by(Momentum.day)
    )
    found: dict[str, tuple[tuple[date, str], ...]] = defaultdict(tuple)
    for unit, day, state in rows:
        found[unit] += ((day, state),)
    return found


def _bill_id(unit: str) -> int:
    kind, _, number = unit.partition(":")
    return int(number) if kind == "bill" else 0


def _stories(
    session: Session, units: Collection[str], first: date, last: date
) -> dict[tuple[str, date], int]:
    counted = select(UnitDay.unit, UnitDay.day, UnitDay.stories).where(
        UnitDay.day >= first, UnitDay.day <= last, UnitDay.unit.in_(units)
    )
    return {(unit, day): number for unit, day, number in session.execute(counted)}
