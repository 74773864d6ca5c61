"""The same news told by several is one story."""

from __future__ import annotations

from collections import defaultdict

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.model import Document, Story, Trait
from pipeline.stories import group
from spiders.items import Kind
from tests.news import DAY, NOON, read

TITLE = "Les loyers montent encore de 6 % à Montréal"
TEXT = (
    "Les loyers ont monté de 6 % en un an dans la région de Montréal, selon les chiffres que la "
    "Régie du bâtiment a rendus publics jeudi matin, et les familles en souffrent."
)


def told(store: Store, *documents: Document) -> list[set[str]]:
    """Keep documents, group them; give the stories, oldest first, as sets of sources."""
    with store.session() as session:
        session.add_all(documents)
    group(store)
    stories: dict[int, set[str]] = defaultdict(set)
    with store.reading() as session:
        query = select(Document).join(Story, Document.story_id == Story.id)
        for document in session.scalars(query.order_by(Story.first_at, Document.id)):
            stories[document.story_id or 0].add(document.source)
    return list(stories.values())


def copies(store: Store) -> dict[str, str | None]:
    with store.reading() as session:
        documents = {one.id: one for one in session.scalars(select(Document))}
    return {
        one.source: documents[one.copy_of].source if one.copy_of else None
        for one in documents.values()
    }


def test_the_same_title_within_a_week_is_the_same_story(store: Store) -> None:
    documents = [
        read(TITLE, NOON, source="devoir"),
        read(f"{TITLE} | La Presse", NOON + 3 * DAY, source="presse"),
        read(TITLE, NOON + 8 * DAY, source="soleil"),
    ]
    assert told(store, *documents) == [{"devoir", "presse"}, {"soleil"}]


def test_the_same_text_under_another_title_is_a_copy(store: Store) -> None:
    documents = [
        read("Le logement coûte de plus en plus", NOON + DAY, source="presse", summary=TEXT),
        read(TITLE, NOON, source="devoir", summary=f"MONTRÉAL — {TEXT}"),
        read("La hausse continue pour les locataires", NOON + DAY, source="droit", summary=TEXT),
    ]
    assert told(store, *documents) == [{"devoir", "presse", "droit"}]
    assert copies(store) == {"devoir": None, "presse": "devoir", "droit": "devoir"}


def test_the_same_title_over_a_text_of_ones_own_is_no_copy(store: Store) -> None:
    told(store, read(TITLE, summary=TEXT), read(TITLE, source="presse", summary="Autre."))
    assert copies(store) == {"devoir": None, "presse": None}


def test_what_a_source_says_of_itself_every_time_is_not_a_news(store: Store) -> None:
    titles = ("Les loyers montent à Montréal", "Une garderie ferme à Québec ce matin")
    with store.session() as session:
        session.add_all([read(title, summary=TEXT) for title in titles])
    group(store)
    with store.reading() as session:
        assert len(session.scalars(select(Story)).all()) == 2


def test_a_later_run_finds_the_story_of_an_earlier_one(store: Store) -> None:
    told(store, read(TITLE, source="devoir", summary=TEXT))
    with store.session() as session:
        session.scalars(select(Document)).one().day = NOON.date()
    again = read("Autre chose de tout à fait nouveau", NOON + DAY, source="presse", summary=TEXT)
    assert told(store, again) == [{"devoir", "presse"}]
    with store.reading() as session:
        story = session.scalars(select(Story)).one()
        assert (story.title, story.first_at, story.last_at) == (TITLE, NOON, NOON + DAY)


def test_an_earlier_document_found_later_gives_its_title_to_the_story(store: Store) -> None:
    told(store, read(f"{TITLE} | La Presse", NOON))
    told(store, read(TITLE, NOON - DAY, source="presse"))
    with store.reading() as session:
        story = session.scalars(select(Story)).one()
        assert (story.title, story.first_at, story.last_at) == (TITLE, NOON - DAY, NOON)


def test_a_later_document_never_joins_what_was_told_apart(store: Store) -> None:
    title = "Une garderie ferme ce matin à Gaspé"
    told(
        store,
        read(title, NOON, source="devoir"),
        read(TITLE, NOON, source="presse", summary=TEXT),
    )
    between = read(title, NOON + DAY, source="soleil", summary=TEXT)
    assert sorted(map(sorted, told(store, between))) == [["devoir"], ["presse", "soleil"]]


@pytest.mark.parametrize(("owners", "number"), [({}, 1), ({"une": "Nord", "deux": "Nord"}, 2)])
def test_a_house_that_speaks_twice_of_a_theme_speaks_of_two_things(
    store: Store, owners: dict[str, str], number: int
) -> None:
    """A house's second piece must be more alike to be of the same story."""
    with store.session() as session:
        session.add(read("La grève des autobus de Québec commence", source="une"))
        session.add(read("Autobus : les usagers de Lévis marchent", source="deux"))
    group(store, owners)
    with store.reading() as session:
        assert len(session.scalars(select(Story)).all()) == number


def test_traits_that_no_story_reaches_are_forgotten(store: Store) -> None:
    told(store, read(TITLE, NOON - 30 * DAY, source="devoir"))
    told(store, read(TITLE, NOON, source="presse"))
    with store.reading() as session:
        assert set(session.scalars(select(Trait.day))) == {NOON.date()}


def test_bills_and_consultations_are_no_news(store: Store) -> None:
    kinds = (Kind.BILL, Kind.CONSULTATION, Kind.MANDATE)
    assert told(store, *(read(TITLE, kind=kind) for kind in kinds)) == []
    assert told(store, read(TITLE, kind=Kind.RELEASE)) == [{"devoir"}]


def test_a_revised_document_keeps_its_story_and_is_found_by_its_new_words(store: Store) -> None:
    told(store, read(TITLE, source="devoir"))
    with store.session() as session:
        document = session.scalars(select(Document)).one()
        document.title = "Une pluie de grenouilles surprend Rimouski"
    again = read("Une pluie de grenouilles surprend Rimouski | La Presse", source="presse")
    assert told(store, again) == [{"devoir", "presse"}]


def test_grouping_again_comes_to_the_same(store: Store) -> None:
    documents = [read(TITLE, source="devoir"), read(TITLE, source="presse")]
    first = told(store, *documents)
    assert told(store) == first
