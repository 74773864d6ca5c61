"""What Vigie may not see: words that rise among the documents to which it gives no theme.

A word is surprising by the log-likelihood ratio of its counts (Dunning, 1993: sound for rare words,
where a chi-square is not), and ours when the documents that hold it come nearer to a theme than
others do: a sport has a season too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import log
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipeline.errors import UnknownTermError
from pipeline.model import Classification, Document, Term

RECENT, BEFORE = timedelta(days=14), timedelta(days=56)
START = 300  # characters of a text that are looked at, after its title
LETTERS = 4  # shorter words hold no subject
LEAST = 3  # stories, and two sources, without which a word is an accident
SURPRISING = 10.83  # a ratio that chance passes once in a thousand words
NEARER = 2.0  # times nearer to a theme than documents without theme are
ALIKE = 0.6  # share of their stories from which two words tell of the same thing
PROPOSED, EXAMPLES = 12, 3
VERDICTS = ("watch", "ignore")


class Text(NamedTuple):
    """A document without theme: its story, source, text, and its best chance of a theme."""

    id: int
    story: int
    source: str
    recent: bool
    near: float
    text: str


@dataclass(slots=True)
class Found:
    """What was counted of a word or pair: the stories that hold it, then and now."""

    term: str
    shown: str = ""
    recent: set[int] = field(default_factory=set)
    before: set[int] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    near: float = 0.0
    examples: list[int] = field(default_factory=list)
    surprise: float = 0.0

    def add(self, text: Text, shown: str) -> None:
        """Count one document more."""
        if not text.recent:
            self.before.add(text.story)
        elif text.story not in self.recent:
            self.recent.add(text.story)
            self.near += text.near
            self.shown = self.shown or shown
            self.examples.append(text.id)
        if text.recent:
            self.sources.add(text.source)


def look(session: Session, now: datetime) -> list[Term]:
    """Propose the words that rise now, and keep them; those that nobody judged before go.

    Ten weeks are read, whatever the archive. What a person said of a word stands: one of no
    interest is not proposed again.
    """
    found = rising(lambda: _texts(session, now))
    known = {row.term: row for row in session.scalars(select(Term))}
    proposed: list[Term] = []
    for one in found:
        row = known.get(one.term) or Term(term=one.term, shown=one.shown, first_seen_at=now)
        if row.verdict != "ignore" and len(proposed) < PROPOSED:
            _tell(row, one, now)
            session.add(row)
            proposed.append(row)
    session.flush()
    session.execute(delete(Term).where(Term.verdict.is_(None), Term.seen_at < now))
    return proposed


def say_of(session: Session, term: str, verdict: str, by: str, now: datetime) -> None:
    """Keep what a person says of a word. Raises UnknownTermError for one never proposed."""
    row = session.get(Term, term)
    if row is None or verdict not in VERDICTS:
        raise UnknownTermError(f"« {term} » n'a pas été proposé; voyez « vigie blindspot ».")
    row.verdict, row.said_by, row.said_at = verdict, by, now


def rising(read: Callable[[], Iterable[Text]]) -> list[Found]:
    """Give the words that rise, the most surprising first, each subject once.

    `read` gives the texts; it is asked twice, so that none need be held.
    """
    totals, common, near = _totals(read())
    if not totals[True] or totals[False] < totals[True]:
        return []  # before what one knows, everything is new
    found: dict[str, Found] = {term: Found(term) for term in common}
    for text in read():
        for term, shown in _terms(text.text).items():
            if term in found:
                found[term].add(text, shown)
    risen = [one for one in found.values() if _rises(one, totals, near)]
    risen.sort(key=lambda one: (-round(one.surprise), -len(one.term), one.term))
    return list(_each_once(risen))


def surprise(recent: int, all_recent: int, before: int, all_before: int) -> float:
    """Give the log-likelihood ratio of two shares; negative when the recent one is the lesser."""
    share = (recent + before) / (all_recent + all_before)
    parts = (
        (recent, all_recent * share),
        (before, all_before * share),
        (all_recent - recent, all_recent * (1 - share)),
        (all_before - before, all_before * (1 - share)),
    )
    ratio = 2 * sum(seen * log(seen / expected) for seen, expected in parts if seen)
    return ratio if recent * all_before > before * all_recent else -ratio


def _totals(texts: Iterable[Text]) -> tuple[Mapping[bool, int], set[str], float]:
    """Count the stories of each period; give the recent words worth it, and how near all are.

    A word counts once for each document here: too many candidates do no harm.
    """
    stories: dict[bool, set[int]] = defaultdict(set)
    counts: Counter[str] = Counter()
    near = 0.0
    for text in texts:
        if text.recent:
            counts.update(_terms(text.text).keys())
            near += text.near if text.story not in stories[True] else 0
        stories[text.recent].add(text.story)
    totals = {recent: len(stories[recent]) for recent in (True, False)}
    common = {term for term, n in counts.items() if n >= LEAST}
    return totals, common, near / max(totals[True], 1)


def _rises(one: Found, totals: Mapping[bool, int], near: float) -> bool:
    if len(one.recent) < LEAST or len(one.sources) < 2:
        return False
    one.surprise = surprise(len(one.recent), totals[True], len(one.before), totals[False])
    one.near = one.near / len(one.recent) / near if near else 0.0
    return one.surprise >= SURPRISING and one.near >= NEARER


def _each_once(risen: Sequence[Found]) -> Iterator[Found]:
    """Leave out the words that tell of the stories of a word already given."""
    told: list[set[int]] = []
    for one in risen:
        if all(len(one.recent & other) < ALIKE * len(one.recent | other) for other in told):
            told.append(one.recent)
            yield one


def _terms(text: str) -> dict[str, str]:
    """Give the words that may hold a subject, and pairs of them, each as it is printed."""
    from classifiers.text import words

    kept = [word for word in words(text) if len(word.form) >= LETTERS and word.form.isalpha()]
    terms = {word.form: text[word.start : word.end] for word in kept}
    for one, other in pairwise(kept):
        if other.start - one.end <= LETTERS + 1 and one.form != other.form:
            printed = " ".join(text[one.start : other.end].split())
            terms[f"{one.form} {other.form}"] = printed
    return terms


def _texts(session: Session, now: datetime) -> Iterator[Text]:
    asked = (
        select(
            Document.id,
            func.coalesce(Document.story_id, -Document.id),
            Document.source,
            Document.detected_at >= now - RECENT,
            func.coalesce(Classification.nearest_score, 0.0),
            Document.title,
            func.substr(Document.summary, 1, START),
        )
        .join(Classification, Classification.document_id == Document.id)
        .where(Classification.stands, ~Classification.tags.any(), Document.copy_of.is_(None))
        .where(Document.detected_at >= now - RECENT - BEFORE, Document.detected_at < now)
        .order_by(Document.id)
    )
    rows = session.execute(asked.execution_options(yield_per=500))
    for id_, story, source, recent, near, title, summary in rows:
        yield Text(id_, story, source, bool(recent), near, f"{title}\n{summary}")


def _tell(row: Term, one: Found, now: datetime) -> None:
    row.recent, row.before = len(one.recent), len(one.before)
    row.surprise, row.nearness = round(one.surprise, 1), round(one.near, 1)
    row.examples, row.seen_at = one.examples[-EXAMPLES:], now
