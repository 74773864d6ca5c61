"""The Assemblée's calendar: what is to be sat, this week and the next three.

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

from spiders.assnat_content import WORK, here
from spiders.base import SourceSpider
from spiders.dates import TORONTO
from spiders.errors import PageChangedError
from spiders.items import Item, Link, SittingFacts, WeekFacts
from spiders.page import any_of, collapse, one, some, text
from spiders.sentences import days_in

WEEK = re.compile(r"semaine du|week (?:of|from)", re.I)
DAY = re.compile(r"(\d{1,2})(?:er)?\b")
ASKED = re.compile(r"[?&]Date=(\d{4}-\d\d-\d\d)")
NEXT = re.compile(r"semaine suivante|next week", re.I)
NOTHING = re.compile(r"aucune activité|no activit", re.I)
AHEAD = timedelta(days=21)
INLINE = {"a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"}
COMMITTEE = re.compile(
    r"\b(Commission (?:spéciale|d[eu]s?|de l)\b[^,:;()–]*)|(Committee on [^,:;(]*)"
)


class AssnatCalendarSpider(SourceSpider):
    """One item for the week, one per activity in it; then the weeks that follow, to the third."""

    name = "assnat_calendar"
    routes: ClassVar = {"parse_week": WORK + r"/calendrier-travaux\.html(?:\?.*)?"}

    def seen_part(self, response: Response) -> bytes:
        """Give the table, and the day of the visit: the weeks that follow are asked for daily."""
        return repr((self._today, [text(table) for table in any_of(response, "table")])).encode()

    @property
    def _today(self) -> date:
        return self.now.astimezone(TORONTO).date()

    def parse_week(self, response: Response) -> Iterator[Item | Request]:
        """Read a week. Raises PageChangedError for another week than the one asked for."""
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
        yield from self._next(response, week[0])

    def _activity(self, response: Response, sitting: SittingFacts) -> Item:
        inside = [found.url for found in sitting.links]
        return self.item(
            url=inside[0] if inside else here(response.url),
            title=sitting.title,
            key=f"{sitting.date}/{sitting.part}/{sitting.title}",
            published_text=f"{sitting.date} ({sitting.part})",
            author=sitting.committee,
            facts=sitting,
        )

    def _next(self, response: Response, monday: date) -> Iterator[Request]:
        for a in any_of(response, "a[href*='Date=']"):
            url = response.urljoin(a.attrib["href"])
            told = ASKED.search(url)
            day = date.fromisoformat(told[1]) if told and NEXT.search(text(a)) else monday
            if monday < day <= self._today + AHEAD:
                yield Request(here(url), callback=self.parse_week)
                return


def _week(response: Response) -> list[date]:
    heads = [text(head) for head in any_of(response, "h2") if WEEK.search(text(head))]
    days = list(days_in(heads[0])) if len(heads) == 1 else []
    if len(days) != 2 or not timedelta() <= days[1] - days[0] <= timedelta(days=6):
        raise PageChangedError(response.url, "h2: Semaine du …", len(heads))
    week = [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]
    asked = ASKED.search(response.url)
    if asked and date.fromisoformat(asked[1]) not in week:
        raise PageChangedError(response.url, f"h2: the week of {asked[1]}", 0)
    return week


def _activities(response: Response, cell: Selector, day: date, part: str) -> Iterator[SittingFacts]:
    for words, links in _paragraphs(response, cell):
        if NOTHING.search(words):
            continue
        body = COMMITTEE.search(words)
        name = collapse(body[1] or body[2]) if body else ""
        yield SittingFacts(day, words, committee=name, part=part, links=links)


def _paragraphs(response: Response, cell: Selector) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """Part a cell where a block begins or ends, and at each comment: they stand before sittings."""
    words: list[str] = []
    links: list[Link] = []

    def close() -> Iterator[tuple[str, tuple[Link, ...]]]:
        if told := collapse("".join(words)):
            yield told, tuple(links)
        words.clear()
        links.clear()

    for event, node in etree.iterwalk(cell.root, events=("start", "end", "comment")):
        block = event == "comment" or node.tag not in INLINE | {"br"}
        if block:
            yield from close()
        if event == "start":
            words.append(" " if node.tag == "br" else node.text or "")
            if node.tag == "a" and node.get("href"):
                told = collapse("".join(node.itertext()))
                links.append(Link(told, here(response.urljoin(node.get("href")))))
        elif node is not cell.root:
            words.append(node.tail or "")
    yield from close()
