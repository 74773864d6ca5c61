"""The next known day of each bill: a sitting, a hearing, the end of a delay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.bills import Place
from pipeline.divisions import bill_in
from pipeline.model import Bill, Consultation, Sitting
from pipeline.queries.views import NextView
from spiders.items import DeadlineKind

HEARING = "hearing"
# Of several things on a day, the one that asks most is shown.
ORDER = (*DeadlineKind, HEARING, "sitting", "stage")

Namesakes = Mapping[tuple[str, str], Sequence[Bill]]


def next_days(session: Session, bills: Sequence[Bill], today: date) -> Mapping[int, NextView]:
    """Give the next known day of each of these bills that has one, today included."""
    namesakes: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    for bill in bills:
        namesakes[bill.parliament, bill.number].append(bill)
    found: dict[int, NextView] = {}
    for bill, view in (
        *_stages(bills),
        *_sittings(session, namesakes, today),
        *_consultations(session, namesakes),
    ):
        known = found.get(bill.id)
        if view.day >= today and (known is None or _rank(view) < _rank(known)):
            found[bill.id] = view
    return found


def _rank(view: NextView) -> tuple[date, int]:
    return view.day, ORDER.index(view.kind)


def _stages(bills: Sequence[Bill]) -> Iterator[tuple[Bill, NextView]]:
    for bill in bills:
        for row in bill.stages:
            for day in row.dates:
                yield bill, NextView(date.fromisoformat(day), "stage", row.label, bill.url)


def _sittings(
    session: Session, namesakes: Namesakes, today: date
) -> Iterator[tuple[Bill, NextView]]:
    planned = select(Sitting).where(
        Sitting.day >= today, Sitting.bill_number != "", Sitting.cancelled.is_(False)
    )
    for row in session.scalars(planned):
        place = (row.legislature, row.session) if row.legislature and row.session else None
        if bill := bill_in(namesakes.get((row.parliament, row.bill_number), ()), place):
            url = row.links[0]["url"] if row.links else bill.url
            yield bill, NextView(row.day, "sitting", row.title, url)


def _consultations(session: Session, namesakes: Namesakes) -> Iterator[tuple[Bill, NextView]]:
    for row in session.scalars(select(Consultation).where(Consultation.bill.is_not(None))):
        named = row.bill or {}
        place: Place | None = None
        if named.get("legislature") and named.get("session"):
            place = named["legislature"], named["session"]
        bill = bill_in(namesakes.get((row.parliament, named["number"]), ()), place)
        if bill is None:
            continue
        for day in row.hearings:
            yield bill, NextView(date.fromisoformat(day), HEARING, "", row.url)
        for one in row.deadlines:
            yield bill, NextView(date.fromisoformat(one["date"]), one["kind"], "", row.url)
