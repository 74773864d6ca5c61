"""Whether an alert was worth its interruption, by what people have said since."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from alerts.rules import Decision, Move
from pipeline.grounds import is_of
from pipeline.identity import canonical
from pipeline.model import Document, Opportunity, Review
from pipeline.queries import EventView, MomentumView, WindowView
from pipeline.windows import CONSULTATION, Fate

LATELY = timedelta(days=7)
DAY = timedelta(days=1)


def useful(session: Session, decision: Decision) -> bool | None:
    """Say whether an alert was useful: None where nobody has said anything of it.

    Of a window, what the team made of it goes first: one that was seized, or missed, was worth
    telling; one set aside was not. Else, at least half of the documents judged among those that the
    alert tells are on its themes, or of our field when it has none.
    """
    if isinstance(decision.about, Move):
        fate = _fate(session, decision.about.window, decision.on)
        if fate is not None:
            return fate != Fate.ASIDE
    asked = (
        select(Review.proximity, Review.themes)
        .join(Document, Document.id == Review.document_id)
        .where(*_told(decision))
    )
    said = session.execute(asked).all()
    if not said:
        return None
    wanted = set(decision.themes)
    good = sum(bool(wanted & {*themes}) if wanted else near != "none" for near, themes in said)
    return bool(good * 2 >= len(said))


def _fate(session: Session, window: WindowView, on: date) -> str | None:
    """Give what a person said of the window that was open on this subject, a day more or less."""
    kept = select(Opportunity).where(Opportunity.unit == window.unit, Opportunity.fated_by != "")
    for row in session.scalars(kept.order_by(Opportunity.id.desc())):
        closed = row.closed_at.date() if row.closed_at else date.max - DAY
        if row.opened_at.date() - DAY <= on <= closed + DAY:
            return row.fate
    return None


def _told(decision: Decision) -> tuple[ColumnElement[bool], ...]:
    about = decision.about
    if isinstance(about, MomentumView):
        return _of_days(about.unit, about.day - DAY * (about.window - 1), about.day)
    if isinstance(about, Move) and about.window.unit.startswith(CONSULTATION):
        return (Document.identity == canonical(about.window.url),)
    if isinstance(about, Move):
        return _of_days(about.window.unit, decision.on - LATELY, decision.on)
    if isinstance(about, EventView):
        return (Document.bill_id == about.bill.name.id,)
    return (Document.id == getattr(about, "id", 0),)


def _of_days(unit: str, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    of = is_of(unit)
    if unit.startswith("bill:"):
        of = or_(of, Document.bill_id == int(unit.removeprefix("bill:")))
    return Document.day >= first, Document.day <= last, of
