"""Windows of opportunity: what opens, widens and closes them. Pure decisions, then the store."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.themes import read_themes
from pipeline.calls import Call, calls, read_partners
from pipeline.database import Store
from pipeline.entries import told
from pipeline.errors import PartnersError, UnknownWindowError
from pipeline.levels import Level
from pipeline.model import Bill, Document, Mention, Momentum, Naming, Opportunity, UnitDay
from pipeline.names import NAMES
from pipeline.opportunities import close, follow_windows
from pipeline.queries import WindowView, closed_windows, open_windows
from pipeline.waves import Tide, wave
from pipeline.windows import (
    Action,
    Cause,
    CauseKind,
    Ending,
    Fate,
    FateCause,
    Situation,
    Step,
    Window,
    deadline_cause,
    decide,
    expected,
    level_of,
    named_partners,
)
from spiders.items import (
    BillRef,
    BillStatus,
    ConsultationFacts,
    ConsultationKind,
    Deadline,
    DeadlineKind,
    Item,
    Kind,
    Stage,
    StageFacts,
)
from tests.factories import (
    NOW,
    add_document,
    add_reading,
    bring,
    make_bill,
    make_facts,
    make_item,
    make_source,
)

TODAY = date(2031, 3, 3)
DAY = timedelta(days=1)
CHILD_CARE, HOUSING = "services-educatifs", "logement"
NOTICE = "https://www.assnat.qc.ca/fr/travaux-parlementaires/consultations/consultation-9.html"


def cause(kind: str, level: str = "watch", key: str = "", **values: Any) -> Cause:
    usual: dict[str, Any] = {"day": TODAY, "until": TODAY + 5 * DAY}
    return Cause(CauseKind(kind), key or kind, Level(level), **(usual | values))


def situation(*causes: Cause, **values: Any) -> Situation:
    return Situation("bill:7", (CHILD_CARE,), causes, **values)


def window(*causes: Cause, level: str = "watch") -> Window:
    return Window(Level(level), {one.key: one.kind for one in causes})


STAGE, MEDIA = cause("stage"), cause("media", "act", day=TODAY - 5 * DAY)
DEADLINE, ACTORS = cause("deadline"), cause("actors", "note")


# Opening


def test_one_cause_opens_nothing_two_that_differ_do() -> None:
    assert decide(situation(STAGE), None, ()) is None
    assert decide(situation(STAGE, replace(STAGE, key="other")), None, ()) is None
    step = decide(situation(STAGE, MEDIA), None, ())
    assert step == Step("opened", "opened", Level.ACT, (STAGE, MEDIA))  # type: ignore[arg-type]


def test_a_cause_that_is_enough_opens_by_itself() -> None:
    assert decide(situation(replace(STAGE, enough=True)), None, ())


def test_what_an_earlier_window_was_opened_for_opens_no_other_one() -> None:
    assert decide(situation(STAGE, MEDIA), None, {STAGE.key, MEDIA.key}) is None
    assert decide(situation(STAGE, MEDIA), None, {STAGE.key})


def test_what_is_over_opens_nothing() -> None:
    assert decide(situation(STAGE, MEDIA, ending=Ending.ADOPTED), None, ()) is None


# Growing


def test_nothing_new_is_no_step() -> None:
    assert decide(situation(STAGE), window(STAGE, DEADLINE), ()) is None


def test_a_new_cause_widens_a_window_and_one_that_asks_for_more_escalates_it() -> None:
    step = decide(situation(STAGE, DEADLINE, ACTORS), window(STAGE, DEADLINE), ())
    assert step
    assert (step.kind, step.level, step.causes) == ("grew", "note", (ACTORS,))
    step = decide(situation(STAGE, MEDIA), window(STAGE), ())
    assert step
    assert (step.kind, step.level, step.causes) == ("escalated", "act", (MEDIA,))


def test_a_window_that_asks_for_an_answer_cannot_ask_for_more() -> None:
    step = decide(situation(STAGE, MEDIA), window(STAGE, level="act"), ())
    assert step
    assert step.kind == "grew"


def test_a_rise_on_the_day_after_a_legislative_step_asks_for_an_answer() -> None:
    rise = cause("media", "note")
    assert level_of([rise]) == "note"
    assert level_of([rise, STAGE]) == "act"
    assert level_of([rise], [replace(STAGE, day=TODAY - DAY)]) == "act"
    assert level_of([rise], [replace(STAGE, day=TODAY - 2 * DAY)]) == "note"


# Closing


@pytest.mark.parametrize(
    ("had", "ending"),
    [((STAGE, DEADLINE), Ending.PAST), ((STAGE, MEDIA), Ending.SUBSIDED)],
    ids=["a deadline", "the press"],
)
def test_a_window_closes_when_nothing_holds_it(had: Iterable[Cause], ending: Ending) -> None:
    step = decide(situation(), window(*had), ())
    assert step
    assert (step.kind, step.key, step.ending) == ("closed", "closed", ending)


@pytest.mark.parametrize("ending", [Ending.ADOPTED, Ending.DEAD])
def test_a_bill_that_is_over_closes_its_window_whatever_holds(ending: Ending) -> None:
    step = decide(situation(MEDIA, ending=ending), window(MEDIA, STAGE), ())
    assert step
    assert (step.kind, step.ending) == ("closed", ending)


def test_a_window_does_not_close_while_nothing_is_seen_of_the_press() -> None:
    assert decide(situation(blind=True), window(MEDIA, STAGE), ()) is None


# Deadlines, and what is expected


def test_a_deadline_is_told_again_21_7_and_2_days_before_and_when_it_moves() -> None:
    days = [TODAY + left * DAY for left in (40, 21, 20, 7, 6, 2, 0)]
    keys = [deadline_cause(DeadlineKind.BRIEF, day, TODAY).key.split("/")[3:] for day in days]
    assert keys == [[], ["21"], ["21"], ["7"], ["7"], ["2"], ["2"]]
    later = deadline_cause(DeadlineKind.BRIEF, days[0] + DAY, TODAY)
    assert later.key != deadline_cause(DeadlineKind.BRIEF, days[0], TODAY).key


def test_a_hearing_is_told_once_and_never_by_itself() -> None:
    near = deadline_cause(DeadlineKind.HEARING, TODAY + DAY, TODAY, opens=True)
    assert near.key == deadline_cause(DeadlineKind.HEARING, TODAY + DAY, TODAY - 30 * DAY).key
    assert (near.level, near.enough) == ("watch", False)


@pytest.mark.parametrize(
    ("left", "direct", "level"), [(30, False, "watch"), (30, True, "act"), (7, False, "act")]
)
def test_a_way_to_take_part_presses_when_it_is_near_or_about_young_children(
    left: int, direct: bool, level: str
) -> None:
    day = TODAY + left * DAY
    found = deadline_cause(DeadlineKind.BRIEF, day, TODAY, opens=True, direct=direct)
    assert (found.level, found.enough) == (level, True)


def test_each_thing_is_expected_once_by_the_nearest_of_its_days() -> None:
    causes = [
        deadline_cause(DeadlineKind.BRIEF, TODAY + 20 * DAY, TODAY),
        deadline_cause(DeadlineKind.COMMENT, TODAY + 9 * DAY, TODAY),
        deadline_cause(DeadlineKind.HEARING, date(2031, 3, 10), TODAY),  # a Monday
        cause("media", until=TODAY + 2 * DAY),
        cause("stage", until=TODAY - DAY, detail={"stage": "committee"}),
    ]
    assert [(one.action, one.by) for one in expected(causes, TODAY)] == [
        (Action.PUBLISH, TODAY + 2 * DAY),
        (Action.ASK, date(2031, 3, 7)),
        (Action.FILE, TODAY + 9 * DAY),
    ]


# Whom to call


def test_the_partners_named_come_first_then_those_who_know_the_theme_best() -> None:
    found = calls([HOUSING], ["Ordre des optométristes du Québec"], read_partners())
    assert (found[0].partner, found[0].named) == ("Ordre des optométristes du Québec", True)
    assert found[0].themes == ()
    assert all(call.themes == (HOUSING,) and not call.named for call in found[1:])
    assert len(found) <= 6
    assert calls([], [], read_partners()) == ()


def called(window: WindowView) -> tuple[Call, ...]:
    return calls(window.themes, named_partners(window.holding), read_partners())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[partners", "partners.toml"),
        ('[allies]\n"A" = ["logement"]', r"une seule table, \[partners\]"),
        ('[partners]\n"A" = "logement"', "A : donnez ses thèmes"),
        ('[partners]\n"A" = []', "un au moins"),
        ('[partners]\n"A" = ["loge"]', "A : aucun thème ne s'appelle loge"),
    ],
)
def test_a_wrong_partner_is_named_with_what_is_due(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "partners.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PartnersError, match=why):
        read_partners(path, {HOUSING})


def test_every_partner_of_the_list_is_one_whose_name_is_known() -> None:
    called = {call.partner for call in calls(list(read_themes()), [], read_partners(), most=50)}
    named = tomllib.loads(NAMES.read_text(encoding="utf-8"))["partner"]
    assert called == {one["target"] for one in named}
    assert len(called) == 24


# What is told of a rise, and general waves


def states(*names: str) -> list[tuple[date, str]]:
    return [(TODAY - (len(names) - 1 - n) * DAY, name) for n, name in enumerate(names)]


def test_a_state_entered_again_within_seven_days_is_the_same_rise() -> None:
    again = states("calm", "surging", "calm", "calm", "surging")
    assert told(again) == [again[1]]
    later = states("calm", "surging", *["calm"] * 7, "surging")
    assert told(later) == [later[1], later[-1]]


def test_a_rise_that_becomes_a_surge_is_told_again() -> None:
    assert len(told(states("calm", "rising", "partial", "surging"))) == 2


def tides(*values: float, high: int = 0) -> Sequence[Tide]:
    last = len(values) - 1
    return [Tide(TODAY - (last - n) * DAY, one, high, 15) for n, one in enumerate(values)]


def test_two_high_days_running_are_a_wave_one_is_not() -> None:
    assert wave(tides(1.0, 1.5, 1.0, 1.6)) is None
    found = wave(tides(1.0, 1.5, 1.7, 1.6))
    assert found
    assert found.since == TODAY - DAY
    assert wave(tides(1.6, 1.5, 1.0)) is None
    assert wave(()) is None


def test_five_themes_that_are_high_on_a_day_are_a_wave() -> None:
    assert wave(tides(1.0, high=5))
    assert wave(tides(1.0, high=4)) is None


def test_a_wave_that_rests_for_less_than_a_week_is_the_same() -> None:
    days = [1.6, 1.6, *[1.0] * 5, 1.6, 1.6]
    found = wave(tides(*days))
    assert found
    assert found.since == TODAY - 7 * DAY


# The store


def read(store: Store, *items: Item, at: datetime = NOW) -> None:
    with store.session() as session:
        bring(session, items, at=at, source=make_source("liste"))


def bill_of(*days: date, number: str = "94", **stated: Any) -> Item:
    stages = tuple(
        StageFacts(stage, stage.value.capitalize(), (day,))
        for stage, day in zip(Stage, days, strict=False)
    )
    url = f"https://www.assnat.qc.ca/projet-loi-{number}-44-1.html"
    return make_bill(make_facts(number, stages=stages, complete=True, url=url, **stated))


def theme(store: Store, *themes: str, proximity: str = "indirect") -> None:
    """Say that the bills and consultations kept so far carry these themes."""
    with store.session() as session:
        for document in session.scalars(select(Document).where(Document.read_by.is_(None))):
            document.read_by = "1"
            add_reading(session, document, themes, proximity)


def consultation(number: str | None = "94", **stated: Any) -> Item:
    facts = ConsultationFacts(
        title="Consultation générale",
        url=NOTICE,
        kind=ConsultationKind.GENERAL,
        bill=BillRef(number, 44, 1) if number else None,
        **stated,
    )
    return make_item("liste", kind=Kind.CONSULTATION, url=NOTICE, facts=facts)


def asked_by(day: date, kind: DeadlineKind = DeadlineKind.BRIEF, **values: Any) -> Deadline:
    return Deadline(kind, day, "au plus tard", **values)


def rise(store: Store, unit: str, state: str, day: date = TODAY, stories: int = 9) -> None:
    with store.session() as session:
        row = Momentum(unit=unit, day=day, window=2, observed=stories, expected=2.0, version="2")
        row.ratio, row.surprise, row.outlets, row.state = 3.3, 3.2, 5, state
        row.closed = False
        counted = UnitDay(day=day, unit=unit, items=stories, stories=stories, outlets=5)
        session.add_all([row, counted])


def follow(store: Store, days: int = 0) -> tuple[int, tuple[WindowView, ...]]:
    now = NOW + days * DAY
    steps = follow_windows(store, now)
    with store.reading() as session:
        return steps, open_windows(session, now.date())


def steps_of(store: Store) -> list[tuple[str, tuple[str, ...]]]:
    with store.reading() as session:
        windows = [*open_windows(session, TODAY), *closed_windows(session, TODAY)]
        return [
            (step.kind, tuple(cause.key for cause in step.causes))
            for view in windows
            for step in view.steps
        ]


def test_an_empty_store_opens_nothing(store: Store) -> None:
    assert follow(store) == (0, ())


def test_a_bill_on_child_care_opens_a_window_when_it_is_tabled_once(store: Store) -> None:
    read(store, bill_of(TODAY - DAY))
    theme(store, CHILD_CARE, proximity="direct")
    steps, (found,) = follow(store)
    assert steps == 1
    assert found.bill
    assert (found.bill.name.number, found.level, found.themes) == ("94", "watch", (CHILD_CARE,))
    assert [one.key for one in found.causes] == ["stage/introduction"]
    assert [one.action for one in found.expected] == [Action.MEET]
    assert found.plan is None
    assert called(found)[0].themes == (CHILD_CARE,)
    assert follow(store)[0] == 0


@pytest.mark.parametrize(
    ("themes", "ago"), [([HOUSING], 1), ([], 1), ([CHILD_CARE], 30)], ids=["theme", "none", "old"]
)
def test_another_bill_or_an_old_stage_opens_nothing(
    store: Store, themes: list[str], ago: int
) -> None:
    read(store, bill_of(TODAY - ago * DAY))
    theme(store, *themes, proximity="none")
    assert follow(store) == (0, ())


def test_a_surge_and_a_stage_of_a_bill_open_one_window(store: Store) -> None:
    read(store, bill_of(TODAY - 4 * DAY))
    theme(store, HOUSING)
    rise(store, "bill:1", "surging")
    _, (found,) = follow(store)
    assert found.level == "act"
    assert [one.kind for one in found.causes] == ["stage", "media"]


def test_a_theme_that_rises_because_of_a_bill_is_a_cause_of_its_window(store: Store) -> None:
    read(store, bill_of(TODAY - 4 * DAY))
    theme(store, CHILD_CARE)
    rise(store, "bill:1", "rising", stories=3)
    rise(store, CHILD_CARE, "surging", stories=30)
    _, (found,) = follow(store)
    assert [one.key.rpartition("/")[0] for one in found.causes if one.kind == "media"] == [
        "media/rising",
        f"media/{CHILD_CARE}/surging",
    ]


def test_a_theme_alone_opens_a_window_when_actors_move_too(store: Store) -> None:
    rise(store, HOUSING, "surging")
    assert follow(store) == (0, ())
    with store.session() as session:
        name(session, "partner", "Espace MUNI", HOUSING)
    _, (found,) = follow(store)
    assert (found.unit, found.title, found.bill) == (HOUSING, HOUSING, None)
    assert called(found)[0].partner == "Espace MUNI"
    assert called(found)[0].named


def name(session: Session, kind: str, target: str, *themes: str, bill: int | None = None) -> None:
    document = add_document(session, themes=themes, day=TODAY)
    named = Naming(document_id=document.id, kind=kind, target=target, others=[], passage="")
    named.start = named.end = 0
    session.add(named)
    if bill:
        mention = Mention(document_id=document.id, bill_id=bill, passage="", start=0, end=1)
        session.add(mention)


def test_three_names_that_move_are_actors_two_are_not(store: Store) -> None:
    read(store, bill_of(TODAY - DAY))
    theme(store, HOUSING)
    for n, (kind, target) in enumerate([("committee", "CRC"), ("ministry", "Famille")]):
        with store.session() as session:
            name(session, kind, target, bill=1)
        assert follow(store) == (0, ()), n
    with store.session() as session:
        name(session, "person", "123", bill=1)
    _, (found,) = follow(store)
    (actors,) = (one for one in found.causes if one.kind == "actors")
    assert {one["target"] for one in actors.detail["named"]} == {"CRC", "Famille", "123"}


def test_nothing_opens_on_days_when_the_press_is_not_seen(store: Store) -> None:
    read(store, bill_of(TODAY - 4 * DAY))
    theme(store, HOUSING)
    rise(store, "bill:1", "partial")
    assert follow(store) == (0, ())


def test_no_theme_opens_a_window_while_everything_rises(store: Store) -> None:
    with store.session() as session:
        name(session, "partner", "Espace MUNI", HOUSING)
        for n in range(15):
            row = Momentum(unit=f"t{n}", day=TODAY - DAY, window=1, observed=3, expected=1.0)
            row.ratio, row.surprise, row.outlets, row.state, row.version = 2, 1.5, 3, "calm", "2"
            session.add(row)
    rise(store, HOUSING, "surging")
    assert follow(store) == (0, ())


def test_an_open_consultation_with_a_sure_deadline_opens_a_window_with_its_plan(
    store: Store,
) -> None:
    until = TODAY + 30 * DAY
    read(store, consultation(None, deadlines=(asked_by(until),)))
    theme(store, HOUSING)
    _, (found,) = follow(store)
    assert (found.unit, found.url) == ("consultation:1", NOTICE)
    assert [(one.action, one.by) for one in found.expected] == [(Action.FILE, until)]
    assert found.plan
    assert (found.plan.deadline, found.plan.fits) == (until, True)


@pytest.mark.parametrize(
    "stated",
    [
        {"deadlines": (asked_by(TODAY + 30 * DAY, sure=False),)},
        {"hearings": (TODAY + 30 * DAY,)},
        {"deadlines": (asked_by(TODAY - DAY),)},
    ],
    ids=["not sure", "only hearings", "past"],
)
def test_a_consultation_without_a_sure_day_to_come_opens_none(
    store: Store, stated: dict[str, Any]
) -> None:
    read(store, consultation(None, **stated))
    theme(store, HOUSING)
    assert follow(store) == (0, ())


def test_a_consultation_of_a_bill_is_a_cause_of_the_window_of_the_bill(store: Store) -> None:
    read(store, bill_of(TODAY - DAY), consultation(deadlines=(asked_by(TODAY + 10 * DAY),)))
    theme(store, HOUSING)
    _, (found,) = follow(store)
    assert found.unit == "bill:1"
    assert [one.kind for one in found.causes] == ["stage", "deadline"]
    assert found.plan
    assert not found.plan.fits


def test_a_window_lives_from_its_opening_to_its_end_each_step_once(store: Store) -> None:
    days = [TODAY - DAY, TODAY + 3 * DAY, TODAY + 6 * DAY]
    read(store, bill_of(days[0]))
    theme(store, CHILD_CARE)
    assert [follow(store)[0] for _ in range(3)] == [1, 0, 0]
    read(store, bill_of(*days[:2]), at=NOW + 3 * DAY)
    assert [follow(store, 3)[0] for _ in range(2)] == [1, 0]
    rise(store, "bill:1", "surging", TODAY + 5 * DAY)
    assert [follow(store, 6)[0] for _ in range(2)] == [1, 0]
    read(store, bill_of(*days, status=BillStatus.ASSENTED), at=NOW + 7 * DAY)
    assert [follow(store, 7)[0] for _ in range(2)] == [1, 0]
    assert [kind for kind, _ in steps_of(store)] == ["opened", "grew", "escalated", "closed"]
    with store.reading() as session:
        (found,) = closed_windows(session, TODAY)
    assert (found.ending, found.fate, found.fate_cause) == ("adopted", "missed", "not-seen")
    assert not found.holding
    assert not found.expected


def test_a_window_closes_once_its_deadline_is_past_and_does_not_open_again(store: Store) -> None:
    read(store, consultation(None, deadlines=(asked_by(TODAY + 2 * DAY),)))
    theme(store, HOUSING)
    assert follow(store)[0] == 1
    assert follow(store, 2)[0] == 0
    assert follow(store, 3)[0] == 1
    assert follow(store, 4) == (0, ())
    with store.reading() as session:
        assert [one.ending for one in closed_windows(session, TODAY)] == ["past"]


def test_a_rise_is_told_by_its_strongest_day(store: Store) -> None:
    read(store, bill_of(TODAY - 4 * DAY))
    theme(store, HOUSING)
    rise(store, "bill:1", "surging")
    follow(store)
    with store.session() as session:
        row = Momentum(unit="bill:1", day=TODAY + DAY, window=1, observed=1, expected=2.0)
        row.ratio, row.surprise, row.outlets, row.state, row.version = 0.7, 0.1, 1, "surging", "2"
        session.add(row)
    _, (found,) = follow(store, 1)
    (media,) = (one for one in found.holding if one.kind == "media")
    assert (media.detail["surprise"], media.detail["observed"]) == (3.2, 9)
    assert media.until == TODAY + 3 * DAY


def test_a_window_closes_when_the_press_has_turned_away(store: Store) -> None:
    rise(store, HOUSING, "surging")
    with store.session() as session:
        name(session, "partner", "Espace MUNI", HOUSING)
    assert follow(store)[0] == 1
    rise(store, HOUSING, "partial", TODAY + DAY)
    assert follow(store, 1)[0] == 0
    rise(store, HOUSING, "subsiding", TODAY + 2 * DAY)
    assert follow(store, 2)[0] == 1
    with store.reading() as session:
        assert [one.ending for one in closed_windows(session, TODAY)] == ["subsided"]


def test_what_the_team_made_of_a_window_is_kept_with_who_said_it(store: Store) -> None:
    read(store, bill_of(TODAY - DAY))
    theme(store, CHILD_CARE)
    follow(store)
    close(store, 1, Fate.SEIZED, None, "Ana", NOW + DAY)
    with store.reading() as session:
        (found,) = closed_windows(session, TODAY)
    assert (found.fate, found.fate_cause, found.fated_by) == ("seized", None, "Ana")
    assert found.ending == "decided"
    close(store, 1, Fate.MISSED, FateCause.RESOURCES, "Ana", NOW + 2 * DAY)
    with store.reading() as session:
        (found,) = closed_windows(session, TODAY)
    assert (found.fate, found.fate_cause) == ("missed", "resources")
    assert [step.kind for step in found.steps] == ["opened", "closed"]
    assert follow(store, 2) == (0, ())


def test_a_window_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(UnknownWindowError, match="12"):
        close(store, 12, Fate.SEIZED, None, "Ana", NOW)


def test_a_subject_has_one_open_window(store: Store) -> None:
    read(store, bill_of(TODAY - DAY))
    theme(store, CHILD_CARE)
    follow(store)
    follow(store, 1)
    with store.reading() as session:
        assert len(session.scalars(select(Opportunity)).all()) == 1
        assert len(session.scalars(select(Bill)).all()) == 1
