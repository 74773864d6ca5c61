"""Reads one page in hand, without a crawl."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from scrapy import Request
from scrapy.responsetypes import responsetypes

from spiders.base import spider_for
from spiders.items import Errand, Item
from spiders.sources import Source


def read_page(
    body: bytes, address: str, register: Mapping[str, Source], now: datetime
) -> list[Item]:
    """Give the items that the page of this address yields to the spider that reads it.

    Raises RegisterError when no spider reads this address, PageChangedError or NotAFeedError when
    the page is not the one that its spider knows.
    """
    source, spider, callback = spider_for(address, register)
    kind = responsetypes.from_args(url=address, body=body)
    response = kind(address, body=body, request=Request(address))
    found = getattr(spider(errand=Errand(source), now=now), callback)(response)
    return [thing for thing in found if isinstance(thing, Item)]
