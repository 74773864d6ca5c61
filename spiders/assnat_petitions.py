"""The petitions that can be signed on the Assemblée's site, until when, and by how many so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from scrapy import Request
from scrapy.http import Response

from spiders.assnat import here
from spiders.assnat_content import content_of
from spiders.base import SourceSpider
from spiders.dates import start_of
from spiders.errors import PageChangedError
from spiders.items import Item, PetitionFacts
from spiders.named_days import days_in
from spiders.outline import outline
from spiders.page import link, text
from spiders.tables import Cells, table_rows, whole_number

FOLDER = "/(?:fr|en)/exprimez-votre-opinion/petition"
PETITION = re.compile(FOLDER + r"/Petition-(\d+)/index\.html", re.I)
COLUMNS = {
    "title": r"sujet|titre|subject",
    "sponsor": r"député|parrain|sponsor",
    "opens": r"(?:date d.)?(?:ouver|début)|date opened|opening",
    "deadline": r"(?:date de )?fin|date limite|end of|clos",
    "signatures": r"(?:nombre de |nb )?signat|number of signat",
}
NONE_OPEN = re.compile(r"aucune pétition|no (?:e-)?petition", re.I)
PREFIX = re.compile(r"^(?:pétition|(?:e-)?petition) ?: ?", re.I)
DEADLINE = re.compile(
    r"(?:date limite pour signer|fin de la période de signature|deadline (?:for|to) sign\w*|"
    r"signing deadline|end of signing period) ?: ?(.+)",
    re.I,
)
SIGNED = re.compile(
    r"(?:nombre de (?:signataires|signatures)|number of (?:signatures|signatories)) ?: ?"
    r"(\d[\d ,]*)",
    re.I,
)
OVER = re.compile(r"période de signature de la pétition est terminée|signing period .*ended", re.I)
SPONSOR = re.compile(r"/deputes/.*-\d+/")
HELP = re.compile(r"besoin d.aide|need help", re.I)


class AssnatPetitionsSpider(SourceSpider):
    """One item per petition of the list; the page of a new one, for its text."""

    name = "assnat_petitions"
    routes: ClassVar = {
        "parse_list": FOLDER + r"/signer-petition/index\.html(?:\?.*)?",
        "parse_petition": PETITION.pattern + r"(?:\?.*)?",
    }

    def seen_part(self, response: Response) -> bytes:
        """Give the words of the page: its hidden form fields change at every answer."""
        parts = outline(response, ("PiedDePage",), within="ColCentre")
        return repr([(part.heading, [row.words for row in part.rows]) for part in parts]).encode()

    def parse_list(self, response: Response) -> Iterator[Item | Request]:
        """Read the table of the petitions that can be signed."""
        rows = table_rows(response, COLUMNS)
        if rows is None and not NONE_OPEN.search(" ".join(content_of(response).lines)):
            raise PageChangedError(response.url, f"a table of {', '.join(COLUMNS)}", 0)
        for row in rows or ():
            facts = _listed(response, row)
            yield self._petition(facts)
            if facts.url not in self.errand.known:
                yield Request(facts.url, callback=self.parse_petition)

    def parse_petition(self, response: Response) -> Iterator[Item]:
        """Read the text of a petition and its deadline."""
        content = content_of(response)
        words = "\n".join(content.lines)
        deadline, signed = DEADLINE.search(words), SIGNED.search(words)
        (id_,) = PETITION.findall(response.url)
        if not deadline and not signed:
            raise PageChangedError(
                response.url, "Date limite pour signer, Nombre de signataires", 0
            )
        days = list(days_in(deadline[1])) if deadline else []
        sponsors = [one.title for one in content.links if SPONSOR.search(one.url)]
        facts = PetitionFacts(
            id=id_,
            title=PREFIX.sub("", content.title),
            url=_page(response.url),
            sponsor=sponsors[0] if sponsors else "",
            deadline=days[0] if days else None,
            signatures=whole_number(signed[1]) if signed else None,
            open=not OVER.search(words),
        )
        lang = "en" if "/en/" in response.url else "fr"
        yield self._petition(facts, summary=HELP.split(words)[0].strip(), lang=lang)

    def _petition(self, facts: PetitionFacts, **stated: str) -> Item:
        return self.item(
            url=facts.url,
            title=facts.title,
            key=f"Petition-{facts.id}",
            published_at=start_of(facts.opens) if facts.opens else None,
            author=facts.sponsor,
            facts=facts,
            **stated,
        )


def _page(url: str) -> str:
    """Give the address of a petition's page without what says which page led there."""
    return here(url).partition("?")[0]


def _listed(response: Response, row: Cells) -> PetitionFacts:
    url = _page(response.urljoin(link(row["title"])))
    found = PETITION.search(url)
    ends = next(days_in(text(row["deadline"])), None)
    if not found or not ends:
        raise PageChangedError(response.url, "a petition's page and the end of its signing", 0)
    return PetitionFacts(
        id=found[1],
        title=text(row["title"]),
        url=url,
        sponsor=text(row["sponsor"]),
        opens=next(days_in(text(row["opens"])), None),
        deadline=ends,
        signatures=whole_number(text(row["signatures"])),
        open=True,
    )
