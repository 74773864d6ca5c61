"""Where news are put side by side: which tell the same, which copy another. Pure, no archive.

A news joins that which is most like it; nothing that was said is unsaid by a later one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.likeness import SAME_EVENT, News, Usual, alike, copied

REACH = timedelta(days=7)  # from the first of a story: a weekly column is a new one each time
COMMON = 200  # a trait that more news have than that tells none apart


@dataclass(frozen=True, slots=True)
class Match:
    """What a news tells again: the one that it is most like, the first that it copies."""

    like: News | None = None
    copies: News | None = None


class Board:
    """News within reach of one another, by what they may have in common."""

    def __init__(self) -> None:
        self._having: dict[int, list[News]] = defaultdict(list)
        self._began: dict[int, datetime] = {}

    def put(self, news: News, like: News | None = None) -> None:
        """Put a news among the others: in the story of that which it is like, or one of its own."""
        began = self._began[like.id] if like else news.moment
        self.put_back(news, began, news.traits)

    def put_back(self, news: News, began: datetime, traits: Iterable[int]) -> None:
        """Put a news of a story that `began` then, to be found by these of its traits."""
        self._began[news.id] = began
        for trait in traits:
            self._having[trait].append(news)

    def match(self, news: News) -> Match:
        """Find what a news tells again, among those put before it."""
        near = list(self._near(news))
        texts = [other for other in near if copied(news, other)]
        if texts:
            first = min(texts, key=lambda other: (other.moment, other.id))
            return Match(first, first)
        likes = [(alike(news, other), -other.id, other) for other in near]
        surest = max(likes, key=lambda like: like[:2], default=None)
        return Match(surest[2] if surest and surest[0] >= SAME_EVENT else None)

    def _near(self, news: News) -> Iterable[News]:
        found: dict[int, News] = {}
        for trait in news.traits:
            others = self._having.get(trait, ())
            if len(others) <= COMMON:
                found |= {other.id: other for other in others}
        return [one for one in found.values() if abs(self._began[one.id] - news.moment) <= REACH]


def stories(cases: Iterable[Mapping[str, Any]], usual: Usual) -> Iterator[dict[str, Any]]:
    """Say of recorded news which tell the same (one `story`) and which copies which (`copy_of`).

    They are taken in the order in which they came out, whatever that of the file; those without a
    date come last. Raises KeyError for a case without one of its fields, ValueError for a date that
    is none.
    """
    rows = list(cases)
    news = [_recorded(number, row, usual) for number, row in enumerate(rows)]
    board = Board()
    story: dict[int, str] = {}
    copy: dict[int, str | None] = {}
    for one in sorted(news, key=lambda one: (one.moment, one.id)):
        match = board.match(one)
        story[one.id] = story[match.like.id] if match.like else str(rows[one.id]["id"])
        copy[one.id] = str(rows[match.copies.id]["id"]) if match.copies else None
        board.put(one, match.like)
    for number, row in enumerate(rows):
        yield {"id": row["id"], "story": story[number], "copy_of": copy[number]}


def _recorded(number: int, row: Mapping[str, Any], usual: Usual) -> News:
    said = row["published"]
    moment = datetime.fromisoformat(said) if said else datetime.max.replace(tzinfo=UTC)
    exact = bool(said) and len(said) > len("2031-03-03")
    if moment.tzinfo is None:
        moment = moment.replace(hour=moment.hour or 12, tzinfo=UTC)
    house = row.get("owner") or row["source"]
    return News(number, row["source"], house, row["title"], row["text"], moment, usual, exact)
