"""The head of a page of the Journal des débats: which sitting it is of, and what was on its order.

What was said is not read: the page of one day holds as many words as a book.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrapy.http import Response

from spiders.assnat import here, sessions_named
from spiders.assnat_content import AROUND, WORK, title_of
from spiders.assnat_steps import DOCUMENT, SIZE
from spiders.errors import PageChangedError
from spiders.items import Link, SittingFacts
from spiders.named_days import days_in
from spiders.outline import lines, outline

JOURNAL = (
    WORK + r"/(?:assemblee-nationale/\d+-\d+/journal-debats/\d{8}/\d+"
    r"|commissions/[A-Za-z]+-\d+-\d+/journal-debats/[A-Za-z]+-\d{6}(?:-\d+)?)\.html"
)
PLACE = re.compile(r"/[a-z]*-?(\d+)-(\d+)/journal-debats/", re.I)
# «Le mardi 12 mars 2024 - Vol. 47 N° 42»: what follows it is the order, until the debates.
DATED = re.compile(r"(.+?) ?[-–] ?Vol\. ?\d+.*", re.I)
END = re.compile(
    r"aller directement|go directly|table des matières|table of contents|journal des débats"
    r"|\d+ ?h\b",
    re.I,
)
BESIDE = re.compile(r"documents?(?:\(s\))? (?:associé|related)|(?:associated|related) doc", re.I)
BODY = re.compile(r"(?:de la |of the )?((?:sous-)?commission .+|(?:sub)?committee on .+)", re.I)
LONGEST = 20  # lines of an order: several mandates may be sat in a day


def journal_facts(response: Response) -> SittingFacts:
    """Give the sitting. Raises PageChangedError for a page without its day and session."""
    told = lines(response, AROUND, within="ColCentre")
    head = next((place for place, line in enumerate(told) if DATED.fullmatch(line)), None)
    found = DATED.fullmatch(told[head]) if head is not None else None
    days = list(days_in(found[1])) if found else []
    if head is None or found is None or len(days) != 1:
        raise PageChangedError(response.url, DATED.pattern, len(days))
    place = PLACE.search(response.url)
    sessions = sessions_named(told[: head + 1])
    if len(sessions) != 1 or (place and {(int(place[1]), int(place[2]))} != sessions):
        raise PageChangedError(response.url, "43e législature, 1re session", len(sessions))
    ((legislature, session),) = sessions
    body = BODY.search(title_of(response))
    return SittingFacts(
        date=days[0],
        title=_order(told[head + 1 :]) or found[1],
        committee=body[1] if body else "",
        legislature=legislature,
        session=session,
        links=_documents(response),
    )


def _order(after: Sequence[str]) -> str:
    """Give what was on the order: nothing for the Assemblée, which prints a table of contents."""
    end = next((place for place, line in enumerate(after) if END.match(line)), 0)
    return " ; ".join(after[:end]) if end <= LONGEST else ""


def _documents(response: Response) -> tuple[Link, ...]:
    """Give the order paper and the minutes, which stand aside of the debates."""
    parts = [one for one in outline(response, within="ColCentre") if BESIDE.match(one.heading)]
    links = (link for part in parts for row in part.rows for link in row.links)
    papers = (one for one in links if one.words and DOCUMENT.search(one.url))
    return tuple(Link(SIZE.sub("", one.words), here(one.url)) for one in papers)
