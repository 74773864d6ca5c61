"""Visits over the loopback: whatever a source does, its visit says the truth of it."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from spiders.errands import Errand
from spiders.items import Issue, Outcome, PageMemory
from spiders.visit import MOST_CHILDREN, WORTH_A_CHILD, Trip, shares, visit
from tests.loopback import Handler, House, Page, never_answer, reset, serving
from tests.visiting import HTML, LIST, NOW, WALL, Told, html, one, rooms, source, told


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        yield house


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(now=NOW, home=tmp_path, delay=0, timeout=10)


# What each fault is, what must come of it, and the issue that must explain it.
FAULTS: Mapping[str, tuple[Any, Outcome, str]] = {
    "not_found": (Page(status=404), Outcome.UNREACHABLE, "not-found"),
    "forbidden": (Page(b"no", 403), Outcome.UNREACHABLE, "forbidden"),
    "error": (Page(b"oops", 500), Outcome.UNREACHABLE, "server-error"),
    "later": (Page(b"", 429, {"Retry-After": "86400"}), Outcome.UNREACHABLE, "retry-later"),
    "closed": (Page(b"", 503, {"Retry-After": "7200"}), Outcome.UNREACHABLE, "retry-later"),
    "empty": (Page(headers=HTML), Outcome.CHANGED, "empty-body"),
    "cut": (replace(LIST, promised=5000), Outcome.CHANGED, "truncated"),
    "cut_gzip": (
        Page(gzip.compress(LIST.body)[:-12], headers=HTML | {"Content-Encoding": "gzip"}),
        Outcome.CHANGED,
        "truncated",
    ),
    "endless": (replace(LIST, body=LIST.body[:-20]), Outcome.CHANGED, "truncated"),
    "wall": (WALL, Outcome.CHANGED, "blocked"),
    "wall_403": (replace(WALL, status=403), Outcome.UNREACHABLE, "blocked"),
    "challenge": (Page(status=202), Outcome.CHANGED, "blocked"),
    "another_page": (html("<h1>Bienvenue</h1>"), Outcome.CHANGED, "page-changed"),
    "few": (html("<li>un</li>"), Outcome.EMPTY, ""),
    "large": (html("x" * 9_000_000), Outcome.UNREACHABLE, "too-large"),
    "bomb": (
        Page(gzip.compress(b" " * 9_000_000), headers=HTML | {"Content-Encoding": "gzip"}),
        Outcome.UNREACHABLE,
        "too-large",
    ),
    "circle": (Page(status=302, headers={"Location": "/circle"}), Outcome.UNREACHABLE, "redirects"),
    "reset": (reset, Outcome.UNREACHABLE, "broken"),
    "robots": (LIST, Outcome.UNREACHABLE, "robots"),
}
# These need a house of their own.
HOUSES = {
    "refused": (Outcome.UNREACHABLE, "refused"),
    "robots_503": (Outcome.UNREACHABLE, "robots-unreachable"),
    "certificate": (Outcome.UNREACHABLE, "certificate"),
}


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Told]]:
    """One visit of every fault at once, a healthy source beside them."""
    home = tmp_path_factory.mktemp("faults")
    with ExitStack() as stack:
        house, sick = stack.enter_context(serving()), stack.enter_context(serving())
        secret = stack.enter_context(serving(self_signed(home)))
        house.pages = {f"/{name}": page for name, (page, _, _) in FAULTS.items()}
        house.pages["/healthy"] = secret.pages["/list"] = sick.pages["/list"] = LIST
        house.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /robots\n")
        sick.pages["/robots.txt"] = Page(b"", 503)
        urls = {name: house / name for name in (*FAULTS, "healthy")}
        urls |= {"robots_503": sick / "list", "certificate": secret / "list"}
        urls["refused"] = closed_port()
        errands = [Errand(source(name, url)) for name, url in urls.items()]
        yield told(errands, Trip(now=NOW, home=home, delay=0, timeout=10))


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW - timedelta(days=900))
    builder = builder.not_valid_after(NOW + timedelta(days=9000))
    (folder / "pem").write_bytes(
        builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "pem")
    return context


@pytest.mark.parametrize("fault", [*FAULTS, *HOUSES])
def test_a_fault_is_told_and_never_healthy(fault: str, faults: Mapping[str, Told]) -> None:
    outcome, code = FAULTS[fault][1:] if fault in FAULTS else HOUSES[fault]
    assert faults[fault].outcome is outcome
    assert faults[fault].codes == ([code] if code else [])
    assert faults[fault].visit.pages == () or outcome is Outcome.EMPTY


def test_a_healthy_source_beside_the_faults_is_ok(faults: Mapping[str, Told]) -> None:
    healthy = faults["healthy"]
    assert healthy.outcome is Outcome.OK
    assert healthy.titles == ["un", "deux", "trois"]
    assert healthy.visit.items == 3
    assert healthy.visit.issues == ()
    assert NOW <= healthy.visit.started_at <= healthy.visit.finished_at


def test_a_page_that_changed_names_its_address_and_its_selector(
    faults: Mapping[str, Told],
) -> None:
    (issue,) = faults["another_page"].visit.issues
    assert issue.url.endswith("/another_page")
    assert issue.about == "li"


def test_an_unchanged_source_is_not_read_again(house: House, trip: Trip) -> None:
    house.pages["/list"] = html("<p>now 1</p>\n<li>un</li><li>deux</li>", ETag='"1"')
    errand = Errand(source("s", house / "list"))
    first = one(errand, trip)
    assert first.outcome is Outcome.OK
    (memory,) = first.visit.pages
    assert (memory.url, memory.etag) == (house / "list", '"1"')
    assert len(memory.fingerprint) == 64

    again = replace(errand, known={memory.url: memory})
    house.pages["/list"] = html("<p>now 2</p>\n<li>un</li><li>deux</li>", ETag='"2"')
    second = one(again, trip)
    assert (second.outcome, second.items) == (Outcome.UNCHANGED, [])
    assert second.visit.pages == (replace(memory, etag='"2"'),)
    assert house.asked[-1].headers["If-None-Match"] == '"1"'

    house.pages["/list"] = Page(status=304)
    third = one(again, trip)
    assert (third.outcome, third.visit.pages) == (Outcome.UNCHANGED, (memory,))

    house.pages["/list"] = html("<li>un</li><li>quatre</li>")
    assert one(again, trip).titles == ["un", "quatre"]


def test_a_page_is_read_when_its_line_in_a_list_has_moved(house: House, trip: Trip) -> None:
    """The line is remembered, once the page was read: a list that moved tells which page did."""
    row = "<p class='line'><a href='/room/a'>a</a> %s</p><li>un</li><li>deux</li>"
    known: dict[str, PageMemory] = {}
    asked = []
    for said, room in (("one", 200), ("one", 200), ("two", 500), ("two", 200), ("two", 200)):
        house.pages["/list"] = html(row % said)
        house.pages["/room/a"] = html("<h1>a</h1>") if room == 200 else Page(status=room)
        before = len(house.paths())
        visited = one(Errand(source("s", house / "list"), known=known), trip)
        asked.append("/room/a" in house.paths()[before:])
        known |= {page.url: page for page in visited.visit.pages}
    assert asked == [False, False, True, True, False]


def test_a_failed_address_among_good_ones_is_told_and_the_others_kept(
    house: House, trip: Trip
) -> None:
    house.pages = {"/list": rooms("a", "b", "a"), "/room/a": html("<h1>a</h1>")}
    visited = one(Errand(source("s", house / "list"), pages=(house / "room/c",)), trip)
    assert visited.outcome is Outcome.OK
    assert visited.titles == ["un", "deux", "a"]
    assert {issue.url for issue in visited.visit.issues} == {house / "room/b", house / "room/c"}
    # The list led to a page that could not be read: it must be read again next time.
    assert [page.url for page in visited.visit.pages] == [house / "room/a"]


def test_a_visit_most_of_whose_addresses_fail_is_unreachable(house: House, trip: Trip) -> None:
    house.pages["/list"] = rooms(*(str(n) for n in range(25)))
    visited = one(Errand(source("s", house / "list")), trip)
    assert visited.outcome is Outcome.UNREACHABLE
    assert visited.titles == ["un", "deux"]
    assert len(visited.visit.issues) == 21
    assert visited.visit.issues[-1] == Issue("more-issues", about="5")


def test_only_the_pages_of_an_errand_are_asked_when_its_start_is_not(
    house: House, trip: Trip
) -> None:
    house.pages["/room/a"] = html("<h1>a</h1>")
    errand = Errand(source("s", house / "list"), pages=(house / "room/a",), start=False)
    visited = one(errand, trip)
    assert (visited.outcome, visited.titles) == (Outcome.OK, ["a"])
    assert house.paths() == ["/robots.txt", "/room/a"]


def test_an_address_that_no_callback_reads_is_told(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    visited = one(Errand(source("s", house / "list"), pages=(house / "cellar",)), trip)
    assert (visited.outcome, visited.codes) == (Outcome.OK, ["no-reader"])


def test_a_bug_of_a_spider_is_told_with_its_address(house: House, trip: Trip) -> None:
    house.pages = {"/room/x": html("<h1>bug</h1>")}
    visited = one(Errand(source("s", house / "room/x")), trip)
    assert visited.outcome is Outcome.CHANGED
    assert visited.visit.issues == (
        Issue("reader-error", house / "room/x", "ZeroDivisionError: bug"),
    )


def test_more_items_than_the_register_allows_are_left_and_told(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    visited = one(Errand(source("s", house / "list", max_items=2)), trip)
    assert (visited.outcome, visited.titles) == (Outcome.OK, ["un", "deux"])
    assert visited.codes == ["capped"]


def test_a_wall_ends_the_visit(house: House, trip: Trip) -> None:
    house.pages["/list"] = rooms("a", "b", "c", "d", "e")
    house.pages |= {f"/room/{name}": WALL for name in "abcde"}
    visited = one(Errand(source("s", house / "list")), trip)
    assert (visited.outcome, set(visited.codes)) == (Outcome.CHANGED, {"blocked"})
    # robots.txt, the list, a room, and the one that was already on its way
    assert len(house.asked) <= 4


def test_a_spider_that_does_not_exist_is_lost_alone(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    nobody = replace(source("nobody", house / "list"), spider="tests.nobody")
    visits = told([Errand(nobody), Errand(source("s", house / "list"))], trip)
    assert (visits["nobody"].outcome, visits["nobody"].codes) == (Outcome.UNREACHABLE, ["crash"])
    assert visits["s"].outcome is Outcome.OK


def test_a_crash_loses_no_other_source(house: House, trip: Trip) -> None:
    house.pages = {"/list": LIST, "/room/x": html("<h1>death</h1>"), "/deadly": rooms("x")}
    deadly = Errand(source("deadly", house / "deadly"))
    visits = told([Errand(source("s", house / "list")), deadly], trip)
    assert visits["s"].outcome is Outcome.OK
    assert (visits["deadly"].outcome, visits["deadly"].visit.items) == (Outcome.UNREACHABLE, 2)
    (issue,) = visits["deadly"].visit.issues
    assert issue == Issue("crash", house / "deadly", "exit code 3")


def test_a_spider_without_end_is_ended(
    house: House, trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spiders.visit.GRACE", 0)
    house.pages = {"/list": LIST, "/room/x": html("<h1>loop</h1>")}
    errands = [Errand(source("s", house / "list")), Errand(source("loop", house / "room/x"))]
    visits = told(errands, replace(trip, limit=1.5))
    assert visits["s"].outcome is Outcome.OK
    assert visits["loop"].codes == ["crash"]


def test_a_visit_given_up_ends_its_child(house: House, trip: Trip) -> None:
    slow_asked = Event()

    def slow(handler: Handler) -> None:
        slow_asked.set()
        never_answer(handler)

    def listed(handler: Handler) -> None:
        slow_asked.wait(10)
        handler.answer(LIST)

    house.pages["/slow"] = slow
    with serving() as other:
        other.pages["/list"] = listed
        errands = [Errand(source("slow", house / "slow")), Errand(source("s", other / "list"))]
        arrivals = visit(errands, trip)
        next(arrivals)
        assert isinstance(arrivals, Generator)
        arrivals.close()
    assert house.gone.wait(10)


def test_a_source_has_a_time_limit(house: House, trip: Trip) -> None:
    house.pages = {"/list": LIST, "/slow": never_answer}
    with serving() as other:
        other.pages["/list"] = LIST
        errands = [Errand(source("slow", house / "slow")), Errand(source("s", other / "list"))]
        visits = told(errands, replace(trip, limit=0.5, timeout=2))
    assert visits["slow"].outcome is Outcome.UNREACHABLE
    assert "too-long" in visits["slow"].codes
    assert visits["s"].outcome is Outcome.OK


def test_an_answer_that_does_not_come_is_told(house: House, trip: Trip) -> None:
    house.pages["/slow"] = never_answer
    visited = one(Errand(source("slow", house / "slow")), replace(trip, timeout=0.3))
    assert (visited.outcome, visited.codes) == (Outcome.UNREACHABLE, ["timeout"])
    assert house.paths() == ["/robots.txt", "/slow", "/slow", "/slow"]


def test_the_child_dies_with_a_parent_that_is_killed(house: House, tmp_path: Path) -> None:
    program = f"""
from tests.test_visit import *
trip = Trip(now=NOW, home=Path({str(tmp_path)!r}), delay=0, timeout=600)
for arrival in visit([Errand(source("slow", {house / "slow"!r}))], trip):
    print(arrival)
"""

    def kill_then_wait(handler: Handler) -> None:
        os.kill(parent.pid, signal.SIGKILL)
        never_answer(handler)

    house.pages["/slow"] = kill_then_wait
    parent = subprocess.Popen([sys.executable, "-c", program])
    assert parent.wait(30) == -signal.SIGKILL
    assert house.gone.wait(10)  # the connection that the child held is closed


def test_a_source_that_moved_for_good_to_another_host_is_told(house: House, trip: Trip) -> None:
    with serving() as new:
        new.pages["/list"] = LIST
        house.pages["/list"] = Page(status=301, headers={"Location": new / "list"})
        visited = one(Errand(source("s", house / "list")), trip)
    assert visited.outcome is Outcome.OK
    assert visited.visit.issues == (Issue("moved", house / "list", new / "list"),)
    assert [page.url for page in visited.visit.pages] == [house / "list"]


def test_nothing_to_visit_starts_nothing(trip: Trip) -> None:
    assert list(visit([], trip)) == []


def test_a_memory_without_validators_asks_plainly(house: House, trip: Trip) -> None:
    house.pages["/list"] = LIST
    known = {house / "list": PageMemory(house / "list", fingerprint="x")}
    assert one(Errand(source("s", house / "list"), known=known), trip).outcome is Outcome.OK
    assert "If-None-Match" not in house.asked[-1].headers


def test_few_sources_are_visited_by_one_child(trip: Trip) -> None:
    errands = [Errand(source(f"s{n}", f"https://h{n}.example/")) for n in range(WORTH_A_CHILD)]
    assert shares(errands, trip) == [errands]


def test_many_sources_are_shared_out_and_a_host_is_never_split(
    trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    hosts = [n % 20 for n in range(4 * WORTH_A_CHILD)]
    errands = [Errand(source(f"s{n}", f"https://h{h}.example/{n}")) for n, h in enumerate(hosts)]
    shared = shares(errands, trip)
    assert [len(share) for share in shared] == [4 * WORTH_A_CHILD // MOST_CHILDREN] * MOST_CHILDREN
    names = [{errand.source.url.split("/")[2] for errand in share} for share in shared]
    assert set.intersection(*names) == set()


def test_several_children_tell_every_visit_once(
    house: House, trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    trip = replace(trip, at_once=4)
    house.pages |= {f"/{n}": LIST for n in range(WORTH_A_CHILD + 1)}
    house.pages["/dead"] = rooms("death")
    house.pages["/room/death"] = html("<h1>death</h1>")
    sources = [source(f"s{n}", house / str(n)) for n in range(WORTH_A_CHILD + 1)]
    visits = told([Errand(one) for one in (*sources, source("dead", house / "dead"))], trip)
    crashed = [id_ for id_, visited in visits.items() if visited.codes == ["crash"]]
    assert len(visits) == len(sources) + 1
    assert "dead" in crashed
    assert len(crashed) <= len(visits) / 2  # the other child lives
