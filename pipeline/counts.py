"""How many items a visit to a full list gives, as its past visits tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.calendar import ASSEMBLEE, Season
from pipeline.clock import bounds, day_of
from pipeline.health import usual
from pipeline.model import Visit
from spiders.items import Outcome
from spiders.sources import Source

HISTORY = timedelta(days=400)


def usual_items(session: Session, sources: Iterable[Source], now: datetime) -> dict[str, int]:
    """Give how many items are usual of each of these sources that gives a whole list.

    None during general elections: members, petitions and mandates go with the legislature.
    """
    full = {source.id: source.full for source in sources if source.full}
    if not full or ASSEMBLEE.season(day_of(now)) is Season.ELECTION:
        return {}
    asked = select(Visit.source, Visit.started_at, Visit.items).where(
        Visit.source.in_(full), Visit.outcome == Outcome.OK, Visit.started_at >= now - HISTORY
    )
    counts: dict[str, list[int]] = defaultdict(list)
    for id_, started, items in session.execute(asked.order_by(Visit.started_at.desc())):
        since = full[id_]
        if not isinstance(since, date) or started >= bounds(since)[0]:
            counts[id_].append(items)
    return {id_: usual(told) for id_, told in counts.items()}
