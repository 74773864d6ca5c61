"""A consultation as we keep it, out of what its notice and the page of its mandate state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.model import Consultation, ConsultationChange
from spiders.items import (
    BillRef,
    ConsultationFacts,
    ConsultationKind,
    ConsultationStatus,
    Deadline,
    DeadlineKind,
    Item,
    MandateFacts,
    PetitionFacts,
    as_json,
)

HEARING = "hearing"
STATED = ("title", "committee", "held_by", "bill", "mandate_url", "opens", "links")


@dataclass(frozen=True, slots=True)
class Voice:
    """What is stated of a consultation.

    `notice`: by its own page, which neither a mandate's page nor a list that only names it
    (`facts.complete` is False) overrules.
    """

    facts: ConsultationFacts
    notice: bool


def keep_consultations(session: Session, items: Iterable[Item], now: datetime) -> None:
    """Bring the consultations to what these items state; a day that moved leaves its history."""
    for item in items:
        if voice := voice_of(item):
            row = _row(session, voice.facts, now)
            _update(session, row, voice, now)
            if isinstance(item.facts, PetitionFacts):
                _count(row, item.facts)
            session.flush()


def voice_of(item: Item) -> Voice | None:
    """Give what an item states of a consultation, None for most."""
    if isinstance(item.facts, ConsultationFacts):
        return Voice(item.facts, notice=item.facts.complete)
    if isinstance(item.facts, MandateFacts) and item.facts.consultation:
        return Voice(item.facts.consultation, notice=False)
    if isinstance(item.facts, PetitionFacts):
        return Voice(_petition(item.facts), notice=True)
    return None


def repeats(stated: BillRef, kept: dict[str, Any]) -> bool:
    """Say whether a bare number repeats a bill that is known with its session."""
    return stated.number == kept["number"] and stated.legislature is None


def _petition(facts: PetitionFacts) -> ConsultationFacts:
    """Give a petition as what it is to who may sign it: a call of its sponsor, with a last day."""
    last = facts.deadline
    return ConsultationFacts(
        facts.title,
        facts.url,
        ConsultationKind.PETITION,
        opens=facts.opens,
        deadlines=(Deadline(DeadlineKind.SIGNATURE, last, ""),) if last else (),
        held_by=facts.sponsor,
    )


def _count(row: Consultation, facts: PetitionFacts) -> None:
    """Set what only a petition has."""
    if facts.signatures is not None:
        row.signatures = facts.signatures
    if facts.open is False:
        row.status = ConsultationStatus.CLOSED


def _row(session: Session, facts: ConsultationFacts, now: datetime) -> Consultation:
    """Find the consultation of this address or mandate: a list may have named it apart from it."""
    places = [Consultation.url == facts.url]
    if facts.mandate_url:
        places.append(Consultation.mandate_url == facts.mandate_url)
    found = list(
        session.scalars(select(Consultation).where(or_(*places)).order_by(Consultation.id))
    )
    if not found:
        row = Consultation(url=facts.url, kind=facts.kind, first_seen_at=now, noticed=False)
        row.parliament = facts.parliament
        session.add(row)
        return row
    row, *others = found
    for other in others:
        for name in (*STATED, "brief_deadline", "hearings", "deadlines"):
            setattr(row, name, getattr(row, name) or getattr(other, name))
        row.changes += other.changes
        row.noticed = row.noticed or other.noticed
        session.delete(other)
    session.flush()
    return row


def _update(session: Session, row: Consultation, voice: Voice, now: datetime) -> None:
    facts, better = voice.facts, voice.notice or (voice.facts.complete and not row.noticed)
    before = _days(row)
    for name in STATED:
        stated, kept = getattr(facts, name), getattr(row, name)
        if stated and (not kept or (better and not (name == "bill" and repeats(stated, kept)))):
            setattr(row, name, as_json(stated) if name in ("bill", "links") else stated)
    if better:
        row.kind = facts.kind
    if better and (facts.url != facts.mandate_url or not row.url):
        row.url = facts.url
    if facts.deadlines and (better or not row.deadlines):
        row.deadlines = as_json(facts.deadlines)
        row.brief_deadline = facts.brief_deadline
    _hear(row, facts, voice)
    row.noticed = row.noticed or voice.notice
    row.status = _status(row, facts, day_of(now))
    after = _days(row)
    row.changes += [
        ConsultationChange(changed_at=now, kind=kind, before=before[kind], after=after[kind])
        for kind in sorted(before.keys() & after.keys())
        if before[kind] != after[kind]
    ]


def _hear(row: Consultation, facts: ConsultationFacts, voice: Voice) -> None:
    """Set the days of hearings. A notice gives the first of them; the mandate lists every one."""
    days = as_json(facts.hearings)
    if days and not (voice.notice and set(days) <= set(row.hearings or ())):
        row.hearings = days


def _status(row: Consultation, facts: ConsultationFacts, today: date) -> str | None:
    days = [*(row.hearings or ()), *(one["date"] for one in row.deadlines or ())]
    if not days:
        return facts.status or row.status
    return ConsultationStatus.OPEN if max(days) >= today.isoformat() else ConsultationStatus.CLOSED


def _days(row: Consultation) -> dict[str, date]:
    """Give the last day for each thing that can be done, and the first of the hearings."""
    days: dict[str, date] = {}
    for one in row.deadlines or ():
        day = date.fromisoformat(one["date"])
        days[one["kind"]] = max(day, days.get(one["kind"], day))
    if row.hearings:
        days[HEARING] = date.fromisoformat(min(row.hearings))
    return days
