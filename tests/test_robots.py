"""A robot that knows how to behave: it says who it is, waits, and obeys robots.txt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
)
from scrapy.http import Response

from spiders.causes import cause
from spiders.errands import Errand
from spiders.errors import ArchiveError
from spiders.items import Outcome
from spiders.retry import wanted_wait
from spiders.robots import RobotsForbidError, RobotsUnreachableError
from spiders.visit import Trip
from tests.loopback import Handler, House, Page, serving
from tests.visiting import LIST, NOW, html, one, rooms, source, told


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        yield house


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(now=NOW, home=tmp_path, delay=0, timeout=10)


def test_the_robot_says_who_it_is(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    one(Errand(source("s", house / "list")), replace(trip, contact="veille@maison.example"))
    for asked in house.asked:
        assert asked.headers["User-Agent"].startswith("VigieBot/")
        assert "veille@maison.example" in asked.headers["User-Agent"]
        assert "Cookie" not in asked.headers
        assert "Referer" not in asked.headers


def test_requests_to_a_host_keep_their_distance(house: House, trip: Trip) -> None:
    house.pages = {"/list": rooms("a", "b"), "/other": LIST}
    house.pages |= {f"/room/{n}": html(f"<h1>{n}</h1>") for n in "ab"}
    errands = [Errand(source(n, house / n, delay=0.2)) for n in ("list", "other")]
    told(errands, replace(trip, delay=None))
    assert len(house.asked) == 5  # one robots.txt, two lists, two rooms
    assert all(after.at - before.at > 0.15 for before, after in pairwise(house.asked))


def test_a_delay_that_robots_txt_wants_is_kept(house: House, trip: Trip) -> None:
    house.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 0.3\n")
    house.pages |= {"/list": rooms("a"), "/room/a": html("<h1>a</h1>")}
    one(Errand(source("s", house / "list")), trip)
    robots, list_, room = (asked.at for asked in house.asked)
    assert list_ - robots > 0.2
    assert room - list_ > 0.2


def test_the_rules_that_a_visit_waited_for_too_long_serve_the_next_one(
    house: House, trip: Trip
) -> None:
    def late(handler: Handler) -> None:
        house.gone.wait(0.8)
        handler.answer(Page(status=404))

    house.pages = {"/robots.txt": late, "/first": LIST, "/second": LIST}
    errands = [Errand(source(name, house / name)) for name in ("first", "second")]
    visits = told(errands, replace(trip, limit=0.5))
    assert visits["first"].codes == ["too-long"]
    assert visits["second"].outcome is Outcome.OK
    assert house.paths() == ["/robots.txt", "/second"]


def test_a_short_wait_that_a_host_wants_is_waited(house: House, trip: Trip) -> None:
    answers = iter([Page(status=503, headers={"Retry-After": "1"}), LIST])
    house.pages["/list"] = lambda handler: handler.answer(next(answers))
    visited = one(Errand(source("s", house / "list")), trip)
    assert (visited.outcome, visited.codes) == (Outcome.OK, [])
    assert house.asked[-1].at - house.asked[-2].at > 0.9


def test_a_long_wait_that_a_host_wants_is_left_to_the_next_visit(house: House, trip: Trip) -> None:
    house.pages = {"/list": rooms("a")}
    house.pages["/room/a"] = Page(status=429, headers={"Retry-After": "7200"})
    visited = one(Errand(source("s", house / "list")), trip)
    assert (visited.outcome, visited.codes) == (Outcome.UNREACHABLE, ["retry-later"])
    assert visited.titles == ["un", "deux"]  # what was read before is kept
    assert visited.visit.wait_until
    assert timedelta(hours=2) <= visited.visit.wait_until - NOW < timedelta(hours=2, minutes=1)
    assert house.paths() == ["/robots.txt", "/list", "/room/a"]  # it is not asked again


def test_a_wait_asked_for_robots_txt_is_kept_too(house: House, trip: Trip) -> None:
    house.pages = {"/list": LIST}
    house.pages["/robots.txt"] = Page(status=503, headers={"Retry-After": "7200"})
    visited = one(Errand(source("s", house / "list")), trip)
    assert (visited.outcome, visited.codes) == (Outcome.UNREACHABLE, ["robots-unreachable"])
    assert visited.visit.wait_until
    assert visited.visit.wait_until - NOW >= timedelta(hours=2)


def test_a_passing_error_is_tried_again(house: House, trip: Trip) -> None:
    answers = iter([Page(status=500), replace(LIST, promised=5000), LIST])
    house.pages["/list"] = lambda handler: handler.answer(next(answers))
    assert one(Errand(source("s", house / "list")), trip).outcome is Outcome.OK


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "90"}, 90),
        (
            503,
            {
                "Retry-After": "Fri, 20 Nov 2026 13:00:00 GMT",
                "Date": "Fri, 20 Nov 2026 12:58:00 GMT",
            },
            120,
        ),
        (503, {"Retry-After": "Fri, 20 Nov 2026 13:00:00 GMT"}, 3600),  # by our clock
        (503, {"Retry-After": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
        (429, {"Retry-After": "9" * 400}, 7 * 86_400),
        (429, {"Retry-After": "Fri, 20 Nov 2037 13:00:00 GMT"}, 7 * 86_400),
        (429, {"Retry-After": "-90"}, 0),
        (503, {"Retry-After": "soon"}, 0),
        (503, {}, 0),
        (200, {"Retry-After": "90"}, 0),
    ],
)
def test_the_wait_that_a_host_wants_is_read(
    status: int, headers: Mapping[str, str], seconds: float
) -> None:
    assert wanted_wait(Response("https://maison.example/", status, headers), NOW) == seconds


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RobotsForbidError(), "robots"),
        (RobotsUnreachableError(), "robots-unreachable"),
        (CannotResolveHostError("maison.example"), "no-host"),
        (DownloadFailedError("connection lost"), "broken"),
        (NotSupported("gopher"), "bad-address"),
        (IgnoreRequest("filtered"), "ignored"),
        (ArchiveError("disk full"), "archive"),
    ],
)
def test_what_failed_is_told_by_its_cause(error: Exception, code: str) -> None:
    assert cause(error) == code


def test_a_host_that_is_down_is_not_blamed_on_its_robots_txt() -> None:
    error = RobotsUnreachableError()
    error.__cause__ = DownloadTimeoutError()
    assert cause(error) == "timeout"
