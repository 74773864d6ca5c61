"""A page as the words that it is about: lines, without its navigation, its foot and its forms."""

from __future__ import annotations

import re
from typing import Any

import lxml.html

from spiders.encoding import decode
from spiders.page import collapse

MARKUP = re.compile(rb"<!doctype|<(?:html|body|div|p|table|ul|br|h[1-6])[\s>/]", re.IGNORECASE)
ASIDE = {
    *("script", "style", "noscript", "template", "iframe", "svg", "head"),
    *("nav", "header", "footer", "aside", "button", "select", "textarea"),
}
ASIDE_NAMES = re.compile(
    r"navigation|\bnav\b|menu|breadcrumb|ariane|footer|pied.?de.?page|cookie|skip.?link|partage"
    r"|\bshare|sidebar|recherche|\bsearch|banniere|banner|entete|utilitaires",
    re.IGNORECASE,
)
CONTENTS = ("//main", "//*[@role='main']", "//div[contains(@class, 'ColCentre')]", "//article")
FEWEST = 80  # letters: a box with fewer is not where a page keeps its content
CELLS = {"td", "th"}
INLINE = {
    *("a", "abbr", "b", "cite", "em", "font", "i", "label", "mark", "q", "s", "small", "span"),
    *("strong", "sub", "sup", "time", "u"),
}
PUBLISHED = (
    "//meta[@property='article:published_time' or @name='dcterms.issued' or @name='dc.date.issued'"
    " or @itemprop='datePublished']/@content"
)


def plain_text(body: bytes) -> str:
    """Give the content of a page as lines of plain text; what is no HTML is given decoded.

    The day of publication that the page declares, if any, is its first line, as
    «Publié le AAAA-MM-JJ».
    """
    text = decode(body)
    tree = _tree(text) if MARKUP.search(body) else None
    if tree is None:
        return text
    published = next(iter(tree.xpath(PUBLISHED)), "")[:10]
    head = [f"Publié le {published}", ""] if re.fullmatch(r"\d{4}-\d\d-\d\d", published) else []
    return "\n".join([*head, *_content(tree)])


def _tree(text: str) -> Any:
    text = re.sub(r"^\s*<\?xml[^>]*>", "", text)  # lxml refuses one in a text already decoded
    try:
        return lxml.html.document_fromstring(text)
    except (lxml.etree.ParserError, ValueError):  # nothing but comments or spaces
        return None


def _content(tree: Any) -> list[str]:
    """Give the lines of the box that holds the content, or of the whole page."""
    for box in (box for path in CONTENTS for box in tree.xpath(path)):
        lines = _lines(box)
        if sum(map(len, lines)) >= FEWEST:
            return lines
    return _lines(tree)


def _lines(box: Any) -> list[str]:
    parts = [_flat(box.text), *(part for child in box for part in _parts(child))]
    return [line for line in map(collapse, "".join(parts).split("\n")) if line]


def _parts(box: Any) -> list[str]:
    """Give the words of a box and what follows it, a break where it begins a block or a row."""
    if not isinstance(box.tag, str) or box.tag in ASIDE or _is_aside(box):
        return [" ", _flat(box.tail)]
    between = " " if box.tag in CELLS else "" if box.tag in INLINE else "\n"
    inside = [part for child in box for part in _parts(child)]
    return [between, _flat(box.text), *inside, between, _flat(box.tail)]


def _is_aside(box: Any) -> bool:
    names = f"{box.get('id', '')} {box.get('class', '')} {box.get('role', '')}"
    return box.tag in {"div", "section", "ul", "ol", "p"} and bool(ASIDE_NAMES.search(names))


def _flat(words: str | None) -> str:
    return re.sub(r"\s+", " ", words or "")
