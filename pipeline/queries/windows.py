"""Windows of opportunity: those that are open, what happened to them, those that are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from pipeline.levels import Level
from pipeline.model import Bill, Consultation, Opportunity
from pipeline.queries.bills import bill_views
from pipeline.queries.views import BillView
from pipeline.retroplan import RetroPlan, retro_plan
from pipeline.windows import (
    BILL,
    CONSULTATION,
    Cause,
    CauseKind,
    Expected,
    expected,
    filing_day,
    kept,
    said_before,
)


@dataclass(frozen=True, slots=True)
class WindowStepView:
    """Something that happened to a window; `causes` are those that were new."""

    key: str
    kind: str
    level: Level
    noticed_at: datetime
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class WindowView:
    """A window of opportunity, and what can be made of it today.

    `bill` is its subject where that is one; `title` and `url` those of a consultation, `title` the
    id of a theme. `holding` are the causes that still are the case, among all that there were.
    `plan` leads to the next day for something written, None when there is none. `said` is what we
    said of it before (title, kind, on, url), the newest first.
    """

    id: int
    unit: str
    title: str
    url: str
    bill: BillView | None
    themes: tuple[str, ...]
    level: Level
    opened_at: datetime
    closed_at: datetime | None
    ending: str | None
    fate: str | None
    fate_cause: str | None
    fated_by: str
    causes: tuple[Cause, ...]
    holding: tuple[Cause, ...]
    expected: tuple[Expected, ...]
    plan: RetroPlan | None
    steps: tuple[WindowStepView, ...]
    said: tuple[Mapping[str, Any], ...] = ()


def open_windows(session: Session, today: date) -> tuple[WindowView, ...]:
    """Give the windows that are open: those to act upon first, then by the nearest day."""
    wanted = select(Opportunity).where(Opportunity.closed_at.is_(None))
    views = window_views(session, _rows(session, wanted), today)
    return tuple(sorted(views, key=lambda view: (-view.level.weight, _next(view), view.id)))


def windows_since(session: Session, since: datetime, today: date) -> tuple[WindowView, ...]:
    """Give the windows that are open, and those that closed since this moment, the oldest first."""
    still = or_(Opportunity.closed_at.is_(None), Opportunity.closed_at >= since)
    return tuple(window_views(session, _rows(session, select(Opportunity).where(still)), today))


def closed_windows(session: Session, today: date, limit: int = 50) -> tuple[WindowView, ...]:
    """Give the register of the windows that closed, the last one first."""
    wanted = select(Opportunity).where(Opportunity.closed_at.is_not(None))
    newest = wanted.order_by(Opportunity.closed_at.desc(), Opportunity.id.desc()).limit(limit)
    return tuple(window_views(session, _rows(session, newest), today))


def _rows(session: Session, wanted: Select[Opportunity]) -> Sequence[Opportunity]:
    return session.scalars(wanted.options(selectinload(Opportunity.steps))).all()


def window_views(session: Session, rows: Sequence[Opportunity], today: date) -> list[WindowView]:
    """Give these windows as views, in the same order."""
    wanted = select(Bill).where(Bill.id.in_(_numbers(rows, BILL)))
    views = bill_views(session, session.scalars(wanted).all(), today)
    bills = {f"{BILL}{view.name.id}": view for view in views}
    asked = select(Consultation).where(Consultation.id.in_(_numbers(rows, CONSULTATION)))
    consultations = {f"{CONSULTATION}{row.id}": row for row in session.scalars(asked)}
    return [_view(row, bills, consultations, today) for row in rows]


def _numbers(rows: Sequence[Opportunity], kind: str) -> list[int]:
    return [int(row.unit.removeprefix(kind)) for row in rows if row.unit.startswith(kind)]


def _view(
    row: Opportunity,
    bills: Mapping[str, BillView],
    consultations: Mapping[str, Consultation],
    today: date,
) -> WindowView:
    bill, asked = bills.get(row.unit), consultations.get(row.unit)
    causes = {one["key"]: kept(one) for one in row.causes}
    held = [causes[one["key"]] for one in row.causes if one["holds"]]
    holding = tuple(sorted(held, key=lambda cause: cause.kind is CauseKind.DOSSIER))  # what lasts
    files_on = filing_day(holding, today)
    return WindowView(
        id=row.id,
        unit=row.unit,
        title=bill.name.title if bill else asked.title if asked else row.unit,
        url=bill.name.url if bill else asked.url if asked else "",
        bill=bill,
        themes=tuple(row.themes),
        level=Level(row.level),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        ending=row.ending,
        fate=row.fate,
        fate_cause=row.fate_cause,
        fated_by=row.fated_by,
        causes=tuple(causes.values()),
        holding=holding,
        expected=expected(holding, today),
        plan=retro_plan(files_on, today) if files_on else None,
        said=tuple(said_before(causes.values())),
        steps=tuple(
            WindowStepView(
                key=step.key,
                kind=step.kind,
                level=Level(step.level),
                noticed_at=step.noticed_at,
                causes=tuple(causes[key] for key in step.causes if key in causes),
            )
            for step in row.steps
        ),
    )


def _next(view: WindowView) -> date:
    return min((one.by for one in view.expected), default=date.max)
