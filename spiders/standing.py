"""Where a consultation stands by the days that it gives: open until the last of them is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from spiders.items import ConsultationStatus, Deadline, DeadlineKind


def standing(deadlines: Sequence[Deadline], today: date) -> ConsultationStatus | None:
    """Tell whether one can still take part today; None where no day is given."""
    if not deadlines:
        return None
    over = max(one.date for one in deadlines) < today
    return ConsultationStatus.CLOSED if over else ConsultationStatus.OPEN


def last_day(deadlines: Sequence[Deadline], kind: DeadlineKind) -> date | None:
    """Give the last day of that kind, None for none."""
    return max((one.date for one in deadlines if one.kind is kind), default=None)
