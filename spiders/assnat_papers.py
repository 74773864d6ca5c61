"""The documents laid before the Assemblée: those of the day, of a sitting, of a whole session.

None of these pages was ever found in store: a document is a row of a table or of a list that leads
to one, whatever its boxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import takewhile
from typing import ClassVar, NamedTuple

from parsel import Selector
from scrapy import Request
from scrapy.http import Response

from spiders.assnat import fold, here
from spiders.assnat_bills import FURTHER
from spiders.assnat_content import AROUND, WORK, title_of
from spiders.assnat_steps import SIZE
from spiders.base import SourceSpider
from spiders.dates import start_of
from spiders.errors import PageChangedError
from spiders.items import Item, Link, PaperFacts
from spiders.named_days import days_in
from spiders.outline import Part, outline
from spiders.page import any_of, text

PAPERS = WORK + r"/documents-deposes\.html"
OF_THE_DAY = "documents-deposes/depots-du-jour.html"
OF_A_SITTING = re.compile(
    WORK + r"/assemblee-nationale/\d+-\d+/journal-debats/(\d{4})(\d\d)(\d\d)\w*"
    r"/documents-deposes\.html"
)
HEAD = re.compile(
    r"documents? déposés?|dépôts? du jour|tabled (?:documents|papers)|(?:documents|papers) tabled",
    re.I,
)
DOCUMENT = re.compile(r"Process\.aspx\?.*MediaId=|/fr/document/\d+|/en/document/\d+|\.pdf$", re.I)
GENERIC = re.compile(r"DocumentGenerique_\d+|/document/\d+")
NUMBER = re.compile(r"\b\d{1,5}-\d{8}\b")
NUMBERED = re.compile(r"\(? ?\b(?:dépôt|tabled|paper|sessional paper) (?:n[°ºo]|no\.?) ?\S+", re.I)
BY = re.compile(
    r"(?:(?:déposée?s?|présentée?s?) par|(?:tabled|presented) by) ?:? ?(.+?)(?: ?[,;(–]| \d|$)",
    re.I,
)


class Row(NamedTuple):
    """A row that leads to a document; `heading` is what it stands under, `cells` its parts."""

    heading: str
    words: str
    cells: Sequence[str]
    document: Link


class AssnatPapersSpider(SourceSpider):
    """One item per document; the page that all are listed on leads to that of the day."""

    name = "assnat_papers"
    routes: ClassVar = {
        "parse_papers": (
            rf"(?:{PAPERS}|{WORK}/documents-deposes/depots-du-jour\.html|{OF_A_SITTING.pattern})"
            r"(?:\?.*)?"
        ),
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page: its hidden form fields change at every answer."""
        return repr([(part.heading, part.words) for part in _parts(response)]).encode()

    def parse_papers(self, response: Response) -> Iterator[Item | Request]:
        """Read the documents. Raises PageChangedError for a page that is not headed as theirs."""
        parts = _parts(response)
        if not HEAD.search(" ".join([title_of(response), *(part.heading for part in parts)])):
            raise PageChangedError(response.url, HEAD.pattern, 0)
        sitting = OF_A_SITTING.search(response.url)
        day = date(*map(int, sitting.groups())) if sitting else None
        rows = [*_in_lists(parts), *_in_tables(response)]
        for row in {one.document.url: one for one in rows}.values():
            yield self._paper(row, day)
        if re.search(PAPERS, response.url) and not sitting:
            url = here(response.urljoin(OF_THE_DAY)).partition("?")[0]
            yield Request(url, callback=self.parse_papers)

    def _paper(self, row: Row, sitting: date | None) -> Item:
        number, by = NUMBER.search(row.words), BY.search(row.words)
        days = (*days_in(row.words), *_day_of(number), sitting, *days_in(row.heading))
        day = next(filter(None, days), None)
        title = NUMBERED.sub("", SIZE.sub("", row.document.title)).strip(" ,;:–-()")
        facts = PaperFacts(
            title=title or row.document.title,
            url=row.document.url,
            number=number[0] if number else "",
            date=day,
            tabled_by=by[1] if by else _who(row),
        )
        generic = GENERIC.search(facts.url)
        return self.item(
            url=facts.url,
            title=facts.title,
            key=facts.number or (generic[0].strip("/") if generic else facts.url),
            published_at=start_of(day) if day else None,
            author=facts.tabled_by,
            facts=facts,
        )


def _parts(response: Response) -> list[Part]:
    parts = outline(response, AROUND, within="ColCentre")
    return list(takewhile(lambda part: fold(part.heading) != FURTHER, parts))


def _in_tables(response: Response) -> Iterator[Row]:
    for row in any_of(response, "tr:has(td a[href]):not(:has(table))"):
        cells = row.xpath("./td | ./th")
        if links := _documents(response, row):
            yield Row("", text(row), [text(cell) for cell in cells if not cell.css("a")], links[0])


def _in_lists(parts: Sequence[Part]) -> Iterator[Row]:
    for part in parts:
        for row in part.rows:
            links = [Link(one.words, here(one.url)) for one in row.links if one.words]
            links = [one for one in links if DOCUMENT.search(one.url)]
            if row.listed and links:
                yield Row(part.heading, row.words, (), links[0])


def _documents(response: Response, row: Selector) -> list[Link]:
    links = [Link(text(a), here(response.urljoin(a.attrib["href"]))) for a in row.css("a[href]")]
    return [link for link in links if link.title and DOCUMENT.search(link.url)]


def _day_of(number: re.Match[str] | None) -> tuple[date, ...]:
    digits = number[0].partition("-")[2] if number else ""
    return tuple(days_in(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"))


def _who(row: Row) -> str:
    """Give the cell that holds neither the number, nor a day, nor a figure alone."""
    return next(
        (
            cell
            for cell in row.cells
            if cell and not NUMBER.search(cell) and not any(days_in(cell)) and not cell.isdecimal()
        ),
        "",
    )
