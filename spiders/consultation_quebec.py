"""Consultation Québec, the government's site to take part on: an instance of Decidim.

Decidim's interface for programs is asked first, as its documentation has it; where it is closed,
the list of the processes and their pages say the same. No answer of this instance was ever seen:
the pages are read by what every version of Decidim prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from scrapy import Request
from scrapy.http import JsonRequest, Response

from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.deadlines import plain_text, read_deadlines
from spiders.errors import PageChangedError
from spiders.items import (
    ConsultationFacts,
    ConsultationKind,
    ConsultationStatus,
    Deadline,
    DeadlineKind,
    Item,
    Link,
)
from spiders.named_days import days_in
from spiders.outline import lines, outline
from spiders.page import any_of, collapse, text
from spiders.standing import last_day, standing

TRANSLATED = "{ translations { locale text } }"
# Only what every version since 0.24 has: one field that is lacking, and the whole is refused.
QUERY = (
    f"{{ participatoryProcesses {{ slug startDate endDate title {TRANSLATED}"
    f" developerGroup {TRANSLATED} steps {{ startDate endDate title {TRANSLATED} }} }} }}"
)
SLUG = re.compile(r"(?:/fr)?/processes/([A-Za-z][\w-]*)(?:/steps)?/?")
STEPS = re.compile(r"/processes/[A-Za-z][\w-]*/steps/?$")
COMPONENT = re.compile(r"/processes/[\w-]+/f/\d+/?$")
FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?)$", re.I)
LED_TO = (STEPS, COMPONENT, FILE)
NO_PROCESS = re.compile(
    r"\b(?:aucune?|pas de|pas d’|pas d')\s?(?:concertation|consultation|processus|démarche)"
    r"|\b0 (?:concertation|consultation|processus|démarche)",
    re.I,
)
DAY = r"(?:\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d|\d{1,2}(?:er)? [^\W\d_]{3,9}\.? \d{4}|\?)"
PERIOD = re.compile(rf"({DAY})\s*[-–/→]\s*({DAY})")
ENDS = r"\W*(?:Date de fin\W*)?"
WHOLE = re.compile(rf"Date de début{ENDS}({DAY}){ENDS}({DAY})", re.I)
FIGURES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
CURRENT = re.compile(r"^(?:étape|phase) (?:actuelle|active|en cours) ?:? ?", re.I)
TAKES_PART = re.compile(
    r"particip|consult|contribu|questionnaire|sondage|exprim|commentaire|mémoire|propos|idée|vote"
    r"|dialogue|avis|échange",
    re.I,
)
AFTER = re.compile(
    r"analyse|bilan|résultat|rétroaction|suivi|mise en œuvre|mise en oeuvre|décision|rapport"
    r"|synthèse|préparation|conception|faits saillants|clôture|terminé",
    re.I,
)
ORGANIZER = re.compile(
    r"^(?:organisat(?:eur|rice|ion)|organisme responsable|groupe promoteur|promu par|porteur"
    r"|responsable)s? ?:? ?(.*)$",
    re.I,
)
HEADS = "[class*=title], h3, h4, h5, h6"
ASKED = (DeadlineKind.ONLINE, DeadlineKind.BRIEF, DeadlineKind.COMMENT, DeadlineKind.REQUEST)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a process, or the whole of it: its days, and the words that give them.

    `sure` is False where its last day is the one before the moment that is stated.
    """

    title: str
    words: str
    starts: date | None
    ends: date | None
    sure: bool = True


class ConsultationQuebecSpider(SourceSpider):
    """One item per process: until when one can take part, by the phases that it announces.

    The page of a process is asked only where the interface for programs told nothing of it.
    """

    name = "consultation_quebec"
    routes: ClassVar = {
        "parse_api": r"/api/?",
        "parse_process": SLUG.pattern + r"(?:\?.*)?",
        "parse_list": r"(?:/fr)?/processes/?(?:\?.*)?",
    }
    may_lack = frozenset({"parse_api"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.told: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Ask the interface for programs, which answers only a POST; then as every spider."""
        api = self.at("/api")
        if self.errand.start or api in self.errand.pages:
            query = {"query": QUERY}
            yield JsonRequest(api, data=query, callback=self.parse_api, priority=1)
        async for request in super().start():
            yield request

    def at(self, path: str) -> str:
        """Give the address of a path of the site."""
        return urljoin(self.source.url, path)

    @property
    def today(self) -> date:
        """The day of the visit, in Québec."""
        return self.now.astimezone(TORONTO).date()

    def seen_part(self, response: Response) -> bytes:
        """Give the words and links of a page (its forms change at every answer), and the day.

        What is told by the interface is not asked for again: it is read every day.
        """
        if self.callback_name(response.url, self.source) == "parse_api":
            return repr((self.today, response.body)).encode()
        return repr((self.today, lines(response), any_of(response, "a::attr(href)"))).encode()

    def parse_api(self, response: Response) -> Iterator[Item]:
        """Read every process, whatever its state."""
        for one in _processes(response):
            url = self.at(f"/processes/{one['slug']}")
            phases = [_phase(step) for step in one.get("steps") or () if step]
            whole = _phase(one)
            self.told.add(one["slug"])
            yield self._process(url, whole.title, phases, whole, _text(one.get("developerGroup")))

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Ask for the pages of the processes that the interface told nothing of."""
        slugs = _slugs(response)
        if not slugs and not NO_PROCESS.search(" ".join(lines(response))):
            raise PageChangedError(response.url, "a[href*='/processes/'], or none to see", 0)
        for slug in slugs:
            if slug not in self.told:
                yield Request(self.at(f"/processes/{slug}"), callback=self.parse_process)
        for a in any_of(response, "a[rel=next][href]"):
            yield Request(response.urljoin(a.attrib["href"]), callback=self.parse_list)

    def parse_process(self, response: Response) -> Iterator[Item | Request]:
        """Read the page of a process, or that of its phases, which older versions keep apart."""
        title = next(filter(None, map(text, any_of(response, "h1, h2"))), "")
        words = lines(response)
        phases, whole = list(_phases(response)), _whole(title, words)
        links = _links(response)
        apart = next((link.url for link in links if STEPS.search(link.url)), "")
        if not title or not (phases or whole or apart):
            raise PageChangedError(response.url, "the phases of a process, or its days", 0)
        found = SLUG.match(urlsplit(response.url).path)
        assert found
        yield self._process(
            self.at(f"/processes/{found[1]}"),
            title,
            phases,
            whole,
            _organizer(words),
            prose=self._prose(response),
            links=tuple(one for one in links if one.url != apart),
            complete=bool(phases or not apart),
        )
        if not phases and apart:
            yield Request(apart, callback=self.parse_process)

    def _process(
        self,
        url: str,
        title: str,
        phases: Sequence[Phase],
        whole: Phase | None,
        held_by: str,
        prose: Sequence[Deadline] = (),
        **stated: Any,
    ) -> Item:
        deadlines = tuple(_once([*_deadlines(phases, whole), *prose]))
        starts = [one.starts for one in (whole, *phases) if one and one.starts]
        opens = min(starts, default=None)
        facts = ConsultationFacts(
            title=title,
            url=url,
            kind=ConsultationKind.ONLINE,
            opens=opens,
            brief_deadline=last_day(deadlines, DeadlineKind.BRIEF),
            status=self._status(deadlines, whole),
            deadlines=deadlines,
            held_by=held_by,
            **stated,
        )
        return self.item(
            url=url,
            title=title,
            key=url.rpartition("/")[2],
            published_at=start_of(opens) if opens else None,
            author=held_by,
            facts=facts,
        )

    def _status(
        self, deadlines: Sequence[Deadline], whole: Phase | None
    ) -> ConsultationStatus | None:
        if not deadlines and whole and whole.ends and whole.ends < self.today:
            return ConsultationStatus.CLOSED
        return standing(deadlines, self.today)

    def _prose(self, response: Response) -> list[Deadline]:
        """Give the days that the text of a page asks for, its table of phases apart."""
        told = (line for line in plain_text(response.body).splitlines() if not PERIOD.search(line))
        found = read_deadlines("\n".join(told), lang="fr", today=self.today)
        return [one for one in found if one.kind in ASKED]


def _processes(response: Response) -> list[dict[str, Any]]:
    """Give what the interface tells. Raises PageChangedError when it refuses, or is a page."""
    try:
        found = json.loads(response.body)["data"]["participatoryProcesses"]
        return [one for one in found if one and one["slug"]]
    except (KeyError, TypeError, ValueError) as error:
        raise PageChangedError(response.url, "data.participatoryProcesses", 0) from error


def _phase(told: dict[str, Any]) -> Phase:
    title = _text(told.get("title"))
    starts, ends = told.get("startDate") or "", told.get("endDate") or ""
    last, sure = _last_day(ends)
    days = f"{_day(starts) or '?'} – {last or '?'}"
    return Phase(title, f"{title} : {days}", _day(starts), last, sure)


def _text(told: Any) -> str:
    """Give a translated text in French, else in the language that it has, without its tags."""
    texts = {one["locale"]: one["text"] for one in (told or {}).get("translations") or () if one}
    french = [words for locale, words in texts.items() if locale.startswith("fr") and words]
    words = next(iter([*french, *filter(None, texts.values())]), "")
    return text(Selector(words, type="html")) if "<" in words else collapse(words)


def _day(words: str) -> date | None:
    moment = _moment(words)
    return moment.date() if moment else None


def _last_day(words: str) -> tuple[date | None, bool]:
    """Give the last day to take part, and whether it is sure: midnight may close the day before."""
    moment = _moment(words)
    if moment is None or len(words) <= len("2026-11-20") or moment.time() != time():
        return (moment.date() if moment else None), True
    return moment.date() - timedelta(days=1), False


def _moment(words: str) -> datetime | None:
    """Give the moment that the interface states, in Québec; a day alone begins there."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=TORONTO)
    return moment.astimezone(TORONTO)


def _slugs(response: Response) -> list[str]:
    hrefs = (a.attrib["href"].strip() for a in any_of(response, "a[href]"))
    places = (urlsplit(response.urljoin(href)) for href in hrefs)
    host = urlsplit(response.url).netloc
    found = (SLUG.fullmatch(place.path) for place in places if place.netloc == host)
    return list(dict.fromkeys(match[1] for match in found if match))


def _phases(response: Response) -> Iterator[Phase]:
    """Give the rows of lists that print the days of a phase: those inside which no other does."""
    for row in any_of(response, "li"):
        words = text(row)
        days = PERIOD.search(words)
        if days and not any(PERIOD.search(text(one)) for one in any_of(row, ".//li")):
            named = next(iter(any_of(row, HEADS)), None)
            title = CURRENT.sub("", text(named) if named else collapse(words[: days.start()]))
            starts, ends = _printed(days[1]), _printed(days[2])
            yield Phase(title, f"{title} : {days[0]}", starts, ends)


def _whole(title: str, words: Sequence[str]) -> Phase | None:
    found = WHOLE.search(" ".join(words))
    if not found:
        return None
    return Phase(title, collapse(found[0]), _printed(found[1]), _printed(found[2]))


def _printed(words: str) -> date | None:
    """Give a printed day; in figures, the day stands before the month."""
    figures = FIGURES.fullmatch(words)
    iso = f"{figures[3]}-{int(figures[2]):02}-{int(figures[1]):02}" if figures else words
    return next(days_in(iso), None)


def _organizer(words: Sequence[str]) -> str:
    for line, following in zip(words, [*words[1:], ""], strict=True):
        if found := ORGANIZER.match(line):
            return found[1] or following
    return ""


def _links(response: Response) -> tuple[Link, ...]:
    pieces = (piece for part in outline(response) for row in part.rows for piece in row.links)
    found = {
        one.url: Link(one.words, one.url)
        for one in pieces
        if one.words and any(kind.search(urlsplit(one.url).path) for kind in LED_TO)
    }
    return tuple(found.values())


def _deadlines(phases: Sequence[Phase], whole: Phase | None) -> Iterator[Deadline]:
    """Give the ends of the phases in which one takes part: those so named, else those not apart.

    A process without phases ends surely only for those who keep it.
    """
    open_to_all = [one for one in phases if one.ends and not AFTER.search(one.title)]
    named = [one for one in open_to_all if TAKES_PART.search(one.title)]
    for one in named or open_to_all:
        if one.ends:
            yield Deadline(DeadlineKind.ONLINE, one.ends, one.words, bool(named) and one.sure)
    if whole and whole.ends and not any(one.ends for one in phases):
        yield Deadline(DeadlineKind.ONLINE, whole.ends, whole.words, sure=False)


def _once(deadlines: Sequence[Deadline]) -> list[Deadline]:
    return list({(one.kind, one.date): one for one in reversed(deadlines)}.values())[::-1]
