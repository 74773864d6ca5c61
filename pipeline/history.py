"""What happened to a bill, dated: every event follows from the bill as it is now and as it was."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.bills import Place, lives_in
from pipeline.clock import day_of
from pipeline.model import Bill, BillEvent
from pipeline.titles import comparable
from spiders.items import BillStatus, Stage, as_json

AMENDED = re.compile(r"(?<!sans )(?<!without )\bamend", re.I)
REFUSED = re.compile(r"rejet|defeat|negativ|non[- ]adopt", re.I)


class EventKind(StrEnum):
    """What may happen to a bill.

    SITTING: a further sitting of a stage. COMMITTEE: it was given to one. AUTHOR: another member
    took it over. RETABLED: it takes up a bill that died.
    """

    TABLED = "tabled"
    STAGE = "stage"
    SITTING = "sitting"
    VOTE = "vote"
    AMENDED = "amended"
    COMMITTEE = "committee"
    AUTHOR = "author"
    TITLE = "title"
    REINSCRIBED = "reinscribed"
    RETABLED = "retabled"
    ASSENTED = "assented"
    DEFEATED = "defeated"
    WITHDRAWN = "withdrawn"
    DIED = "died"


STEPS = (EventKind.STAGE, EventKind.SITTING)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a bill. `key` tells it from its others, `day` is the source's.

    `undated` is what its key was as long as nobody gave its day.
    """

    key: str
    kind: EventKind
    day: date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    undated: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a bill: as BillStage has it. `code` is the name that sentences know it by."""

    code: str
    label: str
    chamber: str
    committee: str
    days: tuple[date, ...]
    votes: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """A bill at a moment. `place` is its session of origin, `last` the last in which it lived."""

    place: Place
    last: Place
    title: str
    status: str | None
    sponsors: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...]
    reinscribed: tuple[Mapping[str, Any], ...]
    assent_date: date | None
    chapter: str | None
    died_on: date | None
    complete: bool


def life(bill: Bill) -> Life:
    """Give a bill as it is at this moment."""
    rows = sorted(bill.stages, key=lambda row: row.position)
    return Life(
        place=(bill.legislature, bill.session),
        last=lives_in(bill)[-1],
        title=bill.title,
        status=bill.status,
        sponsors=tuple(bill.sponsors),
        steps=tuple(
            Step(
                code=step_code(row.stage, row.label),
                label=row.label,
                chamber=row.chamber,
                committee=row.committee or "",
                days=tuple(map(date.fromisoformat, row.dates)),
                votes=tuple(row.votes),
                notes=tuple(row.notes),
            )
            for row in rows
        ),
        reinscribed=tuple(bill.reinscribed),
        assent_date=bill.assent_date,
        chapter=bill.chapter,
        died_on=bill.died_on,
        complete=bill.complete,
    )


def step_code(stage: str | None, label: str) -> str:
    """Name a step as sentences do: our stage, or which half of one; "" where we have no word."""
    if stage == Stage.CONSULTATION and re.search(r"rapport|report|depot", label, re.I):
        return "consultation-report"
    if stage == Stage.REPORT and re.search(r"^prise|consideration", label, re.I):
        return "report-consideration"
    return stage or ""


def happened(before: Life | None, after: Life) -> list[Event]:
    """Give everything that happened to a bill until `after`, told before or not, in no order.

    What is told by no page, only by the difference with `before`, is among it; on a first reading
    there is none.
    """
    altered = _altered(before, after) if before else ()
    return [*_steps(after), *_authors(after), *_reinscribed(after), *_ends(after), *altered]


def retabled(after: Life, ancestor: Bill) -> Event:
    """Tell that a bill takes up another, which is dead."""
    detail = {
        "number": ancestor.number,
        "place": [ancestor.legislature, ancestor.session],
        "status": ancestor.status,
        "died_on": as_json(ancestor.died_on),
    }
    tabled = next((one.day for one in _steps(after) if one.kind is EventKind.TABLED), None)
    return Event("retabled", EventKind.RETABLED, tabled, detail)


def voted(day: date | None, vote: Mapping[str, Any], detail: Mapping[str, Any]) -> Event:
    """Tell a recorded vote: a bill's page and the register of votes tell of the same one."""
    counts = {name: vote[name] for name in ("for", "against", "abstain")}
    key = "vote/{for}-{against}-{abstain}".format(**counts)
    return Event(f"{key}/{day}" if day else key, EventKind.VOTE, day, {**detail, **counts}, key)


def note(
    session: Session,
    bills: Mapping[Bill, Sequence[Event]],
    now: datetime,
    listed: Collection[Bill] = (),
) -> None:
    """Keep the events of these bills, each once; what is known of one already is told better.

    What is told no longer is forgotten where it never took place: a day to come that was moved, a
    death before the assent was known, the words of a list that the first reading of a page corrects
    (`listed` were known by lists alone until now).
    """
    kept = _kept(session, [bill.id for bill in bills])
    for bill, events in bills.items():
        rows = kept[bill.id]
        told = {event.key: event for event in events}
        for event in told.values():
            row = rows.get(event.key) or rows.pop(event.undated, None)
            if row is None:
                row = BillEvent(bill_id=bill.id, noticed_at=now)
                session.add(row)
            row.key, row.kind, row.detail = event.key, event.kind, dict(event.detail)
            row.day = event.day or row.day
        for key, row in rows.items():
            wrong = (bill in listed and row.kind in STEPS) or _was_wrong(row, bill, now)
            if key not in told and wrong:
                session.delete(row)
    session.flush()


def add_new(session: Session, bill_id: int, event: Event, now: datetime) -> None:
    """Keep an event unless it is known, whoever told it."""
    if not {event.key, event.undated} & _kept(session, [bill_id])[bill_id].keys():
        row = BillEvent(bill_id=bill_id, key=event.key, kind=event.kind, day=event.day)
        row.noticed_at, row.detail = now, dict(event.detail)
        session.add(row)
        session.flush()


def _kept(session: Session, ids: Sequence[int]) -> dict[int, dict[str, BillEvent]]:
    kept: dict[int, dict[str, BillEvent]] = {id_: {} for id_ in ids}
    for row in session.scalars(select(BillEvent).where(BillEvent.bill_id.in_(ids))):
        kept[row.bill_id][row.key] = row
    return kept


def _was_wrong(row: BillEvent, bill: Bill, now: datetime) -> bool:
    if row.kind == EventKind.DIED:
        return row.key == _death(lives_in(bill)[-1])
    return row.kind in STEPS and row.day is not None and row.day > day_of(now)


def _steps(life: Life) -> Iterator[Event]:
    seen: Counter[str] = Counter()
    told = [step for step in life.steps if not _is_told_apart(life, step)]
    for position, step in enumerate(told):
        tabled = position == 0 and step.code == Stage.INTRODUCTION
        name = f"{step.chamber}/{step.code or step.label}"
        for turn, day in enumerate(sorted(step.days) or [None]):
            kind = EventKind.SITTING if turn else EventKind.STAGE
            detail = _detail(step) | {"since": _since(told, position, day, turn)}
            if turn:
                detail["turn"] = turn + 1
            if tabled and not turn:
                yield Event("tabled", EventKind.TABLED, day, _detail(step))
                continue
            seen[f"{name}/{day}"] += 1
            nth = seen[f"{name}/{day}"]
            key = "/".join(filter(None, (name, as_json(day), str(nth) if nth > 1 else "")))
            yield Event(key, kind, day, detail, undated=name)
        yield from _said(step)
    if not told and not life.steps:
        yield Event("tabled", EventKind.TABLED)


def _is_told_apart(life: Life, step: Step) -> bool:
    """Whether a step is an event of its own: the assent, or Ottawa's stage of reinstatement."""
    days = [as_json(day) for day in step.days]
    return step.code == Stage.ASSENT or any(
        not step.code and one["date"] in days and life.last == life.place
        for one in life.reinscribed
    )


def _said(step: Step) -> Iterator[Event]:
    """Give what is told beside the sittings of a step: votes, amendments."""
    for vote in step.votes:
        day = date.fromisoformat(vote["date"]) if vote["date"] else None
        yield voted(day, vote, _detail(step))
    if any(AMENDED.search(said) and not REFUSED.search(said) for said in step.notes):
        name = f"amended/{step.chamber}/{step.code or step.label}"
        yield Event(name, EventKind.AMENDED, max(step.days, default=None), _detail(step))


def _authors(life: Life) -> Iterator[Event]:
    for former, author in zip(life.sponsors, life.sponsors[1:], strict=False):
        yield _author(former, author, author["since"])


def _author(former: Mapping[str, Any], author: Mapping[str, Any], since: str | None) -> Event:
    detail = {"before": former["name"], "after": author["name"]}
    day = date.fromisoformat(since) if since else None
    return Event(f"author/{author['id'] or author['name']}", EventKind.AUTHOR, day, detail)


def _reinscribed(life: Life) -> Iterator[Event]:
    for one in life.reinscribed:
        place = one["legislature"], one["session"]
        day = date.fromisoformat(one["date"]) if one["date"] else None
        steps = [step for step in life.steps if not _is_told_apart(life, step)]
        detail = {"place": list(place), "since": _since(steps, None, day)}
        yield Event("reinscribed/{}-{}".format(*place), EventKind.REINSCRIBED, day, detail)


def _ends(life: Life) -> Iterator[Event]:
    last_day = max(chain.from_iterable(step.days for step in life.steps), default=None)
    earlier = [step for step in life.steps if step.code != Stage.ASSENT]
    if life.status == BillStatus.ASSENTED:
        day = life.assent_date or last_day
        detail = {"chapter": life.chapter, "since": _since(earlier, None, day)}
        yield Event("assented", EventKind.ASSENTED, day, detail)
    elif life.status == BillStatus.DEFEATED:
        step = max(life.steps, key=lambda one: max(one.days, default=date.min), default=None)
        yield Event("defeated", EventKind.DEFEATED, last_day, _detail(step) if step else {})
    elif life.status == BillStatus.WITHDRAWN:
        yield Event("withdrawn", EventKind.WITHDRAWN)
    elif life.status == BillStatus.DIED:
        since = _since(earlier, None, life.died_on)
        place = {"place": list(life.last), "since": since}
        yield Event(_death(life.last), EventKind.DIED, life.died_on, place)


def _death(last: Place) -> str:
    return "died/{}-{}".format(*last)


def _altered(before: Life, after: Life) -> Iterator[Event]:
    if before.complete and comparable(before.title) != comparable(after.title):
        print_ = hashlib.sha256(after.title.encode()).hexdigest()[:16]
        detail = {"before": before.title, "after": after.title}
        yield Event(f"title/{print_}", EventKind.TITLE, None, detail)
    if len(before.sponsors) == len(after.sponsors) == 1:
        former, author = before.sponsors[0], after.sponsors[0]
        if (former["id"], former["name"]) != (author["id"], author["name"]):
            yield _author(former, author, author["since"])
    known = {(step.chamber, step.label): step.committee for step in before.steps}
    for step in after.steps:
        former_name = known.get((step.chamber, step.label))
        if step.committee and former_name is not None and former_name != step.committee:
            key = f"committee/{step.chamber}/{step.code or step.label}/{step.committee}"
            yield Event(key, EventKind.COMMITTEE, None, _detail(step))


def _detail(step: Step) -> dict[str, Any]:
    return {
        "step": step.code,
        "label": step.label,
        "chamber": step.chamber,
        "committee": step.committee,
    }


def _since(
    steps: Sequence[Step], position: int | None, day: date | None, turn: int = 0
) -> dict[str, Any] | None:
    """Name what came last before this day, and how many days before: a sitting of another step.

    Of a further sitting (`turn`) it is the one before it.
    """
    if day is None:
        return None
    if turn and position is not None:
        former = sorted(steps[position].days)[turn - 1]
        return {"days": (day - former).days}

    def is_prior(rank: int) -> bool:
        return position is None or rank < position

    past = [
        (max(days), rank)
        for rank, step in enumerate(steps)
        if rank != position
        and (days := [one for one in step.days if one < day or (one == day and is_prior(rank))])
    ]
    if not past:
        return None
    last, rank = max(past)
    return _detail(steps[rank]) | {"days": (day - last).days}
