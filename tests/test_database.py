"""The store opens, upgrades itself, and lets several work at once."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from pipeline import migrations
from pipeline.database import Store, migrating, open_store, upgrade
from pipeline.errors import StoreTooNewError, StoreUnreachableError
from pipeline.migrations import NEWEST
from pipeline.model import Base, Document, Sighting, Slot, Story
from tests.factories import NOW, add_document

ROOT = Path(__file__).parents[1]


def test_the_migrations_make_exactly_the_tables_of_the_model(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_opening_a_store_twice_changes_nothing(database_url: str) -> None:
    open_store(database_url).close()
    store = open_store(database_url)
    with store.session() as session:
        add_document(session)
    upgrade(store)
    with store.reading() as session:
        assert session.scalar(select(func.count(Document.id))) == 1
    store.close()


def test_a_store_opened_again_has_its_statements_still(database_url: str) -> None:
    before = open_store(database_url)
    before.close()
    again = open_store(database_url)
    assert again.engine is before.engine
    with again.session() as session:
        add_document(session)
    again.close()


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "vigie.sqlite"
    open_store(f"sqlite:///{path}").close()
    assert path.is_file()


def test_a_session_that_raises_leaves_nothing(store: Store) -> None:
    def add_then_fail() -> None:
        with store.session() as session:
            add_document(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_then_fail()
    with store.reading() as session:
        assert session.scalar(select(func.count(Document.id))) == 0


def test_a_row_that_points_nowhere_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session() as session:
        session.add(Sighting(document_id=404, source="gazette", first_seen_at=NOW))


def test_a_reading_session_cannot_write(store: Store) -> None:
    with store.reading() as session:
        add = text("insert into story (title, first_at, last_at) values ('x', :now, :now)")
        with pytest.raises(DBAPIError):
            session.execute(add, {"now": "2031-03-03"})


def test_sqlite_writes_ahead_and_waits_its_turn(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with store.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}
    store.close()


def test_writers_that_read_first_wait_for_one_another(store: Store) -> None:
    """Each reads, then writes: with transactions that begin late one of them fails at once."""
    at_once = threading.Barrier(4)
    failures: list[BaseException] = []

    def write() -> None:
        try:
            at_once.wait()
            for _ in range(5):
                with store.session() as session:
                    session.scalar(select(func.count(Story.id)))
                    session.add(Story(title="x", first_at=NOW, last_at=NOW))
        except DBAPIError as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.reading() as session:
        assert session.scalar(select(func.count(Story.id))) == 20


def test_readers_neither_wait_for_a_writer_nor_see_what_it_has_not_finished(store: Store) -> None:
    with store.session() as writing:
        add_document(writing)
        with store.reading() as session:
            assert session.scalar(select(func.count(Document.id))) == 0
        open_again = Store(store.engine.url.render_as_string(hide_password=False))
        upgrade(open_again)
        open_again.close()


def test_a_reader_sees_one_moment_of_the_store(store: Store) -> None:
    with store.reading() as session:
        before = session.scalar(select(func.count(Document.id)))
        with store.session() as writing:
            add_document(writing)
        assert session.scalar(select(func.count(Document.id))) == before == 0


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'vigie.sqlite'}"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open_and_claim, args=(url, n)) for n in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    store = Store(url)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Slot)) == 2
    store.close()


def _open_and_claim(url: str, number: int) -> None:
    store = open_store(url)
    with store.session() as session:
        session.add(Slot(job=f"job {number}", due_at=NOW, claimed_by="me", started_at=NOW))
    store.close()


def test_a_migration_may_make_a_table_again(sqlite_url: str) -> None:
    """SQLite alters a table by dropping it: its foreign keys must not be looked at meanwhile."""
    store = Store(sqlite_url)
    with store.session() as session:
        add_document(session)
    with store.engine.connect() as connection:
        with migrating(connection):
            connection.exec_driver_sql("create table copy as select * from document")
            connection.exec_driver_sql("drop table document")
            connection.exec_driver_sql("alter table copy rename to document")
        assert connection.exec_driver_sql("select count(*) from sighting").scalar() == 1
        assert connection.exec_driver_sql("pragma foreign_keys").scalar() == 1
    store.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(store: Store) -> None:
    with store.session() as session:
        add_document(session)
        session.execute(text("delete from alembic_version"))
    with pytest.raises(DBAPIError):  # the first migration finds its tables there already
        upgrade(store)
    with store.session() as session:
        assert session.scalar(select(func.count(Document.id))) == 1


def test_the_newest_schema_is_the_last_migration_and_alembic_is_asked_only_to_reach_it(
    sqlite_url: str,
) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]
    open_store(sqlite_url).close()
    code = "import sys; from pipeline.database import open_store; open_store(sys.argv[1]).close()"
    code += "; print('alembic' in sys.modules)"
    words = [sys.executable, "-c", code, sqlite_url]
    said = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert said == "False\n"


def test_a_store_of_a_newer_version_is_left_alone(database_url: str) -> None:
    store = Store(database_url)
    with store.session() as session:
        session.execute(text("update alembic_version set version_num = '2099_01_01_later'"))
    store.close()
    with pytest.raises(StoreTooNewError, match=r"2099_01_01_later.*Installez"):
        open_store(database_url)


@pytest.mark.parametrize(
    ("url", "next_step"),
    [
        ("postgresql://vigie:hush@127.0.0.1:1/vigie", "le serveur fonctionne"),
        ("postgresql+psycopg://vigie:hu@sh@nowhere.invalid/vigie", "le serveur fonctionne"),
        ("postgresql://vigie:hu/sh@127.0.0.1:1/vigie", "le serveur fonctionne"),
        ("postgresql://vigie@/vigie?host=/nowhere&password=hush", "le serveur fonctionne"),
        ("postgresql://vigie:hush@127.0.0.1:port/vigie", "postgresql+psycopg://"),
        ("mysql://vigie:hush@127.0.0.1/vigie", "postgresql+psycopg://"),
        ("hush", "postgresql+psycopg://"),
        ("sqlite:////dev/null/hush/vigie.sqlite", "Choisissez-en un autre"),
        ("sqlite:////dev", "VIGIE_DATABASE_URL"),
    ],
)
def test_a_store_out_of_reach_says_what_to_do_and_no_secret(url: str, next_step: str) -> None:
    with pytest.raises(StoreUnreachableError, match=next_step.replace("+", r"\+")) as told:
        open_store(url)
    shown = str(told.value).replace("/dev/null/hush", "")
    assert not any(secret in shown for secret in ("hush", "hu@sh", "hu/sh", "sh@"))
    assert told.value.__cause__ is None


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "vigie.sqlite"
    path.write_text("Ceci n'est pas une base de données." * 100, encoding="utf-8")
    with pytest.raises(StoreUnreachableError, match="not a database"):
        open_store(f"sqlite:///{path}")
