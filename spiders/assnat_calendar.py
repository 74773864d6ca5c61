"""The Assemblée's calendar: what is to be sat, this week and the next three, and was since.

No week with activities was ever found in store: a cell is read with tolerance, one activity per
paragraph, whatever its boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar

from lxml import etree
from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.assnat import here
from spiders.assnat_content import COMMITTEE, WORK
from spiders.base import SourceSpider
from spiders.dates import TORONTO
from spiders.errors import PageChangedError, SpiderError
from spiders.items import Issue, Item, Link, SittingFacts, WeekFacts
from spiders.named_days import days_in
from spiders.page import any_of, collapse, one, some, text

HEADING = re.compile(r"semaine du|week (?:of|from)", re.I)
DAY = re.compile(r"(\d{1,2})(?:er)?\b")
ASKED = re.compile(r"[?&]Date=(\d{4}-\d\d-\d\d)")
NOTHING = re.compile(r"aucune activité|no activit", re.I)
WEEK, AHEAD, MISSED = timedelta(days=7), timedelta(days=21), 8
INLINE = {"a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"}
BREAK = "\x1f"  # where a line is broken: no page prints it
# A comma is of the name when it goes on: «l'agriculture, des pêcheries, de l'énergie et des …».
ON = r",(?= (?:des? |du |d[’']|[A-Z][a-z]+(?:,| and )))"
BODY = re.compile(
    r"\b((?:(?:Sous-c|C)ommission (?:spéciale|d[eu]s?|de l)\b|(?:Subc|C)ommittee on )"
    rf"(?:[^,:;()–]|{ON})*?)"
    rf"(?= ?[:;()–]|(?!{ON}),| (?:Consultation|Étude|Audition|Interpellation|Élection|Mandat|Séance"
    r"|Salle|Special|General|Clause|Hearing|Examination|Election|Order|Sitting|Room)|$)"
)


class WrongWeekError(SpiderError):
    """The site shows another week than the one asked: none of its activities is kept."""

    code = "wrong-week"


class AssnatCalendarSpider(SourceSpider):
    """One item for the week, one per activity in it.

    Then the three weeks that follow, and those since the source's last good visit, eight at most.
    """

    name = "assnat_calendar"
    routes: ClassVar = {"parse_week": WORK + r"/calendrier-travaux\.html(?:\?.*)?"}

    def seen_part(self, response: Response) -> bytes:
        """Give the table, and the day of the visit: the weeks that follow are asked for daily."""
        return repr((self._today, [text(table) for table in any_of(response, "table")])).encode()

    @property
    def _today(self) -> date:
        return self.now.astimezone(TORONTO).date()

    def parse_week(self, response: Response) -> Iterator[Item | Request]:
        """Read a week. Raises WrongWeekError for another than the one asked for."""
        week = _week(response)
        table = one(response, "table:has(th[scope=row])")
        parts = [text(head) for head in some(table, "thead th")][1:]
        rows = some(table, "tbody tr")
        found: list[SittingFacts] = []
        if len(rows) != len(week) or not parts:
            raise PageChangedError(response.url, "tbody tr: a row a day", len(rows))
        for day, row in zip(week, rows, strict=True):
            told = DAY.search(text(row, "th"))
            if not told or int(told[1]) != day.day:
                raise PageChangedError(response.url, f"th: {day}", 0)
            cells = some(row, "td")
            if len(cells) != len(parts):
                raise PageChangedError(response.url, "td: a part of the day each", len(cells))
            for part, cell in zip(parts, cells, strict=True):
                found += _activities(response, cell, day, part)
        yield self.item(
            url=here(response.url),
            title=f"{week[0]} – {week[-1]}",
            key=f"week/{week[0]}",
            facts=WeekFacts(week[0], week[-1], len(found)),
        )
        yield from (self._activity(response, one) for one in found)
        if not ASKED.search(response.url):
            yield from self._weeks_missed(response, week)
        if self._today <= week[-1] and week[0] + WEEK <= self._today + AHEAD:
            yield self._week(response, week[0] + WEEK)

    def _activity(self, response: Response, sitting: SittingFacts) -> Item:
        inside = [found.url for found in sitting.links if not COMMITTEE.search(found.url)]
        return self.item(
            url=inside[0] if inside else here(response.url),
            title=sitting.title,
            key=f"{sitting.date}/{sitting.part}/{sitting.title}",
            published_text=f"{sitting.date} ({sitting.part})",
            author=sitting.committee,
            facts=sitting,
        )

    def _weeks_missed(self, response: Response, week: list[date]) -> Iterator[Request]:
        """Ask for the weeks since the last good visit, and tell of a page that is not of today."""
        monday = self._today - timedelta(days=self._today.weekday())
        if self._today not in week:
            self.tell(Issue("wrong-week", response.url, f"{week[0]} ≠ {monday}"))
        since = self.errand.since
        first = since.astimezone(TORONTO).date() if since else monday
        for n in range(MISSED, 0, -1):
            if monday - WEEK * (n - 1) > first:
                yield self._week(response, monday - WEEK * n)

    def _week(self, response: Response, monday: date) -> Request:
        url = here(response.url).partition("?")[0]
        return Request(f"{url}?Date={monday}", callback=self.parse_week)


def _week(response: Response) -> list[date]:
    heads = [text(head) for head in any_of(response, "h2") if HEADING.search(text(head))]
    days = list(days_in(heads[0])) if len(heads) == 1 else []
    if len(days) != 2 or not timedelta() <= days[1] - days[0] <= timedelta(days=6):
        raise PageChangedError(response.url, "h2: Semaine du …", len(heads))
    week = [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]
    asked = ASKED.search(response.url)
    if asked and date.fromisoformat(asked[1]) not in week:
        raise WrongWeekError(f"{heads[0]} ≠ {asked[1]}")
    return week


def _activities(response: Response, cell: Selector, day: date, part: str) -> Iterator[SittingFacts]:
    for told, links in _paragraphs(response, cell):
        words = collapse(told.replace(BREAK, " "))
        if NOTHING.search(words):
            continue
        named = [one.title for one in links if COMMITTEE.search(one.url)]
        named += [found[1] for line in told.split(BREAK) if (found := BODY.search(collapse(line)))]
        yield SittingFacts(day, words, committee=named[0] if named else "", part=part, links=links)


def _paragraphs(response: Response, cell: Selector) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """Part a cell where a block begins or ends, and at each comment: they stand before sittings."""
    words: list[str] = []
    links: list[Link] = []

    def close() -> Iterator[tuple[str, tuple[Link, ...]]]:
        if collapse(told := "".join(words)).strip(BREAK):
            yield told, tuple(links)
        words.clear()
        links.clear()

    for event, node in etree.iterwalk(cell.root, events=("start", "end", "comment")):
        block = event == "comment" or node.tag not in INLINE | {"br"}
        if block:
            yield from close()
        if event == "start":
            words.append(BREAK if node.tag == "br" else node.text or "")
            if node.tag == "a" and node.get("href"):
                told = collapse("".join(node.itertext()))
                links.append(Link(told, here(response.urljoin(node.get("href")))))
        elif node is not cell.root:
            words.append(node.tail or "")
    yield from close()
