"""The curves of themes and bills: their days, with what happened on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.curve import DAY, Curve, curve
from pipeline.entries import Entry
from pipeline.model import Bill
from pipeline.queries.history import histories
from pipeline.queries.momentum import states_between
from pipeline.queries.views import MomentumView


def drawn_states(
    session: Session, measures: Sequence[MomentumView]
) -> Mapping[str, Sequence[Entry]]:
    """Give the states of the days that these measures tell, and of the day before, by unit."""
    if not measures:
        return {}
    first = min(one.day - len(one.series) * DAY for one in measures)
    return states_between(session, first, max(one.day for one in measures))


def curves(
    session: Session, measures: Sequence[MomentumView], states: Mapping[str, Sequence[Entry]]
) -> Mapping[str, Curve]:
    """Give the curve of each of these measures by unit; `states` are those drawn of them."""
    if not measures:
        return {}
    last = max(one.day for one in measures)
    ids = [one.bill.id for one in measures if one.bill]
    past = histories(session, session.scalars(select(Bill).where(Bill.id.in_(ids))).all(), last)
    return {
        one.unit: curve(
            one, states.get(one.unit, ()), past.get(one.bill.id, ()) if one.bill else ()
        )
        for one in measures
    }
