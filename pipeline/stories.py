"""Documents that tell the same news become one story: same title or same text, days apart.

Only identical news are told here; what says the same in other words stays apart.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.model import Document, Story
from pipeline.pending import Progress, in_batches, quiet
from spiders.items import Kind

NEWS = (Kind.NEWS, Kind.RELEASE)
REACH = timedelta(days=7)  # from the first of a story: a weekly column is a new one each time
TITLE_WORDS = 5  # shorter titles («En bref», «Budget 2026») are shared by different news
TEXT_WORDS, TEXT_START = 12, 30  # feeds cut the same text at different lengths

_DATELINE = re.compile(
    r"^\s*[A-ZÀ-Þ][A-ZÀ-Þ'’. -]{2,40}(?:[,(][^—–/]{0,40})?\s*(?:/\w+/\s*)?[—–-]{1,2}\s"
)
_CREDIT = re.compile(
    r"\(?\b(?:La Presse canadienne|Presse canadienne|The Canadian Press|Agence France-Presse)\b\)?",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[\W_]+")


def title_print(title: str) -> str | None:
    """Give the print of a title, the same whatever outlet or rubric stands beside it.

    None when too few words are left to tell news apart.
    """
    words = _words(max(title.split("|"), key=lambda part: len(part.strip())))
    return _print(words) if len(words) >= TITLE_WORDS else None


def text_print(text: str) -> str | None:
    """Give the print of how a text starts, its place and agency left out; None when too short."""
    words = _words(_CREDIT.sub(" ", _DATELINE.sub("", text)))[:TEXT_START]
    return _print(words) if len(words) >= TEXT_WORDS else None


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return _NO_WORD.sub(" ", plain).split()


def _print(words: Sequence[str]) -> str:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=12).hexdigest()


def group(store: Store, progress: Progress = quiet) -> int:
    """Give the pending documents their story; say how many documents were looked at.

    Bills and consultations are facts, not news: they have none.
    """
    return in_batches(store, _group, progress)


def _group(session: Session, documents: Sequence[Document]) -> None:
    news = [document for document in documents if document.kind in NEWS]
    for document in news:
        document.title_print = title_print(document.title)
        document.text_print = text_print(document.summary)
    # A revised document keeps its story: what was told of it was told under that one.
    fresh = [document for document in news if document.story_id is None]
    board = _Board(session, fresh)
    for document in sorted(fresh, key=lambda one: (_moment(one), one.id)):
        board.place(document)
    board.keep()


def _moment(document: Document) -> datetime:
    return document.published_at or document.detected_at


class _Board:
    """Documents within reach of some others, by what they share, and the story of each."""

    def __init__(self, session: Session, fresh: Sequence[Document]) -> None:
        self.session = session
        self.titles: dict[str | None, list[Document]] = defaultdict(list)
        self.texts: dict[str | None, list[Document]] = defaultdict(list)
        self.story_of: dict[Document, Story] = {}
        for document, story in _known(session, fresh):
            self._remember(document, story)

    def place(self, document: Document) -> None:
        """Put a document in the story that tells the same, the oldest if several do."""
        moment = _moment(document)
        copied = self._copied(document)
        near = {
            story
            for other in [*copied, *self.titles[document.title_print]]
            if abs(moment - (story := self.story_of[other]).first_at) <= REACH
        }
        if near:
            story = min(near, key=lambda one: one.first_at)
        else:
            story = Story(title=document.title, first_at=moment, last_at=moment)
            self.session.add(story)
        for newer in near - {story}:
            self._merge(newer, story)
        if moment < story.first_at:
            story.title = document.title
        story.first_at, story.last_at = min(story.first_at, moment), max(story.last_at, moment)
        document.copy_of = copied[0].copy_of or copied[0].id if copied else None
        self._remember(document, story)

    def keep(self) -> None:
        """Write down the story of each document."""
        self.session.flush()
        for document, story in self.story_of.items():
            document.story_id = story.id

    def _remember(self, document: Document, story: Story) -> None:
        self.story_of[document] = story
        if document.title_print:
            self.titles[document.title_print].append(document)
        if document.text_print:
            self.texts[document.text_print].append(document)

    def _copied(self, document: Document) -> list[Document]:
        """Give the documents of the same text, oldest first.

        A source that repeats a text under another title says what it says of itself every time
        («Abonnez-vous…»), not the same news.
        """
        moment = _moment(document)
        return [
            other
            for other in self.texts[document.text_print]
            if other.source != document.source and abs(_moment(other) - moment) <= REACH
        ]

    def _merge(self, newer: Story, story: Story) -> None:
        """Two stories turn out to be one: what was in the newer goes to the older."""
        self.keep()
        self.session.flush()
        moved = update(Document).where(Document.story_id == newer.id)
        # Their days are to be counted again: two stories were one all along.
        self.session.execute(moved.values(story_id=story.id, day=None))
        self.story_of |= {doc: story for doc, its in self.story_of.items() if its is newer}
        story.last_at = max(story.last_at, newer.last_at)
        self.session.delete(newer)


def _known(session: Session, fresh: Sequence[Document]) -> Iterator[tuple[Document, Story]]:
    """Give the documents with a same print, oldest first, with their stories in reach."""
    if not fresh:
        return
    moments = [_moment(document) for document in fresh]
    query = (
        select(Document, Story)
        .join(Story, Document.story_id == Story.id)
        .where(
            or_(
                Document.title_print.in_({d.title_print for d in fresh if d.title_print}),
                Document.text_print.in_({d.text_print for d in fresh if d.text_print}),
            ),
            Story.first_at.between(min(moments) - REACH, max(moments) + REACH),
        )
    )
    rows = session.execute(query).all()
    yield from sorted(rows, key=lambda row: (_moment(row[0]), row[0].id))
