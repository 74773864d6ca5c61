"""The members of the Assemblée: who sits for which riding, in which party, with which functions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import ClassVar

from scrapy.http import Response

from spiders.assnat import here
from spiders.base import SourceSpider
from spiders.errors import PageChangedError
from spiders.items import Item, MemberFacts
from spiders.page import any_of, collapse, link, one, some, text
from spiders.tables import table_rows

FOLDER = "/(?:fr|en)/deputes"
MEMBER = re.compile(FOLDER + r"/[^/]*?-(\d+)/index\.html")
COLUMNS = {"name": "nom|name", "riding": "circonsc|riding|elector", "party": "allég|polit|party"}
HEAD = ".enteteFicheDepute"
SITS_FOR = re.compile(r"^(?:Députée? |(?:Member|MNA) )(?:d[eu]s? |d[’']|for )(.+)$", re.I)
CURRENT = re.compile(r"actuelles|current", re.I)


class AssnatMembersSpider(SourceSpider):
    """One item per member of the index; the page of one adds the functions held now."""

    name = "assnat_members"
    routes: ClassVar = {
        "parse_index": FOLDER + r"/index\.html(?:\?.*)?",
        "parse_member": MEMBER.pattern + r"(?:\?.*)?",
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the table of the index, or the page's column."""
        return repr([text(box) for box in any_of(response, "table, .imbGauche")]).encode()

    def parse_index(self, response: Response) -> Iterator[Item]:
        """Read the table of the members in office."""
        rows = table_rows(response, COLUMNS)
        if not rows:
            raise PageChangedError(response.url, f"a table of {', '.join(COLUMNS)}", 0)
        for row in rows:
            url = here(response.urljoin(link(row["name"])))
            found = MEMBER.search(url)
            if not found:
                raise PageChangedError(response.url, MEMBER.pattern, 0)
            name = text(row["name"])
            yield self._member(
                url, MemberFacts(found[1], name, text(row["riding"]), text(row["party"]))
            )

    def parse_member(self, response: Response) -> Iterator[Item]:
        """Read the page of a member."""
        head = one(response, HEAD)
        told = [text(row) for row in some(head, "li")]
        riding = SITS_FOR.search(told[0])
        (id_,) = MEMBER.findall(response.url)
        if not riding:
            raise PageChangedError(response.url, f"{HEAD} li: Député de …", len(told))
        surname = text(head, ".nomDepute")
        given = collapse(text(head, "h1").removesuffix(surname))
        held = _held_now(response)
        # The head names the highest functions, without the day: the list below says them again.
        first = [one for one in told[2:] if not any(one in more for more in held)]
        facts = MemberFacts(
            id_, f"{surname}, {given}", riding[1], told[1] if told[1:] else "", (*first, *held)
        )
        yield self._member(here(response.url), facts)

    def _member(self, url: str, facts: MemberFacts) -> Item:
        return self.item(url=url, title=facts.name, key=facts.id, facts=facts)


def _held_now(response: Response) -> tuple[str, ...]:
    head = next((h for h in any_of(response, "h4") if CURRENT.search(text(h))), None)
    after = head.xpath("following-sibling::*") if head is not None else []
    return tuple(text(row) for row in takewhile(lambda row: row.root.tag == "li", after))
