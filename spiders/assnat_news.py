"""The Assemblée's news: a committee's new mandate is first told here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from scrapy.http import Response

from spiders.assnat import here
from spiders.assnat_content import MANDATE, NUMBER, content_of, mandate_address
from spiders.base import SourceSpider
from spiders.dates import start_of
from spiders.errors import PageChangedError
from spiders.items import BillRef, Item, Kind, MandateFacts
from spiders.named_days import days_in
from spiders.outline import outline
from spiders.page import any_of, one, text

ROWS = "ul.listeActualites > li:has(.dateActualite):has(a)"
# The tab of the bills has the same rows: their own pages tell more.
BILLS = re.compile(r"/projets-loi/")
TOLD = re.compile(
    r"/(?:communiques|nouvelle|conferences-points-presse|mandats|consultations)/[^/]+", re.I
)
# «La Commission X entreprend un nouveau mandat intitulé : Y»
NEW_MANDATE = re.compile(r"^(?:la |the )?(.+?) (?:entreprend|undertakes) .*?: ?(.+)$", re.I)


class AssnatNewsSpider(SourceSpider):
    """One item per news; that of a mandate names the committee and what it was given."""

    name = "assnat_news"
    routes: ClassVar = {
        "parse_news": r"/(?:fr|en)/(?:actualites-salle-presse/)?(?:index\.html)?(?:\?.*)?"
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page: its hidden form fields change at every answer."""
        parts = outline(response, ("PiedDePage",))
        return repr([(part.heading, [row.words for row in part.rows]) for part in parts]).encode()

    def parse_news(self, response: Response) -> Iterator[Item]:
        """Read the dated links of the page: of its lists of news, or of any list where none is."""
        found = list(self._listed(response)) or list(self._any(response))
        if not any(item.published_at for item in found):
            raise PageChangedError(response.url, ROWS, len(found))
        yield from found

    def _listed(self, response: Response) -> Iterator[Item]:
        for row in any_of(response, ROWS):
            a = one(row, "a")
            url = response.urljoin(a.attrib["href"])
            if not BILLS.search(url):
                yield self._news(url, text(a), text(row, ".dateActualite"))

    def _any(self, response: Response) -> Iterator[Item]:
        for part in content_of(response).parts:
            for row in part.rows:
                told = [link for link in row.links if TOLD.search(link.url)]
                if len(told) == 1 and any(days_in(row.words)):
                    yield self._news(told[0].url, told[0].words, row.words)

    def _news(self, url: str, title: str, dated: str) -> Item:
        title, url = title.rstrip(" »"), here(url)
        day = next(days_in(dated), None)
        mandate, said = MANDATE.search(url), NEW_MANDATE.search(title)
        facts = None
        if mandate:
            number = NUMBER.search(title)
            facts = MandateFacts(
                id=mandate[1],
                title=said[2] if said else title,
                url=mandate_address(mandate[1]),
                committee=said[1] if said else "",
                bill=BillRef(number[1] or number[2]) if number else None,
            )
        return self.item(
            kind=Kind.MANDATE if mandate else Kind.NEWS,
            url=url,
            title=title,
            published_at=start_of(day) if day else None,
            published_text=dated,
            author=facts.committee if facts else "",
            facts=facts,
        )
