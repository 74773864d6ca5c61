"""Feeds that move for good, and feeds whose time has come, visited for real on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.database import Store
from spiders.errands import Errand
from spiders.items import Outcome
from spiders.sources import Source
from spiders.trip import Trip
from tests.factories import make_source
from tests.loopback import House, Page, serving
from tests.visiting import NOW, html, one
from vigie import cli
from vigie.collect import collect, due_now
from vigie.errors import MisuseError

FEED = Page(
    b'<rss version="2.0"><channel><title>Le fil</title><item><title>Des places</title>'
    b"<link>https://a.example/1</link></item></channel></rss>",
    headers={"Content-Type": "application/rss+xml"},
)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    """What the databases have in common is tried elsewhere."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        house.pages["/new"] = FEED
        yield house


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(now=NOW, home=tmp_path, delay=0, timeout=10)


def leads(to: str, status: int = 301) -> Page:
    return Page(status=status, headers={"Location": to})


def fil(house: House, path: str = "old") -> Source:
    return make_source("fil", url=house / path, schedule="adaptive")


def test_a_feed_that_has_moved_for_good_is_asked_there_after_two_good_visits(
    store: Store, house: House, trip: Trip
) -> None:
    house.pages["/old"] = leads("/new", 308)
    register = {"fil": fil(house)}
    asked = []
    for n in range(3):
        house.asked.clear()
        now = replace(trip, now=NOW + n * timedelta(hours=1))
        (result,) = collect(store, register, list(register.values()), now)
        assert result.healthy
        asked.append(house.paths()[1:])
    assert asked == [["/old", "/new"], ["/old", "/new"], ["/new"]]


@pytest.mark.parametrize(
    ("hops", "codes"),
    [
        ({"/old": ("/new", 301)}, ["relocated"]),
        ({"/old": ("/step", 301), "/step": ("/new", 308)}, ["relocated"]),
        ({"/old": ("/new", 302)}, []),
        ({"/old": ("/step", 301), "/step": ("/new", 307)}, []),
        ({"/old": ("/", 301)}, []),
    ],
)
def test_a_move_is_for_good_when_every_hop_is_and_it_leads_to_no_home_page(
    house: House, trip: Trip, hops: dict[str, tuple[str, int]], codes: list[str]
) -> None:
    house.pages["/"] = FEED
    house.pages |= {path: leads(*hop) for path, hop in hops.items()}
    told = one(Errand(fil(house)), trip)
    assert (told.outcome, told.codes) == (Outcome.OK, codes)


def test_a_move_to_a_page_that_is_no_feed_is_never_kept(
    store: Store, house: House, trip: Trip
) -> None:
    house.pages |= {"/old": leads("/page"), "/page": html("<h1>Accueil</h1>")}
    register = {"fil": fil(house)}
    for _ in range(3):
        house.asked.clear()
        (result,) = collect(store, register, list(register.values()), trip)
        assert result.visit.outcome is Outcome.CHANGED
        assert house.paths() == ["/robots.txt", "/old", "/page"]


# Those whose time has come


def test_a_source_is_visited_when_it_is_due_and_not_again_before(
    store: Store, house: House, trip: Trip
) -> None:
    register = {"fil": fil(house, "new"), "other": make_source("other", schedule="0 6 * * *")}
    assert due_now(store, register, NOW) == []  # its turn comes within the hour
    later = NOW + timedelta(hours=1)
    due = due_now(store, register, later)
    assert [source.id for source in due] == ["fil"]
    collect(store, register, due, replace(trip, now=later))
    assert due_now(store, register, later + timedelta(minutes=5)) == []
    assert due_now(store, register, later + timedelta(hours=2)) == due


def test_a_source_whose_host_asks_to_wait_is_not_due(
    store: Store, house: House, trip: Trip
) -> None:
    house.pages["/busy"] = Page(status=429, headers={"Retry-After": "172800"})
    register = {"fil": fil(house, "busy"), "also": replace(fil(house, "new"), id="also")}
    collect(store, register, [register["fil"]], trip)
    assert due_now(store, register, NOW + timedelta(days=1)) == []
    free = NOW + timedelta(days=2, minutes=1)
    assert due_now(store, register, free) == [register["fil"]]
    assert len(due_now(store, register, free + timedelta(hours=1))) == 2


def test_a_retired_source_is_never_due(store: Store, house: House) -> None:
    register = {"fil": replace(fil(house), retired=True)}
    due_now(store, register, NOW)
    assert due_now(store, register, NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("words", [["fil"], ["--replay", "archive.warc.gz"]])
def test_what_is_due_is_not_chosen_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    with pytest.raises(MisuseError, match="--due"):
        cli.run(["collect", "--due", *words])


def test_with_nothing_due_all_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources.toml").write_text(
        '[fil]\ntitle = "Fil"\nurl = "https://fil.example/"\n', encoding="utf-8"
    )
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.setenv("VIGIE_CONFIG", str(tmp_path))
    assert cli.run(["collect", "--due"]) == 0
    assert capsys.readouterr().out == ""
