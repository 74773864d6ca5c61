"""Fixtures of every test: a store on SQLite and on PostgreSQL, fresh and migrated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from pipeline.database import Store, open_store
from tests.postgresql import Cluster, NoServerError, cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, migrated once for all tests."""
    path = tmp_path_factory.mktemp("template") / "vigie.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server; where none can start, what needs it is skipped and says why."""
    try:
        with cluster() as running:
            yield running
    except NoServerError as error:
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Cluster) -> Iterator[str]:
    """An empty PostgreSQL store, migrated once for all tests: the name of its database."""
    url = postgresql.create()
    open_store(address(url)).close()
    yield str(url.database)
    postgresql.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of an empty store on SQLite."""
    path = tmp_path / "vigie.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql: Cluster, postgresql_template: str) -> Iterator[str]:
    """The address of an empty store on PostgreSQL."""
    url = postgresql.create(postgresql_template)
    yield address(url)
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty store: the test runs once on each database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store: the test runs once on each database."""
    opened = Store(database_url)
    yield opened
    opened.close()


def address(url: URL) -> str:
    """Give an address whole, as VIGIE_DATABASE_URL holds it."""
    return url.render_as_string(hide_password=False)
