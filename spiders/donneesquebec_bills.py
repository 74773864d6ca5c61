"""Québec's open-data file of bills: which bills there are, and the last stage of each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import ClassVar

from scrapy.http import Response

from spiders.assnat import KINDS, bill_address, word_of_kind
from spiders.base import SourceSpider
from spiders.bills import TORONTO, bill_item
from spiders.errors import PageChangedError
from spiders.items import BillFacts, BillStatus, Item, Reinscription, Stage, StageFacts
from spiders.page import collapse

COLUMNS = (
    "Numero_projet_loi",
    "Titre_projet_loi",
    "Type_projet_loi",
    "Derniere_etape_franchie",
    "Date_derniere_etape",
    "No_legislature",
    "Date_fin_legislature",
    "No_session",
)
STAGES = {
    "presentation": Stage.INTRODUCTION,
    # A committee's report that the file does not tell the sort of: it was in committee at least.
    "depot_commission": Stage.COMMITTEE,
    "depot_commission_consultation": Stage.CONSULTATION,
    "adoption_principe": Stage.PASSAGE_IN_PRINCIPLE,
    "depot_commission_etude_detaillee": Stage.REPORT,
    "sanction": Stage.ASSENT,
}
# «43-1 PL 82  Loi…»: the session of origin is told there alone; No_session is the current one.
PREFIX = re.compile(r"(\d+)-(\d+) PL \w+ (.+)")

Row = Mapping[str, str]
Key = tuple[int, int, str]


class DonneesquebecBillsSpider(SourceSpider):
    """One item per bill of the file, with its last stage; its page tells the rest of its life."""

    name = "donneesquebec_bills"
    routes: ClassVar = {"parse": r"/recherche/dataset/.+/projets-de-loi\.csv"}

    def parse(self, response: Response) -> Iterator[Item]:
        """Read the file: a bill that was reinscribed may have a row for each of its sessions."""
        rows = sorted(_rows(response), key=_order)
        for key, bill in groupby(rows, key=_key):
            yield bill_item(self, self._facts(key, list(bill), response.url), lang="fr")

    def _facts(self, key: Key, rows: Sequence[Row], url: str) -> BillFacts:
        (legislature, session, number), last = key, rows[-1]
        stage = self._stage(last, url)
        assented = stage.stage is Stage.ASSENT
        kind = last["Type_projet_loi"]
        return BillFacts(
            legislature=legislature,
            session=session,
            number=number,
            title=_title(last),
            kind=self.known(KINDS, word_of_kind(kind), url) if kind else None,
            stages=(stage,),
            status=BillStatus.ASSENTED if assented else self._unfinished(last),
            assent_date=stage.dates[0] if assented and stage.dates else None,
            url=bill_address(legislature, session, number),
            reinscribed=tuple(
                Reinscription(legislature, current)
                for current in dict.fromkeys(int(row["No_session"]) for row in rows)
                if current != session
            ),
            complete=False,
        )

    def _stage(self, row: Row, url: str) -> StageFacts:
        label, day = row["Derniere_etape_franchie"], _day(row["Date_derniere_etape"])
        return StageFacts(self.known(STAGES, label, url), label, (day,) if day else ())

    def _unfinished(self, row: Row) -> BillStatus:
        end = _day(row["Date_fin_legislature"])
        over = end is not None and end < self.now.astimezone(TORONTO).date()
        return BillStatus.DIED if over else BillStatus.IN_PROGRESS


def _rows(response: Response) -> list[Row]:
    """Give the rows, trimmed. Raises PageChangedError naming the column or the row amiss."""
    try:
        text = io.StringIO(response.body.decode("utf-8-sig"), newline="")
        lines = csv.DictReader(text, strict=True)
        for column in COLUMNS:
            if column not in (lines.fieldnames or ()):
                raise PageChangedError(response.url, f"column {column}", 0)
        return [_row(response.url, number, line) for number, line in enumerate(lines, 2)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise PageChangedError(response.url, f"CSV in UTF-8 ({error})", 0) from error


def _row(url: str, number: int, line: Mapping[str, str | None]) -> Row:
    row = {name: collapse(line[name] or "") for name in COLUMNS}
    try:
        int(row["No_legislature"]), int(row["No_session"])
        _day(row["Date_derniere_etape"]), _day(row["Date_fin_legislature"])
    except ValueError as error:
        raise PageChangedError(url, f"row {number} ({error})", 0) from error
    for name in ("Numero_projet_loi", "Titre_projet_loi"):
        if not row[name]:
            raise PageChangedError(url, f"row {number}, {name}", 0)
    return row


def _key(row: Row) -> Key:
    number = row["Numero_projet_loi"]
    if found := PREFIX.fullmatch(row["Titre_projet_loi"]):
        return int(found[1]), int(found[2]), number
    return int(row["No_legislature"]), int(row["No_session"]), number


def _order(row: Row) -> tuple[Key, int, str]:
    return _key(row), int(row["No_session"]), row["Date_derniere_etape"]


def _title(row: Row) -> str:
    found = PREFIX.fullmatch(row["Titre_projet_loi"])
    return found[3] if found else row["Titre_projet_loi"]


def _day(words: str) -> date | None:
    return date.fromisoformat(words[:10]) if words else None
