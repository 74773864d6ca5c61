"""What the Assemblée's committees ask the public, and are mandated to study.

No page of a mandate or of a committee, and no open consultation in a list, was ever found in store:
they are read with tolerance, by their words and their links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from spiders.assnat import SITE, here
from spiders.assnat_content import (
    COMMITTEE,
    MANDATE,
    WORK,
    Content,
    content_of,
    mandate_address,
    mandate_ids,
)
from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.deadlines import read_deadlines
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import (
    CommitteeFacts,
    ConsultationFacts,
    ConsultationKind,
    ConsultationStatus,
    DatedSentence,
    Deadline,
    DeadlineKind,
    Item,
    Kind,
    MandateFacts,
)
from spiders.named_days import days_in
from spiders.outline import Part, Row, outline
from spiders.page import any_of, link, one, text
from spiders.sentences import dated_sentences
from spiders.standing import last_day, standing
from spiders.tables import Cells, table_rows

CONSULTATION = re.compile(WORK + r"/consultations/consultation-(\d+)-(\d{8})\.html")
MANDATES = f"{SITE}/fr/travaux-parlementaires/commissions/mandats-encours-commissions.html"
BLOCK = "div.participerConsultation"
NONE_OPEN = re.compile(
    r"aucune commission parlementaire ne tient de consultation|no parliamentary committee is hold",
    re.I,
)
COMMITTEE_PAGE = WORK + r"/commissions/(?!mandats|rapports)[a-z]{2,10}(?:-\d+-\d+)?/index\.html"
OVER = re.compile(r"terminé|antérieur|précédent|réalisé|completed|previous|past|concluded", re.I)
NO_MANDATE = re.compile(r"aucun mandat|no (?:current )?order", re.I)
NO_BRIEF = re.compile(r"aucun mémoire|no brief", re.I)
MANDATE_COLUMNS = {"date": "date", "committee": "comm", "title": r"titre|title", "part": "parti"}
BRIEF_COLUMNS = {
    "date": "date",
    "by": r"déposé|tabled",
    "title": r"titre|title",
    "number": r"num[ée]r|number",
}
# In the order in which they are looked for: the English title of a general consultation says
# «special», its body does not.
KINDS = (
    (re.compile(r"consultations? générales?|general consultation", re.I), ConsultationKind.GENERAL),
    (re.compile(r"consultations? particuli|special consultation", re.I), ConsultationKind.SPECIAL),
    (re.compile(r"consultations? en ligne|online consultation", re.I), ConsultationKind.ONLINE),
)
SUBJECT = re.compile(
    r"consultation|étude|audition|interpellation|élection|mandat d|projet de loi|entendre|"
    r"examen|examination|\bbill\b|clause-by-clause|hearing|order",
    re.I,
)
HEARD = re.compile(r"audition|\bentend(?:re|ra|ront)\b|hearing", re.I)
NOT_HEARD = re.compile(
    r"au plus tard|no later|date limite|deadline|avant le|before|jusqu|until|mandat|\border\b|"
    r"confié|dépos|transmett|tabled",
    re.I,
)
GIVEN = re.compile(r"mandat\w* (?:a été )?(?:confié|donné|du )|confié|ordre de l|order of", re.I)
SIZE = re.compile(r" ?\((?:PDF|DOCX?)[^)]*\)$", re.I)
MANDATE_PAGE = re.compile(r"/mandats/Mandat-\d+(?:/index\.html|/?)(?:[?#]|$)", re.I)


class AssnatConsultationsSpider(SourceSpider):
    """One item per consultation, mandate in progress, brief filed; the committees that there are.

    The lists are read again each day even if they did not move: the days that the pages behind
    them give change in place.
    """

    name = "assnat_consultations"
    routes: ClassVar = {
        "parse_index": WORK + r"(?:/commissions)?(?:/index\.html|/?)(?:\?.*)?",
        "parse_mandates": WORK + r"/commissions/mandats-encours-commissions\.html(?:\?.*)?",
        "parse_committee": f"(?i:{COMMITTEE_PAGE})" + r"(?:\?.*)?",
        "parse_consultation": CONSULTATION.pattern + r"(?:\?.*)?",
        "parse_briefs": WORK + r"/commissions/\w+/mandats/Mandat-\d+/memoires-deposes\.html",
        "parse_mandate": WORK + r"(?:/commissions/\w+)?/mandats/Mandat-\d+(?:/|/index\.html)?",
    }

    # A committee may not be formed yet; an archive may lack its page.
    may_lack: ClassVar = frozenset({"parse_committee"})

    def __init__(self, errand: Errand, *args: Any, **settings: Any) -> None:
        super().__init__(errand, *args, **settings)
        self.told: set[str] = set()  # codes of committees, numbers of mandates

    @property
    def today(self) -> date:
        """The day of the visit, in Québec."""
        return self.now.astimezone(TORONTO).date()

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page, and what the day of the visit makes of them."""
        parts = outline(response, ("PiedDePage",), within="ColCentre")
        words = [(part.heading, [row.words for row in part.rows]) for part in parts]
        if self.callback_name(response.url, self.source) in ("parse_index", "parse_mandates"):
            return repr((self.today, words)).encode()
        days = days_in(" ".join(_words(part) for part in parts))
        return repr((sum(day < self.today for day in days), words)).encode()

    def parse_index(self, response: Response) -> Iterator[Item | Request]:
        """Read the block of open consultations; ask for their pages and the mandates."""
        block = one(response, BLOCK)
        found = [a for a in any_of(block, "a") if CONSULTATION.search(a.attrib.get("href", ""))]
        if not found and not NONE_OPEN.search(text(block)):
            raise PageChangedError(response.url, f"{BLOCK}: consultations, or none", 0)
        for a in found:
            url = here(response.urljoin(a.attrib["href"]))
            facts = ConsultationFacts(
                text(a),
                url,
                _kind(text(a)) or ConsultationKind.GENERAL,
                opens=_opened(url),
                status=ConsultationStatus.OPEN,
                complete=False,
            )
            yield self._consultation(facts)
            yield Request(url, callback=self.parse_consultation)
        yield from self._committees(response)
        yield Request(MANDATES, callback=self.parse_mandates)

    def _committees(self, response: Response) -> Iterator[Item | Request]:
        links = {
            here(response.urljoin(a.attrib["href"])): text(a)
            for a in any_of(response, ".ColCentre a[href]")
            if COMMITTEE.search(a.attrib["href"])
        }
        for url, name in links.items():
            (code,) = COMMITTEE.findall(url)
            yield from self._committee(code.lower(), name, url)
            if url not in self.errand.known:
                yield Request(url, callback=self.parse_committee, priority=-1)

    def _committee(self, code: str, name: str, url: str) -> Iterator[Item]:
        """Tell of a committee once a visit: its page may print its name otherwise than the list."""
        if code not in self.told:
            self.told.add(code)
            facts = CommitteeFacts(code, name, url)
            yield self.item(kind=Kind.OTHER, url=url, title=name, key=code, facts=facts)

    def parse_committee(self, response: Response) -> Iterator[Item | Request]:
        """Read the page of a committee: the mandates that it lists, but those that are over."""
        content = content_of(response)
        place = here(response.url).partition("?")[0]
        code = place.split("/")[-2].partition("-")[0].lower()
        url = f"{SITE}/fr/travaux-parlementaires/commissions/{code}/index.html"
        yield from self._committee(code, content.title, url)
        for part in content.parts:
            rows = [] if OVER.search(part.heading) else part.rows
            for row in rows:
                yield from self._listed_mandates(row, content)

    def _listed_mandates(self, row: Row, content: Content) -> Iterator[Item | Request]:
        links = [a for a in row.links if a.words and MANDATE_PAGE.search(a.url)]
        days = list(days_in(row.words)) if row.listed and len(links) == 1 else []
        for a in links:
            (id_,) = mandate_ids([a.url])
            yield from self._in_progress(
                MandateFacts(
                    id=id_,
                    title=a.words,
                    url=mandate_address(id_),
                    committee=content.title,
                    bill=content.bill(a.words),
                    given=days[0] if len(days) == 1 else None,
                )
            )

    def parse_mandates(self, response: Response) -> Iterator[Item | Request]:
        """Read the table of the mandates in progress; ask for the pages never read."""
        rows = table_rows(response, MANDATE_COLUMNS)
        content = content_of(response)
        if rows is None and not NO_MANDATE.search(" ".join(content.lines)):
            raise PageChangedError(response.url, "the table of the mandates in progress", 0)
        for row in rows or ():
            yield from self._in_progress(_listed(row, content))

    def _in_progress(self, facts: MandateFacts) -> Iterator[Item | Request]:
        """Tell of a mandate once a visit; ask for its page if it was never read."""
        if facts.id in self.told:
            return
        self.told |= {facts.id} - {""}
        yield self._mandate(facts)
        if facts.id and facts.url not in self.errand.known:
            yield Request(facts.url, callback=self.parse_mandate)

    def parse_consultation(self, response: Response) -> Iterator[Item | Request]:
        """Read the notice of a consultation open to everyone."""
        content = content_of(response)
        body = " ".join(content.lines)
        ids = mandate_ids(url.url for url in content.links)
        kind = _kind(body) or _kind(content.title) or ConsultationKind.GENERAL
        mandate = mandate_address(ids[0]) if len(ids) == 1 else ""
        url = here(response.url)
        facts = self._asked(content, content.title, url, kind, mandate, _opened(url))
        yield self._consultation(facts, summary=body, lang=_lang(response))
        yield from self._briefs_asked(content)

    def parse_mandate(self, response: Response) -> Iterator[Item | Request]:
        """Read every day and every link of a mandate's page, whatever its shape."""
        content = content_of(response)
        (id_,) = MANDATE.findall(response.url)
        titles = (content.title, *(part.heading for part in content.parts), *content.lines)
        title = next(filter(SUBJECT.search, titles), content.title)
        url = mandate_address(id_)
        kind = _kind(title)
        dates = tuple(dated_sentences("\n".join(content.lines)))
        given = next((one.date for one in dates if GIVEN.search(one.sentence)), None)
        facts = MandateFacts(
            id=id_,
            title=title,
            url=url,
            committee=content.committee,
            bill=content.bill(title),
            given=given,
            consultation=self._asked(content, title, url, kind, url, given) if kind else None,
            dates=dates,
            links=content.links,
        )
        yield self._mandate(facts, summary=" ".join(content.lines), lang=_lang(response))
        yield from self._briefs_asked(content)

    def parse_briefs(self, response: Response) -> Iterator[Item]:
        """Read the briefs filed under a mandate."""
        rows = table_rows(response, BRIEF_COLUMNS)
        if rows is None and not NO_BRIEF.search(" ".join(content_of(response).lines)):
            raise PageChangedError(response.url, "the table of the briefs", 0)
        (id_,) = MANDATE.findall(response.url)
        for row in rows or ():
            day = next(days_in(text(row["date"])), None)
            yield self.item(
                kind=Kind.OTHER,
                url=response.urljoin(link(row["title"])),
                title=SIZE.sub("", text(row["title"])),
                key=f"Mandat-{id_}/{text(row['number'])}",
                published_at=start_of(day) if day else None,
                published_text=text(row["date"]),
                author=text(row["by"]),
            )

    def _asked(
        self,
        content: Content,
        title: str,
        url: str,
        kind: ConsultationKind,
        mandate: str,
        opens: date | None,
    ) -> ConsultationFacts:
        words = "\n".join(content.lines)
        deadlines = read_deadlines(words, today=self.today)
        hearings = _hearings(dated_sentences(words), deadlines)
        notices = [link.url for link in content.links if CONSULTATION.search(link.url)]
        return ConsultationFacts(
            title=title,
            url=here(notices[0]) if url == mandate and len(notices) == 1 else url,
            kind=kind,
            committee=content.committee,
            bill=content.bill(title) or content.bill(words),
            mandate_url=mandate,
            opens=opens,
            brief_deadline=last_day(deadlines, DeadlineKind.BRIEF),
            hearings=hearings,
            status=standing(deadlines, self.today, hearings),
            deadlines=deadlines,
            links=content.links,
        )

    def _consultation(self, facts: ConsultationFacts, **stated: str) -> Item:
        return self.item(
            kind=Kind.CONSULTATION,
            url=facts.url,
            title=facts.title,
            published_at=start_of(facts.opens) if facts.opens else None,
            author=facts.committee,
            facts=facts,
            **stated,
        )

    def _mandate(self, facts: MandateFacts, **stated: str) -> Item:
        return self.item(
            kind=Kind.MANDATE,
            url=facts.url,
            title=facts.title,
            key=f"Mandat-{facts.id}",
            published_at=start_of(facts.given) if facts.given else None,
            author=facts.committee,
            facts=facts,
            **stated,
        )

    def _briefs_asked(self, content: Content) -> Iterator[Request]:
        for found in content.links:
            url = here(found.url)
            if self.callback_name(url, self.source) == "parse_briefs":
                yield Request(url, callback=self.parse_briefs)


def _listed(row: Cells, content: Content) -> MandateFacts:
    title = text(row["title"])
    places = [a.attrib["href"] for a in any_of(row["title"].xpath("..")[0], "a[href]")]
    id_ = next(iter(mandate_ids(places)), "")
    return MandateFacts(
        id=id_,
        title=title,
        url=mandate_address(id_) if id_ else content.url,
        committee=text(row["committee"]),
        bill=content.bill(title),
        given=next(days_in(text(row["date"])), None),
    )


def _kind(words: str) -> ConsultationKind | None:
    return next((kind for told, kind in KINDS if told.search(words)), None)


def _opened(url: str) -> date | None:
    found = CONSULTATION.search(url)
    return next(days_in(f"{found[2][:4]}-{found[2][4:6]}-{found[2][6:]}"), None) if found else None


def _hearings(told: Iterator[DatedSentence], deadlines: Sequence[Deadline]) -> tuple[date, ...]:
    first = {one.date for one in deadlines if one.kind is DeadlineKind.HEARING}
    said = {
        one.date
        for one in told
        if HEARD.search(one.sentence) and not NOT_HEARD.search(one.sentence)
    }
    return tuple(sorted(first | said))


def _words(part: Part) -> str:
    return f"{part.heading} {part.words}"


def _lang(response: Response) -> str:
    return "en" if "/en/" in response.url else "fr"
