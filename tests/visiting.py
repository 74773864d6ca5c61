"""What the tests of visits share: small pages, errands to read them, what a visit told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from spiders.errands import Errand
from spiders.items import Item, Outcome, Visit
from spiders.sources import Source
from spiders.visit import Trip, visit
from tests.loopback import Page

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def html(body: str, **headers: str) -> Page:
    return Page(f"<html><body>{body}</body></html>".encode(), headers=HTML | headers)


LIST = html("<li>un</li><li>deux</li><li>trois</li>")
WALL = html("<iframe src='/fortiadc_error_page/waf_deny.html?waf_deny_rule_id=1190000001'>")


def source(id_: str, url: str, **settings: Any) -> Source:
    return Source(id=id_, title=id_, url=url, spider="tests.house", min_items=2, **settings)


class Told(NamedTuple):
    """What one visit told."""

    visit: Visit
    items: Sequence[Item]

    @property
    def outcome(self) -> Outcome:
        return self.visit.outcome

    @property
    def codes(self) -> list[str]:
        return [issue.code for issue in self.visit.issues]

    @property
    def titles(self) -> list[str]:
        return [item.title for item in self.items]


def told(errands: Sequence[Errand], trip: Trip) -> Mapping[str, Told]:
    """Visit, and give what came by source."""
    items: dict[str, list[Item]] = defaultdict(list)
    visits: dict[str, Told] = {}
    for arrival in visit(errands, trip):
        if isinstance(arrival, Visit):
            assert arrival.source not in visits
            visits[arrival.source] = Told(arrival, items[arrival.source])
        else:
            assert arrival.source not in visits  # all items come before their visit
            items[arrival.source].append(arrival)
    assert list(visits) != []
    return visits


def one(errand: Errand, trip: Trip) -> Told:
    return told([errand], trip)[errand.source.id]


def rooms(*names: str) -> Page:
    links = "".join(f"<p class='rooms'><a href='/room/{name}'>{name}</a></p>" for name in names)
    return html(f"{links}<li>un</li><li>deux</li>")
