"""The page of an article: its text, its title, its date with where that comes from.

Text by trafilatura. Title, date, author and address by what the page states of itself (schema.org,
meta, `time`), which readers by heuristics overrule too easily: a date guessed is no date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from trafilatura import extract

from spiders.encoding import decode
from spiders.errors import NotAnArticleError
from spiders.page import collapse
from spiders.published import meta, published_on

LONGEST_ASIDE = 250  # characters of a line that may be no prose
WORDS = 3  # of a heading that is found within a title
LONGEST = 400_000  # characters of a page that are read: what follows is no article
LEAST = 60  # characters of text under which a page tells nothing
KINDS = re.compile(r"Article|BlogPosting|Report|WebPage$")

# What asks something of the reader, around the article or between two of its paragraphs.
PRUNED = [
    "//amp-ad | //amp-consent | //dialog | //*[@role='dialog']",
    "//*[contains(concat(' ', @class, ' '), ' popup ')]",
]
SEE_ALSO = re.compile(
    r"(?:[àa] lire (?:aussi|également|ailleurs)|(?:lire|voir|à voir) aussi|read (?:more|also|next)"
    r"|related(?: stories)?|watch)\s?(?:[:|»]|$)",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"(?:story|article) continues below|article content$|publicité\s?(?::|$)|advertisement$"
    r"|l['’]article se poursuit|cliquez ici pour vous abonner|(?:abonnez|inscrivez)-vous à (?:notre"
    r"|nos|l['’])\s?(?:infolettre|page|chaîne)|je m['’]abonne|(?:pour lire la suite|déjà abonné)"
    r"|(?:cet article|ce contenu|ce texte) est réservé|sign up [^.]*newsletter|by signing up you"
    r"|subscribe (?:now|to) (?:our|the|read)|share this article|partager cet article|faites un don",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says. `published_from` is "schema", "meta", "time", "shown" or "": no date.

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
    source = _light(decode(body, content_type))[:LONGEST]
    tree = _tree(source, url)
    told = _about(tree, list(_schema(tree)), url)
    # Not `deduplicate`: trafilatura remembers paragraphs from one page to the next.
    text = extract(source, url=url, include_comments=False, prune_xpath=PRUNED) or ""
    text = "\n".join(_prose(collapse(line) for line in text.splitlines() if line.strip()))
    if len(text) < LEAST:  # a page that its reader's browser writes may tell its text to others
        text = next((words for one in told if (words := _body(one))), "")
    if len(text) < LEAST:
        raise NotAnArticleError(url)
    published, where = published_on(tree, told, now)
    return Article(
        title=_title(tree, told, url),
        text=text,
        canonical_url=_canonical(tree, url),
        published=published,
        published_from=where,
        author=_author(tree, told),
        lang=_lang(tree),
    )


def _light(source: str) -> str:
    """Take the scripts out of a page too long to be read with them."""
    if len(source) <= LONGEST:
        return source
    first, *scripts = re.split("<script", source, flags=re.IGNORECASE)
    kept = (
        f"<script{one}" if "ld+json" in one[:200] else one.partition("</script>")[2]
        for one in scripts
    )
    return first + "".join(kept)


def _prose(lines: Iterable[str]) -> Iterator[str]:
    """Leave out the lines that send the reader elsewhere, and the list under one of them."""
    listed = False
    for line in lines:
        short = len(line) <= LONGEST_ASIDE
        see, aside = SEE_ALSO.match(line), ASIDE.match(line)
        listed = bool(see and see.end() == len(line)) or (listed and line.startswith("- "))
        if not (listed or (short and (see or aside))):
            yield line


def _body(told: Mapping[str, Any]) -> str:
    words = told.get("articleBody")
    return collapse(words) if isinstance(words, str) else ""


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


def _about(
    tree: html.HtmlElement, told: list[Mapping[str, Any]], url: str
) -> list[Mapping[str, Any]]:
    """Put first what is told of this very page: pages tell of the articles beside, too."""
    here = {url, _canonical(tree, url)}
    shown = _alike(f"{meta(tree, 'og:title')} {tree.findtext('.//title') or ''}")

    def elsewhere(one: Mapping[str, Any]) -> bool:
        page = one.get("mainEntityOfPage") or one.get("url")
        named = page.get("@id") if isinstance(page, dict) else page
        headline = one.get("headline")
        return named not in here and not (
            isinstance(headline, str) and headline and _alike(headline) in shown
        )

    return sorted(told, key=elsewhere)


def _alike(words: str) -> str:
    return collapse(words.replace("’", "'")).casefold()


def _title(tree: html.HtmlElement, told: list[Mapping[str, Any]], url: str) -> str:
    headline = next((one["headline"] for one in told if isinstance(one.get("headline"), str)), "")
    site, titled = meta(tree, "og:site_name"), collapse(tree.findtext(".//title") or "")
    heads = [words for head in tree.xpath("//h1") if (words := collapse(head.text_content()))]
    heads = sorted((head for head in heads if _alike(head) != _alike(site)), key=len, reverse=True)
    shown = meta(tree, "og:title") or titled
    said = [_alike(words) for words in (shown, headline, titled)]
    # The page's own heading is the title, where what is said to other sites begins with it.
    for head in heads:
        if any(words.startswith(_alike(head)) for words in said):
            return head
    for head in heads:
        if len(head.split()) >= WORDS and any(_alike(head) in words for words in said):
            return head
    return collapse(html.fromstring(f"<p>{headline}</p>").text_content()) or _bare(shown, tree, url)


def _bare(title: str, tree: html.HtmlElement, url: str) -> str:
    """Take the name of the site off the end of a title."""
    site = (meta(tree, "og:site_name") or (urlsplit(url).hostname or "")).casefold()
    names = {site, site.removeprefix("www."), site.removeprefix("www.").split(".")[0]}
    while match := re.search(r"\s+[|–—-]\s+([^|–—]+)$", title):
        words = match[1].casefold()
        if not any(name and (name in words or words in name) for name in names):
            break
        title = title[: match.start()]
    return title


def _author(tree: html.HtmlElement, told: list[Mapping[str, Any]]) -> str:
    for one in told:
        people = one.get("author") or []
        people = people if isinstance(people, list) else [people]
        names = [str(p.get("name") or "") if isinstance(p, dict) else str(p) for p in people]
        if found := ", ".join(dict.fromkeys(collapse(name) for name in names if name.strip())):
            return found
    return meta(tree, "author") or meta(tree, "dcterms.creator") or ""


def _canonical(tree: html.HtmlElement, url: str) -> str:
    for place in (*tree.xpath('//link[@rel="canonical"]/@href'), meta(tree, "og:url")):
        address = urljoin(url, place.strip()) if place and place.strip() else ""
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.path not in ("", "/"):  # a home is a mistake
            return address
    return url


def _lang(tree: html.HtmlElement) -> str | None:
    declared = (tree.get("lang") or tree.get("xml:lang") or "")[:2]
    return declared.lower() if declared.isalpha() else None


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
