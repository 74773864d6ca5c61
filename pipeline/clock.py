"""Days are those of Montréal: the hour of the houses and of the newsrooms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TORONTO = ZoneInfo("America/Toronto")


def day_of(moment: datetime) -> date:
    """Give the day that it is in Montréal at this moment."""
    return moment.astimezone(TORONTO).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """Give the moments when a day begins and when the next does: 23, 24 or 25 hours apart."""
    start, end = (datetime.combine(d, time(), TORONTO) for d in (day, day + timedelta(days=1)))
    return start, end
