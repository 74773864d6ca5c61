"""The clock: what is due, what was missed, who does it, how it stops."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.database import Store
from pipeline.slots import STALE, Slots
from scheduler import TORONTO, Clock, Job, due_slot, jobs, missed_slot

MORNING = datetime(2031, 3, 3, 12, 20, tzinfo=UTC)  # 7:20 in Montréal, a Monday
PAUSE = (sys.executable, "-c", "import signal; signal.pause()")
QUICK = (sys.executable, "-c", "")


def daily(command: tuple[str, ...] = QUICK) -> Job:
    return Job("digest", "0 7 * * *", command)


@pytest.fixture
def slots(store: Store) -> Slots:
    return Slots(store, "one")


def fires(job: Job, start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        start += timedelta(minutes=30)
        fire = due_slot(job.trigger(), start - timedelta(minutes=30), start)
        if fire:
            yield fire


def test_weekday_names_mean_what_they_say() -> None:
    job = Job("digest", "0 7 * * mon", QUICK)
    slot = due_slot(job.trigger(), MORNING - timedelta(days=6), MORNING)
    assert slot is not None
    assert slot.astimezone(TORONTO).strftime("%A %H:%M") == "Monday 07:00"


SPRING, FALL = datetime(2031, 3, 8, tzinfo=UTC), datetime(2031, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("day", [SPRING, FALL])
def test_a_daily_job_runs_once_a_day_when_the_clocks_change(day: datetime) -> None:
    assert len(list(fires(daily(), day, day + timedelta(days=3)))) == 3


def test_several_missed_slots_are_caught_up_once(slots: Slots) -> None:
    slots.claim("digest", MORNING - timedelta(days=3, minutes=20), MORNING - timedelta(days=3))
    slot = missed_slot(daily(), slots, MORNING)
    assert slot == MORNING - timedelta(minutes=20)
    assert slots.claim("digest", slot, MORNING)
    assert missed_slot(daily(), slots, MORNING) is None


def test_a_job_never_seen_before_waits_for_its_next_hour(slots: Slots) -> None:
    assert missed_slot(daily(), slots, MORNING) is None


def test_two_schedulers_on_one_store_do_not_do_a_slot_twice(store: Store) -> None:
    one, two = Slots(store, "one"), Slots(store, "two")
    assert one.claim("digest", MORNING, MORNING)
    assert not two.claim("digest", MORNING, MORNING)


def test_a_slot_whose_scheduler_died_is_taken_over_once(store: Store) -> None:
    one, two, three = Slots(store, "one"), Slots(store, "two"), Slots(store, "three")
    one.claim("digest", MORNING, MORNING)
    later = MORNING + STALE + timedelta(minutes=1)
    assert missed_slot(daily(), two, later) == MORNING
    assert two.claim("digest", MORNING, later)
    assert not three.claim("digest", MORNING, later)


def test_a_finished_slot_is_never_taken_over(store: Store) -> None:
    one, two = Slots(store, "one"), Slots(store, "two")
    one.claim("digest", MORNING, MORNING)
    one.finish("digest", MORNING, MORNING, 1)
    assert two.unfinished("digest", MORNING + STALE * 2) is None
    assert not two.claim("digest", MORNING, MORNING + STALE * 2)


def test_sources_with_the_same_hours_are_one_visit() -> None:
    hours = "10 */2 * * *"
    found = jobs([("a", hours), ("b", hours), ("c", "0 6 * * *")], {"process": "5 * * * *"})
    assert [job.command[2:] for job in found] == [
        ("vigie", "collect", "a", "b"),
        ("vigie", "collect", "c"),
        ("vigie", "process"),
    ]


def test_sources_visited_at_their_own_pace_are_one_job_that_asks_which_are_due() -> None:
    found = jobs([("a", "adaptive"), ("b", "0 6 * * *"), ("c", "adaptive")], {})
    assert [(job.command[3:], job.schedule) for job in found] == [
        (("collect", "b"), "0 6 * * *"),
        (("collect", "--due"), "*/5 * * * *"),
    ]
    assert {job.lane for job in found} == {"collect"}  # two visits never share a host


def test_hours_that_are_not_a_crontab_line_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="digest"):
        jobs([], {"digest": "every monday"})


class WatchedClock(Clock):
    """A clock that says when it has started a child."""

    begun: asyncio.Event

    async def _start(self, command: Sequence[str]) -> int:
        self.begun.set()
        return await super()._start(command)


def run_until(clock: WatchedClock, finish_first: bool) -> None:
    """Run the clock until its first child has begun (and, if asked, ended); then stop it."""

    async def scene() -> None:
        until, clock.begun = asyncio.Event(), asyncio.Event()
        running = asyncio.create_task(clock.run(until))
        await clock.begun.wait()
        if finish_first:
            await asyncio.gather(*clock.running)
        until.set()
        await running

    asyncio.run(scene())


def seen_yesterday(slots: Slots) -> None:
    yesterday = MORNING - timedelta(days=1)
    slots.claim("digest", yesterday, yesterday)
    slots.finish("digest", yesterday, yesterday, 0)


def test_a_missed_slot_is_done_at_start_and_written_down(slots: Slots) -> None:
    seen_yesterday(slots)
    run_until(WatchedClock([daily()], slots, lambda: MORNING), finish_first=True)
    assert slots.last("digest") == MORNING - timedelta(minutes=20)
    assert slots.unfinished("digest", MORNING + STALE * 2) is None


def test_stopping_ends_the_children_and_gives_their_slots_back(slots: Slots) -> None:
    seen_yesterday(slots)
    clock = WatchedClock([daily(PAUSE)], slots, lambda: MORNING)
    run_until(clock, finish_first=False)
    assert not clock.children
    assert missed_slot(daily(), slots, MORNING) == MORNING - timedelta(minutes=20)


def test_a_wake_up_after_a_sleep_does_the_newest_slot_alone(slots: Slots) -> None:
    seen_yesterday(slots)
    clock = WatchedClock([], slots, lambda: MORNING + timedelta(days=2))

    async def scene() -> None:
        clock.begun = asyncio.Event()
        await clock._wake(daily())
        await asyncio.gather(*clock.running)
        await clock._wake(daily())
        assert not clock.running

    asyncio.run(scene())
    assert slots.last("digest") == MORNING + timedelta(days=2, minutes=-20)
