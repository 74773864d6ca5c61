"""The newsrooms, their articles, and what of them their feeds show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from spiders.sources import Source, read_register
from vigie.season.plot import HERE, read


@dataclass(frozen=True, slots=True)
class Outlet:
    """A newsroom and its feed: `outlets.toml` says what each setting means."""

    source: Source
    rate: float = 0.0
    window: int = 12
    wire: bool = False
    of: str = ""
    sections: tuple[str, ...] = ()
    format: str = "rss"
    dates: str = "offset"
    guid: str = "permalink"
    quirks: tuple[str, ...] = ()
    path: str = ""
    tracking: str = ""
    places: tuple[str, ...] = ()
    region: str = ""
    themed: float = 0.55
    desks: tuple[str, ...] = ()
    beats: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """An entry of a feed. `story` is that of every copy of its text; `later` is a second title."""

    outlet: str
    number: int
    story: int
    at: datetime
    title: str
    lead: str
    author: str
    section: str
    themes: tuple[str, ...]
    later: tuple[str, datetime] | None = None
    url: str = ""

    def title_at(self, moment: datetime) -> str:
        """Give the title that it had then."""
        return self.later[0] if self.later and self.later[1] <= moment else self.title


@cache
def outlets() -> dict[str, Outlet]:
    """Give the newsrooms by their source's id; a section feed comes after the one it repeats."""
    register = read_register(HERE / "sources.toml")
    found: dict[str, Outlet] = {}
    for id_, told in read("outlets.toml").items():
        lists = {k: tuple(v) if isinstance(v, list) else v for k, v in told.items()}
        base = found[told["of"]] if "of" in told else None
        kept = (
            {n: getattr(base, n) for n in ("format", "dates", "guid", "quirks", "path")}
            if base
            else {}
        )
        found[id_] = Outlet(register[id_], **{**kept, **lists})
    return found


def slug(title: str) -> str:
    """Write a title as the end of an address."""
    plain = (
        unicodedata.normalize("NFKD", title.replace("’", " ")).encode("ascii", "ignore").decode()
    )
    return "-".join(re.findall(r"[a-z0-9]+", plain.lower())[:18])


def by_outlet(articles: Iterable[Article]) -> dict[str, list[Article]]:
    """Give the articles of each newsroom, in their order."""
    found: dict[str, list[Article]] = {}
    for article in articles:
        found.setdefault(article.outlet, []).append(article)
    return found


def in_feed(house: Outlet, articles: Sequence[Article], moment: datetime) -> Iterator[Article]:
    """Give what a feed shows at a moment, the newest first."""
    shown = 0
    for article in reversed(articles):
        if article.at <= moment and (not house.sections or article.section in house.sections):
            yield article
            shown += 1
            if shown == house.window:
                return
