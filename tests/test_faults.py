"""The fault drill: whatever happens to a source, who runs the watch is told at once, and once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.channels import read_channels
from alerts.message import Message
from alerts.outbox import decide_and_store, deliver
from alerts.words import Words
from pipeline.database import Store, open_store
from pipeline.health import State
from pipeline.ingest import ingest
from pipeline.model import (
    Alert,
    Base,
    Bill,
    BillStage,
    Consultation,
    Division,
    Document,
    Mandate,
    ParliamentSession,
    Sitting,
)
from pipeline.queries import SourceView, sources_health
from pipeline.words import label
from spiders.archive import Answer, Recorder
from spiders.items import Issue, Item, Outcome, SittingFacts, WeekFacts
from spiders.sources import Source, read_register
from spiders.trip import Trip
from tests.factories import bring, make_bill, make_item, make_visit
from tests.scenes import (
    AHEAD,
    ASKED,
    BILL,
    BILL_PAGES,
    BILLS,
    CALENDAR,
    CONSULTATIONS,
    CSV,
    DAY,
    FEED,
    FROZEN,
    GAZETTE,
    HOUR,
    LAID_DOWN,
    LIST,
    MANDATES,
    MONTH,
    MONTHS_END,
    NEWS,
    NEWSPAPER,
    NOVEMBER,
    OLDER,
    OPEN_DATA,
    OTHER,
    PAPERS,
    PETITIONS,
    PLANNED,
    PUBLISHED,
    SCENES,
    SECOND,
    SIGNED,
    SITTINGS,
    START,
    TABLED,
    THIS_WEEK,
    TO_SIGN,
    TOLD,
    VOTED,
    VOTES,
    Answers,
    Scene,
    bill,
    changed,
    csv,
    cut,
    emptied,
    html,
    issue,
    line,
    moved,
    news,
    papers,
    petitions,
    week,
    week_address,
)
from tests.test_outbox import Memory
from vigie.collect import collect
from vigie.season.chamber import chamber_pages
from vigie.season.plot import HERE, season_days
from vigie.show import source_line

SUMMER = datetime(2047, 7, 1, 12, tzinfo=UTC)
WALL = html("<iframe src='/fortiadc_error_page/waf_deny.html?waf_deny_rule_id=1'></iframe>")
CAPTCHA = html("<html><head><title>Radware Captcha Page</title></head><body></body></html>")
LOGIN = html("<html><body><h1>Ouvrir une session</h1><form><input name='mdp'></form></body></html>")
ERROR = html("<html><body>Erreur du serveur</body></html>", status=500)
ELSEWHERE = "https://accueil.example/"
HIDDEN = ("<tbody>", "<tbody hidden><!--"), ("</tbody>", "--></tbody>")


@dataclass(frozen=True)
class Fault:
    """What becomes of some pages of a source; the outcome of the visit, the code that explains."""

    scene: Scene
    pages: Answers
    outcome: Outcome
    code: str


FAULTS = {
    "a label of a stage renamed": Fault(
        BILL_PAGES,
        {BILL: changed(BILL_PAGES.news[BILL], ("<h3>Adoption</h3>", "<h3>Passage final</h3>"))},
        Outcome.OK,
        "unknown-label",
    ),
    "the label of the stages renamed": Fault(
        BILL_PAGES,
        {BILL: changed(BILL_PAGES.news[BILL], ("Étapes de cheminement", "Parcours"))},
        Outcome.UNCHANGED,
        "page-changed",
    ),
    "the id of the title changed": Fault(
        BILL_PAGES,
        {BILL: changed(BILL_PAGES.news[BILL], ("SiteMapPathTitreContenu", "lblNouveauTitre"))},
        Outcome.UNCHANGED,
        "page-changed",
    ),
    "the list's table emptied": Fault(
        BILL_PAGES, {BILLS.url: changed(LIST, *HIDDEN)}, Outcome.CHANGED, "page-changed"
    ),
    "the list's id changed, its rows gone": Fault(
        BILL_PAGES,
        {url: changed(LIST, ("tblListeProjetLoi", "tblPL"), *HIDDEN) for url in (BILLS.url, OLDER)},
        Outcome.OK,
        "page-changed",
    ),
    "a list shorter than it says": Fault(
        BILL_PAGES,
        {OLDER: changed(LIST, ("</table>", "</table><p>Résultats 1 à 2 de 143</p>"))},
        Outcome.OK,
        "incomplete-list",
    ),
    "the open data emptied": Fault(
        OPEN_DATA,
        {CSV.url: csv()._replace(body=csv().body.splitlines(keepends=True)[0])},
        Outcome.EMPTY,
        "too-few",
    ),
    "a column renamed": Fault(
        OPEN_DATA,
        {CSV.url: changed(OPEN_DATA.news[CSV.url], ("Derniere_etape_franchie", "Etape"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "a column without a word": Fault(
        OPEN_DATA,
        {
            CSV.url: changed(
                OPEN_DATA.news[CSV.url],
                *((f",{kind},", ",,") for kind in ("Public du gouvernement", "Public de député")),
            )
        },
        Outcome.CHANGED,
        "unfilled",
    ),
    "open data cut": Fault(
        OPEN_DATA,
        {CSV.url: cut(OPEN_DATA.news[CSV.url])._replace(cut=True)},
        Outcome.CHANGED,
        "truncated",
    ),
    # The first of two: the other is not asked for any more.
    "a firewall's page for a bill": Fault(BILL_PAGES, {BILL: WALL}, Outcome.CHANGED, "blocked"),
    "a login page for a bill": Fault(BILL_PAGES, {BILL: LOGIN}, Outcome.UNCHANGED, "page-changed"),
    "nothing at all for a bill": Fault(
        BILL_PAGES, {BILL: html("")}, Outcome.UNCHANGED, "empty-body"
    ),
    "a bill cut": Fault(
        BILL_PAGES, {BILL: cut(BILL_PAGES.news[BILL])}, Outcome.UNCHANGED, "truncated"
    ),
    "moved to another host": Fault(
        OPEN_DATA,
        {CSV.url: moved(f"{ELSEWHERE}bills.csv"), f"{ELSEWHERE}bills.csv": OPEN_DATA.news[CSV.url]},
        Outcome.OK,
        "moved",
    ),
    "a parliament down for a day": Fault(
        BILL_PAGES,
        {BILLS.url: ERROR, BILL: ERROR, OTHER: ERROR},
        Outcome.UNREACHABLE,
        "server-error",
    ),
    "the id of the month changed": Fault(
        TABLED,
        {SITTINGS.url: changed(TABLED.news[SITTINGS.url], ("lblMoisCourant", "lblMois"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the sessions named otherwise": Fault(
        TABLED,
        {SITTINGS.url: changed(TABLED.news[SITTINGS.url], ("l&#233;gislature", "parlement"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the sessions without their days": Fault(
        TABLED,
        {
            SITTINGS.url: changed(
                TABLED.news[SITTINGS.url],
                *((days, "") for days in re.findall(r" \([^)]*\d{4}\)", MONTH.body.decode())[::2]),
            )
        },
        Outcome.CHANGED,
        "unfilled",
    ),
    "another month than the one asked": Fault(
        MONTHS_END,
        {NOVEMBER: MONTHS_END.news[SITTINGS.url]},
        Outcome.OK,
        "wrong-month",
    ),
    "the calendar's table emptied": Fault(
        PLANNED, {CALENDAR.url: emptied(THIS_WEEK)}, Outcome.CHANGED, "page-changed"
    ),
    "the calendar of another week": Fault(
        PLANNED, {CALENDAR.url: week(AHEAD[0])}, Outcome.OK, "wrong-week"
    ),
    "a week that never changes": Fault(
        PLANNED,
        {week_address(first): THIS_WEEK for first in AHEAD}
        | {CALENDAR.url: PLANNED.news[CALENDAR.url]},
        Outcome.OK,
        "wrong-week",
    ),
    "the class of the consultations changed": Fault(
        ASKED,
        {
            CONSULTATIONS.url: changed(
                ASKED.news[CONSULTATIONS.url], ('"participerConsultation"', '"consulter"')
            )
        },
        Outcome.CHANGED,
        "page-changed",
    ),
    "the consultations gone without a word": Fault(
        ASKED,
        {
            CONSULTATIONS.url: changed(
                ASKED.well[CONSULTATIONS.url], ("Aucune commission parlementaire", "Une commission")
            )
        },
        Outcome.CHANGED,
        "page-changed",
    ),
    "a column of the mandates renamed": Fault(
        ASKED,
        {MANDATES: changed(ASKED.well[MANDATES], ("Titre du mandat", "Objet"))} | dict(ASKED.news),
        Outcome.OK,
        "page-changed",
    ),
    "a column of the petitions renamed": Fault(
        SIGNED,
        {PETITIONS.url: changed(SIGNED.news[PETITIONS.url], ("Nombre de", "Appuis"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the news emptied": Fault(
        TOLD,
        {NEWS.url: html(re.sub(r"(?s)<li>.*</li>", "", news().body.decode()))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the days of the news in other words": Fault(
        TOLD,
        {NEWS.url: news(94001, 94002, 94003, 94004, day="avant-hier")},
        Outcome.CHANGED,
        "unfilled",
    ),
    "the register of votes without its sessions": Fault(
        VOTED,
        {VOTES.url: changed(VOTED.well[VOTES.url], ('"sessionLegislature"', '"periode"'))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the id of a vote's title changed": Fault(
        VOTED,
        {SECOND: changed(VOTED.news[SECOND], ('"titreMotion"', '"motion"'))},
        Outcome.UNCHANGED,
        "page-changed",
    ),
    "a vote that does not add up": Fault(
        VOTED,
        {SECOND: changed(VOTED.news[SECOND], ('id="nbPour" value="5"', 'id="nbPour" value="99"'))},
        Outcome.OK,
        "wrong-count",
    ),
    "the papers under another heading": Fault(
        LAID_DOWN,
        {PAPERS.url: changed(papers(20), ("Documents d&#233;pos&#233;s", "Archives"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the links to the Gazette's issues changed": Fault(
        PUBLISHED,
        {GAZETTE.url: changed(PUBLISHED.news[GAZETTE.url], ("gazetteId", "numero"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "the class of what the Gazette publishes changed": Fault(
        PUBLISHED,
        {issue(4147): changed(PUBLISHED.news[issue(4147)], ("rubriqueElement", "acte"))},
        Outcome.UNCHANGED,
        "page-changed",
    ),
    "a section of the Gazette renamed": Fault(
        PUBLISHED,
        {issue(4147): changed(PUBLISHED.news[issue(4147)], ("Décrets administratifs", "Décrets"))},
        Outcome.OK,
        "unknown-label",
    ),
}
# What may befall the address of any source, and the code that explains it: by what was expected.
ANYWHERE: dict[str, tuple[Callable[[Answer], Answer], Outcome, str]] = {
    "a firewall's page": (lambda page: WALL, Outcome.CHANGED, "blocked"),
    "a captcha": (lambda page: CAPTCHA, Outcome.CHANGED, "blocked"),
    "a login page": (lambda page: LOGIN, Outcome.CHANGED, "page-changed"),
    "nothing at all": (lambda page: html(""), Outcome.CHANGED, "empty-body"),
    "a page cut": (lambda page: cut(page)._replace(cut=True), Outcome.CHANGED, "truncated"),
    "another host's home page": (lambda page: moved(ELSEWHERE), Outcome.CHANGED, "page-changed"),
    "a server down for a day": (lambda page: ERROR, Outcome.UNREACHABLE, "server-error"),
}


class World:
    """A store, the sources that it watches, what they answer, and who is told."""

    def __init__(self, store: Store, folder: Path, *scenes: Scene) -> None:
        self.store, self.folder = store, folder
        self.register = {scene.source.id: scene.source for scene in scenes}
        self.answers = {url: page for scene in scenes for url, page in scene.well.items()}
        self.team, self.operator = Memory(), Memory()

    def visit(self, now: datetime) -> SourceView:
        """Visit every source, then tell; give how the first one is."""
        recorder = Recorder(self.folder, now.date())
        for url, answer in self.answers.items():
            recorder.write(url, answer, now)
        trip = Trip(now=now, home=self.folder, replay=recorder.path, until=now)
        for result in collect(self.store, self.register, list(self.register.values()), trip):
            assert result.visit.outcome != Outcome.OK or result.visit.items
        return self.tell(now)

    def tell(self, now: datetime) -> SourceView:
        words, channels = Words("fr"), read_channels()
        decide_and_store(self.store, self.register, words, channels, now)
        deliver(self.store, {"slack": self.team, "operator": self.operator}, now)
        return self.views(now)[next(iter(self.register))]

    def views(self, now: datetime) -> dict[str, SourceView]:
        with self.store.reading() as session:
            return {view.id: view for view in sources_health(session, self.register, now)}

    @property
    def notices(self) -> list[Message]:
        """What the operator was told; the team hears nothing of it."""
        assert not any("Source" in parcel.message.title for parcel in self.team.sent)
        return [parcel.message for parcel in self.operator.sent]

    @property
    def titles(self) -> list[str]:
        return [message.title.replace("\u00a0", " ").partition(" :")[0] for message in self.notices]

    @property
    def told(self) -> dict[str, list[str]]:
        """The kinds of the notices of each source, in their order."""
        told: dict[str, list[str]] = {id_: [] for id_ in self.register}
        with self.store.reading() as session:
            for key, kind in session.execute(select(Alert.key, Alert.kind).order_by(Alert.id)):
                if (id_ := key.partition("|")[0]) in told:
                    told[id_].append(kind)
        return told

    def holds(self, words: str) -> bool:
        """Whether the store has something of this title, or a stage on this day."""
        return any(words in kept for kept in self.kept)

    @property
    def kept(self) -> Sequence[str]:
        """Everything that the store knows of what was published, but when it learnt it."""
        with self.store.reading() as session:
            days = [day for dates in session.scalars(select(BillStage.dates)) for day in dates]
            titles = list(session.scalars(select(Document.title)))
            rows = [
                f"{table.__tablename__} {[getattr(row, name) for name in names]}"
                for table, names in KEPT.items()
                for row in session.scalars(select(table))
            ]
        return sorted((*days, *titles, *rows))


# The columns of each table that say what was published.
KEPT: dict[type[Base], tuple[str, ...]] = {
    Document: ("identity", "kind", "url", "title", "summary", "published_at", "author", "lang"),
    Bill: ("number", "session", "title", "kind", "status", "sponsors", "assent_date", "chapter"),
    BillStage: ("stage", "label", "dates", "votes", "notes"),
    Consultation: ("url", "kind", "title", "committee", "deadlines", "hearings", "status"),
    Mandate: ("number", "title", "committee", "bill", "given", "dates"),
    Division: ("number", "title", "day", "vote", "voters"),
    Sitting: ("day", "committee", "part", "title", "bill_number", "cancelled"),
    ParliamentSession: ("legislature", "session", "starts", "ends", "current"),
}


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """What the databases have in common is tried elsewhere: the drill has one."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def never_ill(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scene], Sequence[str]]:
    """What a store keeps of a source that nothing ever befell, once for each scene."""
    found: dict[str, Sequence[str]] = {}

    def kept(scene: Scene) -> Sequence[str]:
        if scene.caught_up not in found:
            folder = tmp_path_factory.mktemp("well")
            store = open_store(f"sqlite:///{folder / 'vigie.sqlite'}")
            world = World(store, folder, scene)
            world.visit(scene.start)
            world.answers |= scene.news
            assert all(world.visit(scene.start + days * DAY).well for days in (2, 4))
            found[scene.caught_up] = world.kept
            store.close()
        return found[scene.caught_up]

    return kept


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_once_then_its_repair_and_nothing_is_lost(
    store: Store, tmp_path: Path, name: str, never_ill: Callable[[Scene], Sequence[str]]
) -> None:
    fault = FAULTS[name]
    scene = fault.scene
    world = World(store, tmp_path, scene)
    assert world.visit(scene.start).well

    world.answers |= dict(scene.news) | dict(fault.pages)
    ill = world.visit(scene.start + 2 * DAY)
    assert (ill.health.state, ill.outcome) == (State.ILL, fault.outcome)
    assert fault.code in ill.health.why
    assert ill.issues[0].code == fault.code
    for hours in (2, 24):  # it lasts; nobody is told twice
        assert not world.visit(scene.start + 2 * DAY + hours * HOUR).well
    assert world.titles == ["Source malade"]

    world.answers |= dict(scene.well) | dict(scene.news)
    assert world.visit(scene.start + 4 * DAY).well
    assert world.visit(scene.start + 4 * DAY + 2 * HOUR).well
    assert world.titles == ["Source malade", "Source rétablie"]
    assert world.holds(scene.caught_up)
    assert world.kept == never_ill(scene)


@pytest.mark.parametrize("name", ANYWHERE)
def test_a_fault_that_befalls_every_source_is_told_of_each_and_nothing_is_lost(
    store: Store, tmp_path: Path, name: str
) -> None:
    spoil, outcome, code = ANYWHERE[name]
    scenes = [scene for scene in SCENES.values() if scene.start == FROZEN]
    scenes += [replace(scene, start=FROZEN) for scene in (NEWSPAPER, OPEN_DATA)]
    world = World(store, tmp_path, *scenes)
    world.visit(FROZEN)
    assert [view for view in world.views(FROZEN).values() if not view.well] == []

    for scene in scenes:
        page = scene.news.get(scene.source.url, scene.well[scene.source.url])
        world.answers |= dict(scene.news) | {scene.source.url: spoil(page)}
    world.answers[ELSEWHERE] = LOGIN
    for hours in (0, 2, 24):
        world.visit(now := FROZEN + 2 * DAY + hours * HOUR)
        views = world.views(now).values()
        assert {(view.id, view.health.state, view.outcome) for view in views} == {
            (scene.source.id, State.ILL, outcome) for scene in scenes
        }
        assert all(view.issues[0].code in (code, "not-a-feed", "moved") for view in views)
    assert set(map(tuple, world.told.values())) == {("source-ill",)}

    for scene in scenes:
        world.answers |= dict(scene.well) | dict(scene.news)
    world.visit(now := FROZEN + 4 * DAY)
    assert [view.id for view in world.views(now).values() if not view.well] == []
    assert set(map(tuple, world.told.values())) == {("source-ill", "source-recovered")}
    assert [scene.caught_up for scene in scenes if not world.holds(scene.caught_up)] == []


SEASON = {
    id_: source
    for id_, source in read_register(HERE / "sources.toml").items()
    if id_ in ("donneesquebec_bills", "assnat_bills")
}
TABLED_ON, SEASON_DAYS = 20, 5  # a day of the season on which bills move, and what follows it
# What the Assemblée and the open data answer instead, on the days on which they are ill.
SPOILT: dict[str, Callable[[Answer], Answer]] = {
    "donneesquebec_bills": lambda page: changed(page, ("Derniere_etape_franchie", "Etape")),
    "assnat_bills": lambda page: ERROR,
}


def of_the_season(day: int, ill: bool) -> Answers:
    """What is answered on a day of the season."""
    found: Answers = {
        page.url: Answer(page.status, [("Content-Type", page.type)], page.body)
        for page in chamber_pages(list(season_days())[TABLED_ON + day])
        if not page.url.endswith("robots.txt")
    }
    spoilt = {SEASON[id_].url: spoil(found[SEASON[id_].url]) for id_, spoil in SPOILT.items()}
    return {**found, **spoilt} if ill else found


def season_played(store: Store, folder: Path, *ill: int) -> World:
    """Some days of the season, of which the sources were ill on these."""
    world = World(store, folder, *(Scene(source, {}, {}, "") for source in SEASON.values()))
    for day in range(SEASON_DAYS):
        world.answers = dict(of_the_season(day, day in ill))
        moment = datetime.combine(list(season_days())[TABLED_ON + day], time(13), UTC)
        world.visit(moment)
        well = {view.well for view in world.views(moment).values()}
        assert well == {day not in ill}
    return world


def test_days_of_the_season_without_parliament_leave_no_hole(store: Store, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'well.sqlite'}")
    well = season_played(other, tmp_path / "well")
    broken = season_played(store, tmp_path / "broken", 1, 2, 3)
    assert set(map(tuple, well.told.values())) == {()}
    assert set(map(tuple, broken.told.values())) == {("source-ill", "source-recovered")}
    assert len(well.kept) > 100
    assert broken.kept == well.kept
    other.close()


@pytest.mark.parametrize("name", ["the open data", "petitions"])
def test_a_full_list_that_has_lost_more_than_half_of_its_rows_is_ill_until_it_is_whole(
    store: Store, tmp_path: Path, name: str
) -> None:
    source, pages, half = SHORTER[name]
    world = World(store, tmp_path, Scene(source, {}, {}, ""))
    for day in range(3):
        world.answers |= pages(day)
        assert world.visit(START + day * DAY).well
    world.answers |= half
    for day in (3, 4):
        view = world.visit(START + day * DAY)
        assert (view.health.state, view.outcome) == (State.ILL, Outcome.CHANGED)
        assert view.issues[0].code == "shrunk"
    assert world.titles == ["Source malade"]
    world.answers |= pages(5)
    assert world.visit(START + 5 * DAY).well
    assert world.titles == ["Source malade", "Source rétablie"]


# How a list is on a day, and once it has lost its rows.
SHORTER: dict[str, tuple[Source, Callable[[int], Answers], Answers]] = {
    "the open data": (
        CSV,
        lambda day: {CSV.url: csv(*(line(n, f"Loi {n}") for n in range(300, 310 + day)))},
        {CSV.url: csv()},
    ),
    "petitions": (
        PETITIONS,
        lambda day: {**SIGNED.well, **petitions(*(f"Pétition {n}" for n in range(8 + day)))},
        {PETITIONS.url: emptied(TO_SIGN)},
    ),
}


def test_a_list_that_shrinks_when_the_legislature_ends_alarms_nobody(
    store: Store, tmp_path: Path
) -> None:
    source, pages, half = SHORTER["petitions"]
    world = World(store, tmp_path, Scene(source, {}, {}, ""))
    start = datetime(2046, 9, 3, 12, tzinfo=UTC)  # expired since August 29
    for day in range(3):
        world.answers |= pages(day)
        world.visit(start + day * DAY)
    world.answers |= half
    assert world.visit(start + 3 * DAY).well


def test_a_list_that_is_truly_shorter_is_well_once_its_block_says_since_when(
    store: Store, tmp_path: Path
) -> None:
    source, pages, half = SHORTER["the open data"]
    world = World(store, tmp_path, Scene(source, {}, {}, ""))
    for day in range(3):
        world.answers |= pages(day)
        world.visit(START + day * DAY)
    world.answers |= half
    assert not world.visit(START + 3 * DAY).well
    world.register[source.id] = replace(source, full=(START + 3 * DAY).date())
    assert world.visit(START + 4 * DAY).well


@pytest.mark.parametrize("code", ["incomplete-chain", "expired-certificate", "other-host"])
def test_a_certificate_that_proves_nothing_is_told_at_once(
    store: Store, tmp_path: Path, code: str
) -> None:
    world = World(store, tmp_path, NEWSPAPER)
    world.visit(START)
    refused = make_visit(
        FEED.id, START + DAY, outcome=Outcome.UNREACHABLE, issues=(Issue(code, FEED.url),)
    )
    with store.session() as session:
        ingest(session, refused, [], world.register)
    view = world.tell(START + DAY)
    assert (view.health.state, world.titles) == (State.ILL, ["Source malade"])
    assert "certificat" in world.notices[0].summary
    assert world.visit(START + 2 * DAY).well
    assert world.titles == ["Source malade", "Source rétablie"]


def plan(week: date, *days: date) -> list[Item]:
    """What the calendar says of a week: the days on which the Assemblée sits."""
    facts: list[WeekFacts | SittingFacts] = [WeekFacts(week, week + 6 * DAY, len(days))]
    facts += [SittingFacts(day, "Séance de l'Assemblée") for day in days]
    return [
        make_item(CALENDAR.id, facts=one, url=f"{CALENDAR.url}#{n}") for n, one in enumerate(facts)
    ]


def read_calendar(store: Store, monday: date, *days: date) -> None:
    """Read a week of the calendar on its eve."""
    eve = datetime.combine(monday - DAY, time(12), UTC)
    with store.session() as session:
        pages = [week_address(monday)]
        bring(session, plan(monday, *days), at=eve, source=CALENDAR, pages=pages)


def health_after(store: Store, days: int, source: Source = BILLS) -> State:
    """How a source is, so many days after the only visit that brought something."""
    with store.session() as session:
        for ago in (days, 0):
            at = START + (days - ago) * DAY
            items = [] if ago == 0 else [make_bill(source=source.id)]
            outcome = Outcome.OK if items else Outcome.UNCHANGED
            visit = make_visit(source.id, at, items=len(items), outcome=outcome)
            ingest(session, visit, items, {source.id: source})
    register = {source.id: source, CALENDAR.id: CALENDAR}
    with store.reading() as session:
        views = sources_health(session, register, START + days * DAY)
    return next(view for view in views if view.id == source.id).health.state


MONDAY = START.date()


def test_bills_that_do_not_move_while_the_calendar_says_that_the_assemblee_sat_are_ill_early(
    store: Store,
) -> None:
    for n in range(3):
        first = MONDAY + n * 7 * DAY
        read_calendar(store, first, *(first + day * DAY for day in (1, 2, 3)))
    assert health_after(store, 16) is State.SILENT


def test_bills_that_do_not_move_while_the_calendar_announces_nothing_are_not_ill_so_early(
    store: Store,
) -> None:
    assert health_after(store, 16) is State.WELL


def test_bills_that_do_not_move_in_weeks_announced_empty_are_not_ill(store: Store) -> None:
    for n in range(1, 4):
        read_calendar(store, MONDAY + n * 7 * DAY)
    assert health_after(store, 26) is State.WELL


def test_bills_that_do_not_move_in_weeks_that_nobody_announced_empty_are_ill(store: Store) -> None:
    assert health_after(store, 26) is State.SILENT


def test_a_week_shown_empty_long_before_is_not_announced_empty(store: Store) -> None:
    with store.session() as session:
        pages = [week_address(MONDAY + n * 7 * DAY) for n in range(1, 4)]
        at = START - 15 * DAY
        bring(session, plan(MONDAY), at=at, source=CALENDAR, pages=pages)
    assert health_after(store, 26) is State.SILENT


def test_a_notice_says_why_what_to_do_and_what_was_missed(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path, NEWSPAPER)
    world.visit(START)
    world.answers[FEED.url] = WALL
    view = world.visit(START + DAY)
    (notice,) = world.notices
    said = notice.as_text().replace("\u00a0", " ")
    assert "Source malade : Le Devoir – manchettes" in said
    assert "page de blocage" in said
    assert "espacez les visites et écrivez à l'éditeur" in said
    assert "Dernière bonne visite : lundi 4 mars 2047, 8 h" in said
    line = source_line(view, "fr").replace("\u00a0", " ")
    assert label("fr", "outcome", "changed") in line
    assert "depuis mardi 5 mars 2047, 8 h" in line
    assert "dernière bonne visite : lundi 4 mars 2047, 8 h" in line
    assert "page de blocage" in line


def test_an_illness_is_told_again_each_third_day_while_it_lasts(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, NEWSPAPER)
    world.visit(START)
    world.answers[FEED.url] = ERROR
    for day in range(1, 9):
        world.visit(START + day * DAY)
    again = "Source toujours malade"
    assert world.titles == ["Source malade", again, again]
    assert "il y a 6 jours" in world.notices[-1].as_text().replace("\u00a0", " ")
    world.answers |= NEWSPAPER.news
    world.visit(START + 9 * DAY)
    assert world.titles[3:] == ["Source rétablie"]
    assert "1 nouveauté rattrapée" in world.notices[-1].summary


def test_sources_that_fall_ill_together_are_told_in_one_message(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, NEWSPAPER, OPEN_DATA)
    world.visit(START)
    world.answers |= {FEED.url: ERROR, CSV.url: ERROR}
    world.visit(START + DAY)
    (notice,) = world.notices
    assert notice.title == "2 avis sur les sources"
    assert [line.text for line in notice.sections[0].lines] == [
        "Source malade\u00a0: Données Québec – projets de loi",
        "Source malade\u00a0: Le Devoir – manchettes",
    ]


def days_of_silence(world: World, start: datetime, upto: int) -> list[int]:
    """Visit a frozen world every day; give the days on which the first source is not well."""
    return [day for day in range(upto) if not world.visit(start + day * DAY).well]


def test_a_feed_frozen_ten_days_while_the_assemblee_sits_is_ill_once(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, NEWSPAPER)
    assert days_of_silence(world, START, 13) == [11, 12]
    (notice,) = world.notices
    assert world.titles == ["Source silencieuse"]
    assert "depuis le 2047-03-04" in notice.summary
    world.answers |= NEWSPAPER.news
    assert world.visit(START + 13 * DAY).well
    assert world.titles == ["Source silencieuse", "Source rétablie"]
    assert world.holds(NEWSPAPER.caught_up)


def test_a_feed_frozen_as_long_in_a_recess_alarms_nobody(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path, NEWSPAPER)
    assert days_of_silence(world, SUMMER, 16) == []
    assert world.notices == []


def test_a_feed_frozen_in_a_summer_in_which_the_assemblee_sits_is_ill(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, NEWSPAPER, BILL_PAGES)
    for day in range(0, 14, 3):
        now = SUMMER + day * DAY
        sat = [SUMMER + n * DAY for n in range(0, day + 1, 3)]
        world.answers[BILL] = bill(*(f"{moment.day} juillet 2047" for moment in sat))
        view = world.visit(now)
    assert view.health.state is State.SILENT
    assert world.titles == ["Source silencieuse"]


def test_a_page_half_understood_is_ill_until_it_is_read_again_and_no_longer(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, BILL_PAGES)
    world.visit(START)
    fault = FAULTS["a label of a stage renamed"]
    world.answers |= fault.pages
    assert not world.visit(START + DAY).well
    # Two hours later its page is not due: what it said still stands.
    quiet = world.visit(START + DAY + 2 * HOUR)
    assert (quiet.well, quiet.items) == (False, 0)
    # What we failed to understand is not remembered: the same page is read again every day.
    assert [world.visit(START + n * DAY).items for n in (2, 3)] == [1, 1]
    del world.answers[BILL]
    assert not world.visit(START + 4 * DAY).well


def test_a_session_that_has_no_bill_yet_is_no_illness(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path, BILL_PAGES)
    world.answers = {BILLS.url: changed(LIST, *HIDDEN)}
    view = world.visit(START)
    assert (view.well, view.outcome, world.notices) == (True, Outcome.UNCHANGED, [])
