"""The season's bill on child care: one window, from its tabling to its assent.

What the press writes is counted from the season's own articles, and its bills are kept as their
pages state them: nothing is fetched, nothing is read by the classifier.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.decide import Told, decide
from alerts.words import Words
from pipeline.attention import measure
from pipeline.database import Store
from pipeline.mentions import find_bills
from pipeline.model import Classification, Document, Opportunity, UnitDay
from pipeline.opportunities import follow_windows
from pipeline.queries import WindowView, windows_since
from spiders.items import (
    BillFacts,
    BillRef,
    BillStatus,
    ConsultationFacts,
    ConsultationKind,
    Item,
    Kind,
    StageFacts,
)
from spiders.sources import read_register
from tests.factories import add_reading, bring, make_bill, make_item, make_source
from vigie.season.chamber import LABELS
from vigie.season.newsroom import publish
from vigie.season.plot import (
    HERE,
    SITE,
    Bill,
    bill_address,
    bills,
    mandate_address,
    read,
    season_days,
)
from vigie.season.press import Article
from vigie.settings import TORONTO

REGISTER = read_register(HERE / "sources.toml")
OWNERS = {source.id: source.owner or source.id for source in REGISTER.values()}
STAGES = {
    "presentation": "introduction",
    "consultations": "consultation",
    "consultation-report": "consultation",
    "principle": "passage-in-principle",
    "committee": "committee",
    "report": "report",
    "report-stage": "report",
    "passage": "passage",
    "assent": "assent",
}
CHILD_CARE = next(bill for bill in bills() if bill.number == 12)
DAY = timedelta(days=1)


def stated(bill: Bill, told: date) -> list[Item]:
    """Give what the pages of a bill and of its consultation state of it until a day."""
    steps = bill.told_by(told)
    assented = steps[-1][0].step == "assent"
    facts = BillFacts(
        legislature=51,
        session=2,
        number=str(bill.number),
        title=bill.title,
        status=BillStatus.ASSENTED if assented else BillStatus.IN_PROGRESS,
        assent_date=told if assented else None,
        url=SITE + bill_address(bill),
        stages=tuple(
            StageFacts(STAGES[step.step], LABELS[step.step], days)  # type: ignore[arg-type]
            for step, days in steps
        ),
        complete=True,
    )
    asked = next(step for step in bill.steps if step.step == "consultations")
    if not asked.given or told < asked.given:
        return [make_bill(facts, "chamber")]
    url = SITE + mandate_address(asked)
    consultation = ConsultationFacts(
        "Consultations particulières",
        url,
        ConsultationKind.SPECIAL,
        bill=BillRef(str(bill.number), 51, 2),
        hearings=asked.days,
    )
    item = make_item("chamber", kind=Kind.CONSULTATION, url=url, facts=consultation)
    return [make_bill(facts, "chamber"), item]


def counted(articles: list[Article], bill_id: int) -> Mapping[tuple[date, str], list[Article]]:
    """Give the articles of each unit and day."""
    found: dict[tuple[date, str], list[Article]] = defaultdict(list)
    for article in articles:
        named = {one.number for one in find_bills(f"{article.title}\n{article.lead}")}
        units = [*article.themes, *([f"bill:{bill_id}"] if "12" in named else [])]
        for unit in units:
            found[article.at.date(), unit].append(article)
    return found


def write(store: Store, day: date, press: Mapping[tuple[date, str], list[Article]]) -> None:
    with store.session() as session:
        for (on, unit), told in press.items():
            if on == day:
                row = UnitDay(day=day, unit=unit, items=len(told))
                row.stories = len({one.story for one in told})
                row.outlets = len({OWNERS[one.outlet] for one in told})
                row.sources = Counter(one.outlet for one in told)
                session.add(row)


@pytest.fixture(scope="module")
def played(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[WindowView], dict[str, Told]]:
    """Play every morning of the season; give its windows, and each alert with its first words."""
    path = tmp_path_factory.mktemp("season") / "vigie.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    store, alerts = Store(f"sqlite:///{path}"), dict[str, Told]()
    press = counted(list(publish()), bill_id=1)
    source, words = make_source("chamber"), Words("fr")
    for day in season_days():
        now, told = datetime.combine(day, time(7), TORONTO), day - DAY
        items = stated(CHILD_CARE, told) if CHILD_CARE.presented <= told else []
        with store.session() as session:
            bring(session, items, at=now, source=source)
            read = select(Classification.document_id)
            for document in session.scalars(select(Document).where(Document.id.not_in(read))):
                add_reading(session, document, ["services-educatifs"], "direct")
        write(store, told, press)
        measure(store, now, OWNERS)
        follow_windows(store, now)
        with store.reading() as session:
            for one in decide(session, REGISTER, words, now):
                alerts.setdefault(one.decision.key, one)
    with store.reading() as session:
        windows = list(windows_since(session, now - 100 * DAY, now.date()))
        assert len(session.scalars(select(Opportunity)).all()) == len(windows)
    store.close()
    return windows, alerts


def test_the_bill_with_a_consultation_and_a_surge_has_one_window(
    played: tuple[list[WindowView], dict[str, Told]],
) -> None:
    windows, alerts = played
    (window,) = (one for one in windows if one.bill)
    kinds = [step.kind for step in window.steps]
    assert kinds[0] == "opened"
    assert kinds[-1] == "closed"
    assert [kinds.count(kind) for kind in ("opened", "escalated", "closed")] == [1, 1, 1]
    assert {cause.kind for cause in window.causes} == {"stage", "deadline", "media"}
    assert window.opened_at.astimezone(TORONTO).date() == date(2031, 2, 7)
    assert (window.ending, window.fate, window.fate_cause) == ("adopted", "missed", "not-seen")
    told = [one for one in alerts.values() if one.decision.key.startswith("window:bill:")]
    assert len(told) == len(window.steps)
    assert told[-1].decision.level == "note"


def test_the_surge_is_told_within_a_day_with_the_window_and_not_by_itself(
    played: tuple[list[WindowView], dict[str, Told]],
) -> None:
    _, alerts = played
    first = next(one for key, one in alerts.items() if "media/services-educatifs/" in key)
    assert (first.decision.on, first.decision.level) == (date(2031, 3, 19), "act")
    storm = (date(2031, 3, 18), date(2031, 3, 27))
    apart = [
        key
        for key, one in alerts.items()
        if one.decision.kind == "momentum" and storm[0] <= one.decision.on <= storm[1]
    ]
    assert apart == []


def test_a_wire_copy_an_echo_and_ill_sources_open_nothing(
    played: tuple[list[WindowView], dict[str, Told]],
) -> None:
    windows, alerts = played
    assert [window.unit for window in windows] == ["bill:1"]
    raised = {one.decision.themes for one in alerts.values() if one.decision.kind == "momentum"}
    assert raised.isdisjoint({("logement",), ("alimentation",)})


def test_the_campaign_weeks_give_one_notice_that_names_the_theme_above_the_tide(
    played: tuple[list[WindowView], dict[str, Told]],
) -> None:
    _, alerts = played
    campaign = read("campaign.toml")
    waves = [one for one in alerts.values() if one.decision.kind == "wave"]
    (wave,) = waves
    assert wave.decision.level == "watch"
    assert campaign["first"] <= wave.decision.on <= campaign["first"] + 2 * DAY
    assert wave.message.title.startswith("Vague générale")
    assert wave.decision.themes == (campaign["opens"],)
    alone = [
        one.decision.key
        for one in alerts.values()
        if one.decision.kind == "momentum" and not one.decision.about.bill  # type: ignore[union-attr]
        if one.decision.on >= campaign["first"] and one.decision.level != "note"
    ]
    assert alone == []
