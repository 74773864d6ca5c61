"""The Item of a bill, made the same way whichever house or file tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from spiders.base import SourceSpider
from spiders.items import BillFacts, Item, Kind, Stage

TORONTO = ZoneInfo("America/Toronto")  # the hour of both houses, in Québec and in Ottawa


def bill_item(spider: SourceSpider, facts: BillFacts, lang: str) -> Item:
    """Give the Item of a bill, published when the day of its introduction began, if it is told."""
    return spider.item(
        kind=Kind.BILL,
        url=facts.url,
        title=facts.title,
        key=f"{facts.parliament}/{facts.legislature}-{facts.session}/{facts.number}",
        published_at=_introduced(facts),
        lang=lang,
        author="; ".join(person.name for person in facts.sponsors),
        facts=facts,
    )


def _introduced(facts: BillFacts) -> datetime | None:
    first = next(iter(facts.stages), None)
    if not first or first.stage is not Stage.INTRODUCTION or not first.dates:
        return None  # the later house of a bill calls its own first reading an introduction
    return datetime.combine(first.dates[0], time(), TORONTO).astimezone(UTC)
