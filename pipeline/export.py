"""The store's tables as plain rows, for people and scripts outside: names and fields stay put."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from pipeline.divisions import bills_of
from pipeline.errors import UnknownTableError
from pipeline.model import (
    Alert,
    Base,
    Bill,
    BillStage,
    Classification,
    Committee,
    Consultation,
    Digest,
    Division,
    Document,
    Mandate,
    Member,
    Momentum,
    Opportunity,
    Review,
    Sitting,
    Story,
    Tag,
    Visit,
)
from pipeline.words import sentence
from spiders.items import as_json

BATCH = 500  # rows held at a time
Row = dict[str, Any]
T = TypeVar("T", bound=Base)


def rows(session: Session, table: str) -> Iterator[Row]:
    """Give the rows of a table, the oldest first, as JSON types; moments are ISO with their offset.

    They are read while they are taken, however many they are. Raises UnknownTableError at once.
    """
    if table not in TABLES:
        raise UnknownTableError(
            f"Vigie ne garde pas de table « {table} ». Choisissez parmi : {', '.join(TABLES)}."
        )
    return TABLES[table](session)


def _stream(session: Session, query: Select[T]) -> Iterator[T]:
    yield from session.scalars(query.execution_options(yield_per=BATCH))


def _fields(row: Base, names: str) -> Row:
    return {name: as_json(getattr(row, name)) for name in names.split()}


def _documents(session: Session) -> Iterator[Row]:
    query = select(Document).options(selectinload(Document.sightings)).order_by(Document.id)
    for row in _stream(session, query):
        yield _fields(
            row,
            "id identity source kind url title summary lang author published_at published_text "
            "detected_at revised_at story_id copy_of",
        ) | {"sources": sorted(sighting.source for sighting in row.sightings)}


def _bills(session: Session) -> Iterator[Row]:
    query = select(Bill).options(selectinload(Bill.stages)).order_by(Bill.id)
    for row in _stream(session, query):
        names = "parliament legislature session number title kind status assent_date chapter url"
        yield _fields(row, names) | {
            "sponsors": [{"name": one["name"], "id": one["id"]} for one in row.sponsors],
            "stages": [_stage(stage) for stage in row.stages],
            "documents": [{"title": one["title"], "url": one["url"]} for one in row.documents],
        }


def _stage(row: BillStage) -> Row:
    votes = [
        {name: vote[name] for name in ("for", "against", "abstain", "date")} for vote in row.votes
    ]
    return _fields(row, "stage label dates") | {"votes": votes}


def _consultations(session: Session) -> Iterator[Row]:
    names = (
        "parliament committee held_by kind title bill mandate_url opens brief_deadline hearings "
        "deadlines signatures status url"
    )
    for row in _stream(session, select(Consultation).order_by(Consultation.id)):
        yield _fields(row, names)


def _committees(session: Session) -> Iterator[Row]:
    query = select(Committee).order_by(Committee.parliament, Committee.code)
    for row in _stream(session, query):
        yield _fields(row, "parliament code name url first_seen_at seen_at")


def _members(session: Session) -> Iterator[Row]:
    names = "parliament number name riding party functions first_seen_at seen_at"
    for row in _stream(session, select(Member).order_by(Member.parliament, Member.name)):
        yield _fields(row, names)


def _mandates(session: Session) -> Iterator[Row]:
    names = "parliament number url title committee bill given dates links first_seen_at changed_at"
    for row in _stream(session, select(Mandate).order_by(Mandate.id)):
        yield _fields(row, names)


def _sittings(session: Session) -> Iterator[Row]:
    names = (
        "parliament day part committee title legislature session bill_number cancelled links source"
        " first_seen_at seen_at"
    )
    for row in _stream(session, select(Sitting).order_by(Sitting.day, Sitting.id)):
        yield _fields(row, names)


def _divisions(session: Session) -> Iterator[Row]:
    names = "parliament legislature session number day title url vote voters first_seen_at"
    query = select(Division).order_by(Division.id).execution_options(yield_per=BATCH)
    for batch in session.scalars(query).partitions():
        bills = bills_of(session, batch)
        for row in batch:
            bill = bills.get(row.id)
            yield _fields(row, names) | {
                "bill": _fields(bill, "legislature session number") if bill else None
            }


def _tags(session: Session) -> Iterator[Row]:
    query = select(Tag).options(joinedload(Tag.classification)).order_by(Tag.id)
    for row in _stream(session, query):
        reading: Classification = row.classification
        yield _fields(reading, "document_id reader version proximity read_at stands") | _fields(
            row, "theme score origin reason start end"
        )


def _stories(session: Session) -> Iterator[Row]:
    for row in _stream(session, select(Story).order_by(Story.id)):
        told = select(Document.id).where(Document.story_id == row.id).order_by(Document.id)
        yield _fields(row, "id title first_at last_at") | {
            "documents": list(session.scalars(told)),
        }


def _momentum(session: Session) -> Iterator[Row]:
    units = _units(session)
    names = "day window observed expected ratio surprise outlets state version detail"
    for row in _stream(session, select(Momentum).order_by(Momentum.day, Momentum.unit)):
        yield {"unit": units.get(row.unit, row.unit)} | _fields(row, names)


def _windows(session: Session) -> Iterator[Row]:
    units = _units(session)
    names = "themes level causes opened_at closed_at ending fate fate_cause fated_by"
    query = select(Opportunity).options(selectinload(Opportunity.steps)).order_by(Opportunity.id)
    for row in _stream(session, query):
        yield (
            {"id": row.id, "unit": units.get(row.unit, row.unit)}
            | _fields(row, names)
            | {"steps": [_fields(step, "key kind level causes noticed_at") for step in row.steps]}
        )


def _units(session: Session) -> Mapping[str, str]:
    """Give what a unit is called outside: ids are the store's own, a bill is named by its key."""
    bills = {
        f"bill:{bill.id}": f"bill:{bill.parliament}/{bill.legislature}-{bill.session}/{bill.number}"
        for bill in session.scalars(select(Bill))
    }
    asked = session.execute(select(Consultation.id, Consultation.url))
    return bills | {f"consultation:{id_}": url for id_, url in asked}


def _alerts(session: Session) -> Iterator[Row]:
    names = "id kind level subject reason themes channel created_at due_at sent_at attempts message"
    for row in _stream(session, select(Alert).order_by(Alert.id)):
        yield _fields(row, names)


def _digests(session: Session) -> Iterator[Row]:
    names = "week recipient subject text html message_id created_at sent_at attempts error"
    for row in _stream(session, select(Digest).order_by(Digest.id)):
        yield _fields(row, names)


def _reviews(session: Session) -> Iterator[Row]:
    names = "document_id reviewer proximity themes drawn note reviewed_at"
    for row in _stream(session, select(Review).order_by(Review.reviewed_at, Review.id)):
        yield _fields(row, names)


def _visits(session: Session) -> Iterator[Row]:
    names = "source started_at finished_at outcome items new"
    for row in _stream(session, select(Visit).order_by(Visit.id)):
        yield _fields(row, names) | {"issues": [sentence("fr", **issue) for issue in row.issues]}


TABLES: Mapping[str, Callable[[Session], Iterator[Row]]] = {
    "documents": _documents,
    "bills": _bills,
    "consultations": _consultations,
    "divisions": _divisions,
    "committees": _committees,
    "members": _members,
    "mandates": _mandates,
    "sittings": _sittings,
    "tags": _tags,
    "stories": _stories,
    "momentum": _momentum,
    "windows": _windows,
    "alerts": _alerts,
    "digests": _digests,
    "reviews": _reviews,
    "visits": _visits,
}
