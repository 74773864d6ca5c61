"""What the outlets see of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.health import Notice
from pipeline.model import Alert, Bill, Document, Mention, Momentum, UnitDay
from pipeline.queries import (
    BillView,
    EventView,
    alerts_since,
    board,
    counts_between,
    ended_between,
    events_between,
    notices_told,
    recent_documents,
    rising,
    sources_health,
    stories_between,
)
from spiders.items import BillStatus, Issue, Outcome, Person, Stage, StageFacts, Vote
from spiders.sources import Silence
from tests.factories import (
    NOW,
    add_document,
    add_reading,
    add_story,
    bring,
    make_bill,
    make_facts,
    make_item,
    make_source,
)

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TODAY = date(2031, 3, 3)
INTRODUCED = StageFacts(Stage.INTRODUCTION, "Présentation", (date(2031, 2, 27),))
IN_PRINCIPLE = StageFacts(
    Stage.PASSAGE_IN_PRINCIPLE,
    "Adoption du principe",
    (date(2031, 3, 2),),
    votes=(Vote(70, 30, 1, date(2031, 3, 2)),),
)


def page(*stages: StageFacts, number: str = "94", **stated: Any) -> Any:
    """Give what the page of a bill says of it."""
    return make_bill(make_facts(number, stages=stages, complete=True, **stated), "pages")


def read(store: Store, *items: Any, at: Any = NOW, **told: Any) -> None:
    with store.session() as session:
        bring(session, items, at=at, **told)


def living(store: Store, today: date = TODAY) -> tuple[BillView, ...]:
    with store.reading() as session:
        return board(session, today)


def ended(store: Store, since: Any = NOW - WEEK) -> tuple[BillView, ...]:
    with store.reading() as session:
        return ended_between(session, since, NOW + HOUR)


def events(store: Store, start: Any = NOW - WEEK, end: Any = NOW + HOUR) -> tuple[EventView, ...]:
    with store.reading() as session:
        return events_between(session, start, end)


# Bills


def test_a_bill_is_shown_with_its_life_and_its_themes(store: Store) -> None:
    sponsor = Person("Tremblay, Anne", "1234")
    read(store, page(INTRODUCED, IN_PRINCIPLE, sponsors=(sponsor,)))
    with store.session() as session:
        document = session.scalars(select(Document)).one()
        add_reading(session, document, ["services-educatifs", "logement"])
    (bill,) = living(store)
    assert (bill.name.number, bill.name.title) == ("94", "Loi sur les services de garde")
    assert bill.sponsors == ("Tremblay, Anne",)
    assert [theme.id for theme in bill.themes] == ["services-educatifs", "logement"]
    assert (bill.proximity, bill.themes[0].reason) == ("direct", "« services-educatifs »")
    assert bill.step
    assert (bill.step.label, bill.step.day) == ("Adoption du principe", date(2031, 3, 2))
    assert (bill.step.votes[0].for_, bill.step.votes[0].day) == (70, date(2031, 3, 2))


def test_a_path_shows_the_stages_behind_and_those_to_come(store: Store) -> None:
    read(store, page(INTRODUCED, IN_PRINCIPLE))
    (bill,) = living(store)
    assert bill.path == (
        ("introduction", True),
        ("consultation", True),
        ("passage-in-principle", True),
        ("committee", False),
        ("report", False),
        ("passage", False),
        ("assent", False),
    )


def test_the_furthest_stage_is_not_always_the_last_one_printed(store: Store) -> None:
    reprinted = StageFacts(Stage.CONSULTATION, "Consultations particulières", (date(2031, 3, 3),))
    read(store, page(INTRODUCED, IN_PRINCIPLE, reprinted))
    (bill,) = living(store)
    assert bill.step
    assert bill.step.stage == "passage-in-principle"


@pytest.mark.parametrize(
    ("number", "last"),
    [("C-15", "senate"), ("S-4", "commons")],
    ids=["from commons", "from senate"],
)
def test_a_bill_in_the_second_house_has_left_the_first(
    store: Store, number: str, last: str
) -> None:
    stages = [
        StageFacts(stage, f"{stage} {chamber}", (date(2031, 3, 1),), chamber=chamber)
        for chamber, stage in (("commons", Stage.PASSAGE_IN_PRINCIPLE), ("senate", Stage.PASSAGE))
    ]
    read(store, page(*stages, number=number, parliament="ca"))
    (bill,) = living(store)
    assert bill.step
    assert bill.step.chamber == last


def test_a_stage_that_we_have_no_word_for_is_shown_in_the_sources(store: Store) -> None:
    read(store, page(StageFacts(None, "Motion de scission")))
    (bill,) = living(store)
    assert bill.step
    assert (bill.step.stage, bill.step.label, bill.step.day) == (None, "Motion de scission", None)


def test_bills_near_the_mission_come_first_then_those_that_moved_last(store: Store) -> None:
    read(store, page(INTRODUCED, number="1"), page(INTRODUCED, number="2"))
    read(store, page(INTRODUCED, IN_PRINCIPLE, number="3"), at=NOW + HOUR)
    with store.session() as session:
        document = session.scalars(select(Document).where(Document.identity.like("%/2"))).one()
        add_reading(session, document, ["logement"], "indirect")
    assert [bill.name.number for bill in living(store)] == ["2", "3", "1"]


def test_a_bill_that_ended_leaves_the_board_and_is_told_as_long_as_it_is_news(store: Store) -> None:
    read(store, page(INTRODUCED), at=NOW - WEEK)
    assert [bill.name.number for bill in living(store)] == ["94"]
    assent: dict[str, Any] = {"status": BillStatus.ASSENTED, "assent_date": TODAY}
    read(store, page(INTRODUCED, **assent))
    assert living(store) == ()
    assert [bill.status for bill in ended(store)] == ["assented"]
    assert ended(store, NOW + HOUR / 2) == ()


def test_a_bill_that_was_over_long_before_it_was_seen_is_no_news(store: Store) -> None:
    old: dict[str, Any] = {"status": BillStatus.ASSENTED, "assent_date": date(2030, 6, 1)}
    read(store, page(INTRODUCED, **old))
    read(store, page(INTRODUCED, number="5", status=BillStatus.WITHDRAWN))
    assert ended(store) == ()


# Events


def test_a_new_bill_and_a_stage_reached_are_events(store: Store) -> None:
    read(store, page(INTRODUCED))
    read(store, page(INTRODUCED, IN_PRINCIPLE), at=NOW + HOUR / 2)
    tabled, reached = events(store)
    assert (tabled.step, tabled.day, tabled.seen_at) == (None, date(2031, 2, 27), NOW)
    assert reached.step
    assert (reached.step.label, reached.day) == ("Adoption du principe", date(2031, 3, 2))
    assert reached.bill.name.number == "94"


def test_an_event_is_told_in_one_period_only(store: Store) -> None:
    read(store, page(INTRODUCED, IN_PRINCIPLE))
    periods = [events(store, NOW + n * WEEK, NOW + (n + 1) * WEEK) for n in range(-2, 3)]
    assert [len(period) for period in periods] == [0, 0, 2, 0, 0]


def test_history_learnt_at_last_is_no_event(store: Store) -> None:
    old = StageFacts(Stage.INTRODUCTION, "Présentation", (date(2030, 11, 5),))
    older = StageFacts(Stage.PASSAGE_IN_PRINCIPLE, "Adoption du principe", (date(2031, 1, 20),))
    read(store, page(old, older))
    assert events(store) == ()


def test_an_old_bill_that_moves_today_is_an_event(store: Store) -> None:
    old = StageFacts(Stage.INTRODUCTION, "Présentation", (date(2030, 11, 5),))
    read(store, page(old), at=NOW - 3 * WEEK)
    read(store, page(old, IN_PRINCIPLE))
    (event,) = events(store)
    assert event.step
    assert event.step.label == "Adoption du principe"


def test_a_stage_dated_ahead_is_an_event_on_its_day(store: Store) -> None:
    hearing = StageFacts(Stage.CONSULTATION, "Consultations particulières", (date(2031, 3, 20),))
    read(store, page(INTRODUCED), at=NOW - WEEK)
    read(store, page(INTRODUCED, hearing))
    assert events(store, NOW - DAY, NOW + WEEK) == ()
    (event,) = events(store, NOW + 2 * WEEK, NOW + 3 * WEEK)
    assert event.day == date(2031, 3, 20)


def test_a_bill_that_a_list_tells_by_its_last_stage_was_not_tabled_that_day(store: Store) -> None:
    read(store, make_bill(make_facts(stages=(IN_PRINCIPLE,))))
    (event,) = events(store)
    assert event.step
    assert event.step.label == "Adoption du principe"


def test_a_bill_of_which_no_stage_is_told_is_new(store: Store) -> None:
    read(store, make_bill(make_facts(stages=())))
    (event,) = events(store)
    assert (event.step, event.day, event.seen_at) == (None, None, NOW)


def test_a_stage_without_a_day_happened_when_it_was_seen(store: Store) -> None:
    read(store, page(INTRODUCED), at=NOW - DAY)
    read(store, page(INTRODUCED, StageFacts(Stage.COMMITTEE, "Étude détaillée")))
    (event,) = events(store, NOW - HOUR)
    assert (event.day, event.seen_at) == (None, NOW)


# Documents and stories


def test_recent_documents_come_with_their_themes_and_the_bills_they_name(store: Store) -> None:
    read(store, page(INTRODUCED))
    with store.session() as session:
        article = add_document(session, themes=["logement"], published_at=None)
        session.add(Mention(document_id=article.id, bill_id=1, passage="le PL 94", start=3, end=8))
    with store.reading() as session:
        newest, bill = recent_documents(session, NOW - HOUR)
    assert (newest.at, newest.proximity) == (NOW, "direct")
    assert [theme.id for theme in newest.themes] == ["logement"]
    assert [named.title for named in newest.bills] == ["Loi sur les services de garde"]
    assert (bill.themes, bill.proximity, bill.bills) == ((), "none", newest.bills)


def test_recent_documents_may_be_those_of_some_themes(store: Store) -> None:
    with store.session() as session:
        add_document(session, themes=["logement", "depistage"], title="un")
        add_document(session, themes=["depistage"], title="deux", detected_at=NOW + HOUR)
        add_document(session, title="trois")
        add_document(session, themes=["logement"], title="quatre", detected_at=NOW - WEEK)

    def titles(**asked: Any) -> list[str]:
        with store.reading() as session:
            return [document.title for document in recent_documents(session, NOW - DAY, **asked)]

    assert titles() == ["trois", "deux", "un"]
    assert titles(themes=["logement"]) == ["un"]
    assert titles(themes=["logement", "depistage"], limit=1) == ["deux"]


REGISTER = {
    source.id: source
    for source in (
        make_source("une", owner="Le Quotidien"),
        make_source("region", owner="Le Quotidien"),
        make_source("soir", owner="Le Soir", family="Coops"),
        make_source("matin", owner="Le Matin", family="Coops"),
        make_source("radio", owner="Radio"),
    )
}


def stories(store: Store, **asked: Any) -> Any:
    with store.reading() as session:
        return stories_between(session, NOW - DAY, NOW + DAY, REGISTER, **asked)


def test_a_story_told_by_more_independent_houses_comes_first(store: Store) -> None:
    with store.session() as session:
        for title, sources in (
            ("Un groupe", ["une", "region", "une"]),
            ("Une famille", ["soir", "matin"]),
            ("Deux maisons", ["une", "radio"]),
        ):
            documents = [
                add_document(session, source=source, themes=["logement"]) for source in sources
            ]
            add_story(session, documents, title)
    found = stories(store)
    assert found[0].title == "Deux maisons"
    assert {story.title: story.outlets for story in found} == {
        "Deux maisons": ("Le Quotidien", "Radio"),
        "Une famille": ("Le Soir",),
        "Un groupe": ("Le Quotidien",),
    }
    assert [story.title for story in stories(store, limit=1)] == ["Deux maisons"]


def test_a_copy_is_no_independent_word(store: Store) -> None:
    with store.session() as session:
        first = add_document(session, source="une", themes=["logement"])
        copy = add_document(session, source="radio", copy_of=first.id)
        add_story(session, [first, copy])
    (story,) = stories(store)
    assert story.outlets == ("Le Quotidien",)
    assert [document.copy_of for document in story.documents] == [None, first.id]


def test_a_story_has_the_best_reason_of_each_theme(store: Store) -> None:
    with store.session() as session:
        documents = [
            add_document(session, themes=["depistage", "logement"], proximity="indirect"),
            add_document(session, themes=["logement"]),
        ]
        add_story(session, documents)
    (story,) = stories(store)
    assert [(theme.id, theme.score) for theme in story.themes] == [
        ("depistage", 0.9),
        ("logement", 0.9),
    ]
    assert story.proximity == "direct"


def test_stories_may_be_those_of_some_themes_and_bills(store: Store) -> None:
    read(store, page(INTRODUCED))
    with store.session() as session:
        bill = session.scalars(select(Bill)).one()
        for title, themes in (("Toit", ["logement"]), ("Ouïe", ["depistage"]), ("Loi", ["revenu"])):
            documents = [add_document(session, themes=themes), add_document(session)]
            add_story(session, documents, title)
        session.add(
            Mention(document_id=documents[1].id, bill_id=bill.id, passage="", start=0, end=1)
        )
        late = add_document(session, themes=["logement"], published_at=NOW + WEEK)
        add_story(session, [add_document(session, themes=["revenu"]), late], "Plus tard")
        unit = f"bill:{bill.id}"

    def told(*units: str) -> set[tuple[str, int]]:
        return {(one.title, len(one.documents)) for one in stories(store, units=units)}

    assert told("logement") == {("Toit", 2)}
    assert told("depistage", unit) == {("Ouïe", 2), ("Loi", 2)}
    assert told("bill:0", "dossier:places") == told() == set()


def test_only_what_came_out_in_the_period_counts(store: Store) -> None:
    with store.session() as session:
        before = add_document(session, source="une", themes=["logement"], published_at=NOW - WEEK)
        now = add_document(session, source="radio", themes=["logement"])
        add_story(session, [before, now], "Ancienne et reprise")
        add_story(session, [add_document(session, published_at=NOW + WEEK, themes=["logement"])])
        add_story(session, [add_document(session)], "Sans thème")
    (story,) = stories(store)
    assert (story.title, story.outlets, len(story.documents)) == (
        "Ancienne et reprise",
        ("Radio",),
        1,
    )


# Momentum


def test_what_rises_comes_with_the_days_before(store: Store) -> None:
    read(store, page(INTRODUCED))

    def measure(unit: str, surprise: float, day: date = TODAY) -> Momentum:
        return Momentum(
            unit=unit, day=day, window=2, observed=9, expected=3.0, ratio=3.0,
            surprise=surprise, outlets=4, state="rising", version="1",
        )  # fmt: skip

    def counted(day: date, unit: str, stories: int) -> UnitDay:
        return UnitDay(day=day, unit=unit, items=stories, stories=stories, outlets=1)

    with store.session() as session:
        session.add_all([measure("bill:1", 1.0), measure("logement", 2.5)])
        session.add(measure("logement", 9.0, TODAY - DAY))
        session.add_all([counted(TODAY, "logement", 5), counted(TODAY - 2 * DAY, "logement", 1)])
        session.add(counted(TODAY - 4 * DAY, "logement", 7))
    with store.reading() as session:
        theme, bill = rising(session, TODAY, days=4)
    assert (theme.unit, theme.bill, theme.surprise) == ("logement", None, 2.5)
    assert theme.series == (0, 1, 0, 5)
    assert bill.bill
    assert (bill.bill.number, bill.series) == ("94", (0, 0, 0, 0))


# Alerts, sources, figures


def test_alerts_are_given_the_newest_first(store: Store) -> None:
    def alert(key: str, **fields: Any) -> Alert:
        usual = {"created_at": NOW, "due_at": NOW, "themes": ["logement"], "message": {}}
        words = dict.fromkeys(("kind", "level", "subject", "reason", "channel"), "x")
        return Alert(key=key, **(words | usual | fields))

    with store.session() as session:
        session.add_all(
            [
                alert("1", created_at=NOW - WEEK),
                alert("2", subject="premier", error="canal fermé"),
                alert("3", subject="second", created_at=NOW + HOUR, sent_at=NOW + HOUR),
            ]
        )
    with store.reading() as session:
        second, first = alerts_since(session, NOW)
    assert (second.subject, second.sent_at) == ("second", NOW + HOUR)
    assert (first.subject, first.sent_at, first.error) == ("premier", None, "canal fermé")
    assert first.themes == ("logement",)


def health(store: Store, at: Any, *sources: Any) -> Any:
    with store.reading() as session:
        return sources_health(session, {source.id: source for source in sources}, at)


def test_an_ill_source_comes_first_and_says_since_when(store: Store) -> None:
    well, ill = make_source("bien"), make_source("malade")
    trouble = Issue("not-found", ill.url, "404")
    read(store, make_item("bien"), source=well)
    read(store, make_item("malade"), source=ill, at=NOW - 3 * DAY)
    for days in (2, 1, 0):
        read(store, source=ill, outcome=Outcome.UNREACHABLE, issues=(trouble,), at=NOW - days * DAY)
    first, second = health(store, NOW, well, ill)
    assert (first.id, first.well, first.outcome) == ("malade", False, "unreachable")
    assert first.ill_since == NOW - 2 * DAY - timedelta(minutes=1)
    assert [(issue.code, issue.about) for issue in first.issues] == [("not-found", "404")]
    assert (second.id, second.well, second.ill_since) == ("bien", True, None)
    assert (second.items, second.new) == (1, 1)


def test_a_source_that_was_never_well_is_ill_since_its_first_visit(store: Store) -> None:
    source = make_source()
    for days in (2, 1):
        read(store, source=source, outcome=Outcome.EMPTY, at=NOW - days * DAY)
    (view,) = health(store, NOW, source)
    assert view.ill_since == NOW - 2 * DAY - timedelta(minutes=1)


def test_a_source_well_again_is_ill_no_more(store: Store) -> None:
    source = make_source()
    read(store, source=source, outcome=Outcome.CHANGED, at=NOW - DAY)
    read(store, source=source, outcome=Outcome.UNCHANGED)
    (view,) = health(store, NOW, source)
    assert (view.well, view.ill_since) == (True, None)


def test_a_source_that_gives_nothing_new_for_too_long_is_silent(store: Store) -> None:
    source = make_source(max_silence=Silence.always(WEEK))
    item = make_item()
    read(store, item, source=source)
    for days in (4, 8):
        read(store, item, source=source, at=NOW + days * DAY)
    (soon,) = health(store, NOW + 6 * DAY, source)
    (late,) = health(store, NOW + 8 * DAY, source)
    assert (soon.silent, soon.well) == (False, True)
    assert (late.silent, late.well, late.outcome) == (True, False, "ok")
    read(store, replace(item, title="Du neuf"), source=source, at=NOW + 9 * DAY)
    (spoken,) = health(store, NOW + 10 * DAY, source)
    assert not spoken.silent


def test_a_list_that_only_says_what_the_pages_said_before_is_not_silent(store: Store) -> None:
    source = make_source("liste", max_silence=Silence.always(WEEK))
    read(store, make_bill(make_facts()), source=source)
    read(store, page(INTRODUCED, IN_PRINCIPLE), source=make_source("pages"), at=NOW + DAY)
    moved = make_facts(stages=(IN_PRINCIPLE,))
    read(store, make_bill(moved), source=source, at=NOW + 2 * DAY)
    (spoken,) = health(store, NOW + 8 * DAY, source)
    (late,) = health(store, NOW + 10 * DAY, source)
    assert (spoken.silent, spoken.new_at) == (False, NOW + 2 * DAY)
    assert late.silent


def test_a_trouble_of_a_page_stands_until_it_is_read_again(store: Store) -> None:
    source = make_source()
    trouble = Issue("unknown-label", "https://gazette.example/1", "Scission")
    read(store, source=source, pages=[trouble.url], issues=(trouble,))
    read(store, source=source, outcome=Outcome.UNCHANGED, at=NOW + DAY)
    (ill,) = health(store, NOW + DAY, source)
    assert (ill.well, ill.outcome, ill.condition) == (False, "unchanged", ("health", "ill"))
    assert (ill.ill_since, ill.health.why) == (NOW - timedelta(minutes=1), ("unknown-label",))
    assert [issue.about for issue in ill.issues] == ["Scission"]
    read(store, source=source, pages=[trouble.url], at=NOW + 2 * DAY)
    (well,) = health(store, NOW + 2 * DAY, source)
    assert (well.well, well.condition) == (True, ("outcome", "ok"))


def test_a_trouble_told_again_each_day_began_on_the_first(store: Store) -> None:
    source = make_source()
    trouble = Issue("page-changed", "https://gazette.example/1")
    for days in (0, 20, 21, 22):
        read(store, source=source, issues=(trouble,), at=NOW + days * DAY)
    (ill,) = health(store, NOW + 22 * DAY, source)
    assert ill.ill_since == NOW + 20 * DAY - timedelta(minutes=1)


def test_the_trouble_of_a_page_that_is_asked_no_more_is_forgotten(store: Store) -> None:
    source = make_source()
    read(store, source=source, issues=(Issue("page-changed", "https://gazette.example/1"),))
    for hours, well in ((19, False), (21, True)):
        read(store, source=source, at=NOW + hours * HOUR)
        (view,) = health(store, NOW + hours * HOUR, source)
        assert view.well is well


def test_an_address_that_has_moved_is_a_trouble_as_long_as_visits_say_so(store: Store) -> None:
    source = make_source()
    read(store, source=source, issues=(Issue("moved", source.url, "https://neuf.example"),))
    (ill,) = health(store, NOW, source)
    read(store, source=source, at=NOW + HOUR)
    (well,) = health(store, NOW + HOUR, source)
    assert (ill.well, well.well) == (False, True)


def test_notices_of_sources_are_no_alerts_of_the_team(store: Store) -> None:
    with store.session() as session:
        session.add_all(
            Alert(
                key=f"gazette|{kind}|{n}",
                kind=kind,
                level="note",
                subject="",
                reason="",
                channel="operator",
                message={},
                created_at=NOW + n * DAY,
                due_at=NOW,
                sent_at=NOW,
            )
            for n, kind in enumerate(("source-ill", "source-reminder"))
        )
    with store.reading() as session:
        assert alerts_since(session, NOW) == ()
        assert counts_between(session, NOW, NOW + DAY).alerts == 0
        last = notices_told(session)["gazette"]
    assert (last.notice, last.at, last.ill_at) == (Notice.REMINDER, NOW + DAY, NOW)


def test_a_source_never_visited_is_shown_and_a_retired_one_is_not(store: Store) -> None:
    (view,) = health(store, NOW, make_source(), make_source("close", retired=True))
    assert (view.id, view.outcome, view.visited_at, view.well) == ("gazette", None, None, True)


def test_a_period_is_told_in_figures(store: Store) -> None:
    read(store, page(INTRODUCED), make_item("pages"), source=make_source("pages"))
    read(store, outcome=Outcome.EMPTY, source=make_source("pages"), at=NOW + HOUR)
    read(store, outcome=Outcome.EMPTY, source=make_source("pages"), at=NOW + WEEK)
    with store.session() as session:
        story = [
            add_document(session, themes=["logement", "depistage"]),
            add_document(session, themes=["logement"], proximity="indirect"),
        ]
        add_story(session, story)
        add_document(session, detected_at=NOW - WEEK, themes=["logement"])
    with store.reading() as session:
        counts = counts_between(session, NOW - DAY, NOW + DAY)
    assert (counts.documents, counts.relevant, counts.revisions) == (4, 2, 0)
    assert (counts.bills, counts.stories, counts.alerts) == (1, 1, 0)
    assert (counts.visits, counts.failed_visits) == (2, 1)
    assert counts.themes == (("logement", 2), ("depistage", 1))
