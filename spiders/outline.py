"""A page as its headings, each with what stands under it up to the next, in the page's order.

Reads words, not structure: the Assemblée nests headings in paragraphs and tables, forgets to close
what it opens, and prints the same sections on its several sites with different boxes around them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from scrapy.http import Response

from spiders.page import collapse

TEXTS = "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)] | //br"
HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Words on the two sides of any other tag are two words, even where no space is printed.
INLINE = {"a", "abbr", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"}


@dataclass(slots=True)
class Piece:
    """Words that follow each other in the same link (or outside any), in the same list row."""

    words: str
    url: str = ""


@dataclass(slots=True)
class Row:
    """A row of a list, or what stands between two lists (`listed` is False)."""

    listed: bool
    pieces: list[Piece]

    @property
    def words(self) -> str:
        """Its words, spaces collapsed."""
        return collapse("".join(piece.words for piece in self.pieces))

    @property
    def links(self) -> list[Piece]:
        """Its links, each with its words and its absolute address."""
        return [Piece(collapse(piece.words), piece.url) for piece in self.pieces if piece.url]


@dataclass(slots=True)
class Part:
    """A heading, its level (0 and "" above the first one), and the rows under it."""

    level: int
    heading: str
    rows: list[Row] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All the words under the heading, spaces collapsed."""
        return collapse(" ".join(row.words for row in self.rows))

    @property
    def pieces(self) -> list[Piece]:
        """All the pieces under the heading, whatever their rows."""
        return [piece for row in self.rows for piece in row.pieces]


def outline(response: Response, without: Collection[str] = (), within: str = "") -> list[Part]:
    """Give the parts of a page, `without` what the boxes of these ids or classes hold.

    Only what the box of the id or class `within` holds, on a page that has one.
    """
    parts = [Part(0, "")]
    told = _words(response, set(without), within if _has(response, within) else "")
    for heading, found in groupby(told, key=lambda word: word.heading):
        words = list(found)
        if heading is None:
            parts[-1].rows += [row for row in _rows(words) if row.words]
        elif title := collapse("".join(word.text for word in words)):
            parts.append(Part(HEADINGS[heading.tag], title))
    return parts


def lines(response: Response, without: Collection[str] = (), within: str = "") -> list[str]:
    """Give the words of a page, each block's on a line of its own; boxes as in `outline`."""
    told: list[str] = []
    for word in _words(response, set(without), within if _has(response, within) else ""):
        if word.opens or not told:
            told.append("")
        told[-1] += word.text
    return [line for line in map(collapse, told) if line]


@dataclass(slots=True)
class _Word:
    text: str
    opens: bool
    heading: Any
    row: Any
    link: Any
    url: str


def _has(response: Response, name: str) -> bool:
    return bool(name) and any(name in _names(box.root) for box in response.xpath("//*[@class|@id]"))


def _words(response: Response, without: set[str], within: str) -> Iterator[_Word]:
    before, broken = None, False
    for text in response.xpath("/*")[0].root.xpath(TEXTS):
        if getattr(text, "tag", "") == "br":
            broken = True
            continue
        parent = text.getparent()
        holder = parent.getparent() if text.is_tail else parent
        above = [holder, *holder.iterancestors()]
        names = set().union(*map(_names, above))
        if names & without or (within and within not in names):
            continue
        block = next(box for box in above if box.tag not in INLINE)
        after = text.is_tail and parent.tag not in INLINE
        apart, broken = block is not before or after or broken, False
        opens = block is not before or (after and parent.tag != "br")
        before = block
        link = next((box for box in above if box.tag == "a" and box.get("href")), None)
        yield _Word(
            text=f" {text}" if apart else str(text),
            opens=opens,
            heading=next((box for box in above if box.tag in HEADINGS), None),
            row=next((box for box in above if box.tag == "li"), None),
            link=link,
            url="" if link is None else response.urljoin(link.get("href").strip()),
        )


def _names(box: Any) -> set[str]:
    return {*box.get("class", "").split(), box.get("id", "")}


def _rows(words: list[_Word]) -> Iterator[Row]:
    for row, inside in groupby(words, key=lambda word: word.row):
        links = groupby(inside, key=lambda word: (word.link, word.url))
        pieces = [Piece("".join(w.text for w in some), url) for (_, url), some in links]
        yield Row(row is not None, pieces)
