"""What is the case today of each subject that may open a window: read from the store, not kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from pipeline.clock import day_of
from pipeline.divisions import bill_in
from pipeline.dossiers import Dossier, touched
from pipeline.entries import RAISED, Entry, told
from pipeline.grounds import is_of
from pipeline.identity import canonical
from pipeline.levels import Level
from pipeline.measures import State
from pipeline.model import (
    Bill,
    Consultation,
    Document,
    Member,
    Momentum,
    Naming,
    UnitDay,
)
from pipeline.names import shown
from pipeline.queries.bills import bill_views, is_alive
from pipeline.queries.documents import Reading, readings
from pipeline.queries.momentum import states_between, tides
from pipeline.queries.views import BillView, MomentumView, StepView
from pipeline.waves import wave
from pipeline.windows import (
    BILL,
    CONSULTATION,
    Cause,
    CauseKind,
    Ending,
    Situation,
    Window,
    deadline_cause,
    meet,
)
from spiders.items import (
    BillStatus,
    ConsultationKind,
    ConsultationStatus,
    DeadlineKind,
    as_json,
)

CHILD_CARE = "services-educatifs"  # a bill on it is enough to open a window
HOLDS = timedelta(days=21)  # since the last sitting of a stage
LATELY = timedelta(days=7)  # in which actors move
WATCHED = timedelta(days=1)
IN_THE_NEWS = timedelta(days=2)  # for which a surge lets itself be answered
STATES = timedelta(days=60)
WAVES = timedelta(days=28)
MANY_ACTORS = 3
SHARE = 0.25  # of a theme's stories that name a bill: the theme rises because of it
OVER = {
    BillStatus.ASSENTED: Ending.ADOPTED,
    BillStatus.DEFEATED: Ending.DEAD,
    BillStatus.WITHDRAWN: Ending.DEAD,
    BillStatus.DIED: Ending.DEAD,
}


Measured = Momentum | MomentumView


@dataclass(frozen=True, slots=True)
class Press:
    """How the press stands: a cause for each unit that is raised; units that nothing is known of.

    `stories` are those of each unit's last days.
    """

    causes: Mapping[str, Cause]
    blind: frozenset[str]
    stories: Mapping[str, int]

    @classmethod
    def of(
        cls,
        measures: Iterable[Measured],
        states: Mapping[str, Sequence[Entry]],
        stories: Mapping[str, int],
    ) -> Press:
        """Gather how the press stands, from the last measure of each unit and its states."""
        rows = {one.unit: one for one in measures}
        raised = [unit for unit, row in rows.items() if row.state in RAISED]
        return cls(
            causes={unit: _media(rows[unit], states[unit]) for unit in raised},
            blind=frozenset(unit for unit, row in rows.items() if row.state == State.PARTIAL),
            stories=stories,
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known at a moment: the press, bills and consultations that may be of concern.

    `on_wave`: everything rises at once. `bills` come as they are kept and as they are read.
    """

    press: Press
    on_wave: bool
    bills: Sequence[tuple[Bill, BillView]]
    asked: Sequence[Consultation]
    dossiers: Sequence[Dossier] = ()


def seen(
    session: Session, today: date, windows: Iterable[str], dossiers: Sequence[Dossier] = ()
) -> Seen:
    """Read what is known now; `windows` are the units of those that are open."""
    ids = [int(unit.removeprefix(BILL)) for unit in windows if unit.startswith(BILL)]
    rows = session.scalars(select(Bill).where(or_(is_alive(), Bill.id.in_(ids)))).all()
    views = bill_views(session, rows, today)
    asked = select(Consultation).where(
        or_(Consultation.status.is_(None), Consultation.status != ConsultationStatus.CLOSED)
    )
    return Seen(
        press=_press(session, today),
        on_wave=wave(tides(session, today - WAVES, today)) is not None,
        bills=list(zip(rows, views, strict=True)),
        asked=session.scalars(asked.order_by(Consultation.id)).all(),
        dossiers=dossiers,
    )


def situations(
    session: Session, today: date, windows: Mapping[str, Window], known: Seen
) -> list[Situation]:
    """Give the situation of every subject that may move a window, those that are open among them.

    What raises a theme and is mostly about one bill is a cause of that bill, told there alone.
    """
    press = known.press
    asked = [row for row in known.asked if _last(row) >= today]
    found = {one.unit: one for one in _bills(session, today, known, asked, windows)}
    themes = [unit for unit in {**press.causes, **windows} if ":" not in unit]
    for theme in list(themes):
        if theme not in windows and (bill := _raised_by(theme, found, press, windows)):
            cause = _of_bill(theme, press.causes[theme])
            found[bill] = replace(found[bill], causes=(*found[bill].causes, cause))
            themes.remove(theme)
    for theme in themes:
        if known.on_wave and theme not in windows:
            continue  # one notice tells of all the themes
        found[theme] = _of_theme(session, theme, today, known, found, windows)
    for one in _of_consultations(session, asked, today, known.dossiers):
        found[one.unit] = one
    for unit in windows.keys() - found.keys():  # what is gone has no cause left
        found[unit] = Situation(unit, (), (), blind=unit in press.blind)
    return list(found.values())


def stories_lately(session: Session, today: date) -> Mapping[str, int]:
    """Count the stories of each unit's last seven days."""
    counted = (
        select(UnitDay.unit, func.sum(UnitDay.stories))
        .where(UnitDay.day > today - LATELY, UnitDay.day <= today)
        .group_by(UnitDay.unit)
    )
    return {unit: int(number) for unit, number in session.execute(counted)}


def _press(session: Session, today: date) -> Press:
    said = select(Momentum).where(Momentum.day.in_((today - timedelta(days=1), today)))
    rows = {row.unit: row for row in session.scalars(said.order_by(Momentum.day))}
    raised = [unit for unit, row in rows.items() if row.state in RAISED]
    states = states_between(session, today - STATES + timedelta(days=1), today, raised)
    return Press.of(rows.values(), states, stories_lately(session, today))


def _media(row: Measured, states: Sequence[Entry]) -> Cause:
    day, state = told(states)[-1]
    since = "earlier" if day == states[0][0] else day.isoformat()
    names = "unit window observed expected ratio surprise outlets"
    return Cause(
        CauseKind.MEDIA,
        f"media/{state}/{since}",
        Level.ACT if state == State.SURGING else Level.NOTE,
        day,
        row.day + IN_THE_NEWS,
        detail={"state": state} | {name: getattr(row, name) for name in names.split()},
    )


def _bills(
    session: Session,
    today: date,
    known: Seen,
    asked: Sequence[Consultation],
    windows: Mapping[str, Window],
) -> Iterator[Situation]:
    """Give the bills of ours that live, and those that were when their window opened."""
    press, theirs = known.press, _by_bill(asked, [row for row, _ in known.bills])
    for _, view in known.bills:
        unit = f"{BILL}{view.name.id}"
        ours = view.proximity == "direct" or view.themes or unit in windows
        if not ours:
            continue
        causes = [
            *_stage(view, today),
            *(
                cause
                for one in theirs[view.name.id]
                for cause in _deadlines(one, today, direct=view.proximity == "direct")
            ),
        ]
        if unit in press.causes:
            causes.append(press.causes[unit])
        themes = tuple(theme.id for theme in view.themes)
        if causes:  # by itself, what we follow neither opens a window nor holds it
            causes += _actors(session, unit, today)
            causes += _dossiers(known.dossiers, _names(view), themes, today)
        ending = OVER.get(BillStatus(view.status)) if view.status else None
        # How it ends is a fact of its own, told as one.
        told = () if ending else tuple(causes)
        yield Situation(unit, themes, told, ending, unit in press.blind)


def _stage(view: BillView, today: date) -> Iterator[Cause]:
    """Give the stage in which a bill last sat, while it holds, by the day it began or was voted."""
    dated = [(_days(view, step, today), rank, step) for rank, step in enumerate(view.steps)]
    last = max(((max(days), rank, step) for days, rank, step in dated if days), default=None)
    if last is None or last[0] < today - HOLDS:
        return
    day, _, step = last
    votes = [vote.day for vote in step.votes if vote.day and vote.day <= today]
    follows = view.next_day.day if view.next_day else day + HOLDS
    yield Cause(
        CauseKind.STAGE,
        "/".join(filter(None, ("stage", step.chamber, step.stage or step.label))),
        Level.WATCH if view.proximity == "direct" else Level.NOTE,
        max(min(_days(view, step, today)), *votes, date.min),
        follows,
        enough=any(theme.id == CHILD_CARE for theme in view.themes),
        detail={"stage": step.stage, "label": step.label, "chamber": step.chamber},
    )


def _days(view: BillView, step: StepView, today: date) -> list[date]:
    """Give the days of a stage until today; without one, that on which it appeared to us."""
    watched = step.first_seen_at - view.first_seen_at >= WATCHED
    days = step.days or ((day_of(step.first_seen_at),) if watched else ())
    return [day for day in days if day <= today]


def _last(row: Consultation) -> date:
    days = [*row.hearings, *(one["date"] for one in row.deadlines)]
    return date.fromisoformat(max(days)) if days else date.min


def _by_bill(
    asked: Iterable[Consultation], bills: Iterable[Bill]
) -> Mapping[int, list[Consultation]]:
    namesakes: dict[tuple[str, str], list[Bill]] = defaultdict(list)
    for bill in bills:
        namesakes[bill.parliament, bill.number].append(bill)
    found: dict[int, list[Consultation]] = defaultdict(list)
    for row in asked:
        if row.bill:
            named = row.bill
            place = None
            if named.get("legislature") and named.get("session"):
                place = named["legislature"], named["session"]
            known = bill_in(namesakes.get((row.parliament, named["number"]), ()), place)
            if known:
                found[known.id].append(row)
    return found


def _deadlines(row: Consultation, today: date, *, direct: bool) -> Iterator[Cause]:
    """Give the days to come of a consultation: each of its last days, the first of its hearings.

    `direct`: it is about young children.
    """
    is_open, urls = row.kind != ConsultationKind.PETITION, (row.url, row.mandate_url)
    for one in row.deadlines:
        day = date.fromisoformat(one["date"])
        if day >= today:
            sure = is_open and one.get("sure", True)
            kind = DeadlineKind(one["kind"])
            yield deadline_cause(kind, day, today, opens=sure, direct=direct, urls=urls)
    first = min((date.fromisoformat(day) for day in row.hearings), default=None)
    heard = {one["date"] for one in row.deadlines if one["kind"] == DeadlineKind.HEARING}
    if first and first >= today and first.isoformat() not in heard:
        yield deadline_cause(DeadlineKind.HEARING, first, today, direct=direct, urls=urls)


def _of_consultations(
    session: Session, asked: Sequence[Consultation], today: date, dossiers: Sequence[Dossier]
) -> Iterator[Situation]:
    """Give the consultations of ours that are about no bill."""
    alone = [row for row in asked if not row.bill]
    read = _readings(session, alone)
    for row in alone:
        reading = read[row.id]
        if reading.proximity == "direct" or reading.themes:
            themes = tuple(theme.id for theme in reading.themes)
            causes = list(_deadlines(row, today, direct=reading.proximity == "direct"))
            if causes:
                causes += _dossiers(dossiers, (), themes, today)
            yield Situation(f"{CONSULTATION}{row.id}", themes, tuple(causes))


def _readings(session: Session, rows: Sequence[Consultation]) -> Mapping[int, Reading]:
    """Give how the page of each consultation was read; its notice counts before its mandate."""
    names = {canonical(url): row.id for row in rows for url in (row.mandate_url, row.url) if url}
    asked = select(Document.id, Document.identity).where(Document.identity.in_(names))
    documents = {id_: names[identity] for id_, identity in session.execute(asked)}
    read = readings(session, documents)
    found: dict[int, Reading] = defaultdict(Reading)
    for id_, consultation in documents.items():
        if read[id_].themes or consultation not in found:
            found[consultation] = read[id_]
    return found


def _of_bill(theme: str, media: Cause) -> Cause:
    """Give the rise of a theme as a cause of the bill that it comes from."""
    return replace(media, key=f"media/{theme}/{media.key.partition('/')[2]}")


def _raised_by(
    theme: str, found: Mapping[str, Situation], press: Press, windows: Mapping[str, Window]
) -> str | None:
    """Name the bill with a window that a theme rises because of: it rises too, or is most of it.

    What was said once to be because of a bill stays so.
    """
    key = _of_bill(theme, press.causes[theme]).key
    for unit, window in windows.items():
        if key in window.causes and not found[unit].ending:
            return unit
    enough = SHARE * press.stories.get(theme, 0)
    bills = {
        unit: press.stories.get(unit, 0)
        for unit, one in found.items()
        if theme in one.themes and (unit in windows or meet(one.causes)) and not one.ending
        if unit in press.causes or press.stories.get(unit, 0) >= enough
    }
    return max(bills, key=lambda unit: (bills[unit], unit), default=None)


def _of_theme(
    session: Session,
    theme: str,
    today: date,
    known: Seen,
    found: Mapping[str, Situation],
    windows: Mapping[str, Window],
) -> Situation:
    """Give a theme that is raised: with the bills and deadlines of it that have no window."""
    press = known.press
    causes = [press.causes[theme]] if theme in press.causes else []
    if causes:
        for kind in (CauseKind.STAGE, CauseKind.DEADLINE):
            causes += _nearest(kind, theme, today, found, windows)
        causes += _actors(session, theme, today)
        causes += _dossiers(known.dossiers, (), (theme,), today)
    return Situation(theme, (theme,), tuple(causes), blind=theme in press.blind)


def _nearest(
    kind: CauseKind,
    theme: str,
    today: date,
    found: Mapping[str, Situation],
    windows: Mapping[str, Window],
) -> list[Cause]:
    """Give, as one cause told once, what is nearest to today among the bills of a theme."""
    near = [
        replace(cause, key=kind.value, enough=False, detail={**cause.detail, "unit": unit})
        for unit, one in found.items()
        if theme in one.themes and unit.startswith(BILL) and unit not in windows
        if not meet(one.causes)
        for cause in one.causes
        if cause.kind is kind and abs(cause.day - today) <= LATELY
    ]
    return sorted(near, key=lambda cause: abs(cause.day - today))[:1]


def _names(view: BillView) -> list[str]:
    """Name a bill and the one that it takes up as dossiers do: "qc/43-2/99"."""
    names = [view.name, view.ancestor] if view.ancestor else [view.name]
    return [f"{one.parliament}/{one.legislature}-{one.session}/{one.number}" for one in names]


def _dossiers(
    dossiers: Iterable[Dossier], bills: Sequence[str], themes: Sequence[str], today: date
) -> list[Cause]:
    """Give what we follow of something, with what we have said so far; a bill named weighs more."""
    return [
        Cause(
            CauseKind.DOSSIER,
            f"dossier/{dossier.id}",
            Level.WATCH if named else Level.NOTE,
            today,
            today + LATELY,
            detail={"title": dossier.title, "said": as_json(dossier.said)},
        )
        for dossier, named in touched(dossiers, bills, themes)
    ]


def _actors(session: Session, unit: str, today: date) -> list[Cause]:
    """Give whom the documents of the last days name, where one is a partner or they are several."""
    wanted = (
        select(Naming.kind, Naming.target, func.count())
        .join(Document, Document.id == Naming.document_id)
        .where(Document.day > today - LATELY, Document.day <= today, Document.copy_of.is_(None))
        .where(Document.kind != "bill", is_of(unit))
        .group_by(Naming.kind, Naming.target)
    )
    rows = sorted(session.execute(wanted).all(), key=lambda row: (-row[2], row[1]))
    members = select(Member.number, Member.name).where(Member.number.in_([row[1] for row in rows]))
    people = dict(session.execute(members).all())
    named = [
        {
            "kind": kind,
            "target": target,
            "name": people.get(target, target) if kind == "person" else shown(kind, target),
            "documents": n,
        }
        for kind, target, n in rows
    ]
    if len(named) < MANY_ACTORS and not any(one["kind"] == "partner" for one in named):
        return []
    return [
        Cause(
            CauseKind.ACTORS, "actors", Level.NOTE, today, today + LATELY, detail={"named": named}
        )
    ]
