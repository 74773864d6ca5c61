"""What the Assemblée prints under a stage of a bill: sittings, votes, committees, documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from spiders.assnat import days
from spiders.items import Link, Stage, StageFacts, Vote
from spiders.outline import Part, Row

# «Vote : Pour 103, Contre 2, Abstention 1»; since 2025 «Vote:», without the space. The sort of the
# vote may be told: «Vote électronique :».
VOTE = re.compile(
    r"(?:Vote|Division)(?: [^\d():;,]{1,30})? ?:[^\d()]*(\d+)[^\d()]+(\d+)(?:[^\d()]+(\d+))?", re.I
)
CHAPTER = re.compile(r"\b\d{4}, (?:chapitre|chapter|c\.) \w+(?:[.-]\w+)*")
IN_FORCE = re.compile(r"entrée en vigueur|coming into force", re.I)
SIZE = re.compile(r" ?\([^()]*\b(?:PDF|Word|[KMG][oB])\b[^()]*\)$")

DOCUMENT = re.compile(r"Process\.aspx|/Fichiers_client/|\.pdf$", re.I)
COMMITTEE = re.compile(r"/commissions/[a-z]+(?:-\d+-\d+)?/(?:index\.html)?$", re.I)
MANDATE = re.compile(r"/mandats/", re.I)
JOURNAL = re.compile(r"/journal-debats/(?:\w+-)?((?:\d\d)?\d\d)(\d\d)(\d\d)\b", re.I)


def stage_facts(stage: Stage | None, step: Part) -> StageFacts:
    """Give what is printed under a stage that is not the assent."""
    rows = [row for row in step.rows if row.listed and _is_sitting(row)]
    return StageFacts(
        stage=stage,
        label=step.heading,
        dates=tuple(sorted({day for row in rows for day in _days(row)})),
        votes=tuple(vote for row in rows for vote in _votes(row)),
        committee=next((row.words for row in step.rows if _leads_to(row, COMMITTEE)), ""),
        notes=tuple(note for row in rows if (note := _note(row))),
    )


def assent_facts(step: Part, after: Sequence[Part]) -> StageFacts:
    """Give the day of the assent, and how the law comes into force, which is told `after` it."""
    day = assent_day(step)
    notes = (f"{part.heading} : {part.words}" for part in after if IN_FORCE.search(part.heading))
    return StageFacts(Stage.ASSENT, step.heading, (day,) if day else (), notes=tuple(notes))


def assent_day(step: Part) -> date | None:
    """Give the day of the assent, printed below the list that holds the law itself."""
    listed = [day for row in step.rows if row.listed and _is_sitting(row) for day in _days(row)]
    return next(iter([*days(_below(step)), *listed]), None)


def chapter(step: Part) -> str | None:
    """Give the chapter of a law as printed: «2025, chapitre 29», below the list or in its row."""
    rows = [row.words for row in step.rows if row.listed and _is_sitting(row)]
    found = CHAPTER.search(" ".join([_below(step), *rows]))
    return found[0] if found else None


def documents(steps: Sequence[Part]) -> tuple[Link, ...]:
    """Give the documents of every stage, each once, without the size that follows their titles."""
    links = [link for step in steps for row in step.rows for link in row.links]
    found = {link.url: SIZE.sub("", link.words) for link in links if DOCUMENT.search(link.url)}
    return tuple(Link(title, url) for url, title in found.items())


def _below(step: Part) -> str:
    return " ".join(row.words for row in step.rows if not row.listed)


def _leads_to(row: Row, *places: re.Pattern[str]) -> bool:
    return any(place.search(link.url) for link in row.links for place in places)


def _is_sitting(row: Row) -> bool:
    return not _leads_to(row, DOCUMENT, COMMITTEE, MANDATE)


def _days(row: Row) -> tuple[date, ...]:
    """Give the days printed before the note; that of the row's address when none is printed."""
    if printed := days(row.words.partition("(")[0]):
        return printed
    found = next(filter(None, (JOURNAL.search(link.url) for link in row.links)), None)
    if not found:
        return ()
    year, month, day = map(int, found.groups())
    return (date(year if year > 99 else year + 2000, month, day),)


def _note(row: Row) -> str:
    _, sign, note = row.words.partition("(")
    return sign + note if _days(row) else row.words


def _votes(row: Row) -> Iterator[Vote]:
    day = next(iter(_days(row)), None)
    for yeas, nays, abstentions in VOTE.findall(row.words):
        yield Vote(int(yeas), int(nays), int(abstentions or 0), day)
