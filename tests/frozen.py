"""Frozen pages, one test for every source: each beside its golden, the items that it must give.

`pages/<source id>/<day>….html` (or .csv, .xml, .page.json) is a page; the .json of the same stem is
its golden: the address of the page, its items, the addresses that it asks for, what it tells.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from spiders.base import SourceSpider, load_spider
from spiders.items import Errand, Item, PageMemory, as_json
from spiders.sources import read_register

FOLDER = Path(__file__).with_name("pages")
PAGES = sorted(
    page for page in FOLDER.glob("*/*") if page.suffix != ".json" or page.stem.endswith(".page")
)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def golden_of(page: Path) -> dict[str, Any]:
    """Give the golden of a page."""
    golden = page.with_name(page.name.split(".")[0] + ".json")
    found: dict[str, Any] = json.loads(golden.read_text(encoding="utf-8"))
    return found


def spider_of(source_id: str, known: tuple[str, ...] = ()) -> SourceSpider:
    """Give the spider of a source of our register, at the moment NOW, and what it knows."""
    source = read_register()[source_id]
    errand = Errand(source, known={url: PageMemory(url) for url in known})
    return load_spider(source.spider)(errand, now=NOW)


def read(spider: SourceSpider, url: str, body: bytes) -> dict[str, Any]:
    """Give what a spider makes of a page, as a golden tells it."""
    name = spider.callback_name(url, spider.source)
    assert name, f"{spider.name} does not read {url}"
    found = list(getattr(spider, name)(answer(url, body)))
    return {
        "url": url,
        "items": [as_json(one) for one in found if isinstance(one, Item)],
        "asks": [one.url for one in found if not isinstance(one, Item)],
        "tells": [as_json(issue) for issue in spider.issues],
    }


def answer(url: str, body: bytes) -> Response:
    """Give a body as Scrapy would hand it over."""
    return responsetypes.from_args(url=url, body=body)(url, body=body)
