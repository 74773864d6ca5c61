"""Every source that publishes an RSS, Atom or RDF feed: a block of the register, no code."""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html.entities import html5
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from parsel import Selector
from scrapy.http import Response

from spiders.base import SourceSpider
from spiders.dates import feed_date
from spiders.encoding import decode, repaired
from spiders.errors import NotAFeedError
from spiders.items import Item
from spiders.page import collapse, text
from spiders.verdict import is_block_page

LARGEST = 8_000_000  # bytes: what is larger is an archive, or an attack
LONGEST_SUMMARY = 4_000
LONGEST_MARKUP = 50_000  # enough to hold that summary, whatever its tags
HEAD = 20_000  # characters before which a feed says that it is one

# Comments apart, and what a server's warning is printed with: "<br /><b>Warning</b>: …".
FIRST_TAG = re.compile(
    r"<!--.*?-->|<(?!(?:a|b|br|code|font|i|p|pre|strong|table|t[dhr])\b)([a-z][\w.:-]*)(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
ROOTS = re.compile(r"(?:[\w.-]+:)?(?:rss|rdf|feed|channel)", re.IGNORECASE)
END_OF_ENTRY = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
START_OF_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CDATA = r"<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+(?:\]\]>|\Z)"
REFERENCE = re.compile(
    rf"{CDATA}|&(?!(?:lt|gt|amp|quot|apos|#39);)"
    r"(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z]\w{1,31};)?",
    re.DOTALL,
)
EMPTY_ENTRY = re.compile(r"<(?:item|entry)\s*/>", re.IGNORECASE)
# feedparser looks for an e-mail in every author, in the square of its longest word's length.
ENDLESS = re.compile(r"([^\w.+-])[\w.+-]{500,}", re.ASCII)
HALF = re.compile(r"[\w.+-]{250}", re.ASCII)  # one of these begins at a multiple of 250 there
# It also looks at each of these by itself, wherever they stand.
OPENINGS = re.compile(r"([<&])\1{49,}")
# feedparser takes «É» and a no-break space for UTF-8 read as Latin-1, and writes «ɠ»: a sign that
# no text holds parts what looks like that until we have looked at it ourselves.
SEAM = "\ue000"
SEAMS = re.compile(r"([\xc2-\xf4])([\x80-\xbf])")
# It goes over every text a few times, sign by sign. What it would do to these is nothing but hand
# them back: it is given their numbers instead.
LONG_TEXT = re.compile(
    r"(<(?:description|content:encoded)>\s*<!\[CDATA\[)([^\]\r\x80-\x9f\ue001]{200,}+)(?=\]\]>)"
)
NUMBER = re.compile("\ue001(\\d+)\ue001")
# feedparser 6.0.14 raises these on tags out of their place: <psc:chapter/>, <textinput>…
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
OTHER_TAGS = re.compile(
    rf"{CDATA}|<(?!/?(?:[\w.-]+:)?(?:rss|rdf|feed|channel|item|entry|title|link|guid|id|description"
    r"|summary|encoded|pubdate|published|updated|date|author|creator)[\s/>])[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
MARKUP_TYPES = ("text/html", "application/xhtml+xml")
# Where a feed says plain text, "the <blink> tag" is words; a closed tag never is.
TAGS = re.compile(r"</[a-z]\w*\s*>|<(?:br|img|p|!--)\b[^<>]*>", re.IGNORECASE)
ESCAPED = re.compile(r"&(?:#\w{2,7}|[a-zA-Z]\w{1,31});")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, as its feed states it.

    `guid` is the feed's own name for it, "" when it gives none. `link` is absolute, "" when there
    is none; tracking parameters stay. `published` is in UTC, None when `published_text`, as
    printed, does not surely name a moment. `title` and `summary` are plain text, `author` is as
    printed, `lang` a code of two letters.
    """

    guid: str
    title: str
    link: str
    published: datetime | None
    published_text: str
    summary: str
    lang: str | None
    author: str

    @property
    def id(self) -> str:
        """Tells this entry from the others: the feed's own name, else a print of link or words."""
        if self.guid:
            return self.guid
        words = self.link or "\n".join((self.title, self.published_text, self.summary))
        return hashlib.sha256(words.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds, in its order."""

    entries: tuple[Entry, ...]


def parse_feed(
    body: bytes, *, url: str = "", content_type: str = "", now: datetime | None = None
) -> Feed:
    """Give the entries of an RSS, Atom or RDF feed; an empty feed has none.

    `url` is what relative links start from; `content_type` the header that came with the body. A
    date later than two days after `now` is no date. Nothing but `body` is ever read: entities that
    a feed declares stay unresolved. Of a body cut short, the entry cut in two is left out. Raises
    NotAFeedError, which says what the body is instead.
    """
    if len(body) > LARGEST:
        raise NotAFeedError(url, f"un contenu de {len(body)} octets, trop gros pour un fil")
    words = decode(body, content_type)
    root = next((tag for tag in FIRST_TAG.finditer(words[:HEAD]) if tag[1]), None)
    if not root or not ROOTS.fullmatch(root[1]):
        raise NotAFeedError(url, _what_it_is(words[:HEAD], root[1].lower() if root else ""))
    words = _whole_entries(words[root.start() :], root[1])
    if not words:
        raise NotAFeedError(url, "un fil coupé avant la fin de sa première entrée")
    try:
        feed = _read(words)
    except FAULTS as fault:
        raise NotAFeedError(url, "un fil trop abîmé pour être lu") from fault
    base, lang = url or _words(feed.feed, "link"), _words(feed.feed, "language")
    entries = (_entry(raw, base, lang, now) for raw in feed.entries)
    return Feed(tuple(entry for entry in entries if entry))


def entries_as_lines(
    path: Path, url: str = "", now: datetime | None = None
) -> list[dict[str, str | None]]:
    """Give the entries of a file as JSON values; a single one, with the reason, if it is no feed.

    Raises OSError when the file cannot be read.
    """
    try:
        entries = parse_feed(path.read_bytes(), url=url, now=now).entries
    except NotAFeedError as error:
        return [{"file": str(path), "error": error.found}]
    return [
        {
            "file": str(path),
            "id": entry.id,
            "title": entry.title,
            "link": entry.link,
            "published": entry.published.isoformat() if entry.published else None,
            "summary": entry.summary,
            "lang": entry.lang,
        }
        for entry in entries
    ]


class FeedSpider(SourceSpider):
    """One item per entry of the feed."""

    name = "feed"
    follows_moves = True

    def seen_part(self, response: Response) -> bytes:
        """Give what follows the first entry's start: the head of a feed may only tell the hour."""
        first = START_OF_ENTRY.search(response.body)
        return response.body[first.start() :] if first else response.body

    def parse(self, response: Response) -> Iterator[Item]:
        """Read the feed. Raises NotAFeedError."""
        label = (response.headers.get("Content-Type") or b"").decode("latin-1")
        feed = parse_feed(response.body, url=response.url, content_type=label, now=self.now)
        for entry in feed.entries:
            yield self.item(
                url=entry.link,
                title=entry.title,
                key=entry.guid,
                published_at=entry.published,
                published_text=entry.published_text,
                summary=entry.summary,
                lang=entry.lang or self.source.lang,
                author=entry.author,
            )


def _what_it_is(head: str, tag: str) -> str:
    low = head.lower().lstrip("\ufeff \t\r\n")
    if not low:
        return "un contenu vide"
    if is_block_page(head):
        return "la page d’un pare-feu ou d’un filtre à robots"
    if tag in ("html", "head", "body", "title", "meta", "script") or "<!doctype html" in low:
        title = re.search(r"<title[^>]*>([^<]{1,200})", head, re.IGNORECASE)
        named = collapse(html.unescape(title[1])) if title else ""
        return f"une page HTML («\xa0{named}\xa0»)" if named else "une page HTML"
    if low[0] in "{[":
        return "du JSON"
    return f"du XML d’une autre sorte (<{tag}>)" if tag else "autre chose que du XML"


def _whole_entries(words: str, root: str) -> str:
    """Leave out what follows the last whole entry of a feed cut short; "" when none is whole."""
    if re.search(rf"</{re.escape(root)}(?![\w:.-])", words) or re.match(r"<[^<>]*/>", words):
        return words
    ends = [match.end() for match in END_OF_ENTRY.finditer(words)]
    return words[: ends[-1]] if ends else ""


def _read(words: str) -> Any:
    """Have feedparser read the text, freed of what would make it slow, wrong or unsafe.

    The declarations that stood before the root are gone, and every reference that is not XML's own
    is either a character or plain text: no entity is left to resolve.
    """
    if any(sign * 50 in words for sign in "<&"):
        words = OPENINGS.sub(r"\1", words)
    words = EMPTY_ENTRY.sub("", REFERENCE.sub(_character, words))
    words = CONTROL.sub("", words)
    if any(HALF.match(words, start) for start in range(0, len(words), 250)):
        words = ENDLESS.sub(r"\1", words)
    words = SEAMS.sub(rf"\1{SEAM}\2{SEAM}", words)
    try:
        return _feedparser(words) if "\ue001" in words else _long_texts_apart(words)
    except FAULTS:
        return _feedparser(OTHER_TAGS.sub(_cdata_only, words))


def _long_texts_apart(words: str) -> Any:
    held: list[str] = []

    def number(match: re.Match[str]) -> str:
        held.append(match[2])
        return f"{match[1]}\ue001{len(held) - 1}\ue001"

    feed = _feedparser(LONG_TEXT.sub(number, words))
    if feed.bozo and held:  # no XML: it makes what it can of them
        return _feedparser(words)
    for entry in feed.entries:
        said = dict.get(entry, "summary")
        if isinstance(said, str):
            entry["summary"] = NUMBER.sub(lambda match: held[int(match[1])], said)
    return feed


def _feedparser(words: str) -> Any:
    return feedparser.parse(
        io.BytesIO(words.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _cdata_only(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("<![") else " "


def _character(match: re.Match[str]) -> str:
    whole, name = match[0], match[1]
    if whole[0] == "<":
        return whole
    if name and (name[0] == "#" or name in html5):
        return html.escape(html.unescape(whole))
    return "&amp;" + whole[1:]


def _entry(raw: Any, base: str, feed_lang: str, now: datetime | None) -> Entry | None:
    title, link = _plain(raw, "title"), _link(raw, base)
    if not title and not link:
        return None
    dates = (_words(raw, name) for name in ("published", "updated", "created"))
    said = next(filter(None, dates), "")
    detail = raw.get("title_detail")
    spoken = detail.get("language") if isinstance(detail, Mapping) else ""
    return Entry(
        guid=_words(raw, "id"),
        title=title,
        link=link,
        published=feed_date(said, now),
        published_text=said,
        summary=_plain(raw, "summary")[:LONGEST_SUMMARY],
        lang=_lang(_words(raw, "language") or spoken or feed_lang),
        author=_words(raw, "author"),
    )


def _words(raw: Any, name: str) -> str:
    """Give what a feed says under a name, "" for nothing or for what is not text."""
    said = dict.get(raw, name)  # its own get() gives one date for another
    return repaired(said.replace(SEAM, "")).strip() if isinstance(said, str) else ""


def _plain(raw: Any, name: str) -> str:
    """Give the words of a text that may hold tags, and references escaped once too often."""
    words, detail = _words(raw, name)[:LONGEST_MARKUP], raw.get(f"{name}_detail")
    kind = detail.get("type") if isinstance(detail, Mapping) else ""
    for marked in (kind in MARKUP_TYPES, False):
        if (marked and "<" in words) or TAGS.search(words):
            words = text(Selector(words, type="html"))
        elif marked or ESCAPED.search(words):
            words = html.unescape(words)
    return collapse(words)


def _link(raw: Any, base: str) -> str:
    said = _words(raw, "link")
    stands_in = raw.get("guidislink") and said == _words(raw, "id")
    if stands_in and not said.lower().startswith(("http://", "https://")):
        return ""  # feedparser lets a guid stand in for the link, whatever it is
    try:
        link = urljoin(base, said)
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if said and parts.scheme in ("http", "https") and parts.netloc else ""


def _lang(said: str) -> str | None:
    match = re.match(r"([a-z]{2})(?![a-z])", said.strip().lower())
    return match[1] if match else None
