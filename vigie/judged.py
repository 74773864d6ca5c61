"""What people have said of documents, as texts that the model learns from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from classifiers.examples import LabelledText
from pipeline.queries.reviews import ReviewedView

if TYPE_CHECKING:
    from collections.abc import Iterator


def judged(views: Iterable[ReviewedView]) -> Iterator[LabelledText]:
    """Give each judged document as a labelled text; without proximity, a text has no theme."""
    for view in views:
        near = view.proximity != "none"
        yield LabelledText(
            id=f"document:{view.document_id}",
            lang=view.lang or "",
            kind=view.kind,
            title=view.title,
            text=view.summary,
            themes=frozenset(view.themes if near else ()),
            proximity=view.proximity,
        )
