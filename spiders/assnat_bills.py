"""The Assemblée's pages of bills: one page tells the whole life of one bill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from spiders.assnat import KINDS, STAGES, bill_address, days, fold, list_address, word_of_kind
from spiders.assnat_steps import assent_day, assent_facts, chapter, documents, stage_facts
from spiders.base import SourceSpider
from spiders.bills import bill_item
from spiders.errors import PageChangedError
from spiders.items import (
    BillFacts,
    BillKind,
    BillStatus,
    Item,
    Person,
    Reinscription,
    Stage,
    StageFacts,
)
from spiders.outline import Part, outline
from spiders.page import any_of, collapse, text

FOLDER = "/(?:fr|en)/travaux-parlementaires/projets-loi/"
BILL = re.compile(FOLDER + r"projet-loi-(\w+)-(\d+)-(\d+)\.html")
LIST = re.compile(FOLDER + r"projets-loi-(\d+)-(\d+)\.html")

TITLES = ("[id$=TitreContenu]", "h1", "h2")
TITLE = re.compile(r"(?:Projet de loi n ?[°ºo]\.?|Bill(?: No\.?)?) ?(\d+) ?[,:–-]? (.+)", re.I)
STEPS = re.compile(r"étapes|stages|progress", re.I)
AUTHOR = re.compile(r"auteur|author|sponsor", re.I)
FURTHER = "en complément"
ASIDE = ("imbDroite", "ColDroite", "PiedDePage")

SESSION = re.compile(r"(\d+) ?[a-zè]{1,3} l[ée]gislature,? (\d+) ?[a-zè]{1,3} session", re.I)
CHANGE = re.compile(r"\bDate [^:]*:.*")

MEMBER = re.compile(r"/(?:deputes|anciens-parlementaires)/.*?-(\d+)(?:/|\.html|$)")


class AssnatBillsSpider(SourceSpider):
    """One item per page of a bill, with all its facts; the lists only say which pages there are."""

    name = "assnat_bills"
    routes: ClassVar = {
        "parse_bill": BILL.pattern + r"(?:\?.*)?",
        "parse_list": FOLDER + r"(?:index|projets-loi-\d+-\d+)\.html(?:\?.*)?",
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page: its hidden form fields change at every answer."""
        parts = outline(response, ASIDE)
        return repr([(part.heading, [row.words for row in part.rows]) for part in parts]).encode()

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Ask for the bills' pages never read; where there is no table, for the newest lists."""
        links = [response.urljoin(href) for href in response.css("a::attr(href)").getall()]
        bills = [found for found in map(BILL.search, links) if found]
        has_table = bool(any_of(response, "#tblListeProjetLoi"))
        if not bills and not has_table and not LIST.search(response.url):
            yield from self._newest_lists(response, links)
        elif not bills and (not has_table or self._had_bills(response.url)):
            raise PageChangedError(response.url, "#tblListeProjetLoi a", 0)
        for number, legislature, session in (found.groups() for found in bills):
            url = bill_address(int(legislature), int(session), number)
            if url not in self.errand.known:
                yield Request(url, callback=self.parse_bill)

    def _had_bills(self, url: str) -> bool:
        """Whether a bill is known of the session of this list: only a new one begins empty."""
        known = {found.groups()[1:] for found in map(BILL.search, self.errand.known) if found}
        session = LIST.search(url)
        return session.groups() in known if session else bool(known)

    def _newest_lists(self, response: Response, links: list[str]) -> Iterator[Request]:
        lists = {(int(m[1]), int(m[2])) for m in map(LIST.search, links) if m}
        if not lists:
            raise PageChangedError(response.url, "#tblListeProjetLoi", 0)
        newest = max(lists)[0]
        for legislature, session in sorted(lists):
            if legislature == newest:
                yield Request(list_address(legislature, session), callback=self.parse_list)

    def parse_bill(self, response: Response) -> Iterator[Item]:
        """Read the whole life of a bill."""
        number, title = _title(response)
        told, steps, after = _three(response)
        legislature, session = _origin(told, response.url)
        assent = next((s for s in steps if STAGES.get(fold(s.heading)) is Stage.ASSENT), None)
        facts = BillFacts(
            legislature=legislature,
            session=session,
            number=number,
            title=title,
            kind=self._kind(told, response.url),
            sponsors=tuple(person for part in told for person in _sponsors(part)),
            stages=tuple(self._stage(step, after, response.url) for step in steps),
            status=BillStatus.ASSENTED if assent else BillStatus.IN_PROGRESS,
            assent_date=assent_day(assent) if assent else None,
            chapter=chapter(assent) if assent else None,
            url=bill_address(legislature, session, number),
            documents=documents(steps),
            reinscribed=_reinscribed(told),
        )
        yield bill_item(self, facts, lang=urlsplit(response.url).path[1:3])

    def _kind(self, told: Sequence[Part], url: str) -> BillKind | None:
        label = next((part.words for part in told if fold(part.heading) == "type"), "")
        return self.known(KINDS, word_of_kind(label), url) if label else None

    def _stage(self, step: Part, after: Sequence[Part], url: str) -> StageFacts:
        label = fold(step.heading)
        stage = self.known(STAGES, label if label in STAGES else step.heading, url)
        return assent_facts(step, after) if stage is Stage.ASSENT else stage_facts(stage, step)


def _title(response: Response) -> tuple[str, str]:
    for place in [place for selector in TITLES for place in any_of(response, selector)]:
        if found := TITLE.search(text(place)):
            return found[1], found[2]
    raise PageChangedError(response.url, ", ".join(TITLES), 0)


def _three(response: Response) -> tuple[list[Part], list[Part], list[Part]]:
    """Give what a page tells of the bill, the stages that it has reached, what comes after them."""
    parts = outline(response, ASIDE)
    first = next((i for i, part in enumerate(parts) if TITLE.search(part.heading)), 0)
    head = next((i for i, part in enumerate(parts) if i > first and STEPS.search(part.heading)), 0)
    if not head:
        raise PageChangedError(response.url, "h2: Étapes de cheminement", 0)

    def is_step(part: Part) -> bool:
        label = fold(part.heading)
        return label != FURTHER and (part.level > parts[head].level or label in STAGES)

    steps = list(takewhile(is_step, parts[head + 1 :]))
    if not steps:
        raise PageChangedError(response.url, "h2: Étapes de cheminement ~ h3", 0)
    return parts[first:head], steps, parts[head + 1 + len(steps) :]


def _origin(told: Sequence[Part], url: str) -> tuple[int, int]:
    found = SESSION.search(" ".join(part.words for part in told))
    if found:
        return int(found[1]), int(found[2])
    if found := BILL.search(url):
        return int(found[2]), int(found[3])
    raise PageChangedError(url, SESSION.pattern, 0)


def _reinscribed(told: Sequence[Part]) -> tuple[Reinscription, ...]:
    words = " ".join(part.words for part in told)
    later = list(SESSION.finditer(words))[1:]
    tails = [words[found.end() :].split(". ")[0] for found in later]
    return tuple(
        Reinscription(int(found[1]), int(found[2]), next(iter(days(tail)), None))
        for found, tail in zip(later, tails, strict=True)
    )


def _sponsors(part: Part) -> Iterator[Person]:
    named: list[tuple[str, str, list[str]]] = []
    for piece in part.pieces:
        if found := MEMBER.search(piece.url):
            named.append((piece.words, found[1], []))
        elif named:
            named[-1][2].append(piece.words)
    if not named and AUTHOR.search(part.heading) and part.words:
        # Someone whose page is gone is printed without a link: «Nom, Prénom, fonction».
        surname, given, *rest = [*part.words.split(","), ""][:3]
        named.append((f"{surname},{given}", "", rest))
    for name, id_, words in named:
        beside = collapse("".join(words))
        changed = CHANGE.search(beside)
        since = next(iter(days(changed[0])), None) if changed else None
        role = CHANGE.sub("", beside).strip(" ,")
        yield Person(collapse(name).strip(" ,"), id_, role, since)
