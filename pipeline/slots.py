"""Who runs which job at which hour: a slot is claimed once, by whichever scheduler comes first."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.database import Store
from pipeline.model import Slot

STALE = timedelta(
    hours=2
)  # no job lasts so long: its scheduler died before it could say how it ended


class Slots:
    """The ledger of slots of one store, as one scheduler sees it."""

    def __init__(self, store: Store, who: str) -> None:
        self.store, self.who = store, who

    def last(self, job: str) -> datetime | None:
        """Say which slot of the job was taken last, if any."""
        with self.store.reading() as session:
            return session.scalar(select(func.max(Slot.due_at)).where(Slot.job == job))

    def claim(self, job: str, due_at: datetime, now: datetime) -> bool:
        """Take a slot; False when it is taken already. A slot left unfinished is taken over."""
        try:
            with self.store.session() as session:
                session.add(Slot(job=job, due_at=due_at, claimed_by=self.who, started_at=now))
        except IntegrityError:
            return self._take_over(job, due_at, now)
        return True

    def finish(self, job: str, due_at: datetime, now: datetime, exit_code: int) -> None:
        """Write down how a slot ended."""
        with self.store.session() as session:
            session.execute(
                update(Slot)
                .where(Slot.job == job, Slot.due_at == due_at)
                .values(finished_at=now, exit_code=exit_code)
            )

    def release(self, job: str, due_at: datetime) -> None:
        """Give a slot back: its work was stopped, the next start does it."""
        with self.store.session() as session:
            session.execute(delete(Slot).where(Slot.job == job, Slot.due_at == due_at))

    def unfinished(self, job: str, now: datetime) -> datetime | None:
        """Say which slot was begun long ago and never ended: the last of the job, or none."""
        with self.store.reading() as session:
            newest = select(Slot).where(Slot.job == job).order_by(Slot.due_at.desc()).limit(1)
            slot = session.scalar(newest)
        if slot is None or slot.finished_at or slot.started_at >= now - STALE:
            return None
        return slot.due_at

    def _take_over(self, job: str, due_at: datetime, now: datetime) -> bool:
        with self.store.session() as session:
            taken = session.execute(
                update(Slot)
                .where(
                    Slot.job == job,
                    Slot.due_at == due_at,
                    Slot.finished_at.is_(None),
                    Slot.started_at < now - STALE,
                )
                .values(claimed_by=self.who, started_at=now)
            )
            return bool(getattr(taken, "rowcount", 0))
