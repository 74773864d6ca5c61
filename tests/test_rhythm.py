"""The pace of a source: how often it publishes, by day and by night, and how its visits go."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from pipeline.clock import TORONTO
from pipeline.rhythm import LONGEST, SHORTEST, USUAL, first_visit, interval, rhythm

NOON = datetime(2031, 3, 5, 12, tzinfo=TORONTO)  # a Wednesday
LONG_AGO = NOON - timedelta(days=100)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def every(gap: timedelta, hours: Iterable[int] = range(24), days: int = 28) -> list[datetime]:
    """Give the moments of a source that publishes at each gap, in these hours of Montréal."""
    moments = [NOON - n * gap for n in range(int(days * DAY / gap))]
    return [at for at in moments if at.hour in hours]


@pytest.mark.parametrize(
    ("gap", "least", "most"),
    [
        (5 * MINUTE, SHORTEST, SHORTEST),
        (40 * MINUTE, 15 * MINUTE, 25 * MINUTE),
        (6 * HOUR, 2 * HOUR, 4 * HOUR),
        (7 * DAY, LONGEST, LONGEST),
    ],
)
def test_a_source_is_seen_twice_as_often_as_it_publishes_within_bounds(
    gap: timedelta, least: timedelta, most: timedelta
) -> None:
    assert least <= rhythm(every(gap), LONG_AGO, NOON) <= most


def test_what_comes_out_by_day_is_looked_for_less_at_night() -> None:
    published = every(30 * MINUTE, hours=range(7, 20))
    evening = NOON.replace(hour=22, minute=30)
    assert rhythm(published, LONG_AGO, NOON) <= 20 * MINUTE
    # the night is let pass, the morning is not: it ends at six
    assert evening + rhythm(published, LONG_AGO, evening) >= evening + 7 * HOUR
    assert evening + rhythm(published, LONG_AGO, evening) <= evening + 10 * HOUR


def test_a_burst_is_one_publication() -> None:
    burst = [NOON.replace(hour=8, minute=30) - n * DAY for n in range(28) for _ in range(30)]
    assert rhythm(burst, LONG_AGO, NOON) > 4 * HOUR


def test_a_source_that_has_said_nothing_for_a_month_is_seen_each_day() -> None:
    assert rhythm([NOON - 40 * DAY], LONG_AGO, NOON) == LONGEST


def test_little_is_known_of_a_new_source_it_is_seen_each_hour() -> None:
    assert rhythm([NOON - HOUR], NOON - DAY, NOON) == USUAL
    assert rhythm([], NOON, NOON) == USUAL


def test_a_feed_seen_for_the_first_time_tells_its_pace_by_its_dates() -> None:
    assert rhythm(every(20 * MINUTE, days=1), NOON, NOON) <= 20 * MINUTE


def test_dates_to_come_do_not_count() -> None:
    assert rhythm([NOON + n * HOUR for n in range(1, 9)], LONG_AGO, NOON) == LONGEST


def test_each_failure_in_a_row_doubles_the_wait_up_to_a_day() -> None:
    waits = [interval("gazette", 10 * MINUTE, failures) for failures in range(12)]
    assert waits == sorted(waits)
    assert waits[3] > 6 * waits[0]
    assert max(waits) <= LONGEST
    assert waits[-1] > 21 * HOUR


def test_one_good_visit_brings_a_source_back_to_its_pace() -> None:
    assert interval("gazette", HOUR, 0) < 2 * HOUR < interval("gazette", HOUR, 9)


def test_sources_of_one_pace_do_not_fall_together_and_never_vary() -> None:
    waits = [interval(f"source_{n}", HOUR, 0) for n in range(20)]
    assert len(set(waits)) > 10
    assert all(54 * MINUTE <= wait <= 66 * MINUTE for wait in waits)
    assert waits == [interval(f"source_{n}", HOUR, 0) for n in range(20)]


def test_first_visits_are_spread_over_an_hour() -> None:
    minutes = {(first_visit(f"source_{n}", NOON) - NOON) // (5 * MINUTE) for n in range(100)}
    assert minutes == set(range(12))
