"""Working days in Québec: weekends and statutory holidays are none."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays

SATURDAY = 5
DAY = timedelta(days=1)


def holiday_name(day: date, lang: str = "fr") -> str | None:
    """Give the name of a statutory holiday of Québec, None for any other day."""
    return _holidays("fr" if lang == "fr" else "en_CA").get(day)


def is_workday(day: date) -> bool:
    """Say whether people work in Québec on that day."""
    return day.weekday() < SATURDAY and holiday_name(day) is None


def workday_on_or_before(day: date) -> date:
    """Give this day, or the last working day before it."""
    while not is_workday(day):
        day -= DAY
    return day


def workdays_back(day: date, many: int) -> date:
    """Give the working day that comes so many working days before a day."""
    for _ in range(many):
        day = workday_on_or_before(day - DAY)
    return day


def workdays_between(first: date, last: date) -> int:
    """Count the working days from the first to the last, both counted; 0 when it is past."""
    return sum(is_workday(first + DAY * n) for n in range((last - first).days + 1))


@cache
def _holidays(lang: str) -> HolidayBase:
    return country_holidays("CA", subdiv="QC", language=lang)
