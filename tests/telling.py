"""Values that the tests of alerts and letters share: bills, documents, stories, alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from alerts.decide import Told
from alerts.message import Line, Message, Section
from alerts.rules import Decision, Level
from pipeline.queries import (
    BillName,
    BillView,
    ClosingView,
    DocumentView,
    EventView,
    MomentumView,
    StepView,
    StoryView,
    ThemeView,
)

NOW = datetime(2031, 3, 11, 14, 30, tzinfo=UTC)  # a Tuesday, 10:30 in Montréal
TODAY = date(2031, 3, 11)
CHILDCARE = ThemeView("services-educatifs", 0.9, "rule", "« places en CPE »")
HOUSING = ThemeView("logement", 0.7, "model", "vocabulaire du thème : loyer, bail")


def step(stage: str | None, *days: date, seen: datetime = NOW, chamber: str = "") -> StepView:
    """A stage, by its own label, reached on these days and seen then."""
    return StepView(stage, f"Étape {stage}", chamber, "", days, (), seen)


def bill(
    *steps: StepView,
    proximity: str = "direct",
    themes: tuple[ThemeView, ...] = (CHILDCARE,),
    seen: datetime = NOW,
) -> BillView:
    """Bill 94 of Québec, with these stages."""
    name = BillName(7, "qc", 43, 1, "94", "Loi sur les places en CPE", "https://qc.test/94.html")
    return BillView(
        name=name,
        kind="government",
        status="in-progress",
        sponsors=("Roy, Anne",),
        steps=steps,
        step=steps[-1] if steps else None,
        assent_date=None,
        chapter=None,
        proximity=proximity,
        themes=themes,
        first_seen_at=seen,
        changed_at=seen,
    )


def events(of: BillView) -> list[EventView]:
    """What happened to a bill: tabled on the first of its days, then each stage."""
    days = [day for one in of.steps for day in one.days]
    tabled = EventView(of, None, min(days, default=None), of.first_seen_at)
    reached = [one for one in of.steps if one.stage != "introduction"]
    return [tabled, *(EventView(of, one, one.day, one.first_seen_at) for one in reached)]


def closing(*bills: BillView, day: date | None = TODAY) -> ClosingView:
    """The end of 43-1, seen now, with these bills."""
    return ClosingView("qc", 43, 1, day, NOW, bills)


def document(
    kind: str = "consultation",
    at: datetime = NOW - timedelta(days=1),
    proximity: str = "direct",
    themes: tuple[ThemeView, ...] = (CHILDCARE,),
    title: str = "Consultation sur les services de garde",
    source: str = "assnat",
    bills: tuple[BillName, ...] = (),
) -> DocumentView:
    """Something published."""
    return DocumentView(
        id=11,
        source=source,
        kind=kind,
        title=title,
        url="https://qc.test/consultation-11.html",
        summary="",
        lang="fr",
        author="",
        at=at,
        detected_at=at,
        revised_at=None,
        proximity=proximity,
        themes=themes,
        bills=bills,
        story_id=None,
        copy_of=None,
    )


def story(
    title: str = "Des places de plus en CPE",
    outlets: tuple[str, ...] = ("Le Devoir", "La Presse", "CBC"),
    themes: tuple[ThemeView, ...] = (CHILDCARE,),
    bills: tuple[BillName, ...] = (),
    id_: int = 1,
) -> StoryView:
    """A news told by these houses."""
    told = replace(document("news", title=title), id=id_, themes=themes, bills=bills)
    return StoryView(
        id=id_,
        title=title,
        url=f"https://news.test/{id_}?a=1&b=2",
        first_at=told.at,
        last_at=told.at,
        outlets=outlets,
        proximity="direct",
        themes=themes,
        bills=bills,
        documents=(told,),
    )


def measure(
    unit: str = "logement",
    state: str = "surging",
    outlets: int = 14,
    day: date = TODAY,
    bill: BillName | None = None,
) -> MomentumView:
    """Thirty-one stories in four days, where twelve were expected."""
    return MomentumView(unit, bill, day, 4, state, 31, 11.6, 2.54, 3.0, outlets, ())


def told(
    n: int = 1,
    level: Level = Level.WATCH,
    due_at: datetime = NOW,
    title: str = "Adoption – Projet de loi n° {n}, Loi sur les places",
    message: Message | None = None,
) -> Told:
    """Something decided and put into words, different for each `n`."""
    decision = Decision(
        key=f"bill:qc/43-1/{n}|stage|passage",
        kind="bill-stage",
        level=level,
        on=TODAY,
        due_at=due_at,
        about=document(),
        themes=("services-educatifs",),
    )
    said = message or Message(
        title=title.format(n=n),
        summary="Adopté le 10 mars 2031.",
        sections=(Section("Qui en parle", (Line("Titre", "https://news.test/1", "– CBC"),)),),
        url=f"https://qc.test/{n}.html",
        footer=("Vigie – à surveiller",),
    )
    return Told(decision, said)
