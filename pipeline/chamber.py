"""The house itself as we keep it: its committees and its members; and all that it has in hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.mandates import keep_mandates
from pipeline.model import Committee, Member
from pipeline.sittings import keep_sittings
from spiders.items import CommitteeFacts, Item, MemberFacts


def keep_chamber(session: Session, items: Sequence[Item], now: datetime) -> None:
    """Bring committees, members, mandates and sittings to what the items of a visit state."""
    for item in items:
        if isinstance(item.facts, CommitteeFacts):
            _keep_committee(session, item.facts, now)
    _keep_members(session, items, now)
    keep_mandates(session, items, now)
    keep_sittings(session, items, now)


def _keep_committee(session: Session, facts: CommitteeFacts, now: datetime) -> None:
    row = session.get(Committee, (facts.parliament, facts.code))
    if row is None:
        row = Committee(parliament=facts.parliament, code=facts.code, first_seen_at=now)
        session.add(row)
    row.name, row.url, row.seen_at = facts.name, facts.url, now


def _keep_members(session: Session, items: Iterable[Item], now: datetime) -> None:
    stated = [item.facts for item in items if isinstance(item.facts, MemberFacts)]
    asked = select(Member).where(
        Member.parliament == "qc", Member.number.in_({facts.id for facts in stated})
    )
    known = {row.number: row for row in session.scalars(asked)} if stated else {}
    for facts in stated:
        row = known.get(facts.id)
        if row is None:
            row = known[facts.id] = Member(parliament="qc", number=facts.id, first_seen_at=now)
            session.add(row)
        told: dict[str, Any] = {"name": facts.name, "riding": facts.riding, "party": facts.party}
        # The index names no function: only the page of a member says that they hold none now.
        told["functions"] = list(facts.functions)
        for name, value in told.items():
            if value:
                setattr(row, name, value)
        row.seen_at = now
