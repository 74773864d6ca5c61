"""The sittings of the Assemblée, a month at a time, and the sessions that there were.

A page shows one month; its form gives the others. A month asked by it has an address of its own
for us, `?MoisAnnee=YYYYMM`, so that its answer is kept, and found again, apart from the page's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import ClassVar
from urllib.parse import urlencode

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.assnat import SESSION as NAMED
from spiders.assnat import here
from spiders.assnat_content import AROUND, WORK
from spiders.assnat_journal import JOURNAL, journal_facts
from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.errors import PageChangedError, SpiderError
from spiders.items import Issue, Item, Link, SessionFacts, SittingFacts
from spiders.named_days import days_in
from spiders.outline import Part, Row, outline
from spiders.page import any_of, one, perhaps, some, text

SESSION = re.compile(WORK + r"/assemblee-nationale/(\d+)-(\d+)/index\.html")
OPTIONS = "select[id$=ddlChoixSession] option"
MONTH = "[id$=lblMoisCourant]"
MONTHS, SEARCH = "select[id$=_MoisAnnee]", "input[id$=btnRechercher]"
ASKED = re.compile(r"[?&]MoisAnnee=(\d{6})\b")
CURRENT = re.compile(r"en cours|current", re.I)
CANCELLED = re.compile(r"annulée|cancell?ed", re.I)
PAPERS = re.compile(r"/journal-debats/|Media/Process\.aspx", re.I)


class WrongMonthError(SpiderError):
    """The site shows another month than the one asked of its form: none of its rows is kept."""

    code = "wrong-month"


class AssnatSittingsSpider(SourceSpider):
    """One item per sitting of the month shown, then one per session of the list.

    Then the months back to the source's last good visit, in every session that they were in.
    """

    name = "assnat_sittings"
    routes: ClassVar = {
        "parse_month": WORK + r"/assemblee-nationale(?:/\d+-\d+)?/index\.html(?:\?.*)?",
        "parse_journal": JOURNAL + r"(?:\?.*)?",
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the words and links of the page: its hidden form fields change at every answer."""
        seen = [
            (part.heading, [(row.words, [one.url for one in row.links]) for row in part.rows])
            for part in _parts(response)
        ]
        return repr((seen, [text(one) for one in any_of(response, "option")])).encode()

    def parse_month(self, response: Response) -> Iterator[Item | Request]:
        """Read the sittings of a month.

        Raises PageChangedError for another session than it says, WrongMonthError for a month.
        """
        sessions = self._sessions(response)
        shown, month = _shown(response, sessions), _month(response)
        yield from self._sittings(response, shown, month)
        if ASKED.search(response.url):
            return
        for session in sessions.values():
            name = f"{session.legislature}-{session.session}"
            yield self.item(url=session.url, title=name, key=f"session/{name}", facts=session)
        yield from self._further_months(response, month)
        yield from self._further_sessions(response, shown, list(sessions.values()))

    def parse_journal(self, response: Response) -> Iterator[Item]:
        """Read the head of the Journal des débats of a sitting, of the Assemblée or a committee."""
        facts = journal_facts(response)
        yield self.item(
            url=here(response.url),
            title=facts.title,
            key=here(response.url),
            published_at=start_of(facts.date),
            lang="en" if "/en/" in response.url else "fr",
            author=facts.committee,
            facts=facts,
        )

    def _sessions(self, response: Response) -> dict[str, SessionFacts]:
        found = (self._session(option, response.url) for option in some(response, OPTIONS))
        if not (sessions := {one.url: one for one in found if one}):
            raise PageChangedError(response.url, f"{OPTIONS}: 43e législature, 3e session", 0)
        return sessions

    def _further_months(self, response: Response, month: date | None) -> Iterator[Request]:
        """Ask the form for each month between the last good visit and the one shown.

        And for those that it could not give then: each month is asked once when it is over.
        """
        if month is None or self._since is None:
            return
        since = f"{self._since:%Y%m}"
        read = {found[1] for found in map(ASKED.search, self.errand.known) if found}
        first = min([since, *read])
        for option in any_of(response, f"{MONTHS} option[value]"):
            value = option.attrib["value"]
            missed = value >= since or (value >= first and value not in read)
            if missed and value < f"{month:%Y%m}":
                yield self._postback(response, value)

    def _postback(self, response: Response, month: str) -> Request:
        form, button = one(response, f"form:has({MONTHS})"), one(response, SEARCH)
        values = dict(form.root.form_values()) | {
            one(form, MONTHS).attrib["name"]: month,
            button.attrib["name"]: button.attrib["value"],
        }
        return Request(
            f"{here(response.url).partition('?')[0]}?MoisAnnee={month}",
            callback=self.parse_month,
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(values),
        )

    def _further_sessions(
        self, response: Response, shown: SessionFacts, sessions: Sequence[SessionFacts]
    ) -> Iterator[Request]:
        """Ask for the newest session, whose page this should be, and those that ended lately."""
        newest = max(sessions, key=lambda one: (one.legislature, one.session))
        if SESSION.search(response.url):
            return
        if shown != newest:
            label = f"{shown.legislature}-{shown.session} ≠ {newest.legislature}-{newest.session}"
            self.tell(Issue("wrong-session", response.url, label))
            yield Request(newest.url, callback=self.parse_month)
        for session in sessions:
            lately = self._since and session.ends and session.ends >= self._since
            if lately and session not in (shown, newest):
                yield Request(session.url, callback=self.parse_month)

    @property
    def _since(self) -> date | None:
        since = self.errand.since
        return since.astimezone(TORONTO).date() if since else None

    def _session(self, option: Selector, page: str) -> SessionFacts | None:
        label, url = text(option), here(option.attrib.get("value", ""))
        place, told = SESSION.search(url), NAMED.search(label)
        if not place or not told or place.groups() != told.groups():
            self.tell(Issue("unknown-label", page, label))
            return None
        days: list[date | None] = [*days_in(label[told.end() :]), None, None]
        return SessionFacts(
            legislature=int(told[1]),
            session=int(told[2]),
            starts=days[0],
            ends=days[1],
            current=days[1] is None or bool(CURRENT.search(label)),
            url=url,
        )

    def _sittings(
        self, response: Response, shown: SessionFacts, month: date | None
    ) -> Iterator[Item]:
        held, apart = [], []
        for part in _parts(response):
            day = next(days_in(part.heading), None)
            if day and part.level == 3:
                held.append((day, part))
            elif any(PAPERS.search(one.url) for one in _links(part.rows)):
                apart.append(part)
        if len(apart) > 1 or (month is None and (apart or held)):
            raise PageChangedError(response.url, "h3: Le jeudi 2 avril 2026", len(held))
        if any((day.year, day.month) != (month.year, month.month) for day, _ in held if month):
            raise PageChangedError(response.url, f"{MONTH}: {month}", len(held))
        for part in apart:
            yield from self._apart(part.heading, _links(part.rows))
        yield from (self._sitting(response, part, day, shown) for day, part in held)

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
        for paper in links:
            yield self.item(url=paper.url, title=paper.title, key=paper.url, published_text=month)


def _parts(response: Response) -> list[Part]:
    return outline(response, AROUND, within="ColCentre")


def _links(rows: Sequence[Row]) -> tuple[Link, ...]:
    return tuple(Link(one.words, here(one.url)) for row in rows for one in row.links if one.words)


def _shown(response: Response, sessions: Mapping[str, SessionFacts]) -> SessionFacts:
    """Give the session that the page shows. Raises PageChangedError when it says two of them."""
    told = {url for url in (here(response.url).partition("?")[0],) if SESSION.search(url)}
    told |= {here(one.attrib["value"]) for one in any_of(response, f"{OPTIONS}[selected][value]")}
    names = [NAMED.search(text(head)) for head in any_of(response, "h2")]
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


def _month(response: Response) -> date | None:
    """Give the first day of the month shown, None for a page that shows none.

    Raises WrongMonthError when it is not the one asked.
    """
    head, asked = perhaps(response, MONTH), ASKED.search(response.url)
    words = text(head) if head is not None else ""
    french, english = f"1 {words}", words.replace(" ", " 1, ")
    first = next((day for told in (french, english) for day in days_in(told)), None)
    if words and first is None:
        raise PageChangedError(response.url, f"{MONTH}: {words}", 0)
    if asked and (first is None or f"{first:%Y%m}" != asked[1]):
        raise WrongMonthError(f"{words or MONTH} ≠ {asked[1]}")
    return first
