"""The words that rise where Vigie sees no theme, with documents that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.model import Document, Term


@dataclass(frozen=True, slots=True)
class TermView:
    """A word or pair: `term` names it, `shown` is how it is printed.

    `recent` stories hold it in two weeks, `before` in the eight weeks before; `nearness` says how
    many times nearer to a theme they come than others. `examples` are documents: number, title,
    address. `verdict` is "watch", or None while nobody has said.
    """

    term: str
    shown: str
    recent: int
    before: int
    surprise: float
    nearness: float
    examples: tuple[tuple[int, str, str], ...]
    verdict: str | None
    said_by: str


def rising_terms(session: Session) -> tuple[TermView, ...]:
    """Give the words proposed, the most surprising first, then those that are watched."""
    asked = select(Term).where(Term.verdict.is_(None) | (Term.verdict == "watch"))
    rows = session.scalars(asked.order_by(Term.verdict.is_not(None), Term.surprise.desc())).all()
    ids = {id_ for row in rows for id_ in row.examples}
    told = select(Document.id, Document.title, Document.url).where(Document.id.in_(ids))
    documents = {id_: (id_, title, url) for id_, title, url in session.execute(told)}
    return tuple(
        TermView(
            term=row.term,
            shown=row.shown,
            recent=row.recent,
            before=row.before,
            surprise=row.surprise,
            nearness=row.nearness,
            examples=tuple(documents[id_] for id_ in row.examples if id_ in documents),
            verdict=row.verdict,
            said_by=row.said_by,
        )
        for row in rows
    )
