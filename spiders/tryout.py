"""Reads one page in hand, without a crawl."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from spiders.base import SourceSpider, spider_for
from spiders.errands import Errand
from spiders.errors import RegisterError
from spiders.items import Item, as_json
from spiders.sources import Source


def read_page(
    body: bytes, address: str, register: Mapping[str, Source], now: datetime
) -> list[Item]:
    """Give the items that the page of this address yields to the spider that reads it.

    Raises RegisterError when no spider reads this address, PageChangedError or NotAFeedError when
    the page is not the one that its spider knows.
    """
    source, spider, callback = spider_for(address, register)
    found = getattr(spider(errand=Errand(source), now=now), callback)(answer(address, body))
    return [thing for thing in found if isinstance(thing, Item)]


def golden(spider: SourceSpider, address: str, body: bytes) -> dict[str, Any]:
    """Give all that a spider makes of a page: its items, the addresses it asks, what it tells.

    Raises RegisterError when this spider does not read this address, and as its callbacks do.
    """
    name = spider.callback_name(address, spider.source)
    if not name:
        raise RegisterError(f"{address}: {spider.name} does not read this address")
    found = list(getattr(spider, name)(answer(address, body)))
    return {
        "url": address,
        "items": [as_json(one) for one in found if isinstance(one, Item)],
        "asks": [one.url for one in found if isinstance(one, Request)],
        "tells": [as_json(issue) for issue in spider.issues],
    }


def answer(address: str, body: bytes) -> Response:
    """Give a body as Scrapy would hand it over."""
    kind = responsetypes.from_args(url=address, body=body)
    return kind(address, body=body, request=Request(address))
