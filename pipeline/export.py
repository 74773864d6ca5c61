"""The store's tables as plain rows, for people and scripts outside: names and fields stay put."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from pipeline.errors import UnknownTableError
from pipeline.model import (
    Alert,
    Base,
    Bill,
    BillStage,
    Classification,
    Consultation,
    Digest,
    Document,
    Momentum,
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
    names = "committee kind title bill mandate_url opens brief_deadline hearings status url"
    for row in _stream(session, select(Consultation).order_by(Consultation.id)):
        yield _fields(row, names)


def _tags(session: Session) -> Iterator[Row]:
    query = select(Tag).options(joinedload(Tag.classification)).order_by(Tag.id)
    for row in _stream(session, query):
        reading: Classification = row.classification
        yield _fields(reading, "document_id reader version proximity read_at") | _fields(
            row, "theme score origin reason start end"
        )


def _stories(session: Session) -> Iterator[Row]:
    for row in _stream(session, select(Story).order_by(Story.id)):
        told = select(Document.id).where(Document.story_id == row.id).order_by(Document.id)
        yield _fields(row, "id title first_at last_at") | {
            "documents": list(session.scalars(told)),
        }


def _momentum(session: Session) -> Iterator[Row]:
    # Ids are the store's own: outside, a bill is named by its key.
    bills = {
        f"bill:{bill.id}": f"bill:{bill.parliament}/{bill.legislature}-{bill.session}/{bill.number}"
        for bill in session.scalars(select(Bill))
    }
    names = "day window observed expected ratio surprise outlets state version"
    for row in _stream(session, select(Momentum).order_by(Momentum.day, Momentum.unit)):
        yield {"unit": bills.get(row.unit, row.unit)} | _fields(row, names)


def _alerts(session: Session) -> Iterator[Row]:
    names = "id kind level subject reason themes channel created_at due_at sent_at attempts message"
    for row in _stream(session, select(Alert).order_by(Alert.id)):
        yield _fields(row, names)


def _digests(session: Session) -> Iterator[Row]:
    names = "week recipient subject text html message_id created_at sent_at attempts error"
    for row in _stream(session, select(Digest).order_by(Digest.id)):
        yield _fields(row, names)


def _visits(session: Session) -> Iterator[Row]:
    names = "source started_at finished_at outcome items new"
    for row in _stream(session, select(Visit).order_by(Visit.id)):
        yield _fields(row, names) | {"issues": [sentence("fr", **issue) for issue in row.issues]}


TABLES: Mapping[str, Callable[[Session], Iterator[Row]]] = {
    "documents": _documents,
    "bills": _bills,
    "consultations": _consultations,
    "tags": _tags,
    "stories": _stories,
    "momentum": _momentum,
    "alerts": _alerts,
    "digests": _digests,
    "visits": _visits,
}
