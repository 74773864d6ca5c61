"""The Assemblée's pages of bills: one page tells the whole life of one bill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from spiders.assnat import (
    KINDS,
    SESSION,
    STAGES,
    bill_address,
    days,
    fold,
    here,
    list_address,
    word_of_kind,
)
from spiders.assnat_steps import assent_day, assent_facts, chapter, documents, stage_facts
from spiders.base import SourceSpider
from spiders.bills import bill_item
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import (
    BillFacts,
    BillKind,
    BillStatus,
    Issue,
    Item,
    Person,
    Reinscription,
    Stage,
    StageFacts,
)
from spiders.outline import Part, lines, outline
from spiders.page import any_of, collapse, text

FOLDER = "/(?:fr|en)/travaux-parlementaires/projets-loi/"
BILL = re.compile(FOLDER + r"projet-loi-(\w+)-(\d+)-(\d+)\.html")
LIST = re.compile(FOLDER + r"projets-loi-(\d+)-(\d+)\.html")
PAGE = re.compile(LIST.pattern + r"\?.+")
# How many bills a list says that it has: «Résultats 1 à 25 de 143», «Nombre de projets de loi :
# 143», «143 projets de loi».
TOTAL = re.compile(
    r".{0,20}\b\d+ ?(?:à|to|-|–) ?\d+ (?:de|sur|of) (\d+)\b.{0,30}"
    r"|(?:nombre|total|number)\b[^\d:]{0,40}: ?(\d+)"
    r"|.{0,30}?\b(\d+) (?:projets de loi|bills|résultats?|results?)\b.{0,30}",
    re.I,
)

TITLES = ("[id$=TitreContenu]", "h1", "h2")
TITLE = re.compile(r"(?:Projet de loi n ?[°ºo]\.?|Bill(?: No\.?)?) ?(\d+) ?[,:–-]? (.+)", re.I)
STEPS = re.compile(r"étapes|stages|progress", re.I)
ABOUT = re.compile(r"renseignements|information", re.I)
AUTHOR = re.compile(r"auteur|author|sponsor", re.I)
FURTHER = "en complément"
ASIDE = ("imbDroite", "ColDroite", "PiedDePage")

CHANGE = re.compile(r"\bDate [^:]*:.*")

MEMBER = re.compile(r"/(?:deputes|anciens-parlementaires)/.*?-(\d+)(?:/|\.html|$)")


class AssnatBillsSpider(SourceSpider):
    """One item per page of a bill, with all its facts; lists say which there are, which moved.

    A list leads to those of every session of the newest legislature that it names.
    """

    name = "assnat_bills"
    routes: ClassVar = {
        "parse_bill": BILL.pattern + r"(?:\?.*)?",
        "parse_list": FOLDER + r"(?:index|projets-loi-\d+-\d+)\.html(?:\?.*)?",
    }

    def __init__(self, errand: Errand, *args: Any, **settings: Any) -> None:
        super().__init__(errand, *args, **settings)
        self.lists: dict[str, tuple[set[str], set[str]]] = {}  # of each: pages read, bills found

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page: its hidden form fields change at every answer.

        The page that leads to the lists is read at each visit: it may never change itself.
        """
        leads = not BILL.search(response.url) and not LIST.search(response.url)
        seen = [(one.heading, [row.words for row in one.rows]) for one in outline(response, ASIDE)]
        return repr((self.now if leads else None, seen)).encode()

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Ask for the bills' pages never read, and for the other lists."""
        places = response.css("a::attr(href), option::attr(value)").getall()
        links = [response.urljoin(place) for place in places]
        bills = [found for found in map(BILL.search, links) if found]
        lists = {(int(m[1]), int(m[2])) for m in map(LIST.search, links) if m}
        has_table = bool(any_of(response, "#tblListeProjetLoi"))
        only_leads = bool(lists) and not has_table and not LIST.search(response.url)
        if not bills and not only_leads and (not has_table or self._had_bills(response.url)):
            raise PageChangedError(response.url, "#tblListeProjetLoi a", 0)
        for url, line in self._lines(response, bills).items():
            # The list tells a bill's last stage: a page that moved is read at once.
            if self.has_moved(url, line) or url not in self.errand.known:
                yield Request(url, callback=self.parse_bill)
        for legislature, session in sorted(lists):
            url = list_address(legislature, session)
            # A session that is over gets no further bill: its list is read once.
            wanted = (legislature, session) == max(lists) or url not in self.errand.known
            if legislature == max(lists)[0] and wanted and url != here(response.url).split("?")[0]:
                yield Request(url, callback=self.parse_list)
        if bills:
            yield from self._further_pages(response, links, {found[0] for found in bills})

    def _lines(self, response: Response, bills: Iterable[re.Match[str]]) -> dict[str, str]:
        """Give the address of each bill, and its line in the table, "" where there is none."""
        found = {_address(bill): "" for bill in bills}
        for row in any_of(response, "#tblListeProjetLoi tr"):
            places = map(BILL.search, map(response.urljoin, row.css("a::attr(href)").getall()))
            found |= {_address(bill): text(row) for bill in places if bill}
        return found

    def _had_bills(self, url: str) -> bool:
        """Whether a bill is known of the session of this list: only a new one begins empty."""
        known = {found.groups()[1:] for found in map(BILL.search, self.errand.known) if found}
        session = LIST.search(url)
        return session.groups() in known if session else bool(known)

    def _further_pages(
        self, response: Response, links: Iterable[str], bills: set[str]
    ) -> Iterator[Request]:
        """Ask for the other pages of a list; tell of one that says it has more bills than that."""
        place, urls = here(response.url), {here(url) for url in links if PAGE.search(url)}
        name = place.partition("?")[0]
        read, listed = self.lists.setdefault(name, (set(), set()))
        read.add(place)
        listed |= bills
        further = sorted(url for url in urls - read if url.partition("?")[0] == name)
        for url in further:
            yield Request(url, callback=self.parse_list)
        totals = map(TOTAL.fullmatch, lines(response, ASIDE, within="ColCentre"))
        total = next((int(one[1] or one[2] or one[3]) for one in totals if one), 0)
        if not further and total > len(listed):
            self.tell(Issue("incomplete-list", response.url, f"{len(listed)} / {total}"))

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


def _address(bill: re.Match[str]) -> str:
    number, legislature, session = bill.groups()
    return bill_address(int(legislature), int(session), number)


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
    start = head + 1 if head else _first_stage(parts, first)
    if not start:
        raise PageChangedError(response.url, "h2: Étapes de cheminement", 0)
    level = parts[head].level if head else parts[start].level - 1

    def is_step(part: Part) -> bool:
        label = fold(part.heading)
        return label != FURTHER and (part.level > level or label in STAGES)

    steps = list(takewhile(is_step, parts[start:]))
    if not steps:
        raise PageChangedError(response.url, "h2: Étapes de cheminement ~ h3", 0)
    return parts[first : head or start], steps, parts[start + len(steps) :]


def _first_stage(parts: Sequence[Part], title: int) -> int:
    """Give the place of the first stage where the heading of all is left out, not another; or 0."""
    known = (i for i, one in enumerate(parts) if i > title and fold(one.heading) in STAGES)
    start = next(known, 0)
    above = [one for one in parts[title:start] if 0 < one.level < parts[start].level]
    return (
        start if all(TITLE.search(one.heading) or ABOUT.search(one.heading) for one in above) else 0
    )


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
