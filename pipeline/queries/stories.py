"""News of a period, as told by several houses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from pipeline.model import Classification, Document, Mention, Story, Tag
from pipeline.queries.documents import NEAREST, came_out, document_views
from pipeline.queries.views import DocumentView, StoryView, ThemeView
from pipeline.windows import BILL
from spiders.sources import Source


def stories_between(
    session: Session,
    start: datetime,
    end: datetime,
    register: Mapping[str, Source],
    limit: int | None = None,
    *,
    units: Collection[str] | None = None,
    named: bool = False,
) -> tuple[StoryView, ...]:
    """Give the stories of this period that carry a theme, most told by independent houses first.

    Only the documents that came out in the period count. `units`: only the stories that carry one
    of these themes or name one of these bills. `named`: with whom and what they name besides.
    """
    # Asked of each story of the period: the archive is never read for it.
    own = select(Document.id).where(
        Document.story_id == Story.id, came_out() >= start, came_out() < end
    )
    told = select(Story).where(Story.last_at >= start, Story.first_at < end)
    told = told.where(own.where(_tagged().exists()).exists())
    if units is not None:
        told = told.where(own.where(_is_about(units)).exists())
    stories = session.scalars(told.order_by(Story.last_at, Story.id)).all()
    documents = _documents(session, [story.id for story in stories], start, end, named=named)
    views = [_view(story, documents[story.id], register) for story in stories]
    views.sort(key=_rank)
    return tuple(views[:limit])


def _tagged() -> Select[int]:
    """Ask for the themes of a document, as the reading that stands says."""
    asked = select(Classification.id).join(Classification.tags)
    return asked.where(Classification.document_id == Document.id, Classification.stands)


def _is_about(units: Collection[str]) -> ColumnElement[bool]:
    """Give the condition that a document carries one of these themes, or names one of the bills."""
    bills = [int(unit.removeprefix(BILL)) for unit in units if unit.startswith(BILL)]
    mentions = select(Mention.id).where(Mention.document_id == Document.id)
    # SQLite would begin with every tag of the themes: "" keeps it from its index.
    carries = _tagged().where((Tag.theme + "").in_(units)).exists()
    names = mentions.where(Mention.bill_id.in_(bills)).exists()
    return or_(carries, names, Document.bill_id.in_(bills))


def _rank(view: StoryView) -> tuple[int, int, int, float]:
    """Order: most independent houses, nearest to the mission, most repeated, newest."""
    near = NEAREST.index(view.proximity)
    return -len(view.outlets), near, -len(view.documents), -view.last_at.timestamp()


def _documents(
    session: Session, stories: Sequence[int], start: datetime, end: datetime, *, named: bool
) -> dict[int | None, list[DocumentView]]:
    rows = session.scalars(
        select(Document)
        .where(Document.story_id.in_(stories), came_out() >= start, came_out() < end)
        .order_by(came_out(), Document.id)
    )
    found: dict[int | None, list[DocumentView]] = defaultdict(list)
    for view in document_views(session, rows.all(), named=named):
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
