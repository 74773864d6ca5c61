"""Documents are read once, and read again when they or the reader changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from classifiers.model import Classification as Reading
from classifiers.model import Facet, Text
from pipeline.database import Store
from pipeline.model import Classification, Document, Tag
from pipeline.tagging import tag
from tests.news import DAY, NOON, WordReader, article


def themes(store: Store, reader: str = "vigie") -> dict[str, list[str]]:
    query = (
        select(Document.title, Tag.theme)
        .join(Classification, Classification.document_id == Document.id)
        .outerjoin(Tag)
        .where(Classification.reader == reader)
        .order_by(Document.id, Tag.theme)
    )
    found: dict[str, list[str]] = {}
    with store.reading() as session:
        for title, theme in session.execute(query):
            found.setdefault(title, []).extend([theme] if theme else [])
    return found


def keep(store: Store, *documents: Document) -> None:
    with store.session() as session:
        session.add_all(documents)


def test_a_document_gets_the_themes_that_the_reader_sees_and_why(store: Store) -> None:
    keep(store, article("Le loyer et le lait"), article("Le hockey"))
    assert tag(store, WordReader("7"), NOON) == 2
    assert themes(store) == {"Le loyer et le lait": ["alimentation", "logement"], "Le hockey": []}
    with store.reading() as session:
        row = session.scalars(select(Tag).where(Tag.theme == "logement")).one()
        assert (row.score, row.origin, row.reason) == (0.9, "rule", "le mot « loyer »")
        classification = row.classification
        assert (classification.version, classification.read_at) == ("7", NOON)


class FacetReader(WordReader):
    """Sees a population and an actor in each text."""

    def read(self, texts: Iterable[Text]) -> Iterator[Reading]:
        for reading in super().read(texts):
            facets = (Facet("rurales", "village", 3, 10),), (Facet("syndicat", "CSN", 0, 3),)
            yield replace(reading, populations=facets[0], actors=facets[1])


def test_whom_a_document_is_about_and_who_acts_in_it_are_kept_with_the_words(store: Store) -> None:
    keep(store, article("Au village"))
    tag(store, FacetReader(), NOON)
    with store.reading() as session:
        row = session.scalars(select(Classification)).one()
        assert row.populations == [{"id": "rurales", "words": "village", "start": 3, "end": 10}]
        assert row.actors == [{"id": "syndicat", "words": "CSN", "start": 0, "end": 3}]


def test_the_reader_is_given_title_text_language_and_kind(store: Store) -> None:
    keep(store, article("Le loyer", summary="Il monte.", lang="fr", kind="release"))
    reader = WordReader()
    tag(store, reader, NOON)
    assert reader.texts == [Text("Le loyer", "Il monte.", lang="fr", kind="release")]


def test_what_was_read_is_not_read_again(store: Store) -> None:
    keep(store, article("Le loyer"))
    tag(store, WordReader(), NOON)
    again = WordReader()
    assert tag(store, again, NOON + DAY) == 0
    assert again.texts == []


def test_a_revised_document_is_read_again_and_its_former_themes_go(store: Store) -> None:
    keep(store, article("Le loyer"))
    tag(store, WordReader(), NOON)
    with store.session() as session:
        document = session.scalars(select(Document)).one()
        document.title, document.read_by, document.day = "Le lait", None, NOON.date()
    tag(store, WordReader(), NOON + DAY)
    assert themes(store) == {"Le lait": ["alimentation"]}
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Tag)) == 1
        assert session.scalars(select(Document)).one().day is None


def test_another_version_reads_again_only_when_everything_is_asked(store: Store) -> None:
    keep(store, article("Le loyer"), article("Le lait"))
    tag(store, WordReader("1"), NOON)
    assert tag(store, WordReader("2"), NOON) == 0
    assert tag(store, WordReader("2"), NOON, everything=True) == 2
    assert tag(store, WordReader("2"), NOON, everything=True) == 0
    assert tag(store, WordReader("10"), NOON, everything=True) == 2


def test_what_a_person_said_is_left_alone(store: Store) -> None:
    keep(store, article("Le loyer"))
    with store.session() as session:
        person = Classification(
            document_id=1, reader="Ana", version="", proximity="direct", read_at=NOON
        )
        person.tags = [Tag(theme="litteratie", score=1, origin="person", reason="")]
        session.add(person)
    tag(store, WordReader("1"), NOON)
    tag(store, WordReader("2"), NOON, everything=True)
    assert themes(store, "Ana") == {"Le loyer": ["litteratie"]}
    assert themes(store) == {"Le loyer": ["logement"]}


class SlowReader(WordReader):
    """Reads, and meanwhile a visit revises the first document."""

    def __init__(self, store: Store) -> None:
        super().__init__("1")
        self.store = store

    def read(self, texts: Iterable[Text]) -> Iterator[Reading]:
        read = list(super().read(texts))
        with self.store.session() as session:
            session.get_one(Document, 1).title = "Le lait"
        yield from read


def test_what_is_revised_while_it_is_read_waits_for_the_next_run(store: Store) -> None:
    keep(store, article("Le loyer"), article("Un loyer"))
    assert tag(store, SlowReader(store), NOON) == 1
    assert themes(store) == {"Un loyer": ["logement"]}
    assert tag(store, WordReader("1"), NOON) == 1
    assert themes(store) == {"Le lait": ["alimentation"], "Un loyer": ["logement"]}


def test_every_batch_is_kept_beside_what_was_read(store: Store) -> None:
    words = ["loyer", "lait", "hockey"] * 4
    keep(store, *(article(f"Le {word} {n}") for n, word in enumerate(words)))
    told: list[tuple[int, int]] = []
    assert tag(store, WordReader(), NOON, batch=5, progress=lambda *at: told.append(at)) == 12
    assert told == [(5, 12), (10, 12), (12, 12)]
    seen = {title.split()[1]: tags for title, tags in themes(store).items()}
    assert seen == {"loyer": ["logement"], "lait": ["alimentation"], "hockey": []}


class DoubtfulReader(WordReader):
    """Doubts of what it does not tell."""

    def read(self, texts: Iterable[Text]) -> Iterator[Reading]:
        for reading in super().read(texts):
            yield replace(reading, scores={"logement": 0.9, "alimentation": 0.24, "depistage": 0.1})


def test_the_best_theme_that_did_not_pass_is_kept_with_its_chance(store: Store) -> None:
    keep(store, article("Le loyer"), article("Le vent"))
    tag(store, DoubtfulReader(), NOON)
    with store.reading() as session:
        rows = session.scalars(select(Classification).order_by(Classification.document_id)).all()
        nearest = [(row.nearest, row.nearest_score) for row in rows]
    assert nearest == [("alimentation", 0.24), ("logement", 0.9)]


def test_a_reader_without_scores_doubts_of_nothing(store: Store) -> None:
    keep(store, article("Le vent"))
    tag(store, WordReader(), NOON)
    with store.reading() as session:
        assert session.scalars(select(Classification)).one().nearest is None


class DyingReader(WordReader):
    """Dies at the third text."""

    def read(self, texts: Iterable[Text]) -> Iterator[Reading]:
        for number, reading in enumerate(super().read(texts)):
            if number + len(self.texts) > 3:
                raise KeyboardInterrupt
            yield reading


def test_a_run_that_dies_keeps_its_whole_batches_and_the_next_goes_on(store: Store) -> None:
    keep(store, *(article(f"Le loyer {n}") for n in range(5)))
    with pytest.raises(KeyboardInterrupt):
        tag(store, DyingReader(), NOON, batch=2)
    assert len(themes(store)) == 2
    done: list[tuple[int, int]] = []
    assert tag(store, WordReader(), NOON, batch=2, progress=lambda *told: done.append(told)) == 3
    assert done == [(2, 3), (3, 3)]
    assert len(themes(store)) == 5


def test_reading_everything_again_goes_on_where_it_died(store: Store) -> None:
    keep(store, *(article(f"Le loyer {n}") for n in range(5)))
    tag(store, WordReader("1"), NOON)
    with pytest.raises(KeyboardInterrupt):
        tag(store, DyingReader("2"), NOON, batch=2, everything=True)
    last = WordReader("2")
    assert tag(store, last, NOON, batch=2, everything=True) == len(last.texts) == 3


class MuteReader(WordReader):
    """Says nothing of what it reads."""

    def read(self, texts: Iterable[Text]) -> Iterator[Reading]:
        for _ in texts:
            yield from ()


def test_a_reader_that_skips_a_text_is_noticed(store: Store) -> None:
    keep(store, article("Le loyer"))
    with pytest.raises(ValueError, match="1 texts were skipped"):
        tag(store, MuteReader(), NOON)
    assert themes(store) == {}
