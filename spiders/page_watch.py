"""Every page that lists news without a feed: a block of the register, no code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from parsel import Selector
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.dates import feed_date
from spiders.errors import NoLinksError
from spiders.items import Item
from spiders.page import any_of, text

# Where a page keeps what it is about: the first of these that it has.
ZONES = ("main, [role=main]", "#content, #contenu", "article", "body")
# What stands around it, or in it, and is about the site. The header of an article is its own.
ASIDE = (
    "ancestor-or-self::*[self::nav or self::footer or self::aside or self::form"
    " or @role='navigation' or (self::header and not(ancestor::article))]"
)
HEADINGS = ".//h1 | .//h2 | .//h3 | .//h4 | .//h5 | .//h6"
# A menu says less than this; a headline of two words is rare.
FEWEST_WORDS, FEWEST_LETTERS = 3, 15
# «Lire la suite»: the title is the heading above. «Toutes les nouvelles»: it is no title at all.
MORE = re.compile(
    r"(?:lire|en savoir|voir|read|learn|find out)\b.{0,20}\b(?:suite|plus|more|article|détails)\W*",
    re.IGNORECASE,
)
ALL = re.compile(
    r"(?:\w+ )?(?:toutes|tous|all)(?: les| nos| the| our)?"
    r" (?:nouvelles|actualités|communiqués|publications|articles|news|releases)\W*",
    re.IGNORECASE,
)
PAGINATION = re.compile(
    r"[?&/](?:page|paged|offset|start|debut_\w+)[=/]\d+/?(?:&|$)", re.IGNORECASE
)
DATES = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}(?:er)? [^\W\d_]{3,9}\.? \d{4}(?!\d)"
    r"|[^\W\d_]{3,9}\.? \d{1,2}, \d{4}(?!\d)"
)
WHOLE = ("main", "body", "html")  # boxes that are the card of nothing


@dataclass(frozen=True, slots=True)
class Found:
    """A link of the list: its address, its title, the date beside it as printed and as a moment."""

    url: str
    title: str
    dated: str
    published: datetime | None


class PageWatchSpider(SourceSpider):
    """One item per link that a page's main zone shows as a title.

    What is new is an address never seen: the rest of the page may change at will.
    """

    name = "page_watch"

    def seen_part(self, response: Response) -> bytes:
        """Give the links with their titles, the page itself where there is none."""
        told = (f"{found.url} {found.title}" for found in links(response, self.now))
        return "\n".join(told).encode() or response.body

    def parse(self, response: Response) -> Iterator[Item]:
        """Read the list. Raises NoLinksError for a page that shows none."""
        found = links(response, self.now)
        if not found:
            raise NoLinksError(response.url)
        for one in found:
            yield self.item(
                url=one.url, title=one.title, published_at=one.published, published_text=one.dated
            )


def links(response: Response, now: datetime | None = None) -> list[Found]:
    """Give the titles that a page's main zone links to, in its order, each address once.

    Menus, pagination, other sites and places of the page itself are not among them.
    """
    zone = next((boxes for name in ZONES if (boxes := any_of(response, name))), [])
    anchors: dict[str, list[Selector]] = defaultdict(list)
    for anchor in (a for box in zone for a in box.xpath(f".//a[@href][not({ASIDE})]")):
        if url := _followed(anchor.attrib["href"], response.url):
            anchors[url].append(anchor)
    named = {url: words for url, own in anchors.items() if (words := _words(own))}
    held = _held({url: anchors[url] for url in named})
    found = []
    for url, words in named.items():
        cards = [_card(anchor, url, held) for anchor in anchors[url]]
        if title := _heading(cards) if MORE.fullmatch(words) else words:
            found.append(Found(url, title, *_day(cards, now)))
    return found


def _followed(href: str, here: str) -> str:
    """Give the whole address of a link that leads to another page of the same site, else ""."""
    try:
        url = urldefrag(urljoin(here, href.strip())).url
        there, page = urlsplit(url), urlsplit(here)
    except ValueError:
        return ""
    if there.scheme not in ("http", "https") or _site(there.netloc) != _site(page.netloc):
        return ""
    is_here = (there.path.rstrip("/"), there.query) == (page.path.rstrip("/"), page.query)
    is_home = there.path in ("", "/") and not there.query
    return "" if is_here or is_home or PAGINATION.search(url) else url


def _words(anchors: Iterable[Selector]) -> str:
    """Give the most that the links to one address say, "" where that is no title."""
    said = max(map(_title, anchors), key=len)
    is_title = len(said) >= FEWEST_LETTERS and len(said.split()) >= FEWEST_WORDS
    return said if MORE.fullmatch(said) or (is_title and not ALL.fullmatch(said)) else ""


def _title(anchor: Selector) -> str:
    inside = anchor.xpath(HEADINGS)
    return text(inside[0] if inside else anchor)


def _held(anchors: Mapping[str, Iterable[Selector]]) -> Mapping[Any, set[str]]:
    """Give, of each box of the page, the titles that it holds."""
    held: dict[Any, set[str]] = defaultdict(set)
    for url, own in anchors.items():
        for anchor in own:
            for box in anchor.root.iterancestors():
                held[box].add(url)
    return held


def _card(anchor: Selector, url: str, held: Mapping[Any, set[str]]) -> Selector:
    """Give the largest box around a link that holds no other title."""
    card = anchor.root
    for box in card.iterancestors():
        if box.tag in WHOLE or held[box] != {url}:
            break
        card = box
    return Selector(root=card, type="html")


def _heading(cards: Iterable[Selector]) -> str:
    headings = (text(heading) for card in cards for heading in card.xpath(HEADINGS))
    return next(filter(None, headings), "")


def _day(cards: Iterable[Selector], now: datetime | None) -> tuple[str, datetime | None]:
    """Give the first day that is printed beside a title, in its words and as a moment."""
    for card in cards:
        for stamp in card.xpath(".//time"):
            precise, said = stamp.attrib.get("datetime", "").strip(), text(stamp)
            if moment := feed_date(precise, now) or feed_date(said, now):
                return said or precise, moment
        for match in DATES.finditer(text(card)):
            if moment := feed_date(match[0], now):
                return match[0], moment
    return "", None


def _site(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")
