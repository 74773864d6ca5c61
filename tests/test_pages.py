"""Every frozen page of every source: what it must give, and that its loss is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiders.errors import NotAFeedError, PageChangedError
from spiders.sources import read_register
from tests.frozen import PAGES, golden_of, read, spider_of
from vigie.scaffold.frozen import moment_of

GENERIC = ("page_watch", "sitemap")  # no code each: their sources are blocks alone
EMPTY = {
    ".html": b"<html><body><h1>La page ne peut \xc3\xaatre affich\xc3\xa9e</h1></body></html>",
    ".csv": b"\xef\xbb\xbf",
    ".json": b"{}",
    ".xml": b"<Nothing/>",
    ".pdf": b"%PDF-1.4\n%%EOF\n",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_a_frozen_page_gives_its_golden_items(page: Path) -> None:
    golden = golden_of(page)
    spider = spider_of(page.parent.name, now=moment_of(page))
    assert read(spider, golden["url"], page.read_bytes()) == golden


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_a_page_emptied_of_its_content_is_noticed(page: Path) -> None:
    spider = spider_of(page.parent.name)
    with pytest.raises((PageChangedError, NotAFeedError)):
        read(spider, golden_of(page)["url"], EMPTY[page.suffix])


def test_every_source_that_needs_code_has_a_frozen_page() -> None:
    frozen = {page.parent.name for page in PAGES}
    # Articles are everybody's pages: how they are read is told by test_article.py.
    shapeless = ("feed", "articles", *GENERIC)
    coded = {source.id for source in read_register().values() if source.spider not in shapeless}
    assert coded - frozen == set()


def test_every_reader_that_serves_many_sources_has_a_frozen_page() -> None:
    register = read_register()
    read = {register[page.parent.name].spider for page in PAGES}
    assert set(GENERIC) - read == set()
