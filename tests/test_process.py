"""The steps in their order; wherever a run is killed, the next comes to the same end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.database import Store
from pipeline.model import (
    Bill,
    Classification,
    Document,
    Mention,
    Momentum,
    OpenMention,
    Story,
    Tag,
    UnitDay,
)
from pipeline.process import Processed, run
from spiders.items import Kind
from tests.news import DAY, NOON, OWNERS, WordReader, article

TEXT = "Le loyer moyen a monté de six pour cent en un an, dit la Régie, et les familles se serrent."
TRANSACTIONS = 9  # of a whole run on the documents below


class KilledError(Exception):
    """The process died here."""


def fill(store: Store) -> None:
    """Keep a bill, its document and a few news, two of which are one."""
    with store.session() as session:
        bill = Bill(legislature=43, session=2, number="71", title="Loi sur le loyer")
        bill.first_seen_at = NOON
        session.add(bill)
        session.flush()
        session.add_all(
            [
                article("Loi sur le loyer", identity="a", kind=Kind.BILL, bill_id=bill.id),
                article("Le loyer monte à Montréal", identity="b", summary=TEXT),
                article("Hausse du loyer", identity="c", source="presse", summary=TEXT),
                article("Le PL 71 et la garderie", NOON - DAY, identity="d", source="droit"),
                article("Le PL 72 et le lait", identity="e", source="soleil"),
                article("Le hockey", identity="f", source="soleil"),
            ]
        )


def run_on(store: Store, **values: Any) -> Processed:
    return run(store, WordReader(), OWNERS, NOON, **values)


def snapshot(store: Store) -> dict[str, Any]:
    """Give all that the steps write, in words that do not depend on row numbers."""
    with store.reading() as session:
        documents = {one.id: one for one in session.scalars(select(Document))}
        names = {id_: one.identity for id_, one in documents.items()}
        readings = select(Classification.document_id, Classification.reader, Tag.theme)
        return {
            "documents": sorted(
                (one.identity, one.read_by, one.day, names.get(one.copy_of or 0))
                for one in documents.values()
            ),
            "stories": sorted(_stories(session, documents.values())),
            "tags": sorted(
                (names[id_], reader, theme or "")
                for id_, reader, theme in session.execute(readings.outerjoin(Tag))
            ),
            "mentions": sorted(
                (names[one.document_id], one.bill_id, one.passage)
                for one in session.scalars(select(Mention))
            ),
            "open": [names[one.document_id] for one in session.scalars(select(OpenMention))],
            "counted": sorted(
                (one.day, one.unit, one.items, one.stories, one.outlets)
                for one in session.scalars(select(UnitDay))
            ),
            "momentum": sorted(
                (one.day, one.unit, one.observed, one.state, round(one.surprise, 9))
                for one in session.scalars(select(Momentum))
            ),
        }


def _stories(session: Session, documents: Any) -> Iterator[tuple[str, list[str]]]:
    for story in session.scalars(select(Story)):
        yield story.title, sorted(d.identity for d in documents if d.story_id == story.id)


def kill_at(store: Store, monkeypatch: pytest.MonkeyPatch, boundary: int, kept: bool) -> None:
    """Make the process die at the end of that transaction, before or after it is kept."""
    whole, opened = store.session, iter(range(1, 1000))

    @contextmanager
    def session() -> Iterator[Session]:
        number = next(opened)
        with whole() as its:
            yield its
            if number == boundary and not kept:
                raise KilledError
        if number == boundary:
            raise KilledError

    monkeypatch.setattr(store, "session", session)


@pytest.fixture(scope="module")
def uninterrupted(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a run that nothing disturbs leaves."""
    path = tmp_path_factory.mktemp("whole") / "vigie.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    store = Store(f"sqlite:///{path}")
    fill(store)
    run_on(store)
    found = snapshot(store)
    store.close()
    return found


def test_a_run_tags_links_groups_counts_and_measures(store: Store) -> None:
    fill(store)
    assert run_on(store) == Processed(tagged=6, linked=6, grouped=6, measured=2, moved=0)
    found = snapshot(store)
    assert ("d", 1, "Le PL 71 et la garderie") in found["mentions"]
    assert found["open"] == ["e"]
    assert ("Le loyer monte à Montréal", ["b", "c"]) in found["stories"]
    assert (NOON.date(), "logement", 2, 1, 2) in found["counted"]
    assert (NOON.date() - DAY, "bill:1", 1, 1, 1) in found["counted"]
    # Yesterday is over and measured; today is not, and nothing rises yet.
    assert {unit for _, unit, *_ in found["momentum"]} == {"bill:1", "services-educatifs"}


def test_a_run_over_nothing_new_does_nothing(store: Store) -> None:
    fill(store)
    run_on(store)
    before = snapshot(store)
    assert run_on(store) == Processed(0, 0, 0, 0, 0)
    assert snapshot(store) == before


def test_a_run_says_how_far_it_is(store: Store) -> None:
    fill(store)
    told: list[tuple[str, int, int]] = []
    run_on(store, progress=lambda *step: told.append(step))
    assert told == [("tag", 6, 6), ("link", 6, 6), ("group", 6, 6)]


@pytest.mark.parametrize("kept", [False, True], ids=["lost", "kept"])
@pytest.mark.parametrize("boundary", range(1, TRANSACTIONS + 1))
def test_a_run_killed_anywhere_is_finished_by_the_next(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    uninterrupted: Any,
    boundary: int,
    kept: bool,
) -> None:
    fill(store)
    with monkeypatch.context() as dying:
        kill_at(store, dying, boundary, kept)
        with pytest.raises(KilledError):
            run_on(store)
    run_on(store)
    assert snapshot(store) == uninterrupted


def test_a_run_that_dies_after_every_transaction_still_comes_to_its_end(
    store: Store, monkeypatch: pytest.MonkeyPatch, uninterrupted: Any
) -> None:
    fill(store)
    for boundary in range(1, TRANSACTIONS):  # one less: what is tagged is not tagged again
        with monkeypatch.context() as dying:
            kill_at(store, dying, boundary, kept=True)
            with pytest.raises(KilledError):
                run_on(store)
    run_on(store)
    assert snapshot(store) == uninterrupted


def test_everything_can_be_read_and_grouped_again(store: Store, uninterrupted: Any) -> None:
    fill(store)
    run_on(store)
    again = run(store, WordReader("2"), OWNERS, NOON, everything=True)
    assert (again.tagged, again.linked, again.grouped) == (6, 6, 6)
    found = snapshot(store)
    assert {read_by for _, read_by, *_ in found.pop("documents")} == {"2"}
    assert found == {key: value for key, value in uninterrupted.items() if key != "documents"}


def test_a_new_start_that_dies_is_finished_by_a_plain_run(
    store: Store, monkeypatch: pytest.MonkeyPatch, uninterrupted: Any
) -> None:
    fill(store)
    run_on(store)
    with monkeypatch.context() as dying:
        kill_at(store, dying, 2, kept=True)
        with pytest.raises(KilledError):
            run_on(store, everything=True)
    run_on(store)
    assert snapshot(store) == uninterrupted
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Story)) == 4
