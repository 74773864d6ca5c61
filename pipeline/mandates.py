"""What committees were given or took up, as we keep it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.consultations import repeats
from pipeline.model import Mandate
from spiders.items import Item, MandateFacts, as_json

STATED = ("title", "committee", "bill", "given", "dates", "links")


def keep_mandates(session: Session, items: Iterable[Item], now: datetime) -> None:
    """Bring the mandates to what these items state; `changed_at` is when a page said another thing.

    The page of a mandate has the last word; a list or a piece of news only adds what is not known.
    A mandate that has no number has no page: nothing tells it from another.
    """
    stated = [f for item in items if isinstance(f := item.facts, MandateFacts) and f.id]
    if not stated:
        return
    asked = select(Mandate).where(Mandate.url.in_({facts.url for facts in stated}))
    known = {row.url: row for row in session.scalars(asked)}
    for facts in stated:
        row = known.get(facts.url)
        if row is None:
            row = known[facts.url] = Mandate(
                parliament=facts.parliament,
                number=facts.id,
                url=facts.url,
                dates=[],
                links=[],
                first_seen_at=now,
            )
            session.add(row)
        _update(row, facts, now)
    session.flush()


def _update(row: Mandate, facts: MandateFacts, now: datetime) -> None:
    is_page, was_read = bool(facts.dates or facts.links), bool(row.dates or row.links)
    before = _said(row)
    for name in STATED:
        stated, kept = getattr(facts, name), getattr(row, name)
        if stated and (not kept or (is_page and not (name == "bill" and repeats(stated, kept)))):
            setattr(row, name, as_json(stated) if name in ("bill", "dates", "links") else stated)
    if was_read and _said(row) != before:
        row.changed_at = now


def _said(row: Mandate) -> list[Any]:
    return [getattr(row, name) for name in STATED]
