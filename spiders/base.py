"""What every spider is: routes from addresses to callbacks, and the Items that it states."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response

from spiders.errands import Errand
from spiders.errors import RegisterError
from spiders.items import Issue, Item, Kind
from spiders.sources import Source

T = TypeVar("T")
LINE = "#ligne"  # what a list says of a page is remembered beside it, at this place of its address


class SourceSpider(Spider):
    """Reads one source. Its callbacks are generators of Items and Requests.

    `routes` tells, by callback name, which addresses it reads: a regular expression of the whole
    address from its path on. The address of the source itself goes to `parse` unless a route says
    otherwise. A callback needs nothing but a Response: no crawl has to run around it. `now` is when
    the visit takes place, in a replay too. `may_lack` names the callbacks whose addresses may not
    exist yet: not to find one is then an answer, unless it was read before. `follows_moves` tells
    that it reads whatever address its source has: where that one has moved for good can be kept.
    `at_once` is how many of its pages are asked for side by side; `witness` names who tells of its
    visits.
    """

    name = ""
    routes: ClassVar[Mapping[str, str]] = {}
    may_lack: ClassVar[frozenset[str]] = frozenset()
    follows_moves: ClassVar[bool] = False
    at_once: ClassVar[int] = 1
    witness: ClassVar[str] = "spiders.witness.Witness"

    def __init__(self, errand: Errand, now: datetime, **settings: Any) -> None:
        super().__init__(**settings)
        self.errand, self.source, self.now = errand, errand.source, now
        self.issues: list[Issue] = []
        self.lines: dict[str, str] = {}

    @classmethod
    def callback_name(cls, address: str, source: Source) -> str | None:
        """Name the callback that reads this address, None when this spider does not read it."""
        if _host(address) != _host(source.url):
            return None
        path = urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl() or "/"
        for name, route in cls.routes.items():
            if re.fullmatch(route, path):
                return name
        return "parse" if address == source.url else None

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the source's address, then for every further page of the errand, each once."""
        own = (self.source.url,) if self.errand.start else ()
        for url in dict.fromkeys((*own, *self.errand.pages)):
            name = self.callback_name(url, self.source)
            if name:
                yield Request(url, callback=getattr(self, name))
            else:
                self.tell(Issue("no-reader", url))

    def seen_part(self, response: Response) -> bytes:
        """Give what the callbacks look at: the page has changed when this has."""
        return response.body

    def item(self, *, url: str, title: str, **stated: Any) -> Item:
        """State one thing published; kind and language are the source's unless said otherwise."""
        usual = {"kind": Kind(self.source.kind), "lang": self.source.lang}
        return Item(source=self.source.id, url=url, title=title, **(usual | stated))

    def known(self, table: Mapping[str, T], label: str, url: str = "") -> T | None:
        """Give our word for the source's label; a label that we do not know is told, and None."""
        if label not in table:
            self.tell(Issue("unknown-label", url, label))
        return table.get(label)

    def has_moved(self, url: str, line: str) -> bool:
        """Whether a list says something else of a page than at the last visit, as far as is known.

        What it says is remembered once the page is read, or was not asked for.
        """
        self.lines[url] = hashlib.sha256(line.encode()).hexdigest()
        known = self.errand.known.get(url + LINE)
        return known is not None and known.fingerprint != self.lines[url]

    def tell(self, issue: Issue) -> None:
        """Tell something about this visit, once."""
        if issue not in self.issues:
            self.issues.append(issue)


class Reader(NamedTuple):
    """Who reads an address: the source, its spider, the name of the callback."""

    source: Source
    spider: type[SourceSpider]
    callback: str


def load_spider(name: str) -> type[SourceSpider]:
    """Give the spider of that name, in the file of that name (a dotted name is a module elsewhere).

    Raises RegisterError when there is none.
    """
    module, called = name if "." in name else f"spiders.{name}", name.rpartition(".")[2]
    try:
        found = vars(import_module(module)).values()
    except (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError) as error:
        raise RegisterError(f"{name}: no such spider ({error})") from error
    for value in found:
        if isinstance(value, type) and issubclass(value, SourceSpider) and value.name == called:
            return value
    raise RegisterError(f"{module}: no spider there is called {called!r}")


def spider_for(address: str, register: Mapping[str, Source]) -> Reader:
    """Tell who reads this address. Raises RegisterError when no source of the register does."""
    for source in register.values():
        if _host(source.url) == _host(address):
            spider = load_spider(source.spider)
            if name := spider.callback_name(address, source):
                return Reader(source, spider, name)
    raise RegisterError(f"{address}: no source of the register reads this address")


def sources_in(addresses: Iterable[str], sources: Iterable[Source]) -> list[Source]:
    """Keep the sources that have something to read among these addresses (those of an archive)."""
    by_host: dict[str, list[str]] = {}
    for address in addresses:
        by_host.setdefault(_host(address), []).append(address)

    def readable(source: Source) -> bool:
        there = by_host.get(_host(source.url), [])
        if source.url in there:
            return True
        spider = load_spider(source.spider) if there else SourceSpider
        return any(spider.callback_name(address, source) for address in there)

    return [source for source in sources if readable(source)]


def _host(address: str) -> str:
    host = urlsplit(address).hostname or ""
    return host.removeprefix("www.").removeprefix("m.")
