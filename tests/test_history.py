"""The dated history of a bill: what happened to it, each thing noted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from pipeline.database import Store
from pipeline.lives import follow
from pipeline.model import BillEvent
from pipeline.queries import BillView, board
from spiders.items import (
    BillFacts,
    BillStatus,
    Person,
    Reinscription,
    Stage,
    StageFacts,
    Vote,
)
from tests.factories import NOW, bring, make_bill, make_facts

DAY = timedelta(days=1)
TODAY = date(2031, 3, 3)
TABLED = StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 2, 4),))
PRINCIPLE = StageFacts(
    Stage.PASSAGE_IN_PRINCIPLE,
    "Adoption du principe",
    (date(2031, 2, 18), date(2031, 2, 20)),
    votes=(Vote(99, 11, 0, date(2031, 2, 20)),),
)
STUDY = StageFacts(
    Stage.COMMITTEE,
    "Étude détaillée en commission",
    (date(2031, 2, 24),),
    committee="Commission des relations avec les citoyens",
)
AUTHOR = Person("Roy, Anne", "1")


def page(*stages: StageFacts, **stated: Any) -> BillFacts:
    return make_facts(stages=stages, complete=True, **stated)


def read(store: Store, facts: BillFacts, days: float = 0) -> None:
    with store.session() as session:
        bring(session, make_bill(facts, "pages"), at=NOW + days * DAY)


def events(store: Store) -> Sequence[BillEvent]:
    with store.reading() as session:
        return session.scalars(select(BillEvent).order_by(BillEvent.id)).all()


def told(store: Store) -> list[tuple[str, str | None]]:
    rows = sorted(events(store), key=lambda row: (row.day or date.max, row.id))
    return [(row.kind, row.day.isoformat() if row.day else None) for row in rows]


def shown(store: Store) -> BillView:
    with store.reading() as session:
        (bill,) = board(session, TODAY)
        return bill


def test_a_page_gives_the_past_of_a_bill_day_by_day(store: Store) -> None:
    read(store, page(TABLED, PRINCIPLE, STUDY))
    assert told(store) == [
        ("tabled", "2031-02-04"),
        ("stage", "2031-02-18"),
        ("sitting", "2031-02-20"),
        ("vote", "2031-02-20"),
        ("stage", "2031-02-24"),
    ]
    assert {row.noticed_at for row in events(store)} == {NOW}


def test_each_thing_is_noted_once_when_it_is_seen_and_by_its_own_day(store: Store) -> None:
    read(store, page(TABLED))
    read(store, page(TABLED, PRINCIPLE), 1)
    for days in (2, 3):
        read(store, page(TABLED, PRINCIPLE, STUDY), days)
    noticed = [(row.kind, (row.noticed_at - NOW).days) for row in events(store)]
    assert noticed == [("tabled", 0), ("stage", 1), ("sitting", 1), ("vote", 1), ("stage", 2)]


def test_a_stage_knows_the_days_since_the_one_before(store: Store) -> None:
    read(store, page(TABLED, PRINCIPLE, STUDY))
    study = events(store)[-1]
    assert study.detail["since"]["step"] == "passage-in-principle"
    assert study.detail["since"]["days"] == 4
    sitting = next(row for row in events(store) if row.kind == "sitting")
    assert (sitting.detail["turn"], sitting.detail["since"]) == (2, {"days": 2})


def test_what_a_list_told_is_corrected_by_the_page(store: Store) -> None:
    """A list gives the day on which a stage ended, and calls it otherwise."""
    last = StageFacts(Stage.COMMITTEE, "depot_commission", (date(2031, 2, 27),))
    read(store, make_facts(stages=(last,)))
    assert told(store) == [("stage", "2031-02-27")]
    report = StageFacts(Stage.REPORT, "Dépôt du rapport", (date(2031, 2, 27),))
    read(store, page(TABLED, STUDY, report), 1)
    assert told(store) == [
        ("tabled", "2031-02-04"),
        ("stage", "2031-02-24"),
        ("stage", "2031-02-27"),
    ]


def test_the_word_of_a_list_and_that_of_the_page_are_one_event(store: Store) -> None:
    ended = StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "adoption_principe", (date(2031, 2, 20),))
    read(store, make_facts(stages=(ended,)))
    read(store, page(TABLED, PRINCIPLE), 1)
    assert told(store).count(("sitting", "2031-02-20")) == 1
    assert ("stage", "2031-02-20") not in told(store)


def test_a_stage_without_a_day_gets_it_when_it_is_told(store: Store) -> None:
    read(store, page(TABLED, replace(STUDY, dates=())))
    read(store, page(TABLED, STUDY), 1)
    assert told(store) == [("tabled", "2031-02-04"), ("stage", "2031-02-24")]
    assert {row.noticed_at for row in events(store)} == {NOW}


def test_a_day_to_come_is_no_history_yet_and_is_forgotten_when_it_moves(store: Store) -> None:
    coming, moved = date(2031, 3, 20), date(2031, 3, 24)
    read(store, page(TABLED, replace(STUDY, dates=(coming,))))
    assert [event.kind for event in shown(store).history] == ["tabled"]
    read(store, page(TABLED, replace(STUDY, dates=(moved,))), 1)
    assert told(store) == [("tabled", "2031-02-04"), ("stage", "2031-03-24")]


def test_a_past_day_that_a_page_no_longer_prints_stays_in_the_history(store: Store) -> None:
    read(store, page(TABLED, PRINCIPLE))
    read(store, page(TABLED), 1)
    assert ("stage", "2031-02-18") in told(store)


def test_two_steps_of_one_stage_on_a_day_are_two_events(store: Store) -> None:
    day = (date(2031, 2, 27),)
    steps = ("Dépôt du rapport de commission", "Prise en considération du rapport de commission")
    read(store, page(TABLED, *(StageFacts(Stage.REPORT, label, day) for label in steps)))
    codes = [row.detail["step"] for row in events(store)]
    assert codes == ["introduction", "report", "report-consideration"]


@pytest.mark.parametrize(
    ("note", "amended"),
    [
        ("(amendements)", True),
        ("(adopté, tel qu'amendé (Vote : Pour 73, Contre 2, Abstention 0))", True),
        ("Présentation du rapport de comité sans amendement", False),
        ("(amendement rejeté)", False),
        ("(à la majorité des voix)", False),
    ],
)
def test_a_bill_is_amended_when_its_page_says_so(store: Store, note: str, amended: bool) -> None:
    read(store, page(TABLED, replace(STUDY, notes=(note,))))
    assert (("amended", "2031-02-24") in told(store)) is amended


def test_a_new_author_and_a_reinscription_have_their_days(store: Store) -> None:
    after = Person("LeBel, Sonia", "2", since=date(2031, 3, 1))
    again = (Reinscription(44, 2, date(2031, 3, 2)),)
    read(store, page(TABLED, sponsors=(AUTHOR,)))
    read(store, page(TABLED, sponsors=(AUTHOR, after), reinscribed=again), 1)
    assert told(store)[1:] == [("author", "2031-03-01"), ("reinscribed", "2031-03-02")]
    assert events(store)[1].detail == {"before": "Roy, Anne", "after": "LeBel, Sonia"}


def test_what_only_the_difference_tells_has_no_day(store: Store) -> None:
    named = page(TABLED, replace(STUDY, committee=""), sponsors=(AUTHOR,))
    read(store, named)
    other = replace(
        named,
        title="Loi sur tout autre chose",
        sponsors=(Person("Caron, Luc", "3"),),
        stages=(TABLED, STUDY),
    )
    for days in (1, 2):
        read(store, other, days)
    late = [(row.kind, row.day, row.noticed_at) for row in events(store) if row.noticed_at > NOW]
    assert late == [(kind, None, NOW + DAY) for kind in ("title", "author", "committee")]


def test_a_title_printed_otherwise_is_the_same(store: Store) -> None:
    read(store, page(TABLED, title="Loi sur l’accès aux services"))
    read(store, page(TABLED, title="LOI SUR L'ACCES  AUX SERVICES (titre modifié)"), 1)
    assert told(store) == [("tabled", "2031-02-04")]


@pytest.mark.parametrize(
    ("stated", "kind", "day"),
    [
        ({"status": BillStatus.ASSENTED, "assent_date": TODAY}, "assented", "2031-03-03"),
        ({"status": BillStatus.DEFEATED}, "defeated", "2031-02-20"),
        ({"status": BillStatus.WITHDRAWN}, "withdrawn", None),
    ],
)
def test_a_life_has_one_end(
    store: Store, stated: dict[str, Any], kind: str, day: str | None
) -> None:
    read(store, page(TABLED, PRINCIPLE))
    assent = StageFacts(Stage.ASSENT, "Sanction", (TODAY,))
    stages = (TABLED, PRINCIPLE, *((assent,) if kind == "assented" else ()))
    for days in (1, 2):
        read(store, page(*stages, **stated), days)
    assert [one for one in told(store) if one not in told_before] == [(kind, day)]


told_before = [
    ("tabled", "2031-02-04"),
    ("stage", "2031-02-18"),
    ("sitting", "2031-02-20"),
    ("vote", "2031-02-20"),
]


def test_ottawas_reinstatement_is_told_once(store: Store) -> None:
    label = "Projet de loi rétabli de la session précédente"
    day = date(2031, 2, 4)
    back = StageFacts(None, label, (day,), chamber="commons")
    second = StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "Deuxième lecture", (TODAY,), chamber="commons")
    again = (Reinscription(44, 1, day),)
    read(store, page(back, second, parliament="ca", reinscribed=again))
    assert told(store) == [("reinscribed", "2031-02-04"), ("stage", "2031-03-03")]


def test_a_bill_older_than_the_histories_gets_its_own(store: Store) -> None:
    read(store, page(TABLED, PRINCIPLE))
    with store.session() as session:
        session.execute(text("delete from bill_event"))
        follow(session, {}, NOW + DAY)
    assert told(store) == told_before


def test_a_committee_is_called_by_its_code_and_the_last_event_comes_last(store: Store) -> None:
    read(store, page(TABLED, PRINCIPLE, STUDY))
    last = shown(store).history[-1]
    assert (last.kind, last.detail["committee"]) == ("stage", "CRC")
