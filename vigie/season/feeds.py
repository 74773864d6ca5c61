"""Writes the feeds of the newsrooms, each in its own format and with its own bad habits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from vigie.season.press import Article, Outlet, outlets, slug
from vigie.season.warc import Page

NAMESPACES = (
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
)
WEEKDAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juill.", "août", "sept.", "oct.", "nov.", "déc."),
)
ENCODINGS = {"latin-1": "iso-8859-1", "windows-1252": "windows-1252"}
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}
ADVERT = "Contenu commandité : {n} idées pour une chambre de bébé"


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as its feed prints it, ready for the template."""

    title: str
    link: str
    guid: str
    is_permalink: str
    date: str
    author: str
    section: str
    summary: str


@cache
def template(name: str) -> Template:
    """Give a template of the season."""
    here = Environment(  # noqa: S701 - XML and old HTML, escaped piece by piece on purpose
        loader=PackageLoader("vigie.season"), undefined=StrictUndefined, keep_trailing_newline=True
    )
    return here.get_template(name)


def feed_page(house: Outlet, articles: Sequence[Article], moment: datetime) -> Page:
    """Give a feed as it answered at a moment, with these articles, the newest first."""
    shown = [_shown(house.source.id, article, article.title_at(moment)) for article in articles]
    if "ads" in house.quirks:
        shown.insert(1, _advert(house, moment))
    words = template(f"{house.format}.xml.j2").render(
        **_frame(house),
        entries=shown,
        built=_date(house, articles[0].at) if articles else "",
    )
    return Page(house.source.url, _encode(words, house.quirks), _type(house))


def article_link(house: Outlet, article: Article) -> str:
    """Give the address of an article, without what its feed adds to follow readers."""
    if article.url:
        return article.url
    parts = urlsplit(house.source.url)
    path = house.path.format(
        section=article.section,
        slug=slug(article.title),
        id=1_000_000 + article.number * 7,
        year=article.at.year,
        month=f"{article.at.month:02}",
        day=f"{article.at.day:02}",
    )
    return f"{parts.scheme}://{parts.netloc}{path}"


def _frame(house: Outlet) -> Mapping[str, Any]:
    quirks = house.quirks
    encoding = "iso-8859-1" if "latin-1" in quirks else "UTF-8"
    declared = "" if "windows-1252" in quirks else f'<?xml version="1.0" encoding="{encoding}"?>\n'
    return {
        "declaration": ("\n" if "blank" in quirks else "") + declared,
        "namespaces": NAMESPACES,
        "house": {
            "title": escape(house.source.title, quote=False),
            "link": "https://" + urlsplit(house.source.url).netloc,
            "lang": house.source.lang,
        },
        "surtitle": "surtitle" in quirks,
        "updated_only": "updated-only" in quirks,
        "date_tag": "dc:date" if "dc-date" in quirks else "pubDate",
        "author_tag": "dc:creator" if {"entities", "dc-date"} & set(quirks) else "author",
    }


@cache
def _shown(id_: str, article: Article, title: str) -> Shown:
    house = outlets()[id_]
    link = article_link(house, article)
    joint = "&" if "?" in link else "?"
    if "surtitle" in house.quirks and article.number % 2:
        title = f"{article.section.title()} | {title}"
    return Shown(
        title=_words(title, house),
        link=escape(link + joint + house.tracking if house.tracking else link),
        guid=escape(_guid(house, article, link)),
        is_permalink="true" if house.guid == "permalink" else "false",
        date=_date(house, article.at),
        author=escape(_author(house, article), quote=False),
        section=article.section,
        summary=_summary(house, article),
    )


def _words(text: str, house: Outlet) -> str:
    if "cdata" in house.quirks:
        return f"<![CDATA[{text}]]>"
    escaped = escape(text, quote=False)
    if "entities" in house.quirks:
        return escaped.replace("’", "&#8217;").replace("«", "&#171;").replace("»", "&#187;")
    return escaped


def _summary(house: Outlet, article: Article) -> str:
    quirks, lead = house.quirks, article.lead
    if "control" in quirks and article.number % 3 == 0:
        lead = lead.replace(" ", "\x0b ", 1)
    if "image" in quirks:
        host = urlsplit(house.source.url).netloc
        image = f"<img src='https://{host}/images/{article.number}.jpg' alt='' width='460'/>"
        return f"<![CDATA[{image} <p>{lead}</p>]]>"
    if "entities" in quirks:
        return f"<![CDATA[<p>{lead} [&#8230;]</p>]]>"
    return _words(lead, house)


def _guid(house: Outlet, article: Article, link: str) -> str:
    host = urlsplit(house.source.url).netloc
    return {
        "permalink": link,
        "number": f"1.{article.number * 7 + 1_000_000}",
        "tag": f"tag:{host},{article.at.year}:{article.number}",
        "none": "",
    }[house.guid]


def _author(house: Outlet, article: Article) -> str:
    host = urlsplit(house.source.url).netloc.removeprefix("www.")
    return f"redaction@{host} ({article.author})" if "surtitle" in house.quirks else article.author


def _date(house: Outlet, at: datetime) -> str:
    summer = bool(at.dst())
    clock = f"{at:%H:%M:%S}"
    english = format_datetime(at)[: -len(" -0500")]
    french = f"{WEEKDAYS[at.weekday()]}, {at.day} {SHORT_MONTHS[at.month - 1]} {at.year} {clock}"
    return {
        "offset": format_datetime(at),
        "utc": format_datetime(at.astimezone(UTC)),
        "est": f"{english} {'EDT' if summer else 'EST'}",
        "edt": f"{english} {'EDT' if summer else 'EST'}",
        "hae": f"{english} {'HAE' if summer else 'HNE'}",
        "french": f"{french} {at:%z}",
        "iso": at.isoformat(),
        "none": "",
    }[house.dates]


def _advert(house: Outlet, moment: datetime) -> Shown:
    month = moment.month
    link = f"https://{urlsplit(house.source.url).netloc}/partenaire/{moment.year}-{month:02}"
    words = _words(ADVERT.format(n=5 + month), house)
    return Shown(words, link, link, "true", "", "Équipe des partenaires", "publicite", words)


def _encode(words: str, quirks: Sequence[str]) -> bytes:
    for quirk, encoding in ENCODINGS.items():
        if quirk in quirks:
            return words.encode(encoding, "xmlcharrefreplace")
    body = words.encode()
    if "twice" in quirks:
        body = re.sub(r"[^\x00-\x7f]+", lambda m: m[0].encode().decode("latin-1"), words).encode()
    return (b"\xef\xbb\xbf" if "bom" in quirks else b"") + body


def _type(house: Outlet) -> str:
    bare = set(house.quirks) & set(ENCODINGS)
    return "text/xml" if bare else f"{TYPES[house.format]}; charset=UTF-8"
