"""A committee of the House of Commons: its meetings, its studies, its calls for briefs.

One spider for every committee that the register names, each a block of its own. Of the page of a
study no example was ever found: it is read with tolerance, by its words and its links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.deadlines import plain_text, read_deadlines
from spiders.errors import PageChangedError
from spiders.items import (
    BillRef,
    ConsultationFacts,
    ConsultationKind,
    DeadlineKind,
    Issue,
    Item,
    Kind,
    Link,
    MandateFacts,
    SittingFacts,
)
from spiders.named_days import days_in
from spiders.page import any_of, text
from spiders.sentences import dated_sentences
from spiders.sources import Source
from spiders.standing import last_day, standing

Session = tuple[int, int]  # the numbers of a parliament and of its session

ROOT = "/(?i:committees)/(?:en|fr)/[A-Za-z0-9]{4}/"
OWN = re.compile(r"/committees/(?:en|fr)/([a-z0-9]{4})(?=[/?]|$)", re.I)
STUDY = re.compile(r"/StudyActivity\?studyActivityId=(\d+)", re.I)
SESSION = re.compile(r"[?&]parl=(\d+)&session=(\d+)|/DocumentViewer/(?:en|fr)/(\d+)-(\d+)/", re.I)
# robots.txt forbids these: no link of ours leads there.
FORBIDDEN = re.compile(r"/(?:Search|PublicationSearch|Embed|ParlDataWidgets)/", re.I)
MEETING = "[id^=meeting-item-]"
CONTENTS = (".core-content", "main", "body")
MEETING_DAY = re.compile(r"\bmeeting-item-(\d{4}-\d\d-\d\d)\b")
# A label stands for a day only by the clock of the visit; «Suspended» may last for days.
RELATIVE = {
    -1: re.compile(r"yesterday|hier", re.I),
    0: re.compile(r".*\b(?:today|aujourd.hui)|in progress|en cours", re.I),
    1: re.compile(r"tomorrow|demain", re.I),
}
CANCELLED = re.compile(r"\b(?:cancell?ed|annulée?)\b", re.I)
ROUTINE = re.compile(
    r"committee business|travaux du comité|election of|élection (?:à la|de la|du)", re.I
)
BILL = re.compile(r"\b(?:projet de loi|Bill) ([CS])[-\u2010\u2011–](\d+)", re.I)
BY_INVITATION = re.compile(
    r"\b(?:by invitation|invited witnesses) only|sur invitation seulement"
    r"|seuls les témoins invités",
    re.I,
)
COMMITTEE_NAME = re.compile(
    r"comité permanent|standing committee|chambre des communes|house of commons", re.I
)
ASKED = (DeadlineKind.BRIEF, DeadlineKind.REQUEST, DeadlineKind.ONLINE, DeadlineKind.COMMENT)
RECENT = timedelta(days=60)  # what a study asks of people changes in place while it is under way


class CommonsCommitteesSpider(SourceSpider):
    """One item per meeting and per study of a committee; a study that asks for briefs says so.

    Which parliament sits is what the page itself says.
    """

    name = "commons_committees"
    routes: ClassVar = {
        "parse_meetings": ROOT + r"(?i:meetings)(?:\?parl=\d+&session=\d+)?",
        "parse_study": ROOT + r"(?i:studyactivity)\?(?i:studyactivityid)=\d+",
    }

    @classmethod
    def callback_name(cls, address: str, source: Source) -> str | None:
        """Name the callback that reads this address, None for one of another committee."""
        mine = _committee(address) == _committee(source.url)
        return super().callback_name(address, source) if mine else None

    @property
    def today(self) -> date:
        """The day of the visit, in Ottawa."""
        return self.now.astimezone(TORONTO).date()

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page, and what the day of the visit makes of them."""
        words = plain_text(response.body)
        if STUDY.search(response.url):
            past = sum(one.date < self.today for one in dated_sentences(words))
            return repr((past, words)).encode()
        return repr((self.today, words, any_of(response, f"{MEETING} a::attr(href)"))).encode()

    def parse_meetings(self, response: Response) -> Iterator[Item | Request]:
        """Read the meetings of a session; ask for the studies that may have moved.

        Where the newest session has none yet, ask for the one that the page's selector names.
        """
        sessions = _sessions(response)
        meetings = any_of(response, MEETING)
        if not meetings and not sessions:
            raise PageChangedError(response.url, f"{MEETING}, or a session", 0)
        asked = SESSION.search(response.url)
        session = _numbers(asked) if asked else max(sessions, default=None)
        studies: dict[str, tuple[str, date]] = {}
        for box in meetings:
            day = self._day(response, box)
            if day is None:
                continue
            yield self._sitting(response, box, day, session)
            for id_, title in _studies(box).items():
                studies[id_] = title, max(day, studies.get(id_, ("", day))[1])
        yield from self._studies(response, studies, session)
        if not meetings and session and not asked:
            parliament, number = session
            url = f"{self.source.url}?parl={parliament}&session={number}"
            yield Request(url, callback=self.parse_meetings)

    def parse_study(self, response: Response) -> Iterator[Item]:
        """Read the page of a study, whatever its shape: its title, its days, its links."""
        title = _title(response)
        (id_,) = STUDY.findall(response.url)
        words = plain_text(response.body)
        session = max(_sessions(response), default=None)
        facts = MandateFacts(
            id=id_,
            title=title,
            url=self._address(id_),
            committee=_committee(self.source.url),
            bill=_bill(title, session),
            dates=tuple(dated_sentences(words)),
            links=_links(response, _content(response)),
            parliament="ca",
        )
        yield self._mandate(self._with_call(facts, words), summary=words)

    def _day(self, response: Response, box: Selector) -> date | None:
        """Give the day of a meeting; None, and tell, where nothing printed gives it."""
        stated = MEETING_DAY.search(box.attrib.get("class", ""))
        printed = next(iter(_texts(box, ".date-label")), "")
        times = " ".join(time.get()[:10] for time in any_of(box, "time::attr(datetime)"))
        for words in (stated[1] if stated else "", times, printed):
            if day := next(days_in(words), None):
                return day
        for days, label in RELATIVE.items():
            if label.match(printed):
                return self.today + timedelta(days=days)
        self.tell(Issue("unknown-label", response.url, printed or box.attrib["id"]))
        return None

    def _sitting(
        self, response: Response, box: Selector, day: date, session: Session | None
    ) -> Item:
        id_ = box.attrib["id"].removeprefix("meeting-item-")
        code = _committee(self.source.url)
        number = next(iter(_texts(box, ".meeting-number")), code)
        links = _links(response, box)
        parliament, number_of_session = _session_of(links) or session or (None, None)
        title = f"{number} – {' ; '.join(_topics(box))}".removesuffix(" – ")
        facts = SittingFacts(
            day,
            title,
            committee=code,
            part=next(iter(_texts(box, ".the-time")), ""),
            legislature=parliament,
            session=number_of_session,
            cancelled=_is_cancelled(box),
            links=links,
            parliament="ca",
        )
        return self.item(
            kind=Kind.OTHER,
            url=next((link.url for link in links if "/DocumentViewer/" in link.url), response.url),
            title=title,
            key=f"meeting/{id_}",
            published_at=start_of(day) if day <= self.today else None,
            published_text=day.isoformat(),
            author=code,
            facts=facts,
        )

    def _studies(
        self,
        response: Response,
        studies: dict[str, tuple[str, date]],
        session: Session | None,
    ) -> Iterator[Item | Request]:
        for id_, (title, last) in studies.items():
            url = self._address(id_)
            if ROUTINE.match(title):
                continue
            facts = MandateFacts(
                id=id_,
                title=title,
                url=url,
                committee=_committee(response.url),
                bill=_bill(title, session),
                parliament="ca",
            )
            yield self._mandate(facts)
            if last >= self.today - RECENT or url not in self.errand.known:
                yield Request(url, callback=self.parse_study)

    def _address(self, id_: str) -> str:
        """Give the address of a study on the host, and in the language, of the source."""
        place = self.source.url.rsplit("/", 1)[0]
        return f"{place}/StudyActivity?studyActivityId={id_}"

    def _with_call(self, facts: MandateFacts, words: str) -> MandateFacts:
        """Add the consultation that a study is, where its page gives a day to take part."""
        lang = "en" if "/en/" in self.source.url.lower() else "fr"
        found = read_deadlines(words, lang=lang, today=self.today)
        deadlines = tuple(one for one in found if one.kind in ASKED)
        if not deadlines:
            return facts
        special = BY_INVITATION.search(words)
        call = ConsultationFacts(
            title=facts.title,
            url=facts.url,
            kind=ConsultationKind.SPECIAL if special else ConsultationKind.GENERAL,
            committee=facts.committee,
            bill=facts.bill,
            mandate_url=facts.url,
            brief_deadline=last_day(deadlines, DeadlineKind.BRIEF),
            status=standing(deadlines, self.today),
            deadlines=deadlines,
            links=facts.links,
            parliament="ca",
        )
        return replace(facts, consultation=call)

    def _mandate(self, facts: MandateFacts, **stated: str) -> Item:
        return self.item(
            kind=Kind.MANDATE,
            url=facts.url,
            title=facts.title,
            key=f"study/{facts.id}",
            author=facts.committee,
            facts=facts,
            **stated,
        )


def _committee(address: str) -> str:
    found = OWN.search(address)
    return found[1].upper() if found else ""


def _sessions(response: Response) -> set[Session]:
    """Give the sessions that the links of a page name."""
    places = response.xpath("//a/@href | //option/@value | //@data-committee-url").getall()
    return {_numbers(found) for place in places if (found := SESSION.search(place))}


def _numbers(found: re.Match[str]) -> Session:
    parliament, session = filter(None, found.groups())
    return int(parliament), int(session)


def _session_of(links: Sequence[Link]) -> Session | None:
    return next((_numbers(found) for link in links if (found := SESSION.search(link.url))), None)


def _title(response: Response) -> str:
    """Give the title of a study: a heading that is not the committee's name.

    Raises PageChangedError for none, and for a page that leads nowhere in its own committee.
    """
    code = _committee(response.url)
    if not any(_committee(place) == code for place in response.xpath("//a/@href").getall()):
        raise PageChangedError(response.url, f"a link to the committee {code}", 0)
    for place in (".core-content h2", "h1", "h2"):
        for words in _texts(response, place):
            if not COMMITTEE_NAME.match(words) and code not in words:
                return words
    raise PageChangedError(response.url, "h1, h2: the title of a study", 0)


def _content(response: Response) -> Selector:
    return next(box for place in CONTENTS for box in any_of(response, place))


def _texts(where: Response | Selector, selector: str) -> list[str]:
    return [words for found in any_of(where, selector) if (words := text(found))]


def _is_cancelled(box: Selector) -> bool:
    head = " ".join(_texts(box, ".meeting-title"))
    return bool(any_of(box, ".icon-cancel") or CANCELLED.search(head))


def _topics(box: Selector) -> list[str]:
    """Give what a meeting is about; it is printed once for each width of screen."""
    printed = _texts(box, ".studies-activities-item") or list(_studies(box).values())
    return list(dict.fromkeys(printed))


def _studies(box: Selector) -> dict[str, str]:
    links = [(STUDY.search(a.attrib["href"]), text(a)) for a in any_of(box, "a[href]")]
    return {found[1]: title for found, title in links if found and title}


def _links(response: Response, box: Selector) -> tuple[Link, ...]:
    """Give the links of a box with their words, each once, but those that only move the page."""
    links = (
        Link(text(a), response.urljoin(a.attrib["href"].strip()))
        for a in any_of(box, "a[href]")
        if not a.attrib["href"].startswith(("#", "javascript:", "mailto:"))
    )
    return tuple(dict.fromkeys(one for one in links if one.title and not FORBIDDEN.search(one.url)))


def _bill(title: str, session: Session | None) -> BillRef | None:
    told = BILL.search(title)
    if not told:
        return None
    return BillRef(f"{told[1].upper()}-{told[2]}", *(session or (None, None)))
