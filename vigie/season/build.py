"""Builds the season's web archive: what every address answered, each day that it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from vigie.season.chamber import chamber_pages, without_viewstate
from vigie.season.feeds import feed_page
from vigie.season.newsroom import publish
from vigie.season.ottawa import ottawa_pages
from vigie.season.plot import between, read, season_days
from vigie.season.press import Article, Outlet, by_outlet, in_feed, outlets
from vigie.season.warc import Page, records
from vigie.settings import TORONTO

FETCHED = time(5, 30)
MONDAY = 0
# Several groups of one robot, one of them slow: a reader must put them together.
ROBOTS = (
    "User-agent: *\nDisallow: /recherche/\n\nUser-agent: *\nCrawl-delay: 2\nDisallow: /abonnes/\n"
)
BLOCKED = (
    "<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    "Please consult with your administrator.<br><br>Your support ID is: {number}</body></html>"
)
FAILED = (
    "<html><head><title>500</title></head><body><h1>Erreur interne du serveur</h1></body></html>"
)


@dataclass(frozen=True, slots=True)
class SeasonSummary:
    """What was built. `documents` are the different articles and bills that a watch finds."""

    first: date
    last: date
    records: int
    addresses: int
    documents: int
    bytes: int


def build(path: Path) -> SeasonSummary:
    """Write the archive at `path`: the same bytes for the same code. Raises OSError."""
    articles = by_outlet(publish())
    days = list(season_days())
    answered: dict[str, bytes] = {}
    shown: set[Article] = set()
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".part")
    with new.open("wb") as file:
        for day in days:
            moment = datetime.combine(day, FETCHED, TORONTO)
            pages = _pages_of(articles, moment, shown)
            for record in records(_changed(pages, day, answered), moment):
                file.write(record)
                count += 1
    new.replace(path)
    bills = sum("/projet-loi-" in url or url.endswith("/xml") for url in answered)
    return SeasonSummary(
        first=days[0],
        last=days[-1],
        records=count,
        addresses=len(answered),
        documents=len(shown) + bills,
        bytes=path.stat().st_size,
    )


def _pages_of(
    articles: Mapping[str, Sequence[Article]], moment: datetime, shown: set[Article]
) -> Iterator[Page]:
    day, houses = moment.date(), outlets()
    yield from chamber_pages(day)
    yield from ottawa_pages(day)
    for host in sorted({urlsplit(house.source.url).netloc for house in houses.values()}):
        yield Page(f"https://{host}/robots.txt", ROBOTS.encode(), "text/plain")
    for id_, house in houses.items():
        listed = list(in_feed(house, articles.get(house.of or id_, ()), moment))
        ill = _ill(id_, house, day)
        shown |= set() if ill else set(listed)
        yield ill or feed_page(house, listed, moment)


def _ill(id_: str, house: Outlet, day: date) -> Page | None:
    """Give what a source answers on a day when it is ill, None when it is well."""
    broken, url = read("plot.toml")["broken"], house.source.url
    if id_ == broken["source"] and between(day, broken["blocked"]):
        number = 8_800_000_000_000 + day.toordinal() * 977
        return Page(url, BLOCKED.format(number=number).encode())
    if id_ == broken["source"] and between(day, broken["failing"]):
        return Page(url, FAILED.encode(), status=500)
    return None


def _changed(pages: Iterator[Page], day: date, answered: dict[str, bytes]) -> Iterator[Page]:
    """Keep the pages that are not what their address answered last; a silent source keeps its."""
    silent = read("plot.toml")["silent"]
    frozen = {outlets()[silent["source"]].source.url} if between(day, silent["days"]) else set()
    for page in pages:
        # On Mondays the pages of bills in progress are kept again: other bytes, the same words.
        alive = "/projet-loi-" in page.url and b"Date de la sanction" not in page.body
        again = day.weekday() == MONDAY and alive
        seen = without_viewstate(page)
        if page.url not in frozen and (again or answered.get(page.url) != seen):
            answered[page.url] = seen
            yield page
