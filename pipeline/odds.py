"""How likely the surprises of a day are, by the quiet days that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pipeline.discovery import BILLS, FALSE_SHARE, THEMES, Discovery, discoveries
from pipeline.measures import RAISED, Measure, State
from pipeline.model import Momentum

LOOKED_BACK = timedelta(days=180)
UNKNOWN = (State.LEARNING, State.PARTIAL)


def weigh(session: Session, day: date, measures: Mapping[str, Measure]) -> dict[str, Discovery]:
    """Weigh the measures of a day, a family at a time: the themes, the bills, the dossiers.

    A day on which a unit was not known, or could not be read, is none of its family's.
    """
    found: dict[str, Discovery] = {}
    known = {
        unit: one.surprise
        for unit, one in measures.items()
        if one.state not in UNKNOWN and not one.blind
    }
    for family in {_family(unit) for unit in known}:
        own = {unit: one for unit, one in known.items() if _family(unit) == family}
        quiet = (
            Momentum.day >= day - LOOKED_BACK,
            Momentum.day < day,
            Momentum.closed,
            Momentum.state.not_in(UNKNOWN),
            Momentum.blind.is_(False),
            or_(Momentum.state.not_in(RAISED), Momentum.q > FALSE_SHARE),
            Momentum.unit.like(f"{family}:%") if family else Momentum.unit.not_like("%:%"),
        )
        many = session.scalar(select(func.count()).where(*quiet)) or 0
        above = session.scalars(select(Momentum.surprise).where(Momentum.surprise > 0, *quiet))
        reference = BILLS if family else THEMES  # a dossier rises as its bills do
        found |= discoveries(own, sorted(above), many, reference)
    return found


def _family(unit: str) -> str:
    """Name the family of a unit, by what comes before its number; "" for themes."""
    return unit.partition(":")[0] if ":" in unit else ""
