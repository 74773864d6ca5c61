"""The Assemblée's register of votes: who voted how, a page per vote.

No list of it can be asked for: votes are numbered from 1 in each session, and never change.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.assnat import SITE, here, sessions_named
from spiders.assnat_bills import BILL
from spiders.assnat_content import NUMBER, WORK
from spiders.base import SourceSpider
from spiders.dates import TORONTO, start_of
from spiders.errands import Errand
from spiders.errors import PageChangedError
from spiders.items import BillRef, DivisionFacts, Issue, Item, Kind, Vote, Voter
from spiders.named_days import days_in
from spiders.page import any_of, one, perhaps, some, text
from spiders.tables import whole_number

FOLDER = "/registre-des-votes"
VOTE = re.compile(WORK + FOLDER + r"/(\d+)-(\d+)-(\d+)/index\.html")
SESSIONS = "select.sessionLegislature option"
# The votes for, against, and the abstentions: the panel that holds their names, and their number.
SIDES = {"pnlPour": "#nbPour", "pnlContre": "#nbContre", "pnlAbstentions": "#nbAbstentions"}
PANELS = ", ".join(f"[id$={name}]" for name in SIDES)
MEMBERS = "div.depute"
AHEAD = 2  # the register has holes of one number, none of two
LONGEST = 60  # votes in a visit, two minutes at the pace that we keep


class AssnatVotesSpider(SourceSpider):
    """One item per vote, from those of the errand on, until two numbers in a row have no page."""

    name = "assnat_votes"
    routes: ClassVar = {
        "parse_index": WORK + FOLDER + r"/index\.html(?:\?.*)?",
        "parse_vote": VOTE.pattern + r"(?:\?.*)?",
    }
    may_lack: ClassVar = frozenset({"parse_vote"})

    def __init__(self, errand: Errand, *args: Any, **settings: Any) -> None:
        super().__init__(errand, *args, **settings)
        self.walked = 0

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the register, for each vote of the errand, and for the one that follows it."""
        async for request in super().start():
            yield request
            if found := VOTE.search(request.url):
                yield self._vote(found[1], found[2], int(found[3]) + 1)

    def seen_part(self, response: Response) -> bytes:
        """Give what is read of the page; the register of the day leads to the votes of the day."""
        if not VOTE.search(response.url):
            today = self.now.astimezone(TORONTO).date()
            return repr((today, [text(one) for one in any_of(response, SESSIONS)])).encode()
        counts = [box.attrib.get("value") for box in any_of(response, ", ".join(SIDES.values()))]
        words = any_of(response, f"#titreMotion, #titreVote, {MEMBERS}")
        return repr((counts, [text(one) for one in words])).encode()

    def parse_index(self, response: Response) -> Iterator[Request]:
        """Ask for the first votes of the session that goes on, when the errand has none of it."""
        labels = [text(option) for option in some(response, SESSIONS)]
        if not (sessions := sessions_named(labels)):
            raise PageChangedError(response.url, f"{SESSIONS}: 43e législature, 3e session", 0)
        legislature, session = map(str, max(sessions))
        asked = {found.groups()[:2] for found in map(VOTE.search, self.errand.pages) if found}
        if (legislature, session) not in asked:
            yield from (self._vote(legislature, session, 1 + ahead) for ahead in range(AHEAD))

    def parse_vote(self, response: Response) -> Iterator[Item | Request]:
        """Read a vote; ask for the two that follow it."""
        (place,) = VOTE.findall(response.url)
        legislature, session, number = map(int, place)
        title, head = text(response, "#titreMotion"), text(response, "#titreVote")
        day = next(days_in(head), None)
        if not title or not day:
            raise PageChangedError(response.url, "#titreMotion, #titreVote", 0)
        for_, against, abstain = sides = self._sides(response)
        facts = DivisionFacts(
            legislature=legislature,
            session=session,
            number=number,
            title=title,
            url=here(response.url),
            vote=self._vote_counted(response, sides, day),
            bill=_bill(response, title, legislature),
            for_=for_,
            against=against,
            abstain=abstain,
        )
        yield self.item(
            kind=Kind.OTHER,
            url=facts.url,
            title=title,
            key=f"{legislature}-{session}/{number}",
            published_at=start_of(day),
            facts=facts,
        )
        self.walked += 1
        if self.walked < LONGEST:
            for ahead in range(1, AHEAD + 1):
                yield self._vote(place[0], place[1], number + ahead)

    def _vote(self, legislature: str, session: str, number: int) -> Request:
        """Ask for a vote, the lowest number first: what a visit cut short has read has no hole."""
        place = f"{legislature}-{session}-{number}"
        url = f"{SITE}/fr/travaux-parlementaires{FOLDER}/{place}/index.html"
        return Request(url, callback=self.parse_vote, priority=-number)

    def _sides(self, response: Response) -> Sequence[tuple[Voter, ...]]:
        """Give the members of each panel: all that come before the next one's head.

        Raises PageChangedError for a member that comes before any panel.
        """
        found: dict[str, list[Voter]] = {side: [] for side in SIDES}
        panel = ""
        for box in some(response, f"{PANELS}, {MEMBERS}"):
            id_ = box.attrib.get("id", "")
            if id_.endswith(tuple(SIDES)):
                panel = id_.rpartition("_")[2]
            elif panel:
                found[panel].append(_voter(box, id_))
            else:
                raise PageChangedError(response.url, f"{PANELS}: before {text(box)}", 0)
        return [tuple(voters) for voters in found.values()]

    def _vote_counted(
        self, response: Response, sides: Sequence[Sequence[Voter]], day: date
    ) -> Vote:
        """Give the counts that the page prints, and tell of those that its names do not make."""
        told = [whole_number(one(response, box).attrib.get("value", "")) for box in SIDES.values()]
        counts = [count for count in told if count is not None]
        if len(counts) != len(SIDES):
            raise PageChangedError(response.url, ", ".join(SIDES.values()), len(counts))
        named = [len(side) for side in sides]
        if named != counts:
            about = f"{'-'.join(map(str, counts))} ≠ {'-'.join(map(str, named))}"
            self.tell(Issue("wrong-count", response.url, about))
        for_, against, abstain = counts
        return Vote(for_, against, abstain, day)


def _voter(box: Selector, id_: str) -> Voter:
    beside = {
        name: text(found).strip("()")
        for name in ("parti", "circonscription")
        if (found := perhaps(box, f".{name}")) is not None
    }
    return Voter(
        name=text(box, ".nom").strip(" ,"),
        id=id_ if id_.isdecimal() else "",
        party=beside.get("parti", ""),
        riding=beside.get("circonscription", ""),
    )


def _bill(response: Response, title: str, legislature: int) -> BillRef | None:
    """Give the bill of a motion; a bill put to the vote in a session may come from another."""
    told = NUMBER.search(title)
    if not told:
        return None
    number = told[1] or told[2]
    links = (BILL.search(a.attrib["href"]) for a in any_of(response, ".ColCentre a[href]"))
    sessions = {int(found[3]) for found in links if found and found[1] == number}
    return BillRef(number, legislature, sessions.pop() if len(sessions) == 1 else None)
