"""The content of a page of the Assemblée, whose shape nobody has seen: title, words, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scrapy.http import Response

from spiders.assnat import SITE
from spiders.assnat_bills import ASIDE, BILL
from spiders.errors import PageChangedError
from spiders.items import BillRef, Link
from spiders.outline import Part, lines, outline
from spiders.page import any_of, text

WORK = "/(?:fr|en)/travaux-parlementaires"
MANDATE = re.compile(r"/mandats/Mandat-(\d+)(?:/|$)", re.I)
COMMITTEE = re.compile(r"/commissions/(?!mandats|rapports)([a-z]{2,10})/index\.html", re.I)
AROUND = (*ASIDE, "utilitairesAssemblee", "NavigationPrincipale", "Entete", "ColGauche")
TITLES = ("[id$=TitreContenu]", ".ColCentre h1", "h1")
NO_PAGE = re.compile(
    r"ne peut (?:ê|e\u0302)tre affich|cannot be displayed|introuvable|not found", re.I
)
OF = r"(?:spéciale |d(?:e l[’'a]|es|u|e|[’'])|sur)"
BODY = re.compile(
    rf"(?:La )?(Commission {OF}[^.:;]{{3,140}})|(?:The )?(Committee on [^.:;]{{3,140}})", re.I
)
NAMED = re.compile(
    rf"\bla (Commission {OF}.{{3,140}}?)"
    r" (?:tien|entend|entrepren|a (?:reçu|entrepris)|étudi|invite|décide|procéd)"
    r"|\b(Committee on .{3,100}?) (?:will|has|is|invites|decides)",
    re.I,
)
NUMBER = re.compile(r"\bprojet de loi n ?[°ºo]\.? ?(\d+)|\bBill (?:No\.? ?)?(\d+)", re.I)


@dataclass(frozen=True, slots=True)
class Content:
    """What a page holds but its menus; `lines` are its words, a line for each block."""

    url: str
    title: str
    parts: Sequence[Part]
    lines: Sequence[str]

    @property
    def links(self) -> tuple[Link, ...]:
        """Its links with their words, each once."""
        rows = (link for part in self.parts for row in part.rows for link in row.links)
        found = {(link.words, link.url): Link(link.words, link.url) for link in rows if link.words}
        return tuple(found.values())

    @property
    def committee(self) -> str:
        """The committee that it names on a line of its own, by a link, or as who acts."""
        for line in self.lines:
            if found := BODY.fullmatch(line):
                return found[1] or found[2]
        if linked := [link.title for link in self.links if COMMITTEE.search(link.url)]:
            return linked[0]
        found = NAMED.search(" ".join(self.lines))
        return (found[1] or found[2]) if found else ""

    def bill(self, words: str) -> BillRef | None:
        """Give the bill that these words name; its session is that of a link to its page."""
        told = NUMBER.search(words)
        if not told:
            return None
        number = told[1] or told[2]
        pages = filter(None, (BILL.search(link.url) for link in self.links))
        sessions = {(int(m[2]), int(m[3])) for m in pages if m[1] == number}
        return BillRef(number, *sessions.pop()) if len(sessions) == 1 else BillRef(number)


def content_of(response: Response) -> Content:
    """Give the content of a page. Raises PageChangedError for one without a title or any word."""
    title = title_of(response)
    parts = outline(response, AROUND, within="ColCentre")
    words = lines(response, AROUND, within="ColCentre")
    content = Content(response.url, title, parts, words)
    if not set(words) - {title}:
        raise PageChangedError(response.url, "words under the title", 0)
    return content


def title_of(response: Response) -> str:
    """Give the title of a page. Raises PageChangedError for none, or that of an error page."""
    for place in [place for selector in TITLES for place in any_of(response, selector)]:
        title = text(place)
        if title and not NO_PAGE.search(title):
            return title
    raise PageChangedError(response.url, ", ".join(TITLES), 0)


def mandate_address(id_: str) -> str:
    """Give the address of a mandate's page."""
    return f"{SITE}/fr/travaux-parlementaires/mandats/Mandat-{id_}/index.html"


def mandate_ids(urls: Iterable[str]) -> list[str]:
    """Give the numbers of the mandates that these addresses lead to, each once."""
    return list(dict.fromkeys(found[1] for url in urls if (found := MANDATE.search(url))))
