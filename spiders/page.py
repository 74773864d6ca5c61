"""Strict reading of a page: what is not there once, as expected, ends the reading by name.

A selector is CSS, or XPath when it begins with `/`, `./` or `(`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from lxml import etree
from parsel import Selector, SelectorList
from scrapy.http import Response, TextResponse

from spiders.dates import FRENCH_MONTHS, month_number
from spiders.errors import PageChangedError, UnreadableDateError

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
NOWHERE = str.maketrans("", "", INVISIBLE)
# A break or a new block parts two words even where the page prints no space between them.
WORDS = etree.XPath(
    ".//text()[not(parent::script or parent::style)] | .//*[self::br or self::p or self::div"
    " or self::li or self::td or self::th or self::tr or self::h2 or self::h3]",
    smart_strings=False,
)
DATE = re.compile(r"\b(\d{1,2})(?:er|ᵉʳ)? ([^\W\d_]{3,9})\.? (\d{4})\b")


def one(where: Response | Selector, selector: str) -> Selector:
    """Give the only match. Raises PageChangedError for none or several."""
    found = _select(where, selector)
    if len(found) != 1:
        raise PageChangedError(_url(where), selector, len(found))
    return found[0]


def some(where: Response | Selector, selector: str) -> list[Selector]:
    """Give every match, in the page's order. Raises PageChangedError for none."""
    found = _select(where, selector)
    if not found:
        raise PageChangedError(_url(where), selector, 0)
    return list(found)


def perhaps(where: Response | Selector, selector: str) -> Selector | None:
    """Give the match of what a page may leave out. Raises PageChangedError for several."""
    found = _select(where, selector)
    if len(found) > 1:
        raise PageChangedError(_url(where), selector, len(found))
    return found[0] if found else None


def any_of(where: Response | Selector, selector: str) -> list[Selector]:
    """Give every match, in the page's order; none is an answer too."""
    return list(_select(where, selector))


def text(where: Response | Selector, selector: str = "") -> str:
    """Give the words of the only match (of the node itself without a selector), spaces collapsed.

    Raises PageChangedError for none or several; words may be "".
    """
    node = one(where, selector) if selector else where
    if isinstance(node, Selector) and isinstance(node.root, str):
        return collapse(node.root)
    whole: Any = getattr(node, "selector", node)  # a page has one, of itself
    return collapse("".join(p if isinstance(p, str) else " " for p in WORDS(whole.root)))


def link(where: Response | Selector, selector: str = "a") -> str:
    """Give the address in the only match, as printed. Raises PageChangedError if it has none."""
    href = one(where, selector).attrib.get("href", "").strip()
    if not href:
        raise PageChangedError(_url(where), f"{selector}[href]", 0)
    return str(href)


def french_date(words: str) -> date:
    """Give the only date in these words: «1er octobre 2025», «mardi 3 févr. 2026».

    Raises UnreadableDateError for none, several, or a day that no calendar has.
    """
    dates = french_dates(words)
    if len(dates) != 1:
        raise UnreadableDateError(words)
    return dates[0]


def french_dates(words: str) -> tuple[date, ...]:
    """Give every date in these words, in order. Raises UnreadableDateError for a 31 février."""
    try:
        return tuple(
            date(int(year), month, int(day))
            for day, name, year in DATE.findall(collapse(words))
            if (month := _month(name))
        )
    except ValueError as error:
        raise UnreadableDateError(words) from error


def collapse(words: str) -> str:
    """Give the words with every run of spaces, no-break ones too, as one; no invisible signs."""
    words = unicodedata.normalize("NFC", words)
    if any(sign in words for sign in INVISIBLE):
        words = words.translate(NOWHERE)
    return " ".join(words.split())


def body_of(response: Response) -> str | bytes:
    """Give the body decoded when the answer is a text, as it is otherwise."""
    return response.text if isinstance(response, TextResponse) else response.body


def _select(where: Response | Selector, selector: str) -> SelectorList[Selector]:
    if selector.startswith(("/", "./", "(")):
        return where.xpath(selector)
    return where.css(selector)


def _url(where: Response | Selector) -> str:
    if isinstance(where, Response):
        return where.url
    tree = getattr(where.root, "getroottree", None)
    return str(tree().docinfo.URL or "") if tree else ""


def _month(name: str) -> int:
    """Give the month of a name or of its abbreviation; 0 for a word that is no month, or two."""
    plain = unicodedata.normalize("NFD", name.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return month_number(plain, FRENCH_MONTHS)
