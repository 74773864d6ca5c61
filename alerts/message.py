"""What is said, before any medium says it. Plain frozen values that survive a trip through JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
SPACES = re.compile(r" {2,}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: words, the address that they lead to ("" for none), a remark after them."""

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, under a title ("" for none)."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `summary` says in a sentence what happened and why it matters to us.

    `url` is the address of the thing itself, `lang` the language of the words.
    """

    title: str
    summary: str
    sections: tuple[Section, ...] = ()
    url: str = ""
    footer: tuple[str, ...] = ()
    lang: str = "fr"

    def as_json(self) -> dict[str, Any]:
        """Give the message as JSON types; `from_json` gives it back, equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Message:
        """Read what `as_json` wrote."""
        sections = tuple(
            Section(part["title"], tuple(Line(**line) for line in part["lines"]))
            for part in value["sections"]
        )
        return cls(
            title=value["title"],
            summary=value["summary"],
            sections=sections,
            url=value["url"],
            footer=tuple(value["footer"]),
            lang=value["lang"],
        )

    def as_text(self) -> str:
        """Give the message as plain lines: what a screen shows, and what reads aloud."""
        parts = [self.title, self.summary]
        for section in self.sections:
            parts += [section.title] if section.title else []
            parts += [as_text(line) for line in section.lines]
        return "\n".join(one_line(part) for part in [*parts, *self.footer])


def as_text(line: Line) -> str:
    """Give a line as plain words, its address after it."""
    return " ".join(part for part in (line.text, line.note, line.url) if part)


def one_line(text: str) -> str:
    """Give the text on one line, without the unseen marks that a title may smuggle in."""
    return SPACES.sub(" ", UNSEEN.sub(" ", text)).strip(" ")


def is_web(url: str) -> bool:
    """Say whether an address may be a link: anything but the web is shown without one."""
    return urlsplit(url).scheme in ("http", "https")
