"""Every answer is archived; from an archive alone, the same visits are made again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from spiders.archive import Answer, Archive, Recorder
from spiders.errands import Errand
from spiders.errors import ArchiveError
from spiders.items import Outcome
from spiders.visit import Trip, visit
from tests.loopback import House, Page, serving
from tests.visiting import HTML, LIST, NOW, html, one, rooms, source, told


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        yield house


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(now=NOW, home=tmp_path, delay=0, timeout=10)


def test_every_answer_is_archived_and_can_be_replayed(house: House, trip: Trip) -> None:
    house.pages = {"/list": rooms("a", "b"), "/room/a": html("<h1>a</h1>")}
    house.pages["/packed"] = replace(
        LIST, body=gzip.compress(LIST.body), headers=HTML | {"Content-Encoding": "gzip"}
    )
    house.pages["/cut"] = replace(LIST, promised=5000)
    house.pages["/away"] = Page(status=302, headers={"Location": "/list"})
    names = ("list", "packed", "cut", "away")
    errands = [Errand(source(name, house / name)) for name in names]
    house.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /room/c\n")
    live = told(errands, trip)
    (path,) = (trip.home / "archive").iterdir()
    assert path.name.startswith("2026-11-20-")
    archive = Archive(path)
    assert archive.addresses() == {
        house / name for name in (*names, "room/a", "room/b", "robots.txt")
    }

    asked = len(house.asked)
    replayed = told(errands, replace(trip, replay=path))
    assert len(house.asked) == asked
    for name in names:
        assert replayed[name].outcome is live[name].outcome
        assert replayed[name].titles == live[name].titles
        assert replayed[name].codes == live[name].codes
        assert replayed[name].visit.finished_at == NOW
    assert [*(trip.home / "archive").iterdir()] == [path]  # what is replayed is not archived again


def test_a_replay_opens_no_connection_and_answers_404_for_the_rest(
    house: House, trip: Trip
) -> None:
    house.pages = {"/list": rooms("a"), "/room/a": html("<h1>a</h1>")}
    live = one(Errand(source("s", house / "list")), trip)
    assert "socket.connect" in live.items[-1].summary
    (path,) = (trip.home / "archive").iterdir()
    errands = [Errand(source("s", house / "list")), Errand(source("t", house / "lacking"))]
    replayed = told(errands, replace(trip, replay=path))
    assert [item.summary for item in replayed["s"].items] == ["", "", ""]
    assert (replayed["t"].outcome, replayed["t"].codes) == (Outcome.UNREACHABLE, ["not-found"])


def test_a_replay_stops_at_a_moment(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    one(Errand(source("s", house / "list")), trip)
    (path,) = (trip.home / "archive").iterdir()
    before = replace(trip, replay=path, until=NOW - timedelta(hours=1))
    assert one(Errand(source("s", house / "list")), before).codes == ["not-found"]
    after = replace(before, until=NOW + timedelta(hours=1))
    assert one(Errand(source("s", house / "list")), after).outcome is Outcome.OK


def test_a_replay_waits_for_nobody(trip: Trip) -> None:
    url = "https://maison.example/list"
    recorder = Recorder(trip.home, NOW.date())
    recorder.write(url, Answer(200, [*HTML.items()], LIST.body), NOW)
    rules = b"User-agent: *\nCrawl-delay: 3600\n"
    recorder.write("https://maison.example/robots.txt", Answer(200, [], rules), NOW)
    replay = replace(trip, replay=recorder.path, delay=None, limit=20)
    assert one(Errand(source("s", url, delay=3600)), replay).outcome is Outcome.OK


def test_a_replay_obeys_the_robots_txt_of_its_archive(trip: Trip) -> None:
    recorder = Recorder(trip.home, NOW.date())
    for path, body in (("list", LIST.body), ("robots.txt", b"User-agent: VigieBot\nDisallow: /")):
        recorder.write(f"https://maison.example/{path}", Answer(200, [], body), NOW)
    replay = replace(trip, replay=recorder.path)
    visited = one(Errand(source("s", "https://maison.example/list")), replay)
    assert (visited.outcome, visited.codes) == (Outcome.UNREACHABLE, ["robots"])


def test_an_archive_that_cannot_be_read_is_refused_before_any_visit(trip: Trip) -> None:
    errand = Errand(source("s", "https://maison.example/"))
    with pytest.raises(ArchiveError, match=r"rien\.warc"):
        list(visit([errand], replace(trip, replay=Path("rien.warc"))))


def test_old_archives_go_when_a_new_one_is_opened(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    old = trip.home / "archive" / "2025-01-01-0a1b2c3d.warc.gz"
    old.parent.mkdir()
    old.touch()
    one(Errand(source("s", house / "list")), trip)
    assert not old.exists()
