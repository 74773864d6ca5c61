"""News of a period, as told by several houses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.model import Classification, Document, Story
from pipeline.queries.documents import NEAREST, came_out, document_views
from pipeline.queries.views import DocumentView, StoryView, ThemeView
from spiders.sources import Source


def stories_between(
    session: Session,
    start: datetime,
    end: datetime,
    register: Mapping[str, Source],
    limit: int | None = None,
) -> tuple[StoryView, ...]:
    """Give the stories of this period that carry a theme, most told by independent houses first.

    Only the documents that came out in the period count.
    """
    # Asked of each story of the period: the archive is never read for it.
    relevant = (
        select(Document.id)
        .join(Classification, Classification.document_id == Document.id)
        .join(Classification.tags)
        .where(Document.story_id == Story.id, Classification.stands)
        .where(came_out() >= start, came_out() < end)
    )
    told = select(Story).where(Story.last_at >= start, Story.first_at < end, relevant.exists())
    stories = session.scalars(told).all()
    documents = _documents(session, [story.id for story in stories], start, end)
    views = [_view(story, documents[story.id], register) for story in stories]
    views.sort(key=_rank)
    return tuple(views[:limit])


def _rank(view: StoryView) -> tuple[int, int, int, float]:
    """Order: most independent houses, nearest to the mission, most repeated, newest."""
    near = NEAREST.index(view.proximity)
    return -len(view.outlets), near, -len(view.documents), -view.last_at.timestamp()


def _documents(
    session: Session, stories: Sequence[int], start: datetime, end: datetime
) -> dict[int | None, list[DocumentView]]:
    rows = session.scalars(
        select(Document)
        .where(Document.story_id.in_(stories), came_out() >= start, came_out() < end)
        .order_by(came_out(), Document.id)
    )
    found: dict[int | None, list[DocumentView]] = defaultdict(list)
    for view in document_views(session, rows.all()):
        found[view.story_id].append(view)
    return found


def _view(
    story: Story, documents: Sequence[DocumentView], register: Mapping[str, Source]
) -> StoryView:
    return StoryView(
        id=story.id,
        title=story.title,
        url=next((one.url for one in documents if one.title == story.title), documents[0].url),
        first_at=documents[0].at,
        last_at=documents[-1].at,
        outlets=_outlets(documents, register),
        proximity=min((one.proximity for one in documents), key=NEAREST.index),
        themes=_best(theme for one in documents for theme in one.themes),
        bills=tuple(dict.fromkeys(bill for one in documents for bill in one.bills)),
        documents=tuple(documents),
        named=tuple({(n.kind, n.name): n for one in documents for n in one.named}.values()),
    )


def _outlets(documents: Sequence[DocumentView], register: Mapping[str, Source]) -> tuple[str, ...]:
    """Name each house once: sources of one family share their texts, a copy is nobody's word."""
    own = [one for one in documents if one.copy_of is None] or documents
    names: dict[str, str] = {}
    for one in own:
        source = register.get(one.source) or Source(one.source, one.source, one.url)
        owner = source.owner or source.id
        names.setdefault(source.family or owner, owner)
    return tuple(names.values())


def _best(themes: Iterable[ThemeView]) -> tuple[ThemeView, ...]:
    best: dict[str, ThemeView] = {}
    for theme in sorted(themes, key=lambda theme: -theme.score):
        best.setdefault(theme.id, theme)
    return tuple(best.values())
