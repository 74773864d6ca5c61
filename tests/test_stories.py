"""The same news told by several is one story."""

from __future__ import annotations

from collections import defaultdict

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.model import Document, Story
from pipeline.stories import group, text_print, title_print
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


@pytest.mark.parametrize(
    "other",
    [
        "LES LOYERS MONTENT ENCORE DE 6 % À MONTRÉAL",
        "Les loyers montent encore de 6\u00a0% à Montréal | La Presse",
        "Logement | Les loyers montent encore de 6 % à Montréal",
        "« Les loyers montent encore de 6 % à Montréal »",
    ],
)
def test_a_title_is_the_same_whatever_stands_beside_it(other: str) -> None:
    assert title_print(other) == title_print(TITLE)


def test_a_short_title_says_too_little() -> None:
    assert title_print("Budget du Québec 2026") is None
    assert title_print("Le budget du Québec 2026") is not None


@pytest.mark.parametrize(
    "other",
    [
        f"MONTRÉAL — {TEXT}",
        f"(La Presse canadienne) {TEXT}",
        f"QUÉBEC, le 20 nov. 2026 /CNW/ - {TEXT}",
        f"{TEXT} Le ministre a réagi.",
        TEXT.replace("'", "’"),
    ],
)
def test_a_text_is_the_same_whoever_signs_it(other: str) -> None:
    assert text_print(other) == text_print(TEXT)


def test_a_short_text_says_too_little() -> None:
    assert text_print("Lire la suite de cet article sur notre site") is None


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


def test_a_document_that_joins_two_stories_makes_them_one(store: Store) -> None:
    told(
        store,
        read(TITLE, NOON, source="devoir"),
        read("Le logement coûte de plus en plus", NOON + DAY, source="presse", summary=TEXT),
    )
    with store.session() as session:
        for document in session.scalars(select(Document)):
            document.day = NOON.date()
    between = read(TITLE, NOON + 2 * DAY, source="soleil", summary=TEXT)
    assert told(store, between) == [{"devoir", "presse", "soleil"}]
    with store.reading() as session:
        assert session.scalars(select(Story)).one().last_at == NOON + 2 * DAY
        days = {one.source: one.day for one in session.scalars(select(Document))}
    # The day of what moved is counted again: it held two stories.
    assert days == {"devoir": NOON.date(), "presse": None, "soleil": None}


def test_two_stories_of_one_run_that_a_third_document_joins_become_one(store: Store) -> None:
    documents = [
        read(TITLE, NOON, source="devoir"),
        read("Le logement coûte de plus en plus", NOON + DAY, source="presse", summary=TEXT),
        read(TITLE, NOON + 2 * DAY, source="soleil", summary=TEXT),
        read("Le logement coûte de plus en plus", NOON + 3 * DAY, source="droit"),
    ]
    assert told(store, *documents) == [{"devoir", "presse", "soleil", "droit"}]
    with store.reading() as session:
        assert len(session.scalars(select(Story)).all()) == 1


def test_bills_and_consultations_are_no_news(store: Store) -> None:
    kinds = (Kind.BILL, Kind.CONSULTATION, Kind.MANDATE)
    assert told(store, *(read(TITLE, kind=kind) for kind in kinds)) == []
    assert told(store, read(TITLE, kind=Kind.RELEASE)) == [{"devoir"}]


def test_a_revised_document_keeps_its_story(store: Store) -> None:
    told(store, read(TITLE))
    with store.session() as session:
        document = session.scalars(select(Document)).one()
        document.title, document.title_print = "Un tout autre titre pour cet article", None
    group(store)
    with store.reading() as session:
        document = session.scalars(select(Document)).one()
        assert document.story_id == session.scalars(select(Story)).one().id
        assert document.title_print == title_print("Un tout autre titre pour cet article")


def test_grouping_again_comes_to_the_same(store: Store) -> None:
    documents = [read(TITLE, source="devoir"), read(TITLE, source="presse")]
    first = told(store, *documents)
    assert told(store) == first
