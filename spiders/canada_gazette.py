"""The Canada Gazette: what each issue of a part publishes, and until when a draft is open.

Its feeds list issues, not what is in them. Of its pages only excerpts could be seen: they are read
with tolerance, by their headings, their links and their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar
from urllib.parse import urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.deadlines import plain_text, read_deadlines
from spiders.errors import PageChangedError
from spiders.feed import START_OF_ENTRY, parse_feed
from spiders.items import (
    ConsultationFacts,
    ConsultationKind,
    DeadlineKind,
    Item,
    Kind,
)
from spiders.page import any_of, collapse, one, text
from spiders.sources import Source
from spiders.standing import standing

PART = re.compile(r"/(p\d)[-/]")
FOLDER = r"/rp-pr/p[12]/\d{4}/\d{4}-\d\d-\d\d(?:-?x\d+)?/html/"
ISSUE_DAY = re.compile(r"/rp-pr/p\d/\d{4}/(\d{4}-\d\d-\d\d)(?:-?x\d+)?/html/")
# A draft regulation has a page of its own; so has what an extra edition publishes.
DRAFT = re.compile(r"/reg\d+-(?:eng|fra)\.html$")
# The site's own page for what it lacks comes with a status of 200.
NO_PAGE = re.compile(r"(?:erreur|error) 404", re.I)
MASTHEAD = re.compile(
    r"^(?:La )?Gazette du Canada, Partie [^:]*: ?|^Canada Gazette, Part [^:]*: ?", re.I
)
ISSUED = re.compile(r"Publié le \d{4}-\d\d-\d\d$")  # said by the head of the page, not by its text
REGISTERED = re.compile(r"\b(?:DORS|SOR|TR|SI)/\d{4}-\d+\b")
# What invites to comment; before it comes a long study of impact, full of other days.
NOTICE = re.compile(
    r"(?:avis est (?:par les présentes )?donné|notice is (?:hereby )?given)\b", re.I
)
INVITES = re.compile(r"\b(?:observations|commentaires|representations|comments)\b", re.I)
LENGTH = 8  # lines of a notice, to the signature
NOTHING = re.compile(r"aucun texte réglementaire|no regulatory text", re.I)
SPONSOR = re.compile(
    r"(?:(?:ministère|organisme)s? responsables?|sponsoring (?:department|agenc)\w*) ?:? ?(.*)",
    re.I,
)
RECENT = timedelta(days=100)  # drafts are open for 30 to 75 days


class CanadaGazetteSpider(SourceSpider):
    """One item per notice or regulation of the recent issues; a draft tells until when to comment.

    One spider for every part that the register names. The feed is read again each day: an issue
    that could not be read is asked for until it is.
    """

    name = "canada_gazette"
    routes: ClassVar = {
        "parse_issue": FOLDER + r"index-(?:eng|fra)\.html",
        "parse_text": FOLDER + r"[\w-]+-(?:eng|fra)\.html",
    }

    @classmethod
    def callback_name(cls, address: str, source: Source) -> str | None:
        """Name the callback that reads this address, None for one of another part."""
        mine = PART.findall(address)[:1] == PART.findall(source.url)[:1]
        return super().callback_name(address, source) if mine else None

    @property
    def today(self) -> date:
        """The day of the visit, in Ottawa."""
        return self.now.astimezone(TORONTO).date()

    def seen_part(self, response: Response) -> bytes:
        """Give the entries of the feed, and the day; the content of a page."""
        if ISSUE_DAY.search(response.url):
            return plain_text(response.body).encode()
        first = START_OF_ENTRY.search(response.body)
        return self.today.isoformat().encode() + response.body[first.start() if first else 0 :]

    def parse(self, response: Response) -> Iterator[Request]:
        """Ask for the recent issues never read. Raises NotAFeedError."""
        links = [entry.link for entry in parse_feed(response.body, url=response.url).entries]
        issues = [link for link in links if ISSUE_DAY.search(link)]
        if not issues:
            raise PageChangedError(response.url, "an issue among the entries", 0)
        for url in issues:
            name = self.callback_name(url, self.source)
            if name and _day(url) > self.today - RECENT and url not in self.errand.known:
                yield Request(url, callback=getattr(self, name))

    def parse_issue(self, response: Response) -> Iterator[Item | Request]:
        """Read what an issue publishes; ask for its draft regulations."""
        entries = list(_entries(response, _main(response)))
        if not entries and not NOTHING.search(text(_main(response))):
            raise PageChangedError(response.url, "main a: what an issue publishes", 0)
        for url, title, department, act in entries:
            if DRAFT.search(url):
                if url not in self.errand.known:
                    yield Request(url, callback=self.parse_text)
            else:
                kind = Kind.OTHER if "#" in url else Kind.REGULATION
                yield self._published(url, title, kind=kind, author=department, summary=act)

    def parse_text(self, response: Response) -> Iterator[Item]:
        """Read the page of a draft regulation, or of what an extra edition publishes."""
        title = text(_main(response), "h1")
        title = MASTHEAD.sub("", title) or title
        lines = [line for line in plain_text(response.body).splitlines() if line]
        lines = lines[ISSUED.match(lines[0]) is not None :]
        department = _sponsor(lines)
        yield self._published(
            response.url,
            title,
            author=department,
            summary=" ".join(lines),
            facts=self._draft(response.url, title, department, lines)
            if DRAFT.search(response.url)
            else None,
        )

    def _draft(
        self, url: str, title: str, department: str, lines: Sequence[str]
    ) -> ConsultationFacts:
        day = _day(url)
        notice = "\n".join([f"Publié le {day}", *_notice(lines)])
        found = read_deadlines(notice, lang=_lang(url), today=self.today)
        deadlines = tuple(one for one in found if one.kind is DeadlineKind.COMMENT)
        return ConsultationFacts(
            title=title,
            url=url,
            kind=ConsultationKind.REGULATION,
            opens=day,
            status=standing(deadlines, self.today),
            deadlines=deadlines,
            held_by=department,
            parliament="ca",
        )

    def _published(self, url: str, title: str, **stated: Any) -> Item:
        parts = urlsplit(url)
        return self.item(
            url=url,
            title=title,
            key=f"{parts.path}#{parts.fragment}".removesuffix("#"),
            published_at=start_of(_day(url)),
            lang=_lang(url),
            **stated,
        )


def _main(response: Response) -> Selector:
    """Give the content of a page. Raises PageChangedError for the page that stands for none."""
    if NO_PAGE.search(" ".join(map(text, any_of(response, "title, h1")))):
        raise PageChangedError(response.url, "the page, not the one of an error", 0)
    return one(response, "main")


def _entries(response: Response, main: Selector) -> Iterator[tuple[str, str, str, str]]:
    """Give address, title, department and act of what an issue lists, in its order.

    A section links to its own page too, on which its notices stand: that is none of them.
    """
    folder, under = response.url.rsplit("/", 1)[0], {"h2": "", "h3": "", "h4": ""}
    nodes = main.xpath(".//*[self::h2 or self::h3 or self::h4 or (self::a[@href])]")
    links = [response.urljoin(a.attrib["href"].strip()) for a in any_of(main, "a[href]")]
    shared = {link.partition("#")[0] for link in links if "#" in link}
    seen: set[str] = set()
    for node in nodes:
        if node.root.tag != "a":
            under[node.root.tag] = text(node)
            under |= {level: "" for level in under if level > node.root.tag}
            continue
        url = response.urljoin(node.attrib["href"].strip())
        apart = url in seen or url.partition("#")[0] == response.url
        if url.startswith(f"{folder}/") and not apart and not node.xpath("ancestor::aside"):
            title, act = _named(node)
            if title and title != under["h2"] and url not in shared:
                seen.add(url)
                yield url, title, under["h3"], act or under["h4"]


def _named(link: Selector) -> tuple[str, str]:
    """Give the title and the act of a link: Part II prints both in it, a break between them."""
    lines = [collapse(" ".join(part)) for part in _broken(link)]
    number = REGISTERED.search(text(link.xpath("..")[0]))
    *title, act = lines if len(lines) > 1 else [*lines, ""]
    return collapse(" ".join(title)) + (f" ({number[0]})" if number and title else ""), act


def _broken(link: Selector) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for piece in link.xpath(".//text() | .//br"):
        if isinstance(piece.root, str):
            parts[-1].append(piece.root)
        else:
            parts.append([])
    return [part for part in parts if "".join(part).strip()]


def _notice(lines: Sequence[str]) -> list[str]:
    """Give the lines of a page that invite to comment."""
    starts = [place for place, line in enumerate(lines) if NOTICE.match(line)]
    if starts:
        return list(lines[starts[0] : starts[0] + LENGTH])
    return [line for line in lines if INVITES.search(line)]


def _sponsor(lines: Sequence[str]) -> str:
    for line, following in pairwise([*lines, ""]):
        if found := SPONSOR.fullmatch(line):
            return found[1] or following
    return ""


def _day(url: str) -> date:
    (day,) = ISSUE_DAY.findall(url)
    return date.fromisoformat(day)


def _lang(url: str) -> str:
    return "en" if "-eng." in url else "fr"
