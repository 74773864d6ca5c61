"""Plays the season day by day through the very command lines, then says what came of it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import track
from sqlalchemy.orm import Session

from pipeline.database import open_store
from pipeline.queries import Register, alerts_since, counts_between, sources_health
from pipeline.words import sentence
from spiders.sources import read_register
from vigie.errors import DoorError
from vigie.season.build import build
from vigie.season.ink import grouped, in_french
from vigie.season.mark import mark
from vigie.season.plot import HERE, season_days
from vigie.settings import TORONTO, read_settings

T = TypeVar("T")
Run = Callable[[Sequence[str]], int]
Show = Callable[[str], None]

MORNING = time(7, 0)
MONDAY, SUNDAY = 0, 6
# What would reach somebody outside: the season writes its messages to files.
OUTSIDE = ("VIGIE_SLACK_BOT_TOKEN", "VIGIE_SLACK_APP_TOKEN", "VIGIE_SMTP_URL", "VIGIE_MAIL_TO")
PAGE = "http://127.0.0.1:8600"


def play(run: Run, home: Path, show: Show, days: Sequence[date] = ()) -> None:
    """Replay these days of the season (all of them by default) in a folder.

    `run` is given command lines and gives their exit codes. The environment is left on the
    season's register, and without any way to write outside. Raises DoorError when a command fails.
    """
    days = days or tuple(season_days())
    archive = home / "season.warc.gz"
    built = build(archive)
    show(
        f"Saison fictive du {in_french(days[0])} au {in_french(days[-1])} : "
        f"{grouped(built.documents, 'fr')} documents à trouver à {built.addresses} adresses."
    )
    for name in OUTSIDE:
        os.environ.pop(name, None)
    os.environ |= {"VIGIE_HOME": str(home), "VIGIE_CONFIG": str(HERE)}
    # The bar goes to the other stream: what the commands print is put aside.
    bar = Console(stderr=True)
    for day in track(days, "Saison", console=bar, transient=True, disable=not sys.stderr.isatty()):
        now = datetime.combine(day, MORNING, TORONTO)
        os.environ["VIGIE_NOW"] = now.isoformat()
        for command in _commands(day, archive):
            _do(run, command, day)
        if day.weekday() == SUNDAY or day == days[-1]:
            show(_in_store(partial(_week, now)))
    del os.environ["VIGIE_NOW"]
    mark(home, now)
    register = read_register(HERE / "sources.toml")
    for line in _in_store(lambda session: list(summary(session, register, home, days[0], now))):
        show(line)


def summary(
    session: Session, register: Register, home: Path, first: date, now: datetime
) -> Iterator[str]:
    """Say, in French, what was collected, tagged and told, which sources are ill, where to look."""
    start = datetime.combine(first, time(), TORONTO)
    counts = counts_between(session, start, now + timedelta(minutes=1))
    yield ""
    yield (
        f"Recueillis : {grouped(counts.documents, 'fr')} documents, {counts.bills} projets de loi, "
        f"en {grouped(counts.visits, 'fr')} visites ({counts.failed_visits} en échec)."
    )
    yield (
        f"Lus : {grouped(counts.relevant, 'fr')} touchent la mission, "
        f"regroupés avec les autres en {grouped(counts.stories, 'fr')} nouvelles."
    )
    alerts = alerts_since(session, start)
    urgent = sum(alert.level == "act" for alert in alerts)
    yield f"Alertes : {len(alerts)}, dont {urgent} à traiter. Ce qui a monté :"
    for alert in reversed(alerts):
        if alert.kind in ("momentum", "wave", "window-escalated"):
            day = in_french(alert.created_at.astimezone(TORONTO).date())
            yield f"  {day} : {alert.subject} ({alert.reason})"
    ill = [view for view in sources_health(session, register, now) if not view.well]
    yield f"Sources à voir : {len(ill) or 'aucune'}."
    for source in ill:
        why = " ".join(sentence("fr", i.code, i.url, i.about) for i in source.issues)
        yield f"  {source.title} : {why or 'silencieuse'}"
    yield f"Messages : {home / 'outbox'} · Page : {PAGE}"


def _commands(day: date, archive: Path) -> Iterator[tuple[str, ...]]:
    yield "collect", "--replay", str(archive), "--until-now"
    yield ("process",)
    yield ("alert",)
    if day.weekday() == MONDAY:
        yield ("digest",)


def _do(run: Run, command: Sequence[str], day: date) -> None:
    name = f"« vigie {command[0]} », le {in_french(day)}"
    printed = io.StringIO()
    with _named(name), redirect_stdout(printed):
        code = run(command)
    # Sources fall ill in the season: a collection then says 1, which is what it must say.
    if code and not (command[0] == "collect" and code == 1):
        raise DoorError(f"{name} a échoué ({code}) : {printed.getvalue()[-500:]}")


@contextmanager
def _named(name: str) -> Iterator[None]:
    ended = False
    try:
        yield
        ended = True
    finally:
        if not ended:
            print(f"La saison s'arrête : {name}.", file=sys.stderr)


def _week(now: datetime, session: Session) -> str:
    counts = counts_between(session, now - timedelta(days=7), now + timedelta(minutes=1))
    return (
        f"{in_french(now.date()):>16} : {_many(counts.documents, 'document')}, "
        f"{counts.relevant} sur la mission, {_many(counts.alerts, 'alerte')}, "
        f"{_many(counts.failed_visits, 'visite')} en échec"
    )


def _many(number: int, thing: str) -> str:
    return f"{grouped(number, 'fr')} {thing}{'s' if number > 1 else ''}"


def _in_store(read: Callable[[Session], T]) -> T:
    store = open_store(read_settings().database_url)
    try:
        with store.reading() as session:
            return read(session)
    finally:
        store.close()
