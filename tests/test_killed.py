"""Killed at any moment, the same command run again ends the work: nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.database import Store
from pipeline.model import Alert, BillStage, Classification, Document, Mention, Story, Visit
from spiders.archive import Answer, Recorder
from tests.slack_stub import SlackStub

ROOT = Path(__file__).parents[1]
NOW = datetime(2031, 3, 4, 15, tzinfo=UTC)
CSV = "https://www.donneesquebec.ca/projets-de-loi.csv"
FEEDS = ("https://crieur.example/rss", "https://echo.example/rss")
POINTS = {"collect": 6, "process": 7, "alert": 7}
COMMANDS = {
    "collect": ["collect", "--replay", "world.warc.gz", "--until-now"],
    "process": ["process"],
    "alert": ["alert"],
}
BILLS = {
    "12": "Loi modifiant la Loi sur les services de garde éducatifs à l’enfance",
    "13": "Loi favorisant l’accès aux services de garde éducatifs des tout-petits",
    "14": "Loi sur la protection de la jeunesse et les droits de l’enfant",
    "15": "Loi instituant une allocation pour les familles de jeunes enfants",
}


def register() -> str:
    """Write the register of this small world."""
    blocks = [
        f'[donneesquebec_bills]\ntitle = "Liste"\nurl = "{CSV}"\n'
        'spider = "donneesquebec_bills"\nkind = "bill"\n'
    ]
    for name, url in zip(("crieur", "echo"), FEEDS, strict=True):
        blocks.append(f'[{name}]\ntitle = "{name}"\nurl = "{url}"\nowner = "{name}"\n')
    return "\n".join(blocks)


def csv() -> str:
    """Write the open data: four bills tabled the day before."""
    head = (
        "Id,Numero_projet_loi,Titre_projet_loi,Type_projet_loi,Derniere_etape_franchie,"
        "Date_derniere_etape,No_legislature,Date_debut_legislature,Date_fin_legislature,No_session"
    )
    rows = [
        f'{n},{n},"51-1 PL {n}  {title}",Public du gouvernement,presentation,2031-03-03,51,'
        "2030-11-12,,1"
        for n, title in BILLS.items()
    ]
    return "\n".join((head, *rows, ""))


def feed(host: str) -> str:
    """Write a feed of six entries, two of which the other feed has too."""
    items = "".join(
        f"<item><title>Places en CPE : le projet de loi no {12 + n % 4} avance, volet {n}</title>"
        f"<link>https://{host if n > 1 else 'crieur.example'}/{n}</link>"
        f"<pubDate>Tue, 04 Mar 2031 0{n}:30:00 -0500</pubDate></item>"
        for n in range(6)
    )
    return f'<rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'


@dataclass(frozen=True)
class World:
    """A folder in which commands run, and a Slack that counts."""

    home: Path
    slack: SlackStub

    def run(self, command: str, kill_at: int = 0) -> int:
        """Run a command, killed at its Nth touch (0: never); give its exit code."""
        environment = os.environ | {
            "VIGIE_HOME": str(self.home),
            "VIGIE_CONFIG": str(self.home),
            "VIGIE_NOW": NOW.isoformat(),
            "VIGIE_DATABASE_URL": "",
            "VIGIE_SLACK_BOT_TOKEN": "xoxb-test",
            "VIGIE_SLACK_URL": self.slack.url,
        }
        words = [w.replace("world", str(self.home / "world")) for w in COMMANDS[command]]
        counted = str(self.home / "touches")
        call = [sys.executable, "-m", "tests.killer", str(kill_at), counted, *words]
        done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, check=False)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
        return done.returncode

    def touches(self) -> int:
        """Give how often the last command that was not killed touched the world."""
        return int((self.home / "touches").read_text(encoding="utf-8"))

    def state(self) -> dict[str, Any]:
        """Give all that the store holds that must not depend on accidents."""
        store = Store(f"sqlite:///{self.home / 'vigie.sqlite'}")
        with store.reading() as session:
            named = dict(session.execute(select(Document.id, Document.identity)).all())
            readings = session.scalars(select(Classification)).all()
            state = {
                "documents": sorted(named.values()),
                "read": sorted(
                    (named[r.document_id], sorted((t.theme, t.reason) for t in r.tags))
                    for r in readings
                ),
                "mentions": sorted(
                    named[id_] for id_ in session.scalars(select(Mention.document_id))
                ),
                "stories": sorted(session.scalars(select(Story.title))),
                "stages": len(session.scalars(select(BillStage.id)).all()),
                "visited": sorted(set(session.scalars(select(Visit.source)))),
                "alerts": sorted(
                    (one.key, one.sent_at is not None) for one in session.scalars(select(Alert))
                ),
            }
        store.close()
        return state


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    """The world before each command, and at the end, when nothing is ever killed."""
    folder = tmp_path_factory.mktemp("worlds")
    with SlackStub() as slack:
        home = folder / "now"
        home.mkdir()
        (home / "sources.toml").write_text(register(), encoding="utf-8")
        recorder = Recorder(home, NOW.date())
        recorder.write(CSV, Answer(200, [("Content-Type", "text/csv")], csv().encode()), NOW)
        for url in FEEDS:
            body = feed(url.split("/")[2]).encode()
            recorder.write(url, Answer(200, [("Content-Type", "text/xml")], body), NOW)
        recorder.path.rename(home / "world.warc.gz")
        world, kept = World(home, slack), {}
        for command in COMMANDS:
            kept[command] = World(shutil.copytree(home, folder / command), slack)
            world.run(command)
            (kept[command].home / "total").write_text(str(world.touches()), encoding="utf-8")
            shutil.copytree(home, folder / f"after-{command}")
        kept["end"] = world
        yield kept


def points() -> Sequence[tuple[str, int]]:
    """Twenty moments, spread over the three commands."""
    return [(command, nth) for command, many in POINTS.items() for nth in range(1, many + 1)]


def test_the_small_world_is_worth_killing_in(worlds: dict[str, World]) -> None:
    state = worlds["end"].state()
    assert len(state["documents"]) == 14
    assert len(state["mentions"]) == 10
    assert len(state["alerts"]) == 4
    assert all(sent for _, sent in state["alerts"])


@pytest.mark.parametrize(("command", "nth"), points())
def test_a_killed_command_run_again_ends_as_if_it_never_was(
    worlds: dict[str, World], tmp_path: Path, command: str, nth: int
) -> None:
    before = worlds[command]
    total = int((before.home / "total").read_text(encoding="utf-8"))
    with SlackStub() as slack:
        world = World(shutil.copytree(before.home, tmp_path / "home"), slack)
        assert world.run(command, kill_at=1 + total * nth // (POINTS[command] + 1)) != 0
        for again in list(COMMANDS)[list(COMMANDS).index(command) :]:
            assert world.run(again) == 0
        assert world.state() == worlds["end"].state()
        posted = [json.dumps(message["metadata"], sort_keys=True) for message in slack.messages]
    assert len(posted) == len(set(posted)) == 4
