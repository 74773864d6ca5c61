"""What happened to bills, and the recorded votes on them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.divisions import bills_of
from pipeline.history import EventKind
from pipeline.model import Bill, BillEvent, Committee, Division
from pipeline.queries.documents import bill_name
from pipeline.queries.views import DivisionView, PastView, VoteView
from spiders.items import Stage

STAGES = {stage.value: rank for rank, stage in enumerate(Stage)}
SECTORAL = re.compile(r"Commission (?:de la |de l['’]|des |du )", re.I)
SMALL_WORDS = ("de", "d", "des", "du", "la", "l", "les", "et", "avec")
KINDS = {kind.value: rank for rank, kind in enumerate(EventKind)}


def histories(
    session: Session, bills: Sequence[Bill], today: date | None = None
) -> Mapping[int, tuple[PastView, ...]]:
    """Give what happened to each of these bills until today, the oldest first.

    What a source gives no day for is placed where it was noticed.
    """
    names = {bill.id: bill_name(bill) for bill in bills}
    codes = {row.name.lower(): row.code.upper() for row in session.scalars(select(Committee))}
    found: dict[int, list[PastView]] = defaultdict(list)
    for row in session.scalars(select(BillEvent).where(BillEvent.bill_id.in_(names))):
        if today is None or row.day is None or row.day <= today:
            detail = _with_codes(row.detail, codes)
            view = PastView(names[row.bill_id], row.kind, row.day, row.noticed_at, detail)
            found[row.bill_id].append(view)
    return {id_: tuple(sorted(views, key=_rank)) for id_, views in found.items()}


def divisions(session: Session, bills: Sequence[Bill]) -> Mapping[int, tuple[DivisionView, ...]]:
    """Give the recorded votes on each of these bills, the oldest first."""
    numbers = {bill.number for bill in bills}
    asked = select(Division).where(Division.bill_number.in_(numbers))
    rows = session.scalars(asked.order_by(Division.legislature, Division.session, Division.number))
    found: dict[int, tuple[DivisionView, ...]] = defaultdict(tuple)
    divided = rows.all()
    of = bills_of(session, divided)
    for row in divided:
        if row.id in of:
            found[of[row.id].id] += (_division(row),)
    return found


def _with_codes(detail: Mapping[str, Any], codes: Mapping[str, str]) -> Mapping[str, Any]:
    """Call a committee by its code where we know it: Ottawa prints it before the name."""
    name = detail.get("committee")
    if not name:
        return detail
    code, dash, _ = name.partition(" – ")
    return {
        **detail,
        "committee": code if dash else codes.get(name.lower()) or committee_code(name),
    }


def committee_code(name: str) -> str:
    """Give the code of a sectoral committee of Québec, its initials; another's name as it is."""
    found = SECTORAL.match(name)
    if not found:
        return name
    plain = unicodedata.normalize("NFKD", name[found.end() :])
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))
    return "C" + "".join(word[0].upper() for word in words if word.lower() not in SMALL_WORDS)


def _rank(view: PastView) -> tuple[date, int, int]:
    """Order: by day; on a day, a bill is taken up, then goes from stage to stage, then ends."""
    day, kind = view.day or day_of(view.noticed_at), view.kind
    step = STAGES.get(str(view.detail.get("step", "")).split("-")[0], len(STAGES))
    first = kind in (EventKind.TABLED, EventKind.RETABLED, EventKind.REINSCRIBED)
    last = "step" not in view.detail
    return day, -1 if first else len(STAGES) + 1 if last else step, KINDS[kind]


def _division(row: Division) -> DivisionView:
    def names(side: str) -> tuple[str, ...]:
        return tuple(one["name"] for one in row.voters[side])

    counts = row.vote["for"], row.vote["against"], row.vote["abstain"]
    return DivisionView(
        number=row.number,
        title=row.title,
        url=row.url,
        vote=VoteView(*counts, row.day),
        for_=names("for"),
        against=names("against"),
        abstain=names("abstain"),
    )
