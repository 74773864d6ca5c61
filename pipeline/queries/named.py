"""Whom and what documents name, as people call them, each with the words that do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.mentions import SPOKEN_OF
from pipeline.model import Bill, BillStage, Document, Member, Mention, Naming
from pipeline.names import shown
from pipeline.queries.views import NamedView
from pipeline.words import SPACE

ORDER = ("bill", "committee", "ministry", "person", "partner")


def named_in(session: Session, ids: Collection[int]) -> Mapping[int, tuple[NamedView, ...]]:
    """Give what each of these documents names: bills first, then in the order of ORDER."""
    found: dict[int, list[NamedView]] = defaultdict(list)
    for document_id, view in (*_bills(session, ids), *_names(session, ids)):
        found[document_id].append(view)
    return {
        id_: tuple(sorted(views, key=lambda view: ORDER.index(view.kind)))
        for id_, views in found.items()
    }


def _bills(session: Session, ids: Collection[int]) -> list[tuple[int, NamedView]]:
    asked = (
        select(Mention, Bill, Document)
        .join(Bill, Mention.bill_id == Bill.id)
        .join(Document, Mention.document_id == Document.id)
        .where(Mention.document_id.in_(ids))
        .order_by(Mention.start)
    )
    rows = session.execute(asked).all()
    namesakes = _namesakes(session, {bill.number for _, bill, _ in rows})
    found = []
    for mention, bill, document in rows:
        day = day_of(document.published_at or document.detected_at)
        same = [
            f"{one.legislature}-{one.session}"
            for one, first, last in namesakes[bill.parliament, bill.number]
            if one.id == bill.id or _is_spoken_of(first, last, day)
        ]
        # A bill that its number names may be another; one that its title names may not.
        unsure = len(same) > 1 and bill.number in mention.passage
        name = f"PL{SPACE}{bill.number}" if bill.parliament == "qc" else bill.number
        others = tuple(same) if unsure else ()
        view = NamedView("bill", name, mention.passage, bill.title, others)
        found.append((mention.document_id, view))
    return found


def _is_spoken_of(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or last + SPOKEN_OF >= day)


def _namesakes(
    session: Session, numbers: Collection[str]
) -> Mapping[tuple[str, str], list[tuple[Bill, date | None, date | None]]]:
    """Give the bills of these numbers, each with its first day and its last, None if not known."""
    bills = session.scalars(select(Bill).where(Bill.number.in_(numbers)).order_by(Bill.id)).all()
    stages = select(BillStage.bill_id, BillStage.dates)
    stages = stages.where(BillStage.bill_id.in_([bill.id for bill in bills]))
    days: dict[int, list[date]] = defaultdict(list)
    for bill_id, dates in session.execute(stages):
        days[bill_id] += map(date.fromisoformat, dates)
    found: dict[tuple[str, str], list[tuple[Bill, date | None, date | None]]] = defaultdict(list)
    for bill in bills:
        first, last = min(days[bill.id], default=None), bill.assent_date or bill.died_on
        found[bill.parliament, bill.number].append((bill, first, last))
    return found


def _names(session: Session, ids: Collection[int]) -> list[tuple[int, NamedView]]:
    asked = select(Naming).where(Naming.document_id.in_(ids)).order_by(Naming.start)
    rows = session.scalars(asked).all()
    people = {one for row in rows if row.kind == "person" for one in (row.target, *row.others)}
    members = select(Member).where(Member.number.in_(people))
    names = {("person", one.number): _member(one) for one in session.scalars(members)}

    def called(kind: str, target: str) -> str:
        return names.get((kind, target)) or shown(kind, target)

    return [
        (
            row.document_id,
            NamedView(
                row.kind,
                called(row.kind, row.target),
                row.passage,
                others=tuple(called(row.kind, one) for one in row.others),
            ),
        )
        for row in rows
    ]


def _member(member: Member) -> str:
    last, _, first = member.name.partition(",")
    name = f"{first.strip()} {last.strip()}".strip()
    return f"{name} ({member.riding})" if member.riding else name
