"""What a rule would have sent: history measured and judged again, nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from alerts.rules import Level
from alerts.words import Words
from pipeline.database import Store
from pipeline.discovery import Discovery
from pipeline.measures import CALM_UNDER, RISING_FROM, SURGING_FROM, Measure, Past, State
from pipeline.model import Base, Document, Opportunity, Review, UnitDay, Visit
from pipeline.momentum import next_state
from pipeline.opportunities import close, follow_windows
from pipeline.windows import Fate
from spiders.items import BillStatus, Stage, StageFacts
from tests.factories import add_document, add_reading, bring, make_bill, make_facts, make_source
from vigie.backtest import Lore, Replay, Thresholds, replay
from vigie.hindsight import report
from vigie.settings import TORONTO

DAY, LAST = timedelta(days=1), date(2031, 3, 31)
FIRST = LAST - 27 * DAY
LORE = Lore({}, Words("fr", {"logement": "Logement abordable"}), {"paper": "Paper"})
USUAL = Thresholds()


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 7, tzinfo=TORONTO)


def run(store: Store, rule: Thresholds = USUAL, lore: Lore = LORE) -> Replay:
    with store.reading() as session:
        return replay(session, lore, (FIRST, LAST), rule)


def said(done: Replay) -> list[tuple[str, date]]:
    return [(one.decision.kind, one.day) for one in done.sent]


def lines(done: Replay) -> Mapping[str, str]:
    """Give the last lines of the report, by what they begin with."""
    told = [line for line in report(done, LORE.words) if line]
    return {line.split("\t")[0]: line.partition("\t")[2] for line in told}


def publish(store: Store, unit: str, day: date, many: int = 12) -> None:
    """Keep ten quiet weeks of a unit, and one day on which many write of it."""
    with store.session() as session:
        for back in range(70, -1, -1):
            on = LAST - back * DAY
            count = many if on == day else 1 + back % 3
            row = UnitDay(day=on, unit=unit, items=count, stories=count, outlets=count)
            at = morning(on)
            visit = Visit(source="paper", started_at=at, finished_at=at, outcome="ok", items=1)
            visit.new = visit.changed = visit.requests = 0
            session.add_all([row, visit])


def live(store: Store) -> None:
    """Keep a bill on child care, tabled a month ago, passed, and assented to ten days ago."""
    days = (FIRST + 4 * DAY, FIRST + 10 * DAY)
    with store.session() as session:
        bring(session, [], at=morning(FIRST - 20 * DAY), source=make_source("liste"))
    for n, status in ((1, BillStatus.IN_PROGRESS), (2, BillStatus.ASSENTED)):
        stages = tuple(
            StageFacts(stage, stage.value.capitalize(), (day,))
            for stage, day in zip(Stage, days[:n], strict=False)
        )
        facts = make_facts("94", stages=stages, complete=True, status=status)
        with store.session() as session:
            at = morning(days[0] + DAY if n == 1 else FIRST + 17 * DAY)
            bring(session, make_bill(facts), at=at, source=make_source("liste"))
            document = session.scalars(select(Document)).one()
            if n == 1:
                add_reading(session, document, ["services-educatifs"], "direct")


def test_windows_open_grow_and_close_as_they_would_have(store: Store) -> None:
    live(store)
    done = run(store)
    assert [one for one in said(done) if one[0].startswith("window")] == [
        ("window-opened", FIRST + 5 * DAY),
        ("window-closed", FIRST + 17 * DAY),
    ]
    assert "ouvertes 1, élargies 0, plus pressantes 0, fermées 1" in lines(done)["fenêtres"]


def test_a_rise_joins_the_window_of_its_bill(store: Store) -> None:
    live(store)
    publish(store, "bill:1", FIRST + 8 * DAY, many=20)
    kinds = dict(said(run(store)))
    assert kinds["window-escalated"] == FIRST + 9 * DAY
    assert "momentum" not in kinds


def test_nothing_is_written(store: Store) -> None:
    live(store)
    publish(store, "logement", LAST - 2 * DAY)

    def rows() -> Mapping[str, int]:
        with store.reading() as session:
            count = select(func.count())
            return {
                name: session.scalar(count.select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    before = rows()
    assert run(store).sent
    assert rows() == before
    assert (before["opportunity"], before["momentum"], before["alert"]) == (0, 0, 0)


def test_another_threshold_is_asked_of_every_day_and_every_state(store: Store) -> None:
    publish(store, "logement", LAST - 2 * DAY, many=12)
    assert ("momentum", LAST - DAY) in said(run(store))
    assert said(run(store, Thresholds(rising=30, surging=40))) == []


def test_three_rises_a_day_interrupt_and_the_others_wait_for_the_letter(store: Store) -> None:
    for number in range(5):
        publish(store, f"bill:{number}", LAST - 9 * DAY)
    sent = [one for one in run(store).sent if one.decision.kind == "momentum"]
    assert [one.decision.held for one in sent].count("cap") == 2
    assert [one.decision.level for one in sent].count(Level.NOTE) == 2
    assert {one.day for one in sent} == {LAST - 8 * DAY}


def test_a_rise_that_may_well_be_chance_is_not_sent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubt(_session: object, _day: date, units: Mapping[str, Measure]) -> dict[str, Discovery]:
        return {unit: Discovery(0.1, 0.21, 1, 1, 0, 0) for unit in units}

    publish(store, "logement", LAST - 9 * DAY)
    assert said(run(store)) == [("momentum", LAST - 8 * DAY)]
    monkeypatch.setattr("vigie.backtest.weigh", doubt)
    assert said(run(store)) == []


def test_a_day_that_was_not_read_says_nothing_of_the_days_after(store: Store) -> None:
    lost = LAST - 9 * DAY
    publish(store, "logement", lost - DAY)
    with store.session() as session:
        session.execute(delete(UnitDay).where(UnitDay.day == lost))
        session.execute(delete(Visit).where(Visit.started_at == morning(lost)))
    known: list[Past] = []

    class Remembering(Thresholds):
        def state(self, past: Sequence[Past], found: Measure) -> State:
            known[:] = past
            return super().state(past, found)

    run(store, Remembering())
    assert [one.blind for one in known].count(True) == 1
    assert known[[one.blind for one in known].index(True)].state is State.SURGING


def measured(surprise: float, days: int = 60) -> Measure:
    return Measure(
        observed=9, expected=2.0, ratio=3.3, surprise=surprise, window=1, outlets=9, days=days,
        missing=0, items=9, stories=9,
    )  # fmt: skip


@pytest.mark.parametrize("days", [20, 60], ids=["cold", "known"])
@pytest.mark.parametrize("before", [State.CALM, State.RISING])
@pytest.mark.parametrize("surprise", [0.5, CALM_UNDER, 1.5, RISING_FROM, 2.6, SURGING_FROM, 4.0])
def test_the_usual_thresholds_give_the_usual_states(
    surprise: float, before: State, days: int
) -> None:
    past = [Past(before, 0.2)]
    found = measured(surprise, days)
    assert USUAL.state(past, found) == next_state(past, found)


@pytest.mark.parametrize(
    ("surprise", "days", "state"),
    [(1.4, 60, "calm"), (1.5, 60, "rising"), (1.9, 11, "calm"), (2.0, 11, "rising"),
     (2.2, 60, "surging"), (2.2, 20, "surging")],
)  # fmt: skip
def test_other_thresholds_are_those_that_are_asked(surprise: float, days: int, state: str) -> None:
    assert Thresholds(1.5, 2.2).state([Past(State.CALM, 0.2)], measured(surprise, days)) == state


def judge(store: Store, *verdicts: bool) -> None:
    """Say of documents of the day of the storm whether they are on their theme."""
    with store.session() as session:
        for n, good in enumerate(verdicts):
            document = add_document(session, title=f"n° {n}", themes=["logement"], day=LAST - DAY)
            themes = ["logement"] if good else []
            review = Review(document_id=document.id, reviewer="Ana", themes=themes)
            review.proximity, review.reviewed_at = "indirect" if good else "none", morning(LAST)
            session.add(review)


def test_precision_is_told_with_its_bounds_and_how_many_were_judged(store: Store) -> None:
    publish(store, "logement", LAST - DAY)
    assert "aucune révision" in lines(run(store))["précision d'après les révisions"]
    judge(store, True, True, False)
    done = run(store)
    assert [one.useful for one in done.sent if one.decision.kind == "momentum"] == [True]
    assert (
        lines(done)["précision d'après les révisions"] == "100 %, entre 21 et 100 (1 sur 1 jugées)"
    )
    assert lines(done)["délai médian (jours)"] == "1"
    assert list(report(done, LORE.words))[-1] == (
        "cette règle aurait envoyé 0,2 alertes par semaine"
    )


def test_documents_off_their_theme_make_an_alert_useless(store: Store) -> None:
    publish(store, "logement", LAST - DAY)
    judge(store, True, False, False)
    assert [one.useful for one in run(store).sent] == [False]


@pytest.mark.parametrize(
    ("fate", "useful"), [(Fate.SEIZED, True), (Fate.MISSED, True), (Fate.ASIDE, False)]
)
def test_what_the_team_made_of_a_window_says_whether_it_was_worth_telling(
    store: Store, fate: Fate, useful: bool
) -> None:
    live(store)
    with store.session() as session:
        session.add(Opportunity(unit="bill:1", level="act", opened_at=morning(FIRST + 5 * DAY)))
    assert follow_windows(store, morning(FIRST + 17 * DAY))
    verdicts = {one.decision.kind: one.useful for one in run(store).sent}
    assert verdicts["window-opened"] is None
    close(store, 1, fate, None, "Ana", morning(FIRST + 17 * DAY))
    verdicts = {one.decision.kind: one.useful for one in run(store).sent}
    assert verdicts["window-opened"] is useful
