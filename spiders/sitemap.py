"""Every sitemap for Google News: the titles of the last two days, where a feed fails."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.dates import feed_date
from spiders.errors import NotAFeedError
from spiders.items import Item
from spiders.page import collapse

ROOT = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


class SitemapSpider(SourceSpider):
    """One item per address of the sitemap that has a title."""

    name = "sitemap"
    follows_moves = True

    def parse(self, response: Response) -> Iterator[Item]:
        """Read the sitemap. Raises NotAFeedError for anything else."""
        for url in _urlset(response).iter(f"{ROOT}url"):
            news = url.find(f"{NEWS}news")
            address, title = _said(url, f"{ROOT}loc"), _said(news, f"{NEWS}title")
            if not address or not title:
                continue
            dated = _said(news, f"{NEWS}publication_date")
            lang = _said(news, f"{NEWS}publication/{NEWS}language")[:2].lower()
            yield self.item(
                url=response.urljoin(address),
                title=title,
                published_at=feed_date(dated, self.now),
                published_text=dated,
                lang=lang or self.source.lang,
            )


def _urlset(response: Response) -> etree._Element:
    # Neither entities nor a document type have anything to do in a sitemap.
    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(response.body, safe)
    except etree.XMLSyntaxError as error:
        raise NotAFeedError(response.url, "autre chose que du XML") from error
    if root.getroottree().docinfo.doctype:
        raise NotAFeedError(response.url, "un document qui définit ses propres entités")
    if root.tag != f"{ROOT}urlset":
        named = etree.QName(root).localname
        raise NotAFeedError(response.url, f"du XML d’une autre sorte (<{named}>)")
    return root


def _said(where: etree._Element | None, name: str) -> str:
    found = where.findtext(name) if where is not None else None
    return collapse(found or "")
