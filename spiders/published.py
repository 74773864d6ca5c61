"""When a page says that it was published: a date guessed is no date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import Any

from lxml import html

from spiders.dates import feed_date
from spiders.page import collapse

LIST = 3  # articles side by side that make a list, which has no date of its own
LOOSE_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
ISO, DAY = re.compile(r"\d{4}-\d\d-\d\dT\d"), len("2031-03-03")
KEPT_UP = timedelta(days=30)
ITEMPROP = "//*[@itemprop='datePublished']/@content | //*[@itemprop='datePublished']/@datetime"
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
    "dc.date.created",
    "dc.date.issued",
)
LATER_DATES = ("dcterms.date", "dcterms.created", "dc.date", "date")  # said by less careful pages
# What stands beside an article has days of its own.
BESIDE = re.compile(
    r"comment|related|similar|recirc|sidebar|widget|teaser|promo|newsletter|\bcard|suggest|trending"
)
CHANGED = re.compile(r"mis(?:e)? à jour|modifi|updated|édité|edited", re.IGNORECASE)
SHOWN = re.compile(
    r"\s*(?:publiée?|mise? en ligne|posted|published)(?: le| on)?\s?:?\s+"
    r"(?:(?:le )?\w+day,? |\w+di,? )?(?P<day>\d{1,2}(?:er)? [^\W\d]+\.? \d{4}"
    r"|[^\W\d]+\.? \d{1,2}, \d{4}|\d{4}-\d\d-\d\d)\b",
    re.IGNORECASE,
)


def published_on(
    tree: html.HtmlElement, told: list[Mapping[str, Any]], now: datetime | None
) -> tuple[datetime | None, str]:
    """Give the moment, in UTC, and where it is stated: "schema", "meta", "time", "shown" or "".

    `told` is what the page tells of itself in schema.org's words. A day later than `now` by more
    than two days is none.
    """
    stated = [
        *(("schema", str(one["datePublished"])) for one in told if one.get("datePublished")),
        *(("meta", words) for name in META_DATES if (words := meta(tree, name))),
        *(("meta", words) for words in _issued(tree, now)),
        *(("schema", words) for words in tree.xpath(ITEMPROP)),
        *(("time", words) for words in _times(tree)),
        *(("meta", words) for name in LATER_DATES if (words := meta(tree, name))),
        *(("shown", words) for words in _alone(_shown(tree))),
    ]
    for where, words in stated:
        if moment := _moment(words, now):
            return moment, where
    return None, ""


def _issued(tree: html.HtmlElement, now: datetime | None) -> list[str]:
    """Give the day of issue in Dublin Core, but of a page that is kept up to date ever since."""
    issued, modified = meta(tree, "dcterms.issued"), meta(tree, "dcterms.modified")
    first, last = _moment(issued, now), _moment(modified, now)
    return [] if first and last and last - first > KEPT_UP else [issued]


def _moment(words: str, now: datetime | None) -> datetime | None:
    """Give a moment; only its day, where an hour is printed without its zone."""
    words = LOOSE_OFFSET.sub(r"\1:\2", words.strip())
    return feed_date(words, now) or (feed_date(words[:DAY], now) if ISO.match(words) else None)


def _times(tree: html.HtmlElement) -> list[str]:
    """Give the time that heads the article, or the only one of the page: not of what is beside."""
    times = [one for one in tree.iter("time") if one.get("datetime") and not _of_another(one)]
    inside = [one for one in times if next(one.iterancestors("article", "main"), None) is not None]
    return [one.get("datetime") for one in inside[:1]] + _alone([t.get("datetime") for t in times])


def _of_another(time: html.HtmlElement) -> bool:
    """Whether a time is that of a change, of a comment, or of one article in a list of them."""
    named = " ".join(time.get(at) or "" for at in ("itemprop", "property", "class"))
    said = f"{named} {time.xpath('string(preceding-sibling::node()[1])')} {time.text_content()}"
    if CHANGED.search(said) and not re.search("publi|posted", said, re.IGNORECASE):
        return True
    for box in time.iterancestors():
        if box.tag in ("main", "body") or BESIDE.search(f"{box.get('class')} {box.get('id')}"):
            return box.tag not in ("main", "body")
        if box.tag == "article":
            return _one_of_many(box) and not box.xpath(".//h1")
    return False


def _one_of_many(box: html.HtmlElement) -> bool:
    beside = chain(
        box.itersiblings("article"),
        box.itersiblings("article", preceding=True),
    )
    return len(list(islice(beside, LIST - 1))) == LIST - 1


def _shown(tree: html.HtmlElement) -> list[str]:
    """Give the days that the page prints as that of its publication."""
    texts = tree.xpath("//body//text()[not(ancestor::script)][string-length() < 150]")
    return [found["day"] for words in texts if (found := SHOWN.match(words))]


def _alone(values: list[str]) -> list[str]:
    """Give the only value there is: of several, nothing tells which is meant."""
    return values[:1] if len(set(values)) == 1 else []


def meta(tree: html.HtmlElement, name: str) -> str:
    """Give what a page says under a name in its head, "" for nothing."""
    for one in tree.iter("meta"):
        named = {(one.get(at) or "").lower() for at in ("property", "name", "itemprop")}
        if name in named and (words := collapse(one.get("content") or one.get("value") or "")):
            return words
    return ""
