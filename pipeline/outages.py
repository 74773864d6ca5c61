"""Which days were missed, of which units: the feeds that answered carry too little of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.clock import bounds
from pipeline.health import HEALTHY
from pipeline.model import Momentum, UnitDay, Visit

ENOUGH = 0.5  # of a unit's usual volume: with less of it read, a day is missing
Counted = Mapping[date, Mapping[str, UnitDay]]


@dataclass(frozen=True, slots=True)
class Missed:
    """The units of which each day was missed; `silent` are the feeds that made the last day so."""

    days: Mapping[date, Collection[str]]
    silent: Mapping[str, list[str]] = field(default_factory=dict)

    def of(self, unit: str) -> set[date]:
        """Give the days of a unit that were missed."""
        return {day for day, units in self.days.items() if unit in units}


def missed(
    session: Session,
    calendar: Sequence[date],
    counted: Counted,
    units: Collection[str],
    sources: Collection[str],
    *,
    over: bool,
) -> Missed:
    """Say which of these days, in order, were missed.

    The last one, if it is `over`, by who answered on it; those before as was said of them then. A
    feed that has news of a day was read, then or since. A day without any news at all, on which
    nobody answered, was missed of every unit.
    """
    last, usual = calendar[-1], _carried(counted, sources)
    days: dict[date, Collection[str]] = {}
    for day, then in _silent_then(session, calendar).items():
        seen = _heard_of(counted.get(day, {}))
        days[day] = {unit for unit, them in then.items() if _lacks(usual[unit], them - seen)}
    silent = set(sources) - _answered(session, last, sources) if over else set()
    silent -= _heard_of(counted.get(last, {}))
    days[last] = {unit for unit in units if _lacks(usual[unit], silent)}
    for day in calendar:
        if day not in counted and not _answered(session, day, sources):
            days[day] = units
    return Missed(days, {unit: sorted(silent & usual[unit].keys()) for unit in days[last]})


def _heard_of(units: Mapping[str, UnitDay]) -> set[str]:
    return {source for row in units.values() for source in row.sources}


def _carried(counted: Counted, sources: Collection[str]) -> Mapping[str, Counter[str]]:
    """Give how many items of each unit each source carried, over all these days."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for units in counted.values():
        for unit, row in units.items():
            found[unit].update({one: n for one, n in row.sources.items() if one in sources})
    return found


def _lacks(usual: Counter[str], silent: Collection[str]) -> bool:
    return sum(usual[source] for source in silent) > (1 - ENOUGH) * usual.total()


def _silent_then(
    session: Session, calendar: Sequence[date]
) -> Mapping[date, Mapping[str, set[str]]]:
    asked = select(Momentum.day, Momentum.unit, Momentum.detail).where(
        Momentum.day >= calendar[0], Momentum.day < calendar[-1], Momentum.blind
    )
    found: dict[date, dict[str, set[str]]] = defaultdict(dict)
    for day, unit, detail in session.execute(asked):
        found[day][unit] = set((detail or {}).get("silent", ()))
    return found


def _answered(session: Session, day: date, sources: Collection[str]) -> set[str]:
    start, end = bounds(day)
    asked = select(Visit.source).where(
        Visit.source.in_(sources),
        Visit.started_at >= start,
        Visit.started_at < end,
        Visit.outcome.in_(HEALTHY),
    )
    return set(session.scalars(asked.distinct()))
