"""The pages behind documents: which are asked for, what is kept of them, what never goes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from alerts.blocks import blocks
from alerts.decide import decide
from alerts.digest import compose_digest
from alerts.words import Words
from classifiers.model import Text
from pipeline.agenda import MAX_PAGES, errands
from pipeline.database import Store
from pipeline.model import Article, Classification, Document, Momentum
from pipeline.pace import ARTICLES_A_DAY, BUDGETS, in_turn
from pipeline.process import run
from pipeline.queries import sources_health
from pipeline.reviews import NEAR, Verdict, judge
from pipeline.tagging import tag
from spiders.archive import Archive
from spiders.errands import Errand
from spiders.items import ArticleFacts, Item, Kind, Outcome
from spiders.replay import replay_errands
from spiders.sources import read_register
from spiders.visit import Trip
from tests.factories import (
    NOW,
    add_document,
    add_reading,
    bring,
    make_item,
    make_source,
    make_visit,
)
from tests.loopback import House, Page, serving
from tests.news import OWNERS, WordReader
from tests.visiting import WALL, Told, html, one
from vigie.collect import collect
from vigie.review.app import create_app

SOURCE = read_register()["articles"]
REGISTER = {"articles": SOURCE}
DAY = timedelta(days=1)
LEAD = "Le chapeau de la rédaction, que seul son lecteur doit lire."
TEXT = (
    "Le conseil municipal a voté mardi soir le déplacement du vieux phare, qui menace de tomber. "
    "Les travaux coûteront deux millions de dollars et commenceront au printemps, dit la mairesse."
)
NAME = '<meta property="og:title" content="Un phare déménage">'
STORY = f"{NAME}<article><h1>Un phare déménage</h1><p>{TEXT}</p><p>{TEXT.upper()}</p></article>"


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        yield house


@pytest.fixture
def other() -> Iterator[House]:
    with serving() as house:
        yield house


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(now=NOW, home=tmp_path, delay=0, timeout=10)


def visit(trip: Trip, *pages: str) -> Told:
    return one(Errand(SOURCE, pages=pages, start=False), trip)


def facts(told: Told) -> dict[str, ArticleFacts]:
    return {item.url: item.facts for item in told.items if isinstance(item.facts, ArticleFacts)}


def read(url: str, **stated: Any) -> Item:
    said = {"text": TEXT, "canonical_url": url, "lang": "fr"} | stated
    return make_item("articles", url=url, kind=Kind.OTHER, facts=ArticleFacts(**said))


def due(store: Store, **asked: Any) -> tuple[str, ...]:
    with store.reading() as session:
        (errand,) = errands(session, [SOURCE], asked.pop("at", NOW), register=asked or REGISTER)
    assert not errand.start
    return errand.pages


def keep(store: Store, item: Item, **told: Any) -> None:
    with store.session() as session:
        bring(session, item, source=SOURCE, **told)


def only(store: Store, table: type[Any]) -> Any:
    with store.reading() as session:
        row = session.scalars(select(table)).one()
        session.expunge_all()
        return row


# What is asked for


def test_the_pages_of_recent_news_that_carry_a_theme_are_read_once(store: Store) -> None:
    with store.session() as session:
        wanted = add_document(session, themes=["logement"]).url
        add_document(session, themes=["logement"], detected_at=NOW - 4 * DAY)
        add_document(session, themes=["logement"], kind="consultation")
        add_document(session, themes=["logement"], identity="entry:gazette:1")
        add_document(session)
    assert due(store) == (wanted,)
    keep(store, read(wanted))
    assert due(store) == ()


def doubt(store: Store, near: float, url: str = "", **values: Any) -> str:
    """Keep a document without theme, which came that near to one; give its address."""
    values |= {"url": url, "identity": url} if url else {}
    with store.session() as session:
        document = add_document(session, **values)
        add_reading(session, document, [], "none")
        row = session.scalars(select(Classification).order_by(Classification.id.desc())).first()
        assert row
        row.nearest, row.nearest_score = "logement", near
        return document.url


def test_what_came_near_to_a_theme_is_read_after_what_carries_one(store: Store) -> None:
    near = doubt(store, NEAR)
    doubt(store, NEAR - 0.01)
    with store.session() as session:
        tagged = [add_document(session, themes=["logement"]).url for _ in range(3)]
    assert due(store) == (*reversed(tagged), near)


def test_what_came_near_takes_half_of_a_hosts_day_at_most(store: Store) -> None:
    for number in range(40):
        doubt(store, 0.2, f"https://a.example/{number}")
    read_today = due(store)
    assert len(read_today) == ARTICLES_A_DAY // 2
    for number, url in enumerate(read_today):
        keep(store, read(url), at=NOW + timedelta(seconds=number))
    assert due(store, at=NOW + timedelta(hours=1)) == ()


def test_what_a_person_set_aside_is_not_read(store: Store) -> None:
    url = doubt(store, 0.2)
    with store.session() as session:
        (document,) = session.scalars(select(Document).where(Document.url == url))
        judge(session, document.id, Verdict("Ana", [], "none"), NOW)
    assert due(store) == ()


def test_a_copy_is_not_read_beside_its_first(store: Store) -> None:
    with store.session() as session:
        first = add_document(session, themes=["logement"])
        add_document(session, themes=["logement"], copy_of=first.id)
        url = first.url
    assert due(store) == (url,)


@pytest.mark.parametrize(("trouble", "again"), [("timeout", True), ("no-article", False)])
def test_what_may_pass_is_tried_again_the_day_after(
    store: Store, trouble: str, again: bool
) -> None:
    with store.session() as session:
        url = add_document(session, themes=["logement"]).url
    keep(store, read(url, text="", trouble=trouble))
    assert due(store) == ()
    assert due(store, at=NOW + DAY) == ((url,) if again else ())


def test_hosts_take_turns_and_none_is_asked_for_more_than_its_day_allows() -> None:
    many = [f"https://a.example/{n}" for n in range(40)]
    others = ["https://b.example/1", "https://b.example/2"]
    chosen = sorted(in_turn([*many, *others], {"a.example": 10}))
    assert [url for turn, url in chosen if turn == 1] == [many[0], others[0]]
    assert len([url for _, url in chosen if url in many]) == ARTICLES_A_DAY - 10


def test_a_house_with_a_budget_of_its_own_is_asked_for_no_article() -> None:
    assert [*in_turn([f"https://{host}/fr/nouvelle" for host in BUDGETS], {})] == []


def test_a_visit_and_a_day_have_their_measure(store: Store) -> None:
    with store.session() as session:
        for number in range(100):
            url = f"https://{'abcd'[number % 4]}.example/{number}"
            add_document(session, themes=["logement"], url=url, identity=url)
    first = due(store)
    assert len(first) == MAX_PAGES
    assert sum("a.example" in url for url in first) == MAX_PAGES / 4
    for number, url in enumerate(url for url in first if "a.example" in url):
        keep(store, read(url), at=NOW + timedelta(seconds=number))
    left = due(store, at=NOW + timedelta(hours=1))
    assert sum("a.example" in url for url in left) == 25 - MAX_PAGES / 4


def test_a_host_that_asked_another_source_to_wait_is_left_alone(store: Store) -> None:
    gazette = make_source("gazette")
    with store.session() as session:
        add_document(session, themes=["logement"])
        told = make_visit("gazette", outcome=Outcome.UNREACHABLE, wait_until=NOW + DAY)
        bring(session, [make_item("gazette")], wait_until=told.wait_until)
    assert due(store, gazette=gazette, articles=SOURCE) == ()


def test_a_replay_does_not_take_every_page_of_an_archive_for_an_article() -> None:
    errand = Errand(SOURCE, start=False)
    assert replay_errands([errand], ["https://gazette.example/1", SOURCE.url + "1"]) == []


# What one host refuses


def test_an_article_is_read_with_what_its_page_states(house: House, trip: Trip) -> None:
    head = '<meta property="article:published_time" content="2031-03-02T12:00:00Z">'
    house.pages["/a?utm_source=x"] = html(head + STORY)
    told = visit(trip, house / "a?utm_source=x")
    (said,) = facts(told).values()
    assert (told.outcome, told.titles) == (Outcome.OK, ["Un phare déménage"])
    assert TEXT in said.text
    assert said.published_from == "meta"
    assert told.visit.pages == ()


@pytest.mark.parametrize(
    ("page", "trouble"),
    [
        (html("<div id=app></div>"), "no-article"),
        (Page(b"no", 401), "forbidden"),
        (Page(b"pay", 402), "client-error"),
        (Page(b"no", 403), "forbidden"),
        (Page(status=404), "not-found"),
        (Page(status=410), "not-found"),
        (WALL, "blocked"),
        (Page(status=429, headers={"Retry-After": "7200"}), "retry-later"),
        (Page(status=500), "server-error"),
    ],
)
def test_what_one_host_refuses_is_no_trouble_of_the_source(
    house: House, other: House, trip: Trip, page: Page, trouble: str
) -> None:
    house.pages["/a"], other.pages["/b"], other.pages["/c"] = page, html(STORY), html(STORY)
    told = visit(trip, house / "a", other / "b", other / "c")
    assert (told.outcome, told.codes, told.visit.wait_until) == (Outcome.OK, [], None)
    assert {url: said.trouble for url, said in facts(told).items()} == {
        house / "a": trouble,
        other / "b": "",
        other / "c": "",
    }


def test_an_article_that_has_moved_is_read_where_it_is(
    house: House, other: House, trip: Trip
) -> None:
    house.pages["/a"] = Page(status=301, headers={"Location": other / "b"})
    other.pages["/b"] = html(STORY)
    told = visit(trip, house / "a")
    assert (told.codes, [*facts(told)]) == ([], [house / "a"])


def test_robots_are_obeyed_page_by_page(house: House, trip: Trip) -> None:
    house.pages |= {"/robots.txt": Page(b"User-agent: *\nDisallow: /no"), "/b": html(STORY)}
    told = visit(trip, house / "no", house / "b")
    assert [said.trouble for said in facts(told).values()] == ["robots", ""]
    assert house.paths() == ["/robots.txt", "/b"]


def test_a_wall_ends_the_turn_of_its_host_alone(house: House, other: House, trip: Trip) -> None:
    house.pages |= {"/a": WALL, "/b": html(STORY)}
    other.pages |= {f"/{name}": html(STORY) for name in "abc"}
    told = visit(trip, house / "a", house / "b", *(other / name for name in "abc"))
    assert house.paths() == ["/robots.txt", "/a"]
    assert len(facts(told)) == 4  # what was not asked stays due


def test_a_page_that_breaks_its_reader_is_told_and_the_others_are_read(
    house: House, trip: Trip
) -> None:
    house.pages |= {"/a": Page(STORY.encode(), headers={"Content-Type": "image/png"})}
    house.pages |= {"/b": html(STORY)}
    told = visit(trip, house / "a", house / "b")
    assert told.outcome is Outcome.OK
    assert facts(told)[house / "b"].trouble == ""


def test_a_visit_with_nothing_to_read_is_well(store: Store, trip: Trip) -> None:
    (result,) = collect(store, REGISTER, [SOURCE], trip)
    assert (result.healthy, result.visit.requests) == (True, 0)
    with store.reading() as session:
        (view,) = sources_health(session, REGISTER, NOW)
    assert view.well


# What is kept


def test_a_collection_keeps_the_article_of_a_document(
    store: Store, house: House, trip: Trip
) -> None:
    house.pages["/a"] = html(STORY)
    with store.session() as session:
        url = house / "a"
        identity = url.replace("http:", "https:")
        add_document(session, themes=["logement"], url=url, identity=identity, read_by="1")
    (result,) = collect(store, REGISTER, [SOURCE], trip)
    assert (result.healthy, result.counts.new) == (True, 0)
    row, document = only(store, Article), only(store, Document)
    assert (row.title, row.trouble) == ("Un phare déménage", "")
    assert TEXT in row.text
    assert document.read_by is None
    assert Archive(next((trip.home / "archive").iterdir())).answer(url)


def test_a_page_that_cannot_be_read_changes_nothing_of_its_document(store: Store) -> None:
    with store.session() as session:
        url = add_document(session, read_by="1").url
    keep(store, read(url, text="", trouble="no-article"))
    row = only(store, Article)
    assert (row.text, row.trouble, row.erase_on) == (None, "no-article", None)
    assert only(store, Document).read_by == "1"


def test_a_document_without_a_date_takes_that_of_its_page(store: Store) -> None:
    with store.session() as session:
        url = add_document(session, published_at=None, lang=None).url
    keep(store, read(url, published_at=NOW - DAY, published_from="schema"))
    assert only(store, Document).published_at == NOW - DAY
    assert only(store, Document).lang == "fr"
    assert only(store, Article).published_from == "schema"


@pytest.mark.parametrize("stated", [NOW - DAY, None])
def test_no_page_is_from_later_than_it_was_found(store: Store, stated: Any) -> None:
    with store.session() as session:
        url = add_document(session, published_at=stated).url
    keep(store, read(url, published_at=NOW + DAY, published_from="meta"))
    assert only(store, Document).published_at == stated


def test_a_page_that_says_it_is_another_one_is_its_copy(store: Store) -> None:
    with store.session() as session:
        first = add_document(session)
        mobile = add_document(session)
        urls, ids = (first.url, mobile.url), (first.id, mobile.id)
    keep(store, read(urls[0], canonical_url=urls[1]))  # the earlier is nobody's copy
    keep(store, read(urls[1], canonical_url=urls[0] + "?utm_source=m"))
    with store.reading() as session:
        copies = dict(session.execute(select(Document.id, Document.copy_of)).all())
    assert copies == {ids[0]: None, ids[1]: ids[0]}


def test_the_text_is_erased_after_thirty_days(store: Store) -> None:
    with store.session() as session:
        url = add_document(session).url
    keep(store, read(url))
    run(store, WordReader(), OWNERS, NOW + 29 * DAY)
    assert only(store, Article).text == TEXT
    run(store, WordReader(), OWNERS, NOW + 30 * DAY)
    assert only(store, Article).text is None
    assert due(store, at=NOW + 30 * DAY) == ()


def test_the_text_is_read_in_place_of_the_lead(store: Store) -> None:
    with store.session() as session:
        url = add_document(session, title="Un phare", summary=LEAD).url
    keep(store, read(url))
    reader = WordReader()
    tag(store, reader, NOW)
    assert reader.texts == [Text("Un phare", TEXT, lang="fr", kind="news")]


# What never goes out


RISE: dict[str, Any] = {
    "unit": "logement",
    "window": 4,
    "observed": 31,
    "expected": 11.6,
    "ratio": 2.54,
    "surprise": 3.0,
    "outlets": 14,
    "version": "1",
}


def outgoing(store: Store) -> str:
    """Give all that leaves: alerts as text and as Slack gets them, the letter, the page."""
    words = Words("fr", {"logement": "Logement"}, {"gazette": "Gazette", "liste": "Liste"})
    register = {"gazette": make_source("gazette"), "liste": make_source("liste")}
    with store.reading() as session:
        messages = [one.message for one in decide(session, register, words, NOW)]
        letter = compose_digest(session, register, words, NOW)
    page = create_app(store, register, {"logement": "Logement"}, lambda: NOW).test_client()
    alerts = [json.dumps([one.as_text(), blocks(one)]) for one in messages]
    assert len(alerts) >= 2
    return "\n".join((*alerts, letter.text, letter.html, page.get("/").get_data(as_text=True)))


def test_neither_the_lead_nor_the_text_of_a_publisher_ever_goes_out(store: Store) -> None:
    with store.session() as session:
        for kind in ("news", "news", "release", "consultation"):
            told = add_document(
                session,
                kind=kind,
                title="Le loyer monte",
                summary=LEAD,
                published_at=NOW - DAY,
                detected_at=NOW - DAY,
            )
            session.add(Article(document_id=told.id, text=TEXT, read_at=NOW))
    run(store, WordReader(), {"gazette": "Gazette"}, NOW)
    with store.session() as session:
        session.execute(delete(Momentum))
        for day, state in ((NOW - DAY, "calm"), (NOW, "surging")):
            session.add(Momentum(**RISE, day=day.date(), state=state))
    sent = outgoing(store)
    assert "Le loyer monte" in sent
    for words in (LEAD, *TEXT.split(". ")):
        assert words not in sent
        assert json.dumps(words)[1:-1] not in sent
        assert escape(words) not in sent
