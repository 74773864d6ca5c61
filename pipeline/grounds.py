"""What a measure rests on, kept with it: any rise of the past can be explained, and added up again.

Numbers are those of the day when it was measured; `stories` name the documents that made a rise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.discovery import Discovery
from pipeline.measures import CALM_UNDER, RAISED, SURGING_FROM, Measure, Past
from pipeline.model import Classification, Document, Mention, Story, Tag
from pipeline.outages import Missed
from pipeline.workdays import holiday_name
from spiders.items import as_json

BILL = "bill:"
SHOWN = 5  # stories kept with a rise
NEW = timedelta(days=28)  # an outlet that had not written of a unit for longer is new to it


@dataclass(frozen=True, slots=True)
class Measured:
    """The units of a day, and what they were measured with.

    `steps` are what bills reached that day or on the eve, in the source's words, by unit; `past`
    the days before, by unit; `odds` how likely each surprise is.
    """

    units: Mapping[str, Measure]
    missed: Missed
    steps: Mapping[str, Sequence[str]]
    sitting: bool
    past: Mapping[str, Sequence[Past]] = field(default_factory=dict)
    odds: Mapping[str, Discovery] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What is the same for every unit on a day; `through`: until when something was found."""

    day: date
    holiday: str | None
    through: str | None


def around(session: Session, day: date) -> Around:
    """Read what surrounds a day."""
    through = as_json(session.scalar(select(func.max(Document.detected_at))))
    return Around(day, holiday_name(day), through)


def grounds(unit: str, measured: Measured, about: Around) -> dict[str, Any]:
    """Give what the measure of a unit rests on, as JSON."""
    found, past = measured.units[unit], measured.past[unit]
    names = "items stories chance mixture look tide late days missing threshold"
    days = 1
    for one in reversed(past):
        if one.state is not found.state:
            break
        days += 1
    return {
        **{name: as_json(getattr(found, name)) for name in names.split()},
        "adjustments": dict(found.adjustments),
        "surging_from": SURGING_FROM,
        "calm_under": CALM_UNDER,
        "previous": past[-1].state.value if past else None,
        "days_in_state": days,
        "weekday": about.day.weekday(),
        "holiday": about.holiday,
        "sitting": measured.sitting,
        "missing_days": [
            one.isoformat() for one in sorted(measured.missed.of(unit)) if one > about.day - NEW
        ],
        "silent": measured.missed.silent.get(unit, []),
        "steps": list(measured.steps.get(unit, ())),
        "discovery": as_json(measured.odds.get(unit)),
        "through": about.through,
    }


def told(
    session: Session,
    of_it: ColumnElement[bool],
    day: date,
    found: Measure,
    owners: Mapping[str, str],
) -> dict[str, Any]:
    """Give who told a rise: the stories most taken up, each outlet's items, copies, new outlets.

    `of_it` says of a document that it is of the unit (is_of).
    """
    if found.state not in RAISED:
        return {}
    first = day - timedelta(days=found.window - 1)
    wanted = (
        select(Document.source, Document.story_id, Document.copy_of, Document.day)
        .where(Document.day > first - NEW, Document.day <= day, Document.story_id.is_not(None))
        .where(of_it)
    )
    asked: Iterable[Any] = session.execute(wanted)
    dated = list(asked)
    known = {owners.get(source) or source for source, _, _, on in dated if on < first}
    rows = [row for row in dated if row[3] >= first]
    outlets = Counter(owners.get(source) or source for source, *_ in rows)
    return {
        "outlets": dict(outlets.most_common()),
        "new_outlets": sorted(outlets.keys() - known),
        "copies": sum(copy is not None for _, _, copy, _ in rows),
        "told": _stories(session, Counter(story for _, story, _, _ in rows)),
    }


def is_of(unit: str, bills: Collection[int] = ()) -> ColumnElement[bool]:
    """Give the condition that a document is of a unit: it names the bill, or carries the theme.

    Of a dossier, `bills` are its own. Asked of each document of a few days: the archive is never
    read for it.
    """
    if ":" in unit:
        ids = [int(unit.removeprefix(BILL))] if unit.startswith(BILL) else bills
        named = select(Mention.id).where(Mention.document_id == Document.id)
        return named.where(Mention.bill_id.in_(ids)).exists()
    read = select(Classification.id).where(
        Classification.document_id == Document.id, Classification.stands
    )
    # SQLite would begin with every tag of the theme, for each document: "" keeps it from its index.
    return read.join(Classification.tags).where(Tag.theme + "" == unit).exists()


def _stories(session: Session, told_by: Counter[int | None]) -> list[dict[str, Any]]:
    many = {story: n for story, n in told_by.most_common(SHOWN) if story is not None}
    rows = {row.id: row for row in session.scalars(select(Story).where(Story.id.in_(many)))}
    urls: dict[int | None, tuple[str, str]] = {}
    asked = select(Document.story_id, Document.url, Document.source)
    asked = asked.where(Document.story_id.in_(many)).order_by(Document.id.desc())
    for story, url, source in session.execute(asked):
        urls[story] = (url, source)
    return [
        {
            "title": rows[story].title,
            "url": urls[story][0],
            "source": urls[story][1],
            "at": as_json(rows[story].first_at),
            "items": n,
        }
        for story, n in many.items()
    ]
