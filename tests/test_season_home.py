"""The season's folder: fiction and life never mix."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.database import Store
from pipeline.erase import erase, is_empty
from pipeline.model import Base
from tests.factories import add_document, add_story, bring, make_bill, make_item
from vigie.errors import DoorError
from vigie.season.home import prepare
from vigie.season.mark import is_season, last_moment, mark


def fill(store: Store) -> None:
    with store.session() as session:
        bring(session, make_item())
        bring(session, make_bill())
        first = add_document(session, themes=["logement"])
        second = add_document(session)
        second.copy_of = first.id
        add_story(session, [first, second])


def test_an_empty_store_becomes_the_seasons(store: Store, tmp_path: Path) -> None:
    prepare(tmp_path, store)
    assert is_season(tmp_path)
    assert last_moment(tmp_path) == ""


def test_a_store_that_holds_a_real_watch_is_left_as_it_is(store: Store, tmp_path: Path) -> None:
    fill(store)
    with pytest.raises(DoorError, match="VIGIE_HOME"):
        prepare(tmp_path, store)
    assert not is_season(tmp_path)
    assert not is_empty(store)


def test_a_season_played_before_is_cleared(store: Store, tmp_path: Path) -> None:
    mark(tmp_path, None)
    fill(store)
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "old.eml").touch()
    prepare(tmp_path, store)
    assert is_empty(store)
    assert not (tmp_path / "outbox").exists()


def test_erasing_leaves_no_row_in_any_table(store: Store) -> None:
    fill(store)
    erase(store)
    with store.reading() as session:
        left = {t.name for t in Base.metadata.sorted_tables if session.execute(t.select()).first()}
    assert left == set()
