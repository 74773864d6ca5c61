"""The clock: starts command lines at their hours, each slot once, and catches up what was missed.

APScheduler only wakes us. What is due is decided from the ledger of slots (a Protocol here, a
table in the store), so a laptop that slept, a restart or a second scheduler neither lose nor double
a slot.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from asyncio.subprocess import Process
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

TORONTO = ZoneInfo("America/Toronto")
VIGIE = (sys.executable, "-m", "vigie")
ADAPTIVE = "adaptive"  # hours of a source that is visited at its own pace
LOOK_OUT = "*/5 * * * *"  # when it is asked which of these are due
LOOK_BACK = timedelta(days=8)  # a weekly job missed on Monday is still caught up on the next
STOP_SECONDS = 20

log = logging.getLogger("vigie.scheduler")


class Ledger(Protocol):
    """Where slots are claimed; see pipeline/slots.py."""

    def last(self, job: str) -> datetime | None:
        """Say which slot of the job was taken last."""

    def unfinished(self, job: str, now: datetime) -> datetime | None:
        """Say which slot was begun long ago and never ended."""

    def claim(self, job: str, due_at: datetime, now: datetime) -> bool:
        """Take a slot; False when it is taken."""

    def finish(self, job: str, due_at: datetime, now: datetime, exit_code: int) -> None:
        """Write down how a slot ended."""

    def release(self, job: str, due_at: datetime) -> None:
        """Give a slot back."""


@dataclass(frozen=True, slots=True)
class Job:
    """A command line and its hours: a crontab line in America/Toronto, weekdays by name.

    Jobs of one `lane` never run side by side: two visits would share a host.
    """

    name: str
    schedule: str
    command: Sequence[str]
    lane: str = ""

    def trigger(self) -> CronTrigger:
        """Give the hours as APScheduler reads them."""
        return CronTrigger.from_crontab(self.schedule, timezone=TORONTO)


def jobs(visits: Iterable[tuple[str, str]], steps: Mapping[str, str]) -> list[Job]:
    """Give every job: (source, hours) pairs for the visits, hours by command for the other steps.

    Sources that share their hours are one visit, in one child; so are, every five minutes, those
    visited at their own pace that are due. Raises ValueError for hours that are not a crontab line.
    """
    together: dict[str, list[str]] = defaultdict(list)
    for source, hours in visits:
        together[hours].append(source)
    own_pace = together.pop(ADAPTIVE, [])
    found = [
        Job(f"collect {hours}", hours, (*VIGIE, "collect", *sources), lane="collect")
        for hours, sources in together.items()
    ]
    if own_pace:
        due = (*VIGIE, "collect", "--due")
        found.append(Job("collect --due", LOOK_OUT, due, lane="collect"))
    found += [Job(name, hours, (*VIGIE, name), lane="steps") for name, hours in steps.items()]
    for job in found:
        try:
            job.trigger()
        except ValueError as error:
            raise ValueError(f"{job.name}: {error}") from error
    return found


def due_slot(trigger: CronTrigger, after: datetime, now: datetime) -> datetime | None:
    """Give the newest slot in (after, now], None if there is none: several missed slots are one."""
    newest, fire = None, trigger.get_next_fire_time(None, after + timedelta(seconds=1))
    while fire is not None and fire <= now:
        newest = fire
        fire = trigger.get_next_fire_time(fire, fire + timedelta(seconds=1))
    return newest


def missed_slot(job: Job, ledger: Ledger, now: datetime) -> datetime | None:
    """Give the slot that is to be done now: due and not taken, or begun and never ended.

    A job never seen before starts with its next hour.
    """
    last = ledger.last(job.name)
    if last is None:
        return None
    slot = due_slot(job.trigger(), max(last, now - LOOK_BACK), now)
    return slot or ledger.unfinished(job.name, now)


@dataclass
class Clock:
    """Runs jobs at their hours until it is stopped."""

    todo: Sequence[Job]
    ledger: Ledger
    clock: Callable[[], datetime]
    lanes: dict[str, asyncio.Lock] = field(default_factory=dict)
    children: set[Process] = field(default_factory=set)
    running: set[asyncio.Task[None]] = field(default_factory=set)
    stopping: bool = False
    started: datetime | None = None

    async def run(self, until: asyncio.Event) -> None:
        """Catch up, then follow the hours until the event is set; stop cleanly."""
        hours = AsyncIOScheduler(
            timezone=TORONTO,
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self.started = self.clock()
        for job in self.todo:
            self._begin(job, missed_slot(job, self.ledger, self.clock()))
            hours.add_job(self._wake, job.trigger(), args=[job], id=job.name)
        hours.start()
        await until.wait()
        hours.shutdown(wait=False)
        await self.stop()

    async def stop(self) -> None:
        """End the children, gently first; their slots are given back and done at the next start."""
        self.stopping = True
        for child in self.children:
            with suppress(ProcessLookupError):
                child.terminate()
        if self.running:
            _, late = await asyncio.wait(self.running, timeout=STOP_SECONDS)
            for child in self.children if late else ():
                with suppress(ProcessLookupError):
                    child.kill()
            await asyncio.gather(*self.running)

    async def _wake(self, job: Job) -> None:
        now = self.clock()
        last = self.ledger.last(job.name) or self.started or now
        self._begin(job, due_slot(job.trigger(), max(last, now - LOOK_BACK), now))

    def _begin(self, job: Job, slot: datetime | None) -> None:
        if slot is None or self.stopping or not self.ledger.claim(job.name, slot, self.clock()):
            return
        task = asyncio.get_running_loop().create_task(self._do(job, slot))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _do(self, job: Job, slot: datetime) -> None:
        async with self.lanes.setdefault(job.lane or job.name, asyncio.Lock()):
            code = None if self.stopping else await self._start(job.command)
        if self.stopping and code != 0:
            self.ledger.release(job.name, slot)
        else:
            self.ledger.finish(job.name, slot, self.clock(), -1 if code is None else code)
        log.info("%s: slot %s ended with %s", job.name, slot.isoformat(), code)

    async def _start(self, command: Sequence[str]) -> int:
        child = await asyncio.create_subprocess_exec(*command)
        self.children.add(child)
        if self.stopping:  # it was asked to stop while the child was being born
            child.terminate()
        try:
            return await child.wait()
        finally:
            self.children.discard(child)


def watch(todo: Iterable[Job], ledger: Ledger, clock: Callable[[], datetime]) -> None:
    """Run the clock until SIGINT or SIGTERM."""

    async def forever() -> None:
        until = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, until.set)
        await Clock(list(todo), ledger, clock).run(until)

    asyncio.run(forever())
