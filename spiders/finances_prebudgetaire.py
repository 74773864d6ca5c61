"""What the Minister of Finance asks before each budget, on a page that changes in place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.deadlines import plain_text, read_deadlines
from spiders.errors import PageChangedError
from spiders.items import (
    ConsultationFacts,
    ConsultationKind,
    ConsultationStatus,
    DeadlineKind,
    Item,
    Link,
)
from spiders.outline import outline
from spiders.page import any_of, collapse, text
from spiders.sentences import dated_sentences
from spiders.standing import last_day, standing

SUBJECT = re.compile(r"pr[ée]budg[ée]taire", re.I)
BUDGET = re.compile(r"\b(20\d\d)\s?[-–‑]\s?(20\d\d)\b")
PUBLISHED = re.compile(r"\APublié le \d{4}-\d\d-\d\d\n")
LAUNCHED = re.compile(r"lanc|début|ouvert|ouvre|à compter du|à partir du|se dérouler", re.I)
OVER = re.compile(r"\bconsultations?\b[^.]{0,80}\b(?:termin|pris fin|clos|achev)", re.I)
USEFUL = re.compile(r"consult|questionnaire|mémoire|formulaire|particip|@", re.I)
ASKED = (DeadlineKind.BRIEF, DeadlineKind.ONLINE, DeadlineKind.COMMENT)
HELD_BY = "ministère des Finances"


class FinancesPrebudgetaireSpider(SourceSpider):
    """One item per budget: until when a brief is received, a questionnaire answered."""

    name = "finances_prebudgetaire"

    @property
    def today(self) -> date:
        """The day of the visit, in Québec."""
        return self.now.astimezone(TORONTO).date()

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page, and the day: what is open today may be over tomorrow."""
        return repr((self.today, plain_text(response.body))).encode()

    def parse(self, response: Response) -> Iterator[Item]:
        """Read the page. A day printed without its year is one of the year before the budget's."""
        words = PUBLISHED.sub("", plain_text(response.body))
        title = next(filter(SUBJECT.search, map(text, _headings(response))), "")
        if not title or not SUBJECT.search(words):
            raise PageChangedError(response.url, "a title and words on consultations", 0)
        budget = _budget(title) or _budget(words)
        head = f"Publié le {budget[0]}-01-01\n" if budget else ""
        found = read_deadlines(head + words, lang="fr", today=self.today)
        deadlines = tuple(one for one in found if one.kind in ASKED)
        opens = _opens(words, budget)
        label = "-".join(map(str, budget)) if budget else ""
        url = f"{response.url.partition('#')[0]}#{label}".rstrip("#")
        yield self.item(
            url=url,
            title=title,
            key=label,
            published_at=start_of(opens) if opens else None,
            summary=collapse(words),
            author=HELD_BY,
            facts=ConsultationFacts(
                title=title,
                url=url,
                kind=ConsultationKind.PRE_BUDGET,
                opens=opens,
                brief_deadline=last_day(deadlines, DeadlineKind.BRIEF),
                status=standing(deadlines, self.today) or _over(words),
                deadlines=deadlines,
                links=_links(response),
                held_by=HELD_BY,
            ),
        )


def _headings(response: Response) -> list[Selector]:
    return [*any_of(response, "h1, h2"), *any_of(response, "title")]


def _budget(words: str) -> tuple[int, int] | None:
    """Give the newest of the years of a budget that words name: «2027-2028»."""
    named = [(int(first), int(second)) for first, second in BUDGET.findall(words)]
    return max((years for years in named if years[1] == years[0] + 1), default=None)


def _opens(words: str, budget: tuple[int, int] | None) -> date | None:
    """Give the first day that the page prints in full for its beginning."""
    told = (one.date for one in dated_sentences(words) if LAUNCHED.search(one.sentence))
    near = (day for day in told if not budget or day.year in (budget[0] - 1, budget[0]))
    return min(near, default=None)


def _over(words: str) -> ConsultationStatus | None:
    return ConsultationStatus.CLOSED if OVER.search(words) else None


def _links(response: Response) -> tuple[Link, ...]:
    pieces = (piece for part in outline(response, ("footer",)) for piece in part.pieces)
    found = (Link(collapse(one.words), one.url) for one in pieces if one.url)
    kept = {one.url: one for one in found if USEFUL.search(f"{one.title} {urlsplit(one.url).path}")}
    return tuple(one for one in kept.values() if one.title)
