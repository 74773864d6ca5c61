"""The Gazette officielle du Québec, Part 2: draft regulations, and what becomes law.

Its pages are known by the code of another of their readers, not seen: where the boxes of an issue
are not found, the headings of its sections and the links to its files are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any, ClassVar

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders import cues
from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.errors import PageChangedError
from spiders.gazette import Draft, drafts_in
from spiders.items import (
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    Item,
    Kind,
    Link,
)
from spiders.named_days import days_in
from spiders.outline import outline
from spiders.page import any_of, perhaps, text
from spiders.pdf import pdf_text
from spiders.standing import standing

FILE = re.compile(r"/pdf_encrypte/lois_reglements/(\d{4}F)/(\d+)\.pdf$", re.I)
FILES = r"/fileadmin/gazette/pdf_encrypte/lois_reglements/\d{4}F/\d+\.pdf"
PART_2 = r"/gazette-officielle/(?:[\w-]+/)*partie-2-lois-et-reglements/?"
ISSUE = re.compile(r"gazetteId(?:\]|%5D)=(\w+)", re.I)
BOX = ".rubriqueElement"
NUMBER_AND_DAY = re.compile(r"\bN[o°º]\.?\s*(\d+\w?)\s+du\s+(\d\d-\d\d-\d{4}|[^\n]{6,20}\d{4})")
FIGURES = re.compile(r"\b(\d\d)-(\d\d)-(\d{4})\b")
DRAFTS = "projets de règlement"
# In the words of the Gazette, in small letters. True: what stands there becomes law, or may.
SECTIONS = {
    DRAFTS: True,
    "lois": True,
    "lois sanctionnées": True,
    "entrée en vigueur de lois": True,
    "règlements et autres actes": True,
    "décisions": True,
    "décrets administratifs": True,
    "arrêtés ministériels": True,
    "proclamations": True,
    "avis": False,
    "commissions parlementaires": False,
    "erratum": False,
    "errata": False,
    "index": False,
}
ACT = re.compile(r"(?:Loi|Règlement|Décret|Arrêté)\b", re.I)
HEAD = 500  # characters of a notice in which it names its law and its subject
LONG_WORD = re.compile(r"\w{4,}")
SIZE = re.compile(r" ?\((?:PDF|\d)[^)]*\)$", re.I)
# A draft can be commented on for 45 days, now and then for 60: its issue is read until then.
RECENT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Listed:
    """What an issue publishes, as its page lists it. `number` is that of an order in council."""

    section: str
    title: str
    url: str
    number: str = ""


class GazetteOfficielleSpider(SourceSpider):
    """One item per act or notice of the issues of the last two months; drafts say until when.

    A draft is told at once by the page of its issue, with the delay of the law; then its own file
    tells the delay that it prints. The list is read again each day, an issue until all of it is.
    """

    name = "gazette_officielle"
    routes: ClassVar = {
        "parse_issue": PART_2 + r"\?.*(?i:gazetteId).*",
        "parse_list": PART_2 + r"(?:\?.*)?",
        "parse_text": FILES,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed: dict[str, tuple[Listed, date]] = {}  # by address: what to look for in a file

    @property
    def today(self) -> date:
        """The day of the visit, in Québec."""
        return self.now.astimezone(TORONTO).date()

    def seen_part(self, response: Response) -> bytes:
        """Give the words and links of a page, and of the list the day too; a file as it came."""
        name = self.callback_name(response.url, self.source)
        if name == "parse_text":
            return response.body
        pieces = [(p.words, p.url) for part in outline(response) for p in part.pieces]
        return repr((self.today if name == "parse_list" else "", pieces)).encode()

    def parse_list(self, response: Response) -> Iterator[Item | Request]:
        """Ask for the recent issues that were not read; read the one that the page may show."""
        issues = list(_issues(response))
        listed = list(_listed(response))
        if not issues and not listed:
            raise PageChangedError(response.url, "a[href*=gazetteId]: issues, with their days", 0)
        if listed:
            yield from self._publish(response, listed)
        for url, day in issues:
            request = Request(url, callback=self.parse_issue)
            if day > self.today - RECENT and request.url not in self.errand.known:
                yield request

    def parse_issue(self, response: Response) -> Iterator[Item | Request]:
        """Read what an issue publishes; ask for the files of its draft regulations."""
        listed = list(_listed(response))
        if not listed:
            raise PageChangedError(response.url, f"{BOX}: what an issue publishes", 0)
        yield from self._publish(response, listed)

    def parse_text(self, response: Response) -> Iterator[Item]:
        """Read the file of a draft regulation."""
        listed, day = self.listed.get(response.url, (None, None))
        drafts = drafts_in(pdf_text(response.body, response.url), day)
        if not drafts:
            raise PageChangedError(response.url, "the notice of a draft regulation", 0)
        draft = _best(drafts, listed.title if listed else "")
        title = draft.title or (listed.title if listed else "") or "Projet de règlement"
        yield self._item(
            response.url,
            title,
            draft.published,
            facts=draft.facts(response.url, title, self.today),
            summary=draft.text,
            author=draft.held_by,
        )

    def _publish(self, response: Response, listed: list[Listed]) -> Iterator[Item | Request]:
        day = _day(response)
        if day is None:
            raise PageChangedError(response.url, "No. … du …: the day of the issue", 0)
        for one in listed:
            section = one.section.lower()
            told = self.known(SECTIONS, section, response.url) or ACT.match(one.title)
            yield self._item(
                one.url or response.url,
                one.title,
                day,
                key="" if one.url else f"{day} {one.number or one.title}",
                kind=Kind.REGULATION if told else Kind.OTHER,
                facts=self._unread(one, day) if section == DRAFTS and one.url else None,
                summary=", ".join(filter(None, (one.section, one.number))),
            )
            if section == DRAFTS and FILE.search(one.url):
                self.listed[one.url] = one, day
                if one.url not in self.errand.known:
                    yield Request(one.url, callback=self.parse_text)

    def _unread(self, one: Listed, day: date) -> ConsultationFacts:
        """Give what is known of a draft before its file is read: the delay is that of the law."""
        last = day + timedelta(days=cues.PERIOD_OF_THE_LAW)
        deadline = Deadline(DeadlineKind.COMMENT, last, f"{one.section} : {one.title}", sure=False)
        return ConsultationFacts(
            title=one.title,
            url=one.url,
            kind=ConsultationKind.REGULATION,
            opens=day,
            status=standing([deadline], self.today),
            deadlines=(deadline,),
            links=(Link("Texte du projet de règlement", one.url),),
            complete=False,
        )

    def _item(
        self, url: str, title: str, day: date | None, *, key: str = "", **stated: Any
    ) -> Item:
        file = FILE.search(url)
        return self.item(
            url=url,
            title=title,
            key=key or (f"{file[1]}/{file[2]}" if file else url),
            published_at=start_of(day) if day else None,
            **stated,
        )


def _issues(response: Response) -> Iterator[tuple[str, date]]:
    """Give the address and the day of each issue that a page links to."""
    for a in any_of(response, "a[href]"):
        day = _printed(text(a))
        if day and ISSUE.search(a.attrib["href"]):
            yield response.urljoin(a.attrib["href"]), day


def _listed(response: Response) -> Iterator[Listed]:
    boxes = any_of(response, BOX)
    if boxes:
        yield from (_boxed(response, box) for box in boxes)
    else:
        yield from _under_headings(response)


def _boxed(response: Response, box: Selector) -> Listed:
    number = perhaps(box, ".noDecret")
    file = next(iter(any_of(box, "a[href*='.pdf'], a[href*='.PDF']")), None)
    return Listed(
        text(box, ".rubrique"),
        text(box, ".titre"),
        response.urljoin(file.attrib["href"]) if file else "",
        text(number) if number else "",
    )


def _under_headings(response: Response) -> Iterator[Listed]:
    """Give the files under the heading of a section, where a page has no box for each."""
    section = ""
    for part in outline(response):
        section = part.heading if part.heading.lower() in SECTIONS else section
        for row in part.rows if section else ():
            for link in row.links:
                if FILE.search(link.url):
                    title = SIZE.sub("", link.words)
                    yield Listed(section, title, link.url)


def _day(response: Response) -> date | None:
    """Give the day of the issue that a page shows: the first beside the number of one."""
    told = ([part.heading, *(row.words for row in part.rows)] for part in outline(response))
    found = NUMBER_AND_DAY.search("\n".join(chain.from_iterable(told)))
    return _printed(found[2]) if found else None


def _printed(words: str) -> date | None:
    figures = FIGURES.search(words)
    iso = f"{figures[3]}-{figures[2]}-{figures[1]}" if figures else words
    return next(days_in(iso), None)


def _best(drafts: list[Draft], title: str) -> Draft:
    """Give the draft that a file is about: the likest to its title, else the first that asks."""
    if not title:
        return next((one for one in drafts if one.deadlines), drafts[0])
    named = _words(title)
    return max(drafts, key=lambda one: len(named & _words(f"{one.title} {one.text[:HEAD]}")))


def _words(text: str) -> set[str]:
    return set(LONG_WORD.findall(text.lower()))
