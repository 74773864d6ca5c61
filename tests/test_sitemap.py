"""A sitemap for Google News stands in for a feed; what is no sitemap is named."""

from __future__ import annotations

import pytest

from spiders.base import load_spider
from spiders.errands import Errand
from spiders.errors import NotAFeedError
from spiders.items import Item
from spiders.tryout import answer
from tests.factories import NOW, make_source

URL = "https://paper.example/news.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def read(body: str) -> list[Item]:
    source = make_source("paper", url=URL, spider="sitemap")
    spider = load_spider("sitemap")(Errand(source), now=NOW)
    found = spider.parse(answer(URL, body.encode()))
    return [item for item in found if isinstance(item, Item)]


def entry(title: str = "Des places", loc: str = "https://paper.example/1", date: str = "") -> str:
    news = f"<news:title>{title}</news:title><news:publication_date>{date}</news:publication_date>"
    return f"<url><loc>{loc}</loc><news:news>{news}</news:news></url>"


def test_each_titled_address_is_an_item_and_the_others_are_left() -> None:
    body = (
        entry() + entry(title="") + entry(loc="") + "<url><loc>https://paper.example/2</loc></url>"
    )
    (item,) = read(f"<urlset {SPACES}>{body}</urlset>")
    assert (item.title, item.url, item.lang) == ("Des places", "https://paper.example/1", "fr")


def test_a_date_that_is_none_is_kept_as_its_words() -> None:
    (item,) = read(f"<urlset {SPACES}>{entry(date='hier')}</urlset>")
    assert (item.published_at, item.published_text) == (None, "hier")


def test_an_empty_sitemap_has_no_item() -> None:
    assert read(f"<urlset {SPACES}/>") == []


BOMB = '<!DOCTYPE u [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("<html><body>Un instant…</body></html>", "html"),
        (f"<sitemapindex {SPACES}/>", "sitemapindex"),
        ("pas du XML", "autre chose que du XML"),
        ("", "autre chose que du XML"),
        (f"{BOMB}<urlset {SPACES}>{entry(title='&b;')}</urlset>", "ses propres entités"),
    ],
)
def test_what_is_no_sitemap_is_named(body: str, named: str) -> None:
    with pytest.raises(NotAFeedError, match=named):
        read(body)
