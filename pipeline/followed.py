"""Which bills speak for each dossier of ours: those that it names, and those that take them up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.dossiers import Dossier
from pipeline.model import Bill

DOSSIER = "dossier:"  # what the unit of one begins with
Followed = Mapping[str, Collection[int]]


def followed(session: Session, dossiers: Iterable[Dossier]) -> Followed:
    """Give, by unit, the bills of each dossier that names some.

    One of themes alone has no unit: it would only repeat what is measured of its themes.
    """
    named = {f"{DOSSIER}{one.id}": one.bills for one in dossiers if one.bills}
    numbers = {name.rpartition("/")[2] for names in named.values() for name in names}
    rows = session.scalars(select(Bill).where(Bill.number.in_(numbers))).all()
    ids = {f"{row.parliament}/{row.legislature}-{row.session}/{row.number}": row.id for row in rows}
    asked = select(Bill.id, Bill.ancestor_id).where(Bill.ancestor_id.in_(ids.values()))
    heirs = session.execute(asked).all()
    found: dict[str, frozenset[int]] = {}
    for unit, names in named.items():
        own = {ids[name] for name in names if name in ids}
        found[unit] = frozenset(own | {heir for heir, ancestor in heirs if ancestor in own})
    return found
