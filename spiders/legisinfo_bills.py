"""LEGISinfo, the Parliament of Canada's register: a list of bills, then one record per bill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar

from scrapy import Request
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.bills import TORONTO, bill_item
from spiders.errors import PageChangedError
from spiders.items import (
    BillFacts,
    BillKind,
    BillStatus,
    Item,
    Link,
    Person,
    Reinscription,
    Stage,
    StageFacts,
    Vote,
)
from spiders.tree import Record, day, integer, json_records, needed, rows, words, xml_records

SITE = "https://www.parl.ca"
ROOT = "/(?i:legisinfo)/(en|fr)/"
ONE = ROOT + r"(?:bill|projet-de-loi)/\d+-\d+/[a-zA-Z]-\d+/"
RECENT = timedelta(days=400)  # a session's bills all move within a year, or not at all

REINSTATED = "Bill reinstated from previous session"
STAGES = {
    REINSTATED: None,
    "First reading": Stage.INTRODUCTION,
    "Second reading": Stage.PASSAGE_IN_PRINCIPLE,
    "Senate pre-study": Stage.COMMITTEE,
    "Consideration in committee": Stage.COMMITTEE,
    "Report stage": Stage.REPORT,
    "Third reading": Stage.PASSAGE,
    "Royal assent": Stage.ASSENT,
}
# Where a stage stands is known by its tag alone: those not reached do not name their chamber.
CHAMBERS = {"HouseBillStages": "commons", "SenateBillStages": "senate", "RoyalAssent": ""}
# In progress, completed, not completed; 1 is not reached, 2 no activity, 0 the royal assent.
REACHED = frozenset({"3", "4", "5"})
KINDS = {
    "House Government Bill": BillKind.GOVERNMENT,
    "Senate Government Bill": BillKind.GOVERNMENT,
    "Private Member's Bill": BillKind.PRIVATE_MEMBER,
    "Senate Public Bill": BillKind.PRIVATE_MEMBER,
    "House Private Bill": BillKind.PRIVATE,
    "Senate Private Bill": BillKind.PRIVATE,
    "Private Bill": BillKind.PRIVATE,
}
STATUSES = {
    "Royal assent received": BillStatus.ASSENTED,
    "Bill defeated": BillStatus.DEFEATED,
    "Bill withdrawn": BillStatus.WITHDRAWN,
    "Bill not proceeded with": BillStatus.WITHDRAWN,
}
CHAPTERS = {"en": "{}, c. {}", "fr": "{}, ch. {}"}
# Two schemas of the list are in the wild (2026): its own, and the names of the records.
NUMBERS = ("NumberCode", "BillNumberFormatted")
MOVES = (
    "LatestBillEventDateTime",
    "LatestActivityDateTime",
    "LatestCompletedBillStageDateTime",
    "PassedHouseFirstReadingDateTime",
    "PassedSenateFirstReadingDateTime",
    "ReceivedRoyalAssentDateTime",
)

SESSION = ("ParliamentNumber", "SessionNumber")
MEETINGS = ("Sittings", "CommitteeMeetings")
EVENTS = "SignificantEvents"


class LegisinfoBillsSpider(SourceSpider):
    """One item per record of a bill; the list only says which records to ask for."""

    name = "legisinfo_bills"
    routes: ClassVar = {
        "parse_list": ROOT + r"(?:bills|projets-de-loi)/json(?:\?.*)?",
        "parse_xml": ONE + "xml",
        "parse_json": ONE + "json",
    }

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Ask for the records never read of the bills that moved lately."""
        today = self.now.astimezone(TORONTO).date()
        for row in json_records(response):
            number = next((found for name in NUMBERS if (found := words(row, name))), "")
            if not number:
                raise PageChangedError(response.url, " or ".join(NUMBERS), 0)
            session = "-".join(str(integer(row, name, response.url)) for name in SESSION)
            moves = [moved for name in MOVES if (moved := day(row, name))]
            url = f"{SITE}/legisinfo/{_lang(response.url)}/bill/{session}/{number.lower()}/xml"
            if url not in self.errand.known and (not moves or today - max(moves) <= RECENT):
                yield Request(url, callback=self.parse_xml)

    def parse_xml(self, response: Response) -> Iterator[Item]:
        """Read the record of a bill, as XML."""
        yield self._item(xml_records(response, "Bill"), response.url)

    def parse_json(self, response: Response) -> Iterator[Item]:
        """Read the record of a bill, as JSON: an array of one."""
        yield self._item(json_records(response), response.url)

    def _item(self, records: list[Record], url: str) -> Item:
        if len(records) != 1:
            raise PageChangedError(url, "one Bill", len(records))
        record, lang = records[0], _lang(url)
        parliament, session = (integer(record, name, url) for name in SESSION)
        number = needed(record, "NumberCode", url)
        steps = _steps(record, url)
        assent = day(record, "ReceivedRoyalAssentDateTime")
        facts = BillFacts(
            legislature=parliament,
            session=session,
            number=number,
            title=needed(record, f"LongTitle{lang.title()}", url),
            kind=self.known(KINDS, words(record, "BillDocumentTypeNameEn").replace("’", "'"), url),
            sponsors=_sponsors(record, lang),
            stages=tuple(self._stage(step, chamber, lang, url) for chamber, step in steps),
            status=BillStatus.ASSENTED if assent else _status(record),
            assent_date=assent,
            chapter=_chapter(record, lang),
            url=f"{SITE}/legisinfo/fr/bill/{parliament}-{session}/{number.lower()}",
            documents=_documents(record, lang),
            reinscribed=tuple(_reinstated(record, steps, parliament, session)),
            parliament="ca",
        )
        return bill_item(self, facts, lang)

    def _stage(self, step: Record, chamber: str, lang: str, url: str) -> StageFacts:
        label = words(step, f"BillStageName{lang.title()}")
        events = [words(event, f"EventName{lang.title()}") for event in rows(step, EVENTS)]
        committee = next(iter(rows(step, "Committee")), {})
        names = ("CommitteeAcronym", f"CommitteeName{lang.title()}")
        return StageFacts(
            stage=self.known(STAGES, words(step, "BillStageNameEn"), url),
            label=label,
            dates=_days(step),
            votes=tuple(_votes(step)),
            chamber=chamber,
            committee=" – ".join(filter(None, (words(committee, name) for name in names))),
            notes=tuple(dict.fromkeys(event for event in events if event not in ("", label))),
        )


def _status(record: Record) -> BillStatus:
    """Give where the life of a bill stands: its last words may be those of a session now over."""
    if told := STATUSES.get(words(record, "StatusNameEn")):
        return told
    return BillStatus.DIED if _says(record, "IsSessionOngoing", "false") else BillStatus.IN_PROGRESS


def _reinstated(
    record: Record, steps: list[tuple[str, Record]], parliament: int, session: int
) -> Iterator[Reinscription]:
    """Give the session into which a bill came from the one before, and that where it goes on."""
    for _, step in steps:
        if words(step, "BillStageNameEn") == REINSTATED:
            yield Reinscription(parliament, session, next(iter(_days(step)), None))
    if _says(record, "DidReinstateInNextSession", "true"):
        yield Reinscription(parliament, session + 1)


def _says(record: Record, name: str, value: str) -> bool:
    return words(record, name).lower() == value


def _steps(record: Record, url: str) -> list[tuple[str, Record]]:
    """Give the stages reached with their chambers, those of the chamber of origin first."""
    stages = rows(record, "BillStages")
    if len(stages) != 1:
        raise PageChangedError(url, "BillStages", len(stages))
    tags = list(CHAMBERS)
    if _says(record, "IsSenateBill", "true"):
        tags[0], tags[1] = tags[1], tags[0]
    steps = [(CHAMBERS[tag], step) for tag in tags for step in rows(stages[0], tag)]
    return [(chamber, step) for chamber, step in steps if _is_reached(step)]


def _is_reached(step: Record) -> bool:
    state = words(step, "State")
    return state in REACHED or (state == "0" and bool(_days(step)))


def _days(step: Record) -> tuple[date, ...]:
    """Give the days of its sittings and meetings; those of its events when it had none."""
    met = [day(row, "Date") for name in MEETINGS for row in rows(step, name)]
    told = met or [day(row, "EventDateTime") for row in rows(step, EVENTS)]
    return tuple(sorted(set(filter(None, told))))


def _votes(step: Record) -> Iterator[Vote]:
    for decision in rows(step, "Decisions"):
        if yeas := words(decision, "DivisionVotesYeas"):
            nays = words(decision, "DivisionVotesNays")
            paired = words(decision, "DivisionVotePaired")
            sat = day(decision, "DecisionSittingDate")
            yield Vote(int(yeas), int(nays or 0), 0, sat, int(paired or 0))


def _sponsors(record: Record, lang: str) -> tuple[Person, ...]:
    name, id_ = words(record, "SponsorPersonName"), words(record, "SponsorPersonId")
    role = words(record, f"SponsorAffiliationTitle{lang.title()}")
    return (Person(name, id_, role),) if name else ()


def _chapter(record: Record, lang: str) -> str | None:
    year, chapter = words(record, "StatuteYear"), words(record, "StatuteChapter")
    return CHAPTERS[lang].format(year, chapter) if year and chapter else None


def _documents(record: Record, lang: str) -> tuple[Link, ...]:
    return tuple(
        Link(
            words(told, f"PublicationTypeName{lang.title()}"),
            f"{SITE}/DocumentViewer/{lang}/{words(told, 'PublicationId')}",
        )
        for told in rows(record, "Publications")
    )


def _lang(url: str) -> str:
    found = re.search(ROOT, url)
    return found[1] if found else "fr"
