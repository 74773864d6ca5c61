"""The fault drill: whatever happens to a source, who runs the watch is told at once, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from alerts.channels import read_channels
from alerts.message import Message
from alerts.outbox import decide_and_store, deliver
from alerts.words import Words
from pipeline.database import Store
from pipeline.health import State
from pipeline.model import BillStage, Document
from pipeline.queries import SourceView, sources_health
from pipeline.words import label
from spiders.archive import Answer, Recorder
from spiders.items import Outcome
from spiders.sources import Silence, Source, read_register
from spiders.trip import Trip
from tests.frozen import FOLDER
from tests.test_outbox import Memory
from vigie.collect import collect
from vigie.show import source_line

START = datetime(2047, 3, 4, 13, tzinfo=UTC)  # a Monday, 8:00 in Montréal; the Assemblée sits
SUMMER = datetime(2047, 7, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SILENCE = Silence(session=10 * DAY, recess=120 * DAY, election=200 * DAY)
REGISTER = read_register()
CSV = replace(REGISTER["donneesquebec_bills"], min_items=3)
FEED = replace(REGISTER["ledevoir_manchettes"], max_silence=SILENCE)
BILLS = REGISTER["assnat_bills"]
BILL = BILLS.url.replace("index", "projet-loi-12-51-1")
OTHER = BILLS.url.replace("index", "projet-loi-207-51-2")

Change = Callable[[str], str]
Answers = dict[str, Answer]


def frozen(source: str, page: str) -> str:
    return (FOLDER / source / page).read_text(encoding="utf-8")


def html(body: str, status: int = 200) -> Answer:
    headers = [("Content-Type", "text/html; charset=utf-8")]
    return Answer(status, headers, body.encode())


def moved(to: str) -> Answer:
    return Answer(301, [("Location", to)], b"")


def csv(*further: str) -> Answer:
    """The open data, with further lines."""
    text = frozen("donneesquebec_bills", "2026-11-20.csv").replace("motion_de_scission", "sanction")
    text = text.replace("Type inconnu", "Public de député")
    return Answer(200, [("Content-Type", "text/csv")], (text + "".join(further)).encode())


def feed(*titles: str) -> Answer:
    """The feed, with further entries."""
    place = "https://www.ledevoir.com/politique"
    more = "".join(f"<item><title>{t}</title><link>{place}/{t}</link></item>" for t in titles)
    text = frozen("ledevoir_manchettes", "2026-11-20.xml")
    body = text.replace("</channel>", f"{more}</channel>").encode()
    return Answer(200, [("Content-Type", "text/xml")], body)


def bill(*days: str) -> Answer:
    """The page of a bill whose report was considered, and was debated again on these days."""
    head, _, rest = frozen("assnat_bills", "2026-11-19.html").partition(" <h3>\n Adoption</h3>")
    tail = rest[rest.index(' </div>\n <div class="colonneImbriquee') :]
    sittings = "".join(f"<li>Séance du {day}</li>" for day in days)
    return html(f"{head}<h3>Adoption</h3><ul>{sittings}</ul>{tail}" if days else head + tail)


def changed(page: Answer, *swaps: tuple[str, str]) -> Answer:
    """A page of which some words are others."""
    text = page.body.decode()
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return page._replace(body=text.encode())


LIST = html(frozen("assnat_bills", "2026-11-20-list.html"))
WELL: Answers = {
    CSV.url: csv(),
    FEED.url: feed(),
    BILLS.url: LIST,
    BILL: bill(),
    OTHER: html(frozen("assnat_bills", "2026-11-20.html")),
}
# What each source publishes while it is ill, and how the store shows that it was caught up.
NEWS: Answers = {
    CSV.url: csv(
        "x,9,44,51-2 PL 44  Loi tombée pendant la panne,Public de député,presentation,"
        "2047-03-05,51,2044-01-15,,2\n"
    ),
    FEED.url: feed("Paru-pendant-la-panne"),
    BILL: bill("5 mars 2047"),
}
CAUGHT_UP = {
    CSV.id: "Loi tombée pendant la panne",
    FEED.id: "Paru-pendant-la-panne",
    BILLS.id: "2047-03-05",
}

EMPTIED = ("<tbody>", "<tbody hidden><!--"), ("</tbody>", "--></tbody>")
WALL = html("<iframe src='/fortiadc_error_page/waf_deny.html?waf_deny_rule_id=1'></iframe>")
CAPTCHA = html("<html><head><title>Radware Captcha Page</title></head><body></body></html>")
LOGIN = html("<html><body><h1>Ouvrir une session</h1><form><input name='mdp'></form></body></html>")
ERROR = html("<html><body>Erreur du serveur</body></html>", status=500)


@dataclass(frozen=True)
class Fault:
    """What becomes of some pages of a source; the outcome of the visit, the code that explains."""

    source: Source
    pages: Answers
    outcome: Outcome
    code: str


def cut(page: Answer) -> Answer:
    return page._replace(body=page.body[: len(page.body) * 2 // 3])


FAULTS = {
    "a label of a stage renamed": Fault(
        BILLS,
        {BILL: changed(NEWS[BILL], ("<h3>Adoption</h3>", "<h3>Passage final</h3>"))},
        Outcome.OK,
        "unknown-label",
    ),
    "the label of the stages renamed": Fault(
        BILLS,
        {BILL: changed(NEWS[BILL], ("Étapes de cheminement", "Parcours"))},
        Outcome.UNCHANGED,
        "page-changed",
    ),
    "the id of the title changed": Fault(
        BILLS,
        {BILL: changed(NEWS[BILL], ("SiteMapPathTitreContenu", "lblNouveauTitre"))},
        Outcome.UNCHANGED,
        "page-changed",
    ),
    "the list's table emptied": Fault(
        BILLS, {BILLS.url: changed(LIST, *EMPTIED)}, Outcome.CHANGED, "page-changed"
    ),
    "the list's id changed, its rows gone": Fault(
        BILLS,
        {
            BILLS.url: changed(LIST, ("tblListeProjetLoi", "tblPL"), *EMPTIED),
            BILLS.url.replace("index", "projets-loi-51-1"): changed(
                LIST, ("tblListeProjetLoi", "tblPL"), *EMPTIED
            ),
        },
        Outcome.OK,
        "page-changed",
    ),
    "the open data emptied": Fault(
        CSV,
        {CSV.url: csv()._replace(body=csv().body.splitlines(keepends=True)[0])},
        Outcome.EMPTY,
        "too-few",
    ),
    "a column renamed": Fault(
        CSV,
        {CSV.url: changed(NEWS[CSV.url], ("Derniere_etape_franchie", "Etape"))},
        Outcome.CHANGED,
        "page-changed",
    ),
    "open data cut": Fault(
        CSV, {CSV.url: cut(NEWS[CSV.url])._replace(cut=True)}, Outcome.CHANGED, "truncated"
    ),
    "a firewall's page for a bill": Fault(BILLS, {BILL: WALL}, Outcome.UNCHANGED, "blocked"),
    "a firewall's page for the list": Fault(BILLS, {BILLS.url: WALL}, Outcome.CHANGED, "blocked"),
    "a captcha for a feed": Fault(FEED, {FEED.url: CAPTCHA}, Outcome.CHANGED, "blocked"),
    "a login page for a feed": Fault(FEED, {FEED.url: LOGIN}, Outcome.CHANGED, "not-a-feed"),
    "a login page for a bill": Fault(BILLS, {BILL: LOGIN}, Outcome.UNCHANGED, "page-changed"),
    "a login page for the open data": Fault(CSV, {CSV.url: LOGIN}, Outcome.CHANGED, "page-changed"),
    "nothing at all": Fault(FEED, {FEED.url: html("")}, Outcome.CHANGED, "empty-body"),
    "a feed cut": Fault(FEED, {FEED.url: cut(NEWS[FEED.url])}, Outcome.CHANGED, "truncated"),
    "a page cut": Fault(BILLS, {BILLS.url: cut(LIST)}, Outcome.CHANGED, "truncated"),
    "moved to another host": Fault(
        FEED,
        {FEED.url: moved("https://fil.example/rss"), "https://fil.example/rss": NEWS[FEED.url]},
        Outcome.OK,
        "moved",
    ),
    "moved to the home page of another host": Fault(
        FEED,
        {FEED.url: moved("https://accueil.example/"), "https://accueil.example/": LOGIN},
        Outcome.CHANGED,
        "not-a-feed",
    ),
    "a server down for a day": Fault(FEED, {FEED.url: ERROR}, Outcome.UNREACHABLE, "server-error"),
    "a parliament down for a day": Fault(
        BILLS,
        {BILLS.url: ERROR, BILL: ERROR, OTHER: ERROR},
        Outcome.UNREACHABLE,
        "server-error",
    ),
}


class World:
    """A store, the sources that it watches, what they answer, and who is told."""

    def __init__(self, store: Store, folder: Path, *sources: Source) -> None:
        self.store, self.folder = store, folder
        self.register = {source.id: source for source in sources}
        self.answers = dict(WELL)
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
        with self.store.reading() as session:
            views = {view.id: view for view in sources_health(session, self.register, now)}
        return views[next(iter(self.register))]

    @property
    def notices(self) -> list[Message]:
        """What the operator was told; the team hears nothing of it."""
        assert not any("Source" in parcel.message.title for parcel in self.team.sent)
        return [parcel.message for parcel in self.operator.sent]

    @property
    def titles(self) -> list[str]:
        return [message.title.replace("\u00a0", " ").partition(" :")[0] for message in self.notices]

    def holds(self, words: str) -> bool:
        """Whether the store has a document of this title, or a stage on this day."""
        with self.store.reading() as session:
            days = [day for dates in session.scalars(select(BillStage.dates)) for day in dates]
            return words in (*days, *session.scalars(select(Document.title)))


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """What the databases have in common is tried elsewhere: the drill has one."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_once_then_its_repair_and_nothing_is_lost(
    store: Store, tmp_path: Path, name: str
) -> None:
    fault = FAULTS[name]
    world = World(store, tmp_path, fault.source)
    assert world.visit(START).well
    assert world.visit(START + DAY).well

    world.answers |= NEWS | fault.pages
    ill = world.visit(START + 2 * DAY)
    assert (ill.health.state, ill.outcome) == (State.ILL, fault.outcome)
    assert fault.code in ill.health.why
    assert ill.issues[0].code == fault.code
    for hours in (2, 4, 24):  # it lasts; nobody is told twice
        assert not world.visit(START + 2 * DAY + hours * HOUR).well
    assert world.titles == ["Source malade"]

    world.answers |= WELL | NEWS
    assert world.visit(START + 4 * DAY).well
    assert world.visit(START + 4 * DAY + 2 * HOUR).well
    assert world.titles == ["Source malade", "Source rétablie"]
    assert world.holds(CAUGHT_UP[fault.source.id])


def test_a_notice_says_why_what_to_do_and_what_was_missed(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path, FEED)
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
    world = World(store, tmp_path, FEED)
    world.visit(START)
    world.answers |= NEWS | {FEED.url: ERROR}
    for day in range(1, 9):
        world.visit(START + day * DAY)
    again = "Source toujours malade"
    assert world.titles == ["Source malade", again, again]
    assert "il y a 6 jours" in world.notices[-1].as_text().replace("\u00a0", " ")
    world.answers |= NEWS
    world.visit(START + 9 * DAY)
    assert world.titles[3:] == ["Source rétablie"]
    assert "1 nouveauté rattrapée" in world.notices[-1].summary


def test_sources_that_fall_ill_together_are_told_in_one_message(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, FEED, CSV)
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
    world = World(store, tmp_path, FEED)
    assert days_of_silence(world, START, 13) == [11, 12]
    (notice,) = world.notices
    assert world.titles == ["Source silencieuse"]
    assert "depuis le 2047-03-04" in notice.summary
    world.answers |= NEWS
    assert world.visit(START + 13 * DAY).well
    assert world.titles == ["Source silencieuse", "Source rétablie"]
    assert world.holds(CAUGHT_UP[FEED.id])


def test_a_feed_frozen_as_long_in_a_recess_alarms_nobody(store: Store, tmp_path: Path) -> None:
    world = World(store, tmp_path, FEED)
    assert days_of_silence(world, SUMMER, 16) == []
    assert world.notices == []


def test_a_feed_frozen_in_a_summer_in_which_the_assemblee_sits_is_ill(
    store: Store, tmp_path: Path
) -> None:
    world = World(store, tmp_path, FEED, BILLS)
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
    world = World(store, tmp_path, BILLS)
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
    world = World(store, tmp_path, BILLS)
    world.answers = {BILLS.url: changed(LIST, *EMPTIED)}
    view = world.visit(START)
    assert (view.well, view.outcome, world.notices) == (True, Outcome.UNCHANGED, [])
