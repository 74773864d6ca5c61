"""Gives a year to the days that a text names without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from spiders.named_days import NamedDay

JUST_PAST = timedelta(days=245)  # «le 2 juin» published in the autumn is not said of next year
SOON = timedelta(days=183)
PAST_WEEKDAY = timedelta(days=120)
YEARS = (-1, 0, 1)


def dated(
    day: NamedDay, near: Sequence[NamedDay], published: date | None, today: date | None = None
) -> tuple[date | None, bool]:
    """Give the date of a named day, and whether it is sure; None where nothing tells it.

    Without a year, it is the first such day from the publication on, surely if that is soon; else
    the one that is the nearest to the dates in full of the text (`near`), the closest in the text
    first; else, not surely, the first such day from `today` on.
    """
    if not day.month:
        return (published + timedelta(days=day.day), True) if published else (None, False)
    if day.year:
        found = day.in_year(day.year)
        fits = found is None or day.weekday in (None, found.weekday())
        return found, day.clear and fits
    if published:
        return _since(day, published)
    if full := [other for other in near if other.year and other.month]:
        beside = min(full, key=lambda other: abs(other.start - day.start))
        return _nearest(day, beside.in_year(beside.year or 0))
    return (_from(day, today), False) if today else (None, False)


def _since(day: NamedDay, published: date) -> tuple[date | None, bool]:
    found = _from(day, published)
    if found is None or found - published > JUST_PAST:
        return None, False
    return found, day.clear and (found - published < SOON or day.weekday == found.weekday())


def last_before(day: NamedDay, end: date) -> date | None:
    """Give the last such day up to that one: the beginning of a period that ends then."""
    if not day.month:
        return None
    near = [d for year in (0, -1) if (d := day.in_year(day.year or end.year + year))]
    return next((d for d in near if d <= end), None)


def _from(day: NamedDay, first: date) -> date | None:
    """Give the first such day from that one on; if its weekday tells so, one just past."""
    near = [d for year in YEARS if (d := day.in_year(first.year + year))]
    past = [d for d in near if d < first and first - d < PAST_WEEKDAY]
    if day.weekday is not None and any(d.weekday() == day.weekday for d in past):
        return next(d for d in past if d.weekday() == day.weekday)
    return next((d for d in near if d >= first), None)


def _nearest(day: NamedDay, to: date | None) -> tuple[date | None, bool]:
    if to is None:
        return None, False
    near = [d for year in YEARS if (d := day.in_year(to.year + year))]
    fits = [d for d in near if d.weekday() == day.weekday]
    found = min(fits or near, key=lambda d: abs(d - to), default=None)
    return found, bool(fits)
