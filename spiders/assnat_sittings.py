"""The sittings of the Assemblée in a month, and the sessions that there were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.assnat_content import AROUND, WORK, here
from spiders.base import SourceSpider
from spiders.dates import start_of
from spiders.errors import PageChangedError
from spiders.items import Issue, Item, Link, SessionFacts, SittingFacts
from spiders.outline import Part, Row, outline
from spiders.page import any_of, perhaps, some, text
from spiders.sentences import days_in

SESSION = re.compile(WORK + r"/assemblee-nationale/(\d+)-(\d+)/index\.html")
OPTIONS = "select[id$=ddlChoixSession] option"
MONTH = "[id$=lblMoisCourant]"
# «Session en cours - 43e législature, 3e session (début : 5 mai 2026)»: what stands before and
# after the two numbers changes while a session goes on.
LABEL = re.compile(r"(\d+) ?[a-zè]{1,3} l[ée]gislature,? (\d+) ?[a-zè]{1,3} session(.*)", re.I)
CURRENT = re.compile(r"en cours|current", re.I)
CANCELLED = re.compile(r"annulée|cancell?ed", re.I)
PAPERS = re.compile(r"/journal-debats/|Media/Process\.aspx", re.I)


class AssnatSittingsSpider(SourceSpider):
    """One item per sitting of the month shown, then one per session of the list."""

    name = "assnat_sittings"
    routes: ClassVar = {
        "parse_month": WORK + r"/assemblee-nationale(?:/\d+-\d+)?/index\.html(?:\?.*)?"
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the words and links of the page: its hidden form fields change at every answer."""
        seen = [
            (part.heading, [(row.words, [one.url for one in row.links]) for row in part.rows])
            for part in _parts(response)
        ]
        return repr((seen, [text(one) for one in any_of(response, "option")])).encode()

    def parse_month(self, response: Response) -> Iterator[Item | Request]:
        """Read the sittings. Raises PageChangedError for another session or month than it says."""
        sessions = {
            one.url: one for option in some(response, OPTIONS) if (one := self._session(option))
        }
        if not sessions:
            raise PageChangedError(response.url, f"{OPTIONS}: 43e législature, 3e session", 0)
        newest = max(sessions.values(), key=lambda one: (one.legislature, one.session))
        shown = _shown(response, sessions)
        yield from self._sittings(response, shown)
        for session in sessions.values():
            name = f"{session.legislature}-{session.session}"
            yield self.item(url=session.url, title=name, key=f"session/{name}", facts=session)
        if shown != newest and not SESSION.search(response.url):
            yield Request(newest.url, callback=self.parse_month)

    def _session(self, option: Selector) -> SessionFacts | None:
        label, url = text(option), here(option.attrib.get("value", ""))
        place, told = SESSION.search(url), LABEL.search(label)
        if not place or not told or place.groups() != told.groups()[:2]:
            self.tell(Issue("unknown-label", url, label))
            return None
        days: list[date | None] = [*days_in(told[3]), None, None]
        return SessionFacts(
            legislature=int(told[1]),
            session=int(told[2]),
            starts=days[0],
            ends=days[1],
            current=days[1] is None or bool(CURRENT.search(label)),
            url=url,
        )

    def _sittings(self, response: Response, shown: SessionFacts) -> Iterator[Item]:
        month, read = perhaps(response, MONTH), []
        papers = 0
        for part in _parts(response):
            day = next(days_in(part.heading), None)
            links = _links(part.rows)
            if day and part.level == 3:
                read.append(day)
                yield self._sitting(response, part, day, shown)
            elif any(PAPERS.search(one.url) for one in links):
                papers += 1
                yield from self._apart(part.heading, links)
        if papers > 1 or (month is None and (papers or read)):
            raise PageChangedError(response.url, "h3: Le jeudi 2 avril 2026", len(read))
        if month is not None:
            _check_month(response, text(month), read)

    def _sitting(self, response: Response, part: Part, day: date, shown: SessionFacts) -> Item:
        links = _links(part.rows)
        journal = [one.url for one in links if "/journal-debats/" in one.url]
        facts = SittingFacts(
            date=day,
            title=part.heading,
            legislature=shown.legislature,
            session=shown.session,
            cancelled=bool(CANCELLED.search(f"{part.heading} {part.words}")),
            links=links,
        )
        return self.item(
            url=journal[0] if journal else here(response.url),
            title=part.heading,
            key=f"{shown.legislature}-{shown.session}/{part.heading}",
            published_at=start_of(day),
            facts=facts,
        )

    def _apart(self, month: str, links: Sequence[Link]) -> Iterator[Item]:
        """Give the papers of no sitting: a special edition of the order paper."""
        for one in links:
            yield self.item(url=one.url, title=one.title, key=one.url, published_text=month)


def _parts(response: Response) -> list[Part]:
    return outline(response, AROUND, within="ColCentre")


def _links(rows: Sequence[Row]) -> tuple[Link, ...]:
    return tuple(Link(one.words, here(one.url)) for row in rows for one in row.links if one.words)


def _shown(response: Response, sessions: Mapping[str, SessionFacts]) -> SessionFacts:
    """Give the session that the page shows. Raises PageChangedError when it says two of them."""
    told = {url for url in (here(response.url).partition("?")[0],) if SESSION.search(url)}
    told |= {here(one.attrib["value"]) for one in any_of(response, f"{OPTIONS}[selected][value]")}
    names = [LABEL.search(text(head)) for head in any_of(response, "h2")]
    told |= {
        url
        for url, one in sessions.items()
        if any(
            name and (int(name[1]), int(name[2])) == (one.legislature, one.session)
            for name in names
        )
    }
    if not told:
        told = {next(iter(sessions))}  # what a browser shows of a list where nothing is selected
    if len(told) != 1 or not told <= sessions.keys():
        raise PageChangedError(response.url, f"{OPTIONS}[selected]", len(told))
    return sessions[told.pop()]


def _check_month(response: Response, month: str, days: Sequence[date]) -> None:
    first = next(days_in(f"1 {month}"), None) or next(days_in(month.replace(" ", " 1, ")), None)
    if first is None or any((one.year, one.month) != (first.year, first.month) for one in days):
        raise PageChangedError(response.url, f"{MONTH}: {month}", len(days))
