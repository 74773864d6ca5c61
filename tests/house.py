"""A spider for tests: it reads a list, follows it to its rooms, dies where it is told to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.items import Item
from spiders.page import any_of, link, one, some, text

# What this process does outside of itself: connections, look-ups of names.
REACHED: list[str] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        REACHED.append(event)


sys.addaudithook(_watch)


class HouseSpider(SourceSpider):
    """One item per line of the list, and one per room."""

    name = "house"
    routes: ClassVar = {"parse_room": r"/room/.+"}

    def seen_part(self, response: Response) -> bytes:
        """Leave out what changes at each visit."""
        return b"".join(line for line in response.body.splitlines() if b"now" not in line)

    def parse(self, response: Response) -> Iterator[Item | Request]:
        """Read the list."""
        for row in any_of(response, "p.rooms"):
            yield Request(response.urljoin(link(row)), callback=self.parse_room)
        for row in any_of(response, "p.line"):
            if self.has_moved(url := response.urljoin(link(row)), text(row)):
                yield Request(url, callback=self.parse_room)
        for row in some(response, "li"):
            yield self.item(url=response.url, title=text(row), key=text(row))

    def parse_room(self, response: Response) -> Iterator[Item]:
        """Read a room."""
        title = text(one(response, "h1"))
        if title == "death":
            os._exit(3)
        if title == "bug":
            raise ZeroDivisionError(title)
        while title == "loop":
            pass
        yield self.item(url=response.url, title=title, summary=" ".join(REACHED))
