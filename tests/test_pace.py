"""How often pages are read again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.clock import bounds
from pipeline.pace import (
    DAY,
    HOUR,
    WEEK,
    Care,
    Life,
    bill_pace,
    call_pace,
    care,
    left,
    petition_pace,
)

TODAY = date(2031, 3, 3)
NOON = bounds(TODAY)[0] + timedelta(hours=12)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("life", "cared"),
    [
        (Life("qc", moved=days(-40)), Care.ORDINARY),
        (Life("qc", moved=days(-40), ours=True), Care.MONITORED),
        (Life("qc", moved=days(-90), ours=True), Care.MONITORED),
        (Life("qc", moved=days(-14)), Care.MONITORED),
        (Life("qc", moved=days(-15)), Care.ORDINARY),
        (Life("qc", moved=days(-90), coming=days(14)), Care.MONITORED),
        (Life("qc", moved=days(-90), coming=days(15)), Care.DORMANT),
        (Life("qc", moved=days(-60)), Care.ORDINARY),
        (Life("qc", moved=days(-61)), Care.DORMANT),
        (Life("qc"), Care.DORMANT),
        (Life("qc", moved=TODAY, ours=True, over=True), Care.OVER),
        (Life("ca", moved=days(-30), waits=True), Care.DORMANT),
        (Life("ca", moved=days(-30), waits=True, ours=True), Care.DORMANT),
        (Life("ca", moved=days(-3), waits=True), Care.MONITORED),
    ],
)
def test_a_bill_is_followed_by_what_it_touches_and_by_what_happens_to_it(
    life: Life, cared: Care
) -> None:
    assert care(life, TODAY) is cared


@pytest.mark.parametrize(
    ("life", "sits", "every"),
    [
        (Life("qc", ours=True), True, 3 * HOUR),
        (Life("qc", ours=True), False, DAY),
        (Life("qc", moved=days(-40)), True, DAY),
        (Life("qc", moved=days(-90)), True, WEEK),
        (Life("ca", ours=True), True, DAY),
        (Life("ca", moved=days(-40)), True, 3 * DAY),
        (Life("ca", moved=days(-40), waits=True), True, WEEK),
    ],
)
def test_what_is_monitored_is_read_several_times_a_day_while_the_assemblee_sits(
    life: Life, sits: bool, every: timedelta
) -> None:
    assert bill_pace(life, TODAY, sits).next_reading(NOON) == NOON + every


def test_a_bill_that_is_over_is_read_once_more_when_all_is_settled_then_never() -> None:
    pace = bill_pace(Life("qc", over=True, closed=TODAY), TODAY, sits=True)
    settled = bounds(days(7))[0]
    assert pace.next_reading(NOON) == settled
    assert pace.next_reading(settled) is None
    assert bill_pace(Life("qc", over=True), TODAY, sits=True).next_reading(NOON) is None


@pytest.mark.parametrize(
    ("last_day", "every"),
    [
        (None, DAY),
        (TODAY, DAY),
        (days(-1), WEEK),
        (days(-59), WEEK),
        (days(-60), None),
    ],
)
def test_a_call_is_read_daily_while_open_weekly_for_two_months_then_never(
    last_day: date | None, every: timedelta | None
) -> None:
    expected = NOON + every if every else None
    assert call_pace(last_day, TODAY).next_reading(NOON) == expected


def test_a_petition_is_read_weekly_and_once_when_its_signing_is_over() -> None:
    assert petition_pace(TODAY, TODAY).next_reading(NOON) == NOON + WEEK
    over = petition_pace(TODAY, days(1))
    assert over.next_reading(NOON) == bounds(days(1))[0]
    assert over.next_reading(bounds(days(1))[0]) is None


@pytest.mark.parametrize(
    ("hour", "spent", "may"),
    [(6, 0, 21), (7, 6, 21), (7, 30, 0), (12, 27, 5), (17, 27, 11), (23, 40, 0)],
)
def test_the_evening_has_its_part_of_what_may_be_asked(hour: int, spent: int, may: int) -> None:
    now = bounds(TODAY)[0] + timedelta(hours=hour)
    assert left(spent, "www.assnat.qc.ca", now.astimezone(UTC)) == may


def test_a_host_without_a_budget_is_asked_what_is_due() -> None:
    assert left(9_000, "www.parl.ca", datetime(2031, 3, 3, tzinfo=UTC)) is None
