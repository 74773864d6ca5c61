"""The page of an article: its text, its title, its date with where that comes from.

Text by trafilatura. Title, date, author and address by what the page states of itself (schema.org,
meta, `time`), which readers by heuristics overrule too easily: a date guessed is no date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from trafilatura import extract

from spiders.dates import feed_date
from spiders.encoding import decode
from spiders.errors import NotAnArticleError
from spiders.page import collapse

LONGEST = 400_000  # characters of a page that are read: what follows is no article
LEAST = 60  # characters of text under which a page tells nothing
KINDS = re.compile(r"Article|BlogPosting|Report|WebPage$")
LOOSE_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
ISO, DAY = re.compile(r"\d{4}-\d\d-\d\dT\d"), len("2031-03-03")
KEPT_UP = timedelta(days=30)
META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date.published",
    "publish-date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
)


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says. `published_from` is "schema", "meta", "time" or "" (no date is stated).

    `published` is aware, in UTC. `lang` is what the page declares, its two first letters.
    """

    title: str
    text: str
    canonical_url: str
    published: datetime | None = None
    published_from: str = ""
    author: str = ""
    lang: str | None = None


def read_article(
    body: bytes, url: str, *, content_type: str = "", now: datetime | None = None
) -> Article:
    """Read the page of an article.

    Raises NotAnArticleError where there is no text to read: a page that needs a browser, a wall.
    """
    source = decode(body, content_type)[:LONGEST]
    tree = _tree(source, url)
    # Not `deduplicate`: trafilatura remembers paragraphs from one page to the next.
    text = extract(source, url=url, include_comments=False) or ""
    text = "\n".join(collapse(line) for line in text.splitlines() if line.strip())
    if len(text) < LEAST:
        raise NotAnArticleError(url)
    told = list(_schema(tree))
    published, where = _published(tree, told, now)
    return Article(
        title=_title(tree, told, url),
        text=text,
        canonical_url=_canonical(tree, url),
        published=published,
        published_from=where,
        author=_author(tree, told),
        lang=_lang(tree),
    )


def _tree(source: str, url: str) -> html.HtmlElement:
    try:
        parser = html.HTMLParser(encoding="utf-8")
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (ValueError, html.etree.ParserError) as error:
        raise NotAnArticleError(url) from error


def _schema(tree: html.HtmlElement) -> Iterator[Mapping[str, Any]]:
    """Give what the page tells of articles in schema.org's words, in its order."""
    for script in tree.xpath('//script[contains(@type, "ld+json")]/text()'):
        try:
            yield from _articles(json.loads(script.strip().rstrip(";"), strict=False))
        except (ValueError, RecursionError):
            continue  # as broken as any script may be: the page has other words


def _articles(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _articles(one)
    elif isinstance(value, dict):
        if KINDS.search(str(value.get("@type"))):
            yield value
        for name in ("@graph", "mainEntity"):
            yield from _articles(value.get(name))


def _title(tree: html.HtmlElement, told: list[Mapping[str, Any]], url: str) -> str:
    headline = next((one["headline"] for one in told if isinstance(one.get("headline"), str)), "")
    heads = [words for head in tree.xpath("//h1") if (words := collapse(head.text_content()))]
    shown = _meta(tree, "og:title") or collapse(tree.findtext(".//title") or "")
    # The page's own heading is the title, where what is said to other sites begins with it.
    for head in heads:
        if shown.startswith(head) or headline.startswith(head):
            return head
    return collapse(html.fromstring(f"<p>{headline}</p>").text_content()) or _bare(shown, tree, url)


def _bare(title: str, tree: html.HtmlElement, url: str) -> str:
    """Take the name of the site off the end of a title."""
    site = (_meta(tree, "og:site_name") or (urlsplit(url).hostname or "")).casefold()
    names = {site, site.removeprefix("www."), site.removeprefix("www.").split(".")[0]}
    while match := re.search(r"\s+[|–—-]\s+([^|–—]+)$", title):
        words = match[1].casefold()
        if not any(name and (name in words or words in name) for name in names):
            break
        title = title[: match.start()]
    return title


def _published(
    tree: html.HtmlElement, told: list[Mapping[str, Any]], now: datetime | None
) -> tuple[datetime | None, str]:
    stated = [
        *(("schema", str(one["datePublished"])) for one in told if one.get("datePublished")),
        *(("meta", words) for name in META_DATES if (words := _meta(tree, name))),
        *(("meta", words) for words in _issued(tree, now)),
        *(("schema", words) for words in tree.xpath('//*[@itemprop="datePublished"]/@content')),
        *(("time", words) for words in tree.xpath("(//article | //main)//time/@datetime")[:1]),
        *(("time", words) for words in _alone(tree.xpath("//time/@datetime"))),
    ]
    for where, words in stated:
        if moment := _moment(words, now):
            return moment, where
    return None, ""


def _issued(tree: html.HtmlElement, now: datetime | None) -> list[str]:
    """Give the day of issue in Dublin Core, but of a page that is kept up to date ever since."""
    issued, modified = _meta(tree, "dcterms.issued"), _meta(tree, "dcterms.modified")
    first, last = _moment(issued, now), _moment(modified, now)
    return [] if first and last and last - first > KEPT_UP else [issued]


def _moment(words: str, now: datetime | None) -> datetime | None:
    """Give a moment; only its day, where an hour is printed without its zone."""
    words = LOOSE_OFFSET.sub(r"\1:\2", words.strip())
    return feed_date(words, now) or (feed_date(words[:DAY], now) if ISO.match(words) else None)


def _alone(values: list[str]) -> list[str]:
    """Give the only value there is: of several, nothing tells which is meant."""
    return values[:1] if len(set(values)) == 1 else []


def _author(tree: html.HtmlElement, told: list[Mapping[str, Any]]) -> str:
    for one in told:
        people = one.get("author") or []
        people = people if isinstance(people, list) else [people]
        names = [str(p.get("name") or "") if isinstance(p, dict) else str(p) for p in people]
        if found := ", ".join(dict.fromkeys(collapse(name) for name in names if name.strip())):
            return found
    return _meta(tree, "author") or _meta(tree, "dcterms.creator") or ""


def _canonical(tree: html.HtmlElement, url: str) -> str:
    for place in (*tree.xpath('//link[@rel="canonical"]/@href'), _meta(tree, "og:url")):
        address = urljoin(url, place.strip()) if place and place.strip() else ""
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.path not in ("", "/"):  # a home is a mistake
            return address
    return url


def _lang(tree: html.HtmlElement) -> str | None:
    declared = (tree.get("lang") or tree.get("xml:lang") or "")[:2]
    return declared.lower() if declared.isalpha() else None


def _meta(tree: html.HtmlElement, name: str) -> str:
    for one in tree.iter("meta"):
        named = {(one.get(at) or "").lower() for at in ("property", "name", "itemprop")}
        if name in named and (words := collapse(one.get("content") or one.get("value") or "")):
            return words
    return ""


def article_as_line(body: bytes, url: str, now: datetime | None = None) -> dict[str, Any]:
    """Give what `vigie try article` prints of a page. Raises NotAnArticleError."""
    article = read_article(body, url, now=now)
    return {
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "published_from": article.published_from,
        "author": article.author,
        "lang": article.lang,
        "text": article.text,
        "canonical_url": article.canonical_url,
    }
