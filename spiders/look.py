"""Asks for addresses and reads nothing of them: what each one served, or why nothing was had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, NamedTuple
from urllib.parse import urljoin

from parsel import Selector
from scrapy.http import Response

from spiders.archive import Archive
from spiders.base import SourceSpider
from spiders.encoding import decode
from spiders.errands import Errand
from spiders.items import Issue, Item, Visit
from spiders.settings import REDIRECT_MAX_TIMES
from spiders.sources import Source
from spiders.visit import Trip, visit

FEEDS = "link[rel~=alternate][type*=rss], link[rel~=alternate][type*=atom]"


class Seen(NamedTuple):
    """What an address served. `url` is where its redirections led."""

    url: str
    body: bytes
    content_type: str = ""

    @property
    def text(self) -> str:
        """Give the body as text."""
        return decode(self.body, self.content_type)

    def announced_feeds(self) -> list[str]:
        """Give the addresses of the feeds that an HTML page says it has."""
        links = Selector(self.text, type="html").css(FEEDS)
        found = (link.attrib.get("href", "").strip() for link in links)
        return list(dict.fromkeys(urljoin(self.url, href) for href in found if href))


class LookSpider(SourceSpider):
    """Lets every address of its host be asked; what comes is judged and archived, not read."""

    name = "look"
    routes: ClassVar = {"parse": r"(?s:.*)"}

    def parse(self, response: Response) -> Iterator[Item]:
        """Read nothing."""
        yield from ()


def look(source: Source, addresses: Sequence[str], trip: Trip) -> Mapping[str, Seen | Issue]:
    """Ask for addresses of one host, as any visit does: robots.txt, delays, archive.

    Raises ArchiveError when there is no reading the archive to replay, or writing ours.
    """
    errand = Errand(replace(source, url=addresses[0], spider="look"), tuple(addresses[1:]))
    trip.home.mkdir(parents=True, exist_ok=True)
    # Other visits write in the archives meanwhile: this one's stands apart until it is read.
    with TemporaryDirectory(dir=trip.home) as apart:
        outing = replace(trip, home=Path(apart))
        (told,) = (thing for thing in visit([errand], outing) if isinstance(thing, Visit))
        found = dict(_found(outing, addresses))
        _keep(Path(apart) / "archive", trip.home / "archive")
    refused = {issue.url: issue for issue in told.issues if issue.code != "moved"}
    return {
        url: refused.get(url) or found.get(url) or Issue("interrupted", url) for url in addresses
    }


def _found(trip: Trip, addresses: Sequence[str]) -> Iterator[tuple[str, Seen]]:
    written = (Archive(path) for path in (trip.home / "archive").glob("*.warc.gz"))
    if archive := trip.archive() or next(written, None):
        for address in addresses:
            if seen := _seen(archive, address, trip):
                yield address, seen


def _seen(archive: Archive, url: str, trip: Trip) -> Seen | None:
    for _ in range(REDIRECT_MAX_TIMES + 1):
        answer = archive.answer(url, trip.until)
        if answer is None:
            return None
        headers = {name.lower(): value for name, value in answer.headers}
        if answer.status < 300:
            return Seen(url, answer.body, headers.get("content-type", ""))
        url = urljoin(url, headers.get("location", ""))
    return None


def _keep(ours: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path in ours.glob("*.warc.gz"):
        path.rename(folder / path.name)
