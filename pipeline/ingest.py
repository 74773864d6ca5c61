"""What a visit brought becomes documents, sightings, revisions and bills, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from pipeline.articles import keep_articles
from pipeline.bills import Key, find_bills, key, new_bill, outranks, state, update
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
INGESTING = 7042  # the PostgreSQL lock of whoever ingests


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
    _one_at_a_time(session)
    visit, items = clean(visit), [clean(item) for item in items]
    if keep_sessions(session, items, visit.finished_at):
        follow(session, {}, visit.finished_at)
    counts = _keep_documents(session, visit, _by_identity(items, register[visit.source]))
    keep_consultations(session, items, visit.finished_at)
    keep_divisions(session, items, visit.finished_at)
    keep_chamber(session, items, visit.finished_at)
    keep_articles(session, items, visit.finished_at)
    _remember_pages(session, visit)
    learn(session, visit, register[visit.source])
    session.add(
        VisitRow(
            source=visit.source,
            started_at=visit.started_at,
            finished_at=visit.finished_at,
            outcome=visit.outcome,
            items=visit.items,
            new=counts.new,
            changed=counts.changed,
            requests=visit.requests,
            issues=as_json(visit.issues),
            wait_until=visit.wait_until,
        )
    )
    return counts


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
    documents, sightings = _known(session, visit.source, stated)
    prints = {name: _print(*map(_words, said)) for name, said in stated.items()}
    moved = {
        name: said
        for name, said in stated.items()
        if name not in sightings or sightings[name].content_hash != prints[name]
    }
    bills = find_bills(session, (item.facts for said in moved.values() for item in said))
    lives = {key(bill): life(bill) for bill in bills.values()}
    fates: Counter[Fate] = Counter()
    for name, said in moved.items():
        document = documents.setdefault(name, Document(identity=name))
        keep = _keep_bill if isinstance(said[0].facts, BillFacts) else _keep_article
        fates[keep(session, document, said, bills, visit.finished_at)] += 1
        session.add(document)
    session.flush()
    if bills:
        follow(session, {bill: lives.get(name) for name, bill in bills.items()}, visit.finished_at)
    for name in moved:
        _see(session, sightings.get(name), documents[name], prints[name], visit)
    return Counts(fates[Fate.NEW], fates[Fate.CHANGED])


def _known(
    session: Session, source: str, names: Iterable[str]
) -> tuple[dict[str, Document], dict[str, Sighting]]:
    """Load the documents of these identities, and what this source last said of them."""
    known = {
        d.identity: d for d in session.scalars(select(Document).where(Document.identity.in_(names)))
    }
    said = {
        sighting.document_id: sighting
        for sighting in session.scalars(
            select(Sighting).where(
                Sighting.source == source,
                Sighting.document_id.in_([document.id for document in known.values()]),
            )
        )
    }
    return known, {name: said[d.id] for name, d in known.items() if d.id in said}


def _keep_article(
    session: Session, document: Document, said: list[Item], _bills: Any, now: datetime
) -> Fate:
    item = said[0]
    if document.id and document.source != item.source:
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
        update(bill, item.facts, now)
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
    for name in ("source", "kind", "url", "title", "summary", "lang", "author", "published_text"):
        setattr(document, name, getattr(voice, name))
    said = voice.published_at
    # A page edited in place is often dated again: an article came out when it first said so.
    if (
        said
        and said <= now + CLOCKS_APART
        and (isinstance(voice.facts, BillFacts) or document.published_at is None)
    ):
        document.published_at = said


def _see(
    session: Session, sighting: Sighting | None, document: Document, words: str, visit: Visit
) -> None:
    if sighting is None:
        session.add(
            Sighting(
                document_id=document.id,
                source=visit.source,
                first_seen_at=visit.finished_at,
                content_hash=words,
            )
        )
    else:
        sighting.content_hash, sighting.changed_at = words, visit.finished_at


def _remember_pages(session: Session, visit: Visit) -> None:
    pages = {page.url: page for page in visit.pages if len(page.url) <= MAX_ADDRESS}
    if not pages:
        return
    session.execute(delete(Page).where(Page.source == visit.source, Page.url.in_(pages)))
    session.execute(
        insert(Page),
        [
            as_json(p) | {"source": visit.source, "read_at": visit.finished_at}
            for p in pages.values()
        ],
    )


def _words(item: Item) -> list[Any]:
    return [item.title, item.summary, as_json(item.facts)]


def _print(*words: Any) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()
