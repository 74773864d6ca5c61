"""Values of the hand-over and rows of the store, plausible unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from pipeline.ingest import Counts, ingest
from pipeline.model import Classification, Document, Sighting, Story, Tag
from spiders.items import (
    BillFacts,
    BillStatus,
    Item,
    Kind,
    Outcome,
    PageMemory,
    Stage,
    StageFacts,
    Visit,
)
from spiders.sources import Source

NOW = datetime(2031, 3, 3, 14, 30, tzinfo=UTC)  # Monday, 9:30 in Montréal
_numbers = count(1)


def make_source(id_: str = "gazette", **settings: Any) -> Source:
    """Make a source that publishes a feed."""
    usual = {"title": id_.title(), "url": f"https://{id_}.example/rss", "owner": id_.title()}
    return Source(id=id_, **(usual | settings))


def make_item(source: str = "gazette", **stated: Any) -> Item:
    """Make an article; each one unlike the others."""
    number = next(_numbers)
    usual: dict[str, Any] = {
        "kind": Kind.NEWS,
        "url": f"https://{source}.example/articles/{number}",
        "title": f"Des places en garderie, épisode {number}",
        "published_at": NOW - timedelta(hours=2),
        "lang": "fr",
    }
    return Item(source=source, **(usual | stated))


def make_facts(number: str = "94", **stated: Any) -> BillFacts:
    """Make what a list says of a bill of Québec: its last stage."""
    usual: dict[str, Any] = {
        "legislature": 44,
        "session": 1,
        "title": "Loi sur les services de garde",
        "status": BillStatus.IN_PROGRESS,
        "url": f"https://www.assnat.qc.ca/projet-loi-{number}-44-1.html",
        "stages": (StageFacts(Stage.INTRODUCTION, "presentation", (date(2031, 2, 25),)),),
        "complete": False,
    }
    return BillFacts(number=number, **(usual | stated))


def make_bill(facts: BillFacts | None = None, source: str = "liste", **stated: Any) -> Item:
    """Make the Item of a bill."""
    facts = facts or make_facts()
    usual = {"kind": Kind.BILL, "url": facts.url, "title": facts.title, "facts": facts}
    return make_item(source, **(usual | stated))


def make_visit(source: str = "gazette", at: datetime = NOW, **told: Any) -> Visit:
    """Make a healthy visit that ended at this moment."""
    usual: dict[str, Any] = {"outcome": Outcome.OK, "requests": 1}
    return Visit(source, at - timedelta(minutes=1), at, **(usual | told))


def bring(
    session: Session,
    items: Sequence[Item] | Item,
    *,
    at: datetime = NOW,
    source: Source | None = None,
    pages: Sequence[str] = (),
    **told: Any,
) -> Counts:
    """Ingest what one visit to the items' source brought; `pages` are the addresses it read."""
    items = [items] if isinstance(items, Item) else items
    source = source or make_source(items[0].source)
    visit = make_visit(source.id, at, items=len(items), **told)
    visit = replace(visit, pages=tuple(PageMemory(url, fingerprint="seen") for url in pages))
    return ingest(session, visit, items, {source.id: source})


def add_document(session: Session, **fields: Any) -> Document:
    """Put an article in the store, as if it had been read: `themes` are those that it carries."""
    number = next(_numbers)
    themes, proximity = fields.pop("themes", ()), fields.pop("proximity", "direct")
    usual: dict[str, Any] = {
        "identity": f"https://gazette.example/articles/{number}",
        "source": "gazette",
        "kind": "news",
        "url": f"https://gazette.example/articles/{number}",
        "title": f"Des places en garderie, épisode {number}",
        "published_at": NOW,
        "detected_at": NOW,
        "content_hash": str(number),
    }
    document = Document(**(usual | fields))
    session.add(document)
    session.flush()
    session.add(
        Sighting(
            document_id=document.id, source=document.source, first_seen_at=document.detected_at
        )
    )
    if themes:
        add_reading(session, document, themes, proximity)
    return document


def add_reading(
    session: Session, document: Document, themes: Sequence[str], proximity: str = "direct"
) -> None:
    """Tag a document with these themes, the first one the surest."""
    reading = Classification(
        document_id=document.id,
        reader="vigie",
        version="1",
        lang="fr",
        proximity=proximity,
        read_at=NOW,
    )
    reading.tags = [
        Tag(theme=theme, score=0.9 - rank / 10, origin="rule", reason=f"« {theme} »")
        for rank, theme in enumerate(themes)
    ]
    session.add(reading)
    session.flush()


def add_story(session: Session, documents: Sequence[Document], title: str = "") -> Story:
    """Group documents into one story."""
    moments = [document.published_at or document.detected_at for document in documents]
    story = Story(title=title or documents[0].title, first_at=min(moments), last_at=max(moments))
    session.add(story)
    session.flush()
    for document in documents:
        document.story_id = story.id
    session.flush()
    return story
