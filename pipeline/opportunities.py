"""Keeps the windows of opportunity: what happens to them, once; what the team made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.circumstances import seen, situations
from pipeline.clock import day_of
from pipeline.database import Store
from pipeline.dossiers import Dossier
from pipeline.errors import UnknownWindowError
from pipeline.levels import Level
from pipeline.model import Opportunity, OpportunityStep
from pipeline.windows import (
    CauseKind,
    Ending,
    Fate,
    FateCause,
    Situation,
    Step,
    StepKind,
    Window,
    decide,
)
from spiders.items import as_json


def follow_windows(store: Store, now: datetime, dossiers: Sequence[Dossier] = ()) -> int:
    """Open, widen and close windows by what is the case at this moment; say how many steps.

    Nothing new: nothing is written. A window that closes was missed, not seen, until somebody says
    otherwise.
    """
    with store.session() as session:
        rows = {row.unit: row for row in _open(session)}
        known = seen(session, day_of(now), rows, dossiers)
        found = situations(session, day_of(now), as_windows(rows), known)
        told = _told(session, [one.unit for one in found])
        moved = advance(rows, found, told, now)
        session.add_all(moved)
    return len(moved)


def as_windows(rows: Mapping[str, Opportunity]) -> dict[str, Window]:
    """Give what `decide` is asked about, by unit."""
    return {unit: _window(row) for unit, row in rows.items()}


def advance(
    rows: MutableMapping[str, Opportunity],
    found: Iterable[Situation],
    told: Mapping[str, Collection[str]],
    now: datetime,
) -> list[Opportunity]:
    """Bring windows to what is the case; give those to which something happened, a step each.

    `rows` are those that are open, by unit: one that opens is put there, one that closes stays.
    `told` are the causes of each unit's earlier windows. Nothing is saved here.
    """
    windows, moved = as_windows(rows), []
    for one in found:
        step = decide(one, windows.get(one.unit), told.get(one.unit, ()))
        if step:
            moved.append(_take(rows, one, step, now))
        row = rows.get(one.unit)
        if row and row.closed_at is None:
            _refresh(row, one)
    return moved


def close(
    store: Store, id_: int, fate: Fate, cause: FateCause | None, by: str, now: datetime
) -> None:
    """Write what the team made of a window; one that is open is closed by it.

    Raises UnknownWindowError when no window has this number.
    """
    with store.session() as session:
        row = session.get(Opportunity, id_)
        if row is None:
            raise UnknownWindowError(
                f"Aucune fenêtre ne porte le numéro {id_}; voyez « vigie windows list »."
            )
        if row.closed_at is None:
            decided = Step(StepKind.CLOSED, StepKind.CLOSED, Level.NOTE, (), Ending.DECIDED)
            _close(row, decided, now)
        row.fate, row.fate_cause, row.fated_by = fate, cause, by


def _open(session: Session) -> Sequence[Opportunity]:
    wanted = select(Opportunity).where(Opportunity.closed_at.is_(None))
    return session.scalars(wanted.order_by(Opportunity.id)).all()


def _window(row: Opportunity) -> Window:
    causes = {one["key"]: CauseKind(one["kind"]) for one in row.causes}
    return Window(Level(row.level), causes)


def _told(session: Session, units: Iterable[str]) -> Mapping[str, set[str]]:
    """Give the causes of each unit's earlier windows."""
    wanted = select(Opportunity.unit, Opportunity.causes).where(
        Opportunity.closed_at.is_not(None), Opportunity.unit.in_(list(units))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for unit, causes in session.execute(wanted):
        found[unit] |= {one["key"] for one in causes}
    return found


def _take(
    rows: MutableMapping[str, Opportunity], one: Situation, step: Step, now: datetime
) -> Opportunity:
    row = rows.get(one.unit)
    if row is None:
        row = Opportunity(unit=one.unit, opened_at=now, level=step.level, causes=[], themes=[])
        rows[one.unit] = row
    if step.kind is StepKind.CLOSED:
        _close(row, step, now)
    else:
        row.level = max(Level(row.level), step.level, key=lambda level: level.weight)
        _note(row, step, now)
    return row


def _close(row: Opportunity, step: Step, now: datetime) -> None:
    row.closed_at, row.ending = now, step.ending
    row.causes = [{**one, "holds": False} for one in row.causes]
    row.fate, row.fate_cause = Fate.MISSED, FateCause.NOT_SEEN
    _note(row, step, now)


def _note(row: Opportunity, step: Step, now: datetime) -> None:
    row.steps.append(
        OpportunityStep(
            key=step.key,
            kind=step.kind,
            level=step.level,
            causes=[cause.key for cause in step.causes],
            noticed_at=now,
        )
    )


def _refresh(row: Opportunity, one: Situation) -> None:
    """Bring the causes of a window to what is known of them; those that hold no longer stay."""
    now = {cause.key: as_json(cause) | {"holds": True} for cause in one.causes}
    causes = [
        _kept(known, now.pop(known["key"], {**known, "holds": False})) for known in row.causes
    ]
    causes += now.values()
    if causes != row.causes:
        row.causes = causes
    if one.themes and list(one.themes) != row.themes:
        row.themes = list(one.themes)


def _kept(known: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Give a cause as it is now; a rise is told by its strongest day, also once it subsides."""
    if now["kind"] != CauseKind.MEDIA:
        return now
    strongest = max(now["detail"], known["detail"], key=lambda detail: float(detail["surprise"]))
    return {**now, "detail": strongest}
