"""What a visit brought becomes documents, sightings, revisions and bills, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from pipeline.articles import keep_articles
from pipeline.bills import Key, find_bills, key, new_bill, outranks, state
from pipeline.bills import update as update_bill
from pipeline.chamber import keep_chamber
from pipeline.clean import clean
from pipeline.consultations import keep_consultations
from pipeline.divisions import keep_divisions
from pipeline.history import life
from pipeline.identity import identify
from pipeline.learnt import learn
from pipeline.lives import follow
from pipeline.model import Bill, Document, Page, Revision, Sighting
from pipeline.model import Visit as VisitRow
from pipeline.sessions import keep_sessions
from spiders.items import (
    ArticleFacts,
    BillFacts,
    CommitteeFacts,
    DivisionFacts,
    Item,
    MemberFacts,
    SessionFacts,
    Visit,
    WeekFacts,
    as_json,
)
from spiders.sources import Source

MAX_TITLE = 1_000
MAX_SUMMARY = 20_000
MAX_ADDRESS = 2_000  # PostgreSQL indexes at most some 2,700 bytes
CLOCKS_APART = timedelta(days=1)  # a publication further ahead of its visit is a mistake
# What tells of the house itself, and is no news: nothing is published by there being a member. The
# page of an article tells of the document that led there.
NO_DOCUMENT = (ArticleFacts, CommitteeFacts, DivisionFacts, MemberFacts, SessionFacts, WeekFacts)
TOLD = ("source", "kind", "url", "title", "summary", "lang", "author", "published_text")
INGESTING = 7042  # the PostgreSQL lock of whoever ingests
# Written once: to put them together again at each visit takes as long as to ask them.
OF_THESE = Document.identity.in_(bindparam("names", expanding=True))
IDS = select(Document.identity, Document.id).where(OF_THESE)
HERE = (Sighting.document_id == Document.id) & (Sighting.source == bindparam("source"))
KNOWN = (
    select(Document.identity, Document.id, Sighting.content_hash)
    .outerjoin(Sighting, HERE)
    .where(OF_THESE)
)


class Fate(Enum):
    """What became of one thing stated."""

    NEW = auto()
    CHANGED = auto()
    SAME = auto()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a visit brought: documents never seen before, documents that now say something else."""

    new: int
    changed: int


def ingest(
    session: Session, visit: Visit, items: Sequence[Item], register: Mapping[str, Source]
) -> Counts:
    """Keep what a visit brought, and how it went. The same items again change nothing.

    Everything is dated `visit.finished_at`. The transaction is the caller's.
    """
    return ingest_all(session, [(visit, items)], register)[0]


def ingest_all(
    session: Session,
    brought: Iterable[tuple[Visit, Iterable[Item]]],
    register: Mapping[str, Source],
) -> list[Counts]:
    """Keep what visits to several sources brought, each as `ingest` would, in their order."""
    _one_at_a_time(session)
    cleaned = [(clean(visit), [clean(item) for item in items]) for visit, items in brought]
    counts = [_keep(session, visit, items, register[visit.source]) for visit, items in cleaned]
    visits = [visit for visit, _ in cleaned]
    _remember_pages(session, visits)
    learn(session, visits, register)
    if visits:
        rows = [_row(visit, count) for visit, count in zip(visits, counts, strict=True)]
        session.connection().execute(insert(VisitRow), rows)
    return counts


def _keep(session: Session, visit: Visit, items: Sequence[Item], source: Source) -> Counts:
    if not items:
        return Counts(0, 0)
    if keep_sessions(session, items, visit.finished_at):
        follow(session, {}, visit.finished_at)
    counts = _keep_documents(session, visit, _by_identity(items, source))
    for keep in (keep_consultations, keep_divisions, keep_chamber, keep_articles):
        keep(session, items, visit.finished_at)
    return counts


def _row(visit: Visit, counts: Counts) -> dict[str, Any]:
    return {
        "source": visit.source,
        "started_at": visit.started_at,
        "finished_at": visit.finished_at,
        "outcome": visit.outcome,
        "items": visit.items,
        "new": counts.new,
        "changed": counts.changed,
        "requests": visit.requests,
        "issues": as_json(visit.issues),
        "wait_until": visit.wait_until,
    }


def _one_at_a_time(session: Session) -> None:
    # Two visits may bring the same article, each as new. SQLite has one writer at a time anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(INGESTING)))


def _by_identity(items: Iterable[Item], source: Source) -> dict[str, list[Item]]:
    stated: dict[str, list[Item]] = {}
    for item in items:
        if isinstance(item.facts, NO_DOCUMENT):
            continue
        kept = replace(item, title=item.title[:MAX_TITLE], summary=item.summary[:MAX_SUMMARY])
        stated.setdefault(identify(kept, source), []).append(kept)
    return {name: _voices(said) for name, said in stated.items()}


def _voices(said: list[Item]) -> list[Item]:
    """Give who speaks: a bill's lines add up (a list has one a session), of an article the first.

    A list and the page behind it tell of the same thing: the page has its text, the list may be
    alone in giving its day.
    """
    if isinstance(said[0].facts, BillFacts):
        return said
    if said[0].facts is None:
        return said[:1]
    voice = next((item for item in said if item.summary), said[0])
    published = voice.published_at or next(
        (item.published_at for item in said if item.published_at), None
    )
    return [replace(voice, published_at=published)]


def _keep_documents(session: Session, visit: Visit, stated: Mapping[str, list[Item]]) -> Counts:
    if not stated:
        return Counts(0, 0)
    known = _known(session, visit.source, stated)
    prints = {name: _print(*map(_words, said)) for name, said in stated.items()}
    moved = {
        name: said
        for name, said in stated.items()
        if name not in known or known[name].said != prints[name]
    }
    documents = _load(session, [known[name].id for name in moved if name in known])
    bills = find_bills(session, (item.facts for said in moved.values() for item in said))
    lives = {key(bill): life(bill) for bill in bills.values()}
    fates: Counter[Fate] = Counter()
    born: dict[str, Item] = {}
    for name, said in moved.items():
        if isinstance(said[0].facts, BillFacts):
            document = documents.setdefault(name, Document(identity=name))
            session.add(document)
            fates[_keep_bill(session, document, said, bills, visit.finished_at)] += 1
        elif name in documents:
            fates[_keep_article(session, documents[name], said[0], visit.finished_at)] += 1
        else:
            born[name] = said[0]
    session.flush()
    if bills:
        follow(session, {bill: lives.get(name) for name, bill in bills.items()}, visit.finished_at)
    ids = {name: document.id for name, document in documents.items()}
    ids |= _add(session, born, visit.finished_at)
    _see(session, visit, {ids[name]: prints[name] for name in moved}, known.values())
    return Counts(fates[Fate.NEW] + len(born), fates[Fate.CHANGED])


class Known(NamedTuple):
    """A document that we have; `said` is the print of what this source says of it, if it does."""

    id: int
    said: str | None


def _known(session: Session, source: str, names: Iterable[str]) -> dict[str, Known]:
    rows = session.execute(KNOWN, {"source": source, "names": list(names)})
    return {name: Known(id_, said) for name, id_, said in rows}


def _load(session: Session, ids: Collection[int]) -> dict[str, Document]:
    found = session.scalars(select(Document).where(Document.id.in_(ids))) if ids else ()
    return {document.identity: document for document in found}


def _add(session: Session, born: Mapping[str, Item], now: datetime) -> dict[str, int]:
    """Keep documents that are no bill's, all at once; give their ids."""
    if not born:
        return {}
    rows = [
        {
            "identity": name,
            "detected_at": now,
            "content_hash": _print(item.title, item.summary),
            "published_at": _said_at(item, now),
            **_told(item),
        }
        for name, item in born.items()
    ]
    session.connection().execute(insert(Document), rows)
    return dict(session.execute(IDS, {"names": list(born)}).all())


def _keep_article(session: Session, document: Document, item: Item, now: datetime) -> Fate:
    if document.source != item.source:
        return Fate.SAME  # the word of the first source that gave it stands
    if item.facts and document.summary and not item.summary:
        return Fate.SAME  # a list adds nothing to the page that it leads to
    return _revise(session, document, item, _print(item.title, item.summary), now)


def _keep_bill(
    session: Session, document: Document, said: list[Item], bills: dict[Key, Bill], now: datetime
) -> Fate:
    voice = None if document.id else said[0]
    for item in said:
        assert isinstance(item.facts, BillFacts)
        bill = bills.setdefault(key(item.facts), new_bill(item.facts, now))
        if outranks(item.facts, bill):
            voice = item
        update_bill(bill, item.facts, now)
        document.bill = bill
    words = voice or document
    return _revise(session, document, voice, _print(words.title, words.summary, state(bill)), now)


def _revise(
    session: Session, document: Document, voice: Item | None, content_hash: str, now: datetime
) -> Fate:
    """Make a document say what `voice` says (None: what it said), and keep what it said before."""
    if document.content_hash == content_hash:
        return Fate.SAME
    fate = Fate.CHANGED if document.id else Fate.NEW
    if fate is Fate.CHANGED:
        session.add(
            Revision(
                document_id=document.id,
                replaced_at=now,
                title=document.title,
                summary=document.summary,
            )
        )
        document.revised_at = now
        # To be read and compared again.
        document.read_by = None
    else:
        document.detected_at = now
    document.content_hash = content_hash
    if voice:
        _tell(document, voice, now)
    return fate


def _tell(document: Document, voice: Item, now: datetime) -> None:
    for name, value in _told(voice).items():
        setattr(document, name, value)
    # A page edited in place is often dated again: an article came out when it first said so.
    if isinstance(voice.facts, BillFacts) or document.published_at is None:
        document.published_at = _said_at(voice, now) or document.published_at


def _told(voice: Item) -> dict[str, Any]:
    return {name: getattr(voice, name) for name in TOLD}


def _said_at(voice: Item, now: datetime) -> datetime | None:
    said = voice.published_at
    return said if said and said <= now + CLOCKS_APART else None


def _see(session: Session, visit: Visit, prints: Mapping[int, str], known: Iterable[Known]) -> None:
    """Note what a source says of these documents, by their ids."""
    seen = {one.id for one in known if one.said is not None}
    rows = [
        {"document_id": id_, "source": visit.source, "content_hash": said}
        for id_, said in prints.items()
    ]
    again = [row | {"changed_at": visit.finished_at} for row in rows if row["document_id"] in seen]
    first = [row for row in rows if row["document_id"] not in seen]
    if again:
        session.execute(update(Sighting), again)
    if first:
        found = [row | {"first_seen_at": visit.finished_at} for row in first]
        session.connection().execute(insert(Sighting), found)


def _remember_pages(session: Session, visits: Iterable[Visit]) -> None:
    pages = {
        (visit.source, page.url): as_json(page)
        | {"source": visit.source, "read_at": visit.finished_at}
        for visit in visits
        for page in visit.pages
        if len(page.url) <= MAX_ADDRESS
    }
    if not pages:
        return
    own = (Page.source == bindparam("of"), Page.url == bindparam("at"))
    former = [{"of": source, "at": url} for source, url in pages]
    session.connection().execute(delete(Page).where(*own), former)
    session.connection().execute(insert(Page), list(pages.values()))


def _words(item: Item) -> list[Any]:
    return [item.title, item.summary, as_json(item.facts)]


def _print(*words: Any) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()
