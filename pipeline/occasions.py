"""The occasions that come back: budget, estimates, sessions, weeks. Data, shown ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline.errors import OccasionsError
from pipeline.files import read_toml

BUNDLED = Path(__file__).with_name("occasions.toml")
KEYS = {"fr", "en", "from", "to", "week", "only_day", "year", "every"}
AHEAD = timedelta(days=120)
WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something comes back.

    `first` and `last` are (month, day), or `week` is (month, weekday, which of the month). Every
    so many years, counted from `year`.
    """

    id: str
    names: Mapping[str, str]
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None
    week: tuple[int, int, int] | None = None
    only_day: bool = False
    year: int = 2000
    every: int = 1

    def in_year(self, year: int) -> tuple[date, date] | None:
        """Give its first and last day in a year, None when it does not come back then."""
        if year < self.year or (year - self.year) % self.every:
            return None
        if self.week:
            begins = _nth_weekday(year, *self.week)
            return begins, begins if self.only_day else begins + WEEK
        assert self.first is not None
        return date(year, *self.first), date(year, *(self.last or self.first))


@dataclass(frozen=True, slots=True)
class Occasion:
    """An occasion to come, or under way."""

    id: str
    names: Mapping[str, str]
    begins: date
    ends: date


def read_occasions(path: Path = BUNDLED) -> tuple[Rule, ...]:
    """Read the occasions. Raises OccasionsError naming the file and the block that is wrong."""
    blocks = read_toml(path, OccasionsError)
    return tuple(_rule(path, id_, block) for id_, block in blocks.items())


def upcoming(rules: Sequence[Rule], today: date, ahead: timedelta = AHEAD) -> tuple[Occasion, ...]:
    """Give what is under way or begins before long, the next first."""
    found = [
        Occasion(rule.id, rule.names, *days)
        for rule in rules
        for year in (today.year, today.year + 1)
        if (days := rule.in_year(year)) and days[1] >= today and days[0] <= today + ahead
    ]
    return tuple(sorted(found, key=lambda one: (one.begins, one.id)))


def _rule(path: Path, id_: str, block: Any) -> Rule:
    where = f"{path} : [{id_}]"
    names = [block.get("fr"), block.get("en")] if isinstance(block, dict) else []
    if not names or not set(block) <= KEYS or not all(isinstance(one, str) for one in names):
        raise OccasionsError(
            f"{where} : les clés sont {', '.join(sorted(KEYS))}; fr et en sont dues."
        )
    if ("week" in block) == ("from" in block):
        raise OccasionsError(f"{where} : indiquez soit from (et to), soit week.")
    try:
        first, last, week = _days(block)
        rule = Rule(
            id_,
            {"fr": block["fr"], "en": block["en"]},
            first=first,
            last=last,
            week=week,
            only_day=bool(block.get("only_day")),
            year=int(block.get("year", 2000)),
            every=int(block.get("every", 1)),
        )
        found = [rule.in_year(year) for year in (rule.year, rule.year + rule.every)]
    except (TypeError, ValueError, ZeroDivisionError) as error:
        raise OccasionsError(
            f"{where} : from et to s'écrivent [mois, jour], week [mois, jour de la semaine, rang], "
            f"every en années ({error})."
        ) from error
    if any(days and days[1] < days[0] for days in found):
        raise OccasionsError(f"{where} : to vient avant from; donnez-les dans une même année.")
    return rule


def _days(block: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("from", "to", "week"):
        yield tuple(map(int, block[name])) if name in block else None


def _nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - 1 - first.weekday()) % 7 + 7 * (which - 1))
