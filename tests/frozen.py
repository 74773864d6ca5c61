"""Frozen pages, one test for every source: each beside its golden, the items that it must give.

`pages/<source id>/<day>….html` (or .csv, .xml, .page.json) is a page; the .json of the same stem is
its golden: the address of the page, its items, the addresses that it asks for, what it tells.
`vigie new` and `vigie freeze` write both.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from spiders.base import SourceSpider, load_spider
from spiders.errands import Errand
from spiders.items import PageMemory
from spiders.sources import read_register
from spiders.tryout import answer
from spiders.tryout import golden as read
from vigie.scaffold.frozen import pages_in, read_golden

__all__ = ["FOLDER", "NOW", "PAGES", "answer", "golden_of", "read", "spider_of"]
FOLDER = Path(__file__).with_name("pages")
PAGES = [page for folder in sorted(FOLDER.iterdir()) for page in pages_in(folder)]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def golden_of(page: Path) -> dict[str, Any]:
    """Give the golden of a page; one that waits for its spider fails with what is to be done."""
    golden = read_golden(page)
    if "todo" in golden:
        pytest.fail(golden["todo"], pytrace=False)
    return golden


def spider_of(source_id: str, known: tuple[str, ...] = (), now: datetime = NOW) -> SourceSpider:
    """Give the spider of a source of our register, at that moment, and what it knows."""
    source = read_register()[source_id]
    errand = Errand(source, known={url: PageMemory(url) for url in known})
    return load_spider(source.spider)(errand, now=now)
