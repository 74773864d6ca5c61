"""What people judge: the queue, what they said, what is missed, and what is learnt of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from pipeline.database import Store
from pipeline.model import VIGIE, Classification, Document, Review, Tag
from pipeline.queries.reviews import missed, review_queue, reviewed, wilson
from tests.news import DAY, NOON, article
from vigie.judged import judged

TODAY = date(2026, 11, 20)


def keep(
    store: Store, title: str, score: float | None, at: datetime = NOON, **values: object
) -> int:
    """Keep a document that the reader tagged with this score, or set aside; give its id."""
    document = article(title, at, **values)
    with store.session() as session:
        session.add(document)
        session.flush()
        read = Classification(
            document_id=document.id, reader=VIGIE, version="1", proximity="none", read_at=NOON
        )
        if score is not None:
            read.proximity = "indirect"
            read.tags = [Tag(theme="logement", score=score, origin="model", reason="")]
        session.add(read)
        return document.id


def judge(store: Store, document: int, *themes: str, drawn: str = "asked", by: str = "Ana") -> None:
    """Keep a person's verdict."""
    with store.session() as session:
        before = session.query(Review).count()
        session.add(
            Review(
                document_id=document,
                reviewer=by,
                proximity="indirect" if themes else "none",
                themes=list(themes),
                drawn=drawn,
                reviewed_at=NOON + timedelta(minutes=before),
            )
        )


def queue(store: Store, day: date = TODAY, **values: int) -> list[tuple[str, str]]:
    with store.reading() as session:
        due = review_queue(session, day, NOON - 7 * DAY, **values)
        return [(one.title, one.drawn) for one in due]


def test_the_most_uncertain_come_first_then_some_of_what_was_set_aside(store: Store) -> None:
    keep(store, "sûr", 0.95)
    keep(store, "hésitant", 0.3)
    keep(store, "mis de côté", None)
    assert queue(store) == [
        ("hésitant", "uncertain"),
        ("sûr", "uncertain"),
        ("mis de côté", "sample"),
    ]


def test_what_was_judged_or_is_old_is_not_asked_again(store: Store) -> None:
    judge(store, keep(store, "jugé", 0.3), "logement")
    keep(store, "ancien", 0.3, at=NOON - 30 * DAY)
    assert queue(store) == []


def test_the_draw_is_the_same_all_day_and_another_the_next(store: Store) -> None:
    for number in range(40):
        keep(store, f"titre {number}", None)
    assert queue(store, sample=4) == queue(store, sample=4)
    drawn = {tuple(queue(store, TODAY + day * DAY, sample=4)) for day in range(5)}
    assert len(drawn) > 1


def test_the_queue_is_never_longer_than_asked(store: Store) -> None:
    for number in range(9):
        keep(store, f"tagué {number}", 0.3)
        keep(store, f"de côté {number}", None)
    assert len(queue(store, most=6, sample=2)) == 6


def test_the_last_verdict_on_a_document_is_the_one_that_teaches(store: Store) -> None:
    document = keep(store, "Le loyer", 0.3, summary="Il monte.", lang="fr")
    judge(store, document, "alimentation")
    judge(store, document, "logement", by="Bea")
    with store.reading() as session:
        (text,) = judged(reviewed(session))
    assert (text.title, text.text, text.lang) == ("Le loyer", "Il monte.", "fr")
    assert (text.themes, text.proximity) == (frozenset({"logement"}), "indirect")


def test_what_is_missed_is_estimated_from_the_draw_alone(store: Store) -> None:
    for number in range(20):
        document = keep(store, f"titre {number}", None)
        judge(store, document, *(["logement"] if number < 2 else []), drawn="sample")
    judge(store, keep(store, "demandé", 0.5), "logement")
    with store.reading() as session:
        found = missed(session)
    assert (found.drawn, found.found, found.estimate) == (20, 2, 0.1)
    assert found.low == pytest.approx(0.028, abs=0.001)
    assert found.high == pytest.approx(0.301, abs=0.001)


def test_nothing_drawn_tells_nothing(store: Store) -> None:
    with store.reading() as session:
        found = missed(session)
    assert (found.estimate, found.low, found.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(
    ("found", "drawn", "bounds"),
    [(0, 100, (0.0, 0.037)), (100, 100, (0.963, 1.0)), (5, 50, (0.0435, 0.2136))],
)
def test_the_bounds_are_wilsons(found: int, drawn: int, bounds: tuple[float, float]) -> None:
    assert wilson(found, drawn) == pytest.approx(bounds, abs=0.001)


def test_a_text_without_proximity_teaches_no_theme(store: Store) -> None:
    document = keep(store, "Le match", 0.3)
    with store.session() as session:
        session.add(
            Review(
                document_id=document,
                reviewer="Ana",
                proximity="none",
                themes=["logement"],
                reviewed_at=NOON,
            )
        )
    with store.reading() as session:
        (text,) = judged(reviewed(session))
    assert text.themes == frozenset()


def test_a_document_that_waits_to_be_read_is_not_asked(store: Store) -> None:
    with store.session() as session:
        session.add(article("jamais lu"))
        assert session.query(Document).count() == 1
    assert queue(store) == []
