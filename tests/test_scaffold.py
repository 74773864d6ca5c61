"""Growing: a source is added and frozen by two commands, which refuse what cannot be one."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from string import Template
from textwrap import dedent

import pytest
from mypy import api as mypy

import spiders
from pipeline.words import SPACE
from spiders.archive import Archive
from spiders.sources import PRESS, Source, read_register, register_files
from spiders.trip import Trip
from tests.loopback import House, Page, serving
from tests.visiting import HTML, NOW, WALL
from vigie import cli
from vigie.errors import DoorError, MisuseError
from vigie.scaffold.compare import compare
from vigie.scaffold.freeze import Order, freeze
from vigie.scaffold.new import SPIDER, Wanted, add
from vigie.scaffold.place import Place, checkout, place
from vigie.season.mark import mark

ROOT = Path(__file__).parents[1]
DAY = "2026-11-20"
TITLE = "Le journal du quartier"
FEED = (
    b'<rss version="2.0"><channel><title><![CDATA[Le fil]]></title><language>en</language>'
    b"<item><title>Des places</title><link>https://a.example/1</link></item></channel></rss>"
)


def news(*rows: tuple[str, str, str]) -> Page:
    """Give a page of news: the path, the title and the day of each."""
    listed = "".join(
        f'<li class="nouvelle"><a href="/n/{path}">{title}</a> <i class="jour">{day}</i></li>'
        for path, title, day in rows
    )
    head = f'<title>{TITLE}</title><link rel="alternate" type="application/rss+xml" href="/rss">'
    return Page(f"<!DOCTYPE html><html><head>{head}</head><body>{listed}</body></html>".encode())


FIRST = news(
    ("1", "Des places en CPE", "18 novembre 2026"), ("2", "Une garderie", "19 novembre 2026")
)


@pytest.fixture
def house() -> Iterator[House]:
    with serving() as house:
        house.pages = {
            "/news": replace(FIRST, headers=HTML),
            "/rss": Page(FEED, headers={"Content-Type": "application/rss+xml"}),
        }
        yield house


@pytest.fixture
def trip(tmp_path: Path) -> Trip:
    return Trip(now=NOW, home=tmp_path / "home", delay=0, timeout=10)


@pytest.fixture
def here(tmp_path: Path) -> Place:
    """An empty checkout."""
    root = tmp_path / "checkout"
    (root / "tests" / "pages").mkdir(parents=True)
    (root / "spiders").mkdir()
    (root / "spiders" / "sources.toml").write_text(
        '[bulletin]\ntitle = "Bulletin"\nurl = "https://bulletin.example/"', encoding="utf-8"
    )
    return place(None, root)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def filled(id_: str) -> str:
    """Give the written spider as a person fills it."""
    code = Template(SPIDER.read_text(encoding="utf-8")).substitute(id=id_, camel="Quartier")
    code = code.replace('some(response, "TODO")', 'some(response, "li.nouvelle")')
    return code.replace('text(row, "TODO")', 'text(row, ".jour")')


# What is written


def test_a_page_is_a_block_a_spider_a_frozen_page_and_a_golden_that_waits(
    here: Place, house: House, trip: Trip
) -> None:
    lines = add(Wanted("quartier", house / "news"), here, trip)
    source = read_register(here.register)["quartier"]
    assert (source.title, source.spider, source.url) == (TITLE, "quartier", house / "news")
    assert here.root
    written = tree(here.root)
    assert written[f"tests/pages/quartier/{DAY}.html"] == FIRST.body
    golden = json.loads(written[f"tests/pages/quartier/{DAY}.json"])
    assert golden["url"] == house / "news"
    assert "vigie freeze quartier" in golden["todo"]
    assert "class QuartierSpider" in written["spiders/quartier.py"].decode()
    assert any(house / "rss" in line for line in lines)  # that the page announces


def test_a_feed_is_a_block_alone_with_its_frozen_feed(
    here: Place, house: House, trip: Trip
) -> None:
    add(Wanted("fil", house / "rss", kind="release"), here, trip)
    source = read_register(here.register)["fil"]
    assert (source.title, source.spider, source.lang, source.kind) == (
        *("Le fil", "feed", "en", "release"),
    )
    assert here.root
    written = tree(here.root)
    assert "spiders/fil.py" not in written
    assert written[f"tests/pages/fil/{DAY}.xml"] == FEED
    golden = json.loads(written[f"tests/pages/fil/{DAY}.json"])
    assert [item["title"] for item in golden["items"]] == ["Des places"]


def test_the_register_keeps_every_line_that_it_had(here: Place, house: House, trip: Trip) -> None:
    before = here.register.read_text(encoding="utf-8")
    add(Wanted("fil", house / "rss", title='Le "fil" \\ é'), here, trip)
    assert here.register.read_text(encoding="utf-8").startswith(before)
    assert read_register(here.register)["fil"].title == 'Le "fil" \\ é'


def test_a_dry_run_shows_the_block_and_the_spider_and_writes_nothing(
    here: Place, house: House, trip: Trip
) -> None:
    assert here.root
    before = tree(here.root)
    said = "\n".join(add(Wanted("quartier", house / "news"), here, trip, dry_run=True))
    assert "[quartier]" in said
    assert "class QuartierSpider" in said
    assert tree(here.root) == before


def test_a_file_takes_the_place_of_the_network(here: Place, house: House, trip: Trip) -> None:
    add(Wanted("quartier", house / "news", file=FIRST.body), here, trip)
    assert house.asked == []
    assert "quartier" in read_register(here.register)


def test_the_answer_is_kept_in_the_archive_like_any_other(
    here: Place, house: House, trip: Trip
) -> None:
    add(Wanted("quartier", house / "news"), here, trip)
    assert house.paths() == ["/robots.txt", "/news"]
    (path,) = (trip.home / "archive").iterdir()
    assert house / "news" in Archive(path).addresses()
    assert [*trip.home.iterdir()] == [trip.home / "archive"]


def test_an_address_that_leads_elsewhere_is_followed_and_told(
    here: Place, house: House, trip: Trip
) -> None:
    house.pages["/old"] = Page(status=301, headers={"Location": "/news"})
    lines = add(Wanted("quartier", house / "old"), here, trip)
    assert any(f"mène à {house / 'news'}" in line for line in lines)
    assert (here.pages("quartier") / f"{DAY}.html").read_bytes() == FIRST.body


def test_what_is_written_satisfies_ruff_and_mypy_before_and_after_it_is_filled(
    tmp_path: Path,
) -> None:
    empty = Template(SPIDER.read_text(encoding="utf-8")).substitute(id="quartier", camel="Quartier")
    files = []
    for name, code in (("quartier", empty), ("rempli", filled("rempli"))):
        files.append(tmp_path / f"{name}.py")
        files[-1].write_text(code, encoding="utf-8")
    config = str(ROOT / "pyproject.toml")
    for words in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *words, "--config", config, *map(str, files)]
        subprocess.run(ruff, check=True, cwd=ROOT)
    strict = ["--strict", "--config-file", config, "--follow-imports=silent"]
    said, wrong, left = mypy.run([*strict, *map(str, files)])
    assert left == 0, said + wrong


# What is refused


@pytest.mark.parametrize(
    ("id_", "path", "kind", "named"),
    [
        ("Quartier", "/news", "news", "Quartier"),
        ("le-quartier", "/news", "news", "le-quartier"),
        ("1er", "/news", "news", "1er"),
        ("class", "/news", "news", "class"),
        ("bulletin", "/news", "news", "https://bulletin.example/"),
        ("page", "/news", "news", "spiders/page.py"),
        ("quartier", "", "news", "adresse"),
        ("quartier", "/news", "gossip", "gossip"),
    ],
)
def test_a_name_an_address_or_a_kind_that_cannot_be_is_refused_before_anything_is_asked(
    here: Place, house: House, trip: Trip, id_: str, path: str, kind: str, named: str
) -> None:
    assert here.root
    (here.root / "spiders" / "page.py").touch()
    url = house.address + path if path else "journal.example/nouvelles"
    with pytest.raises(MisuseError, match=named):
        add(Wanted(id_, url, kind=kind), here, trip)
    assert house.asked == []


def test_an_address_followed_already_is_refused(here: Place, house: House, trip: Trip) -> None:
    with pytest.raises(MisuseError, match="bulletin"):
        add(Wanted("quartier", "https://bulletin.example/"), here, trip)


SERVED = {
    "private": (Page(b"<html></html>"), "robots"),
    "none": (Page(status=404), "introuvable"),
    "down": (Page(b"oops", 501), "en panne"),
    "wall": (WALL, "blocage"),
    "wall_403": (replace(WALL, status=403), "blocage"),
    "cut": (replace(FIRST, promised=5000), "coupée"),
    "void": (Page(b""), "vide"),
    "json": (Page(b'{"a": 1}', headers={"Content-Type": "application/json"}), "JSON"),
    "loop": (Page(status=302, headers={"Location": "/loop"}), "tourne en rond"),
}


@pytest.mark.parametrize("path", SERVED)
def test_an_address_that_serves_no_page_is_refused_by_its_cause_and_nothing_is_written(
    here: Place, house: House, trip: Trip, path: str
) -> None:
    house.pages[f"/{path}"], cause = SERVED[path]
    house.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /private\n")
    assert here.root
    before = tree(here.root)
    with pytest.raises(DoorError, match=cause):
        add(Wanted("quartier", house / path), here, trip)
    assert tree(here.root) == before
    assert ("/private" in house.paths()) is False


def test_an_address_where_nobody_answers_is_refused(here: Place, house: House, trip: Trip) -> None:
    with serving() as gone:
        url = gone / "news"
    with pytest.raises(DoorError, match="refuse la connexion"):
        add(Wanted("quartier", url), here, trip)


@pytest.mark.parametrize(("body", "cause"), [(WALL.body, "blocage"), (b"<html>", "coupée")])
def test_a_file_that_holds_no_whole_page_is_refused(
    here: Place, trip: Trip, body: bytes, cause: str
) -> None:
    with pytest.raises(DoorError, match=cause):
        add(Wanted("quartier", "https://journal.example/", file=body), here, trip)


def test_what_is_there_already_is_never_written_over(here: Place, house: House, trip: Trip) -> None:
    page = here.pages("quartier") / f"{DAY}.html"
    page.parent.mkdir()
    page.touch()
    with pytest.raises(DoorError, match=f"{DAY}.html"):
        add(Wanted("quartier", house / "news"), here, trip)
    assert "quartier" not in read_register(here.register)


def test_the_folder_of_the_season_takes_no_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark(tmp_path, None)
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path))
    monkeypatch.delenv("VIGIE_CONFIG", raising=False)
    with pytest.raises(DoorError, match="saison"):
        cli.run(["new", "quartier", "https://journal.example/"])


# Without a checkout


def test_where_vigie_is_only_installed_a_feed_goes_to_the_user_s_own_sources(
    tmp_path: Path, house: House, trip: Trip
) -> None:
    own = tmp_path / "my_sources.toml"
    own.write_text('[bulletin]\ntitle = "B"\nurl = "https://b.example/"\n', encoding="utf-8")
    add(Wanted("fil", house / "rss"), place(tmp_path), trip)
    assert list(read_register(own)) == ["bulletin", "fil"]
    assert [path.name for path in tmp_path.glob("*.toml")] == [own.name]


def test_a_user_s_first_source_adds_to_the_bundled_ones(
    tmp_path: Path, house: House, trip: Trip
) -> None:
    add(Wanted("fil", house / "rss"), place(tmp_path), trip)
    assert list(read_register(*register_files(tmp_path))) == [*read_register(), "fil"]


def test_an_address_of_the_bundled_press_is_followed_already(tmp_path: Path, trip: Trip) -> None:
    press = read_register(PRESS)["le_soleil"]
    with pytest.raises(MisuseError, match="le_soleil"):
        add(Wanted("soleil", press.url), place(tmp_path), trip)


def test_a_page_that_needs_code_asks_for_a_checkout_and_names_the_feed_that_it_announces(
    tmp_path: Path, house: House, trip: Trip
) -> None:
    with pytest.raises(DoorError, match="git clone") as refused:
        add(Wanted("quartier", house / "news"), place(tmp_path), trip)
    assert f"vigie new quartier {house / 'rss'}" in str(refused.value)
    assert not list(tmp_path.glob("*.toml"))


def test_a_register_that_an_update_would_replace_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(DoorError, match="VIGIE_CONFIG"):
        place(None, tmp_path)


def test_where_vigie_is_only_installed_nothing_can_be_frozen(tmp_path: Path) -> None:
    with pytest.raises(DoorError, match="git clone"):
        checkout(tmp_path)


# Freezing


@pytest.fixture
def quartier(
    here: Place, house: House, trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Source]:
    """The source of the house's news, its spider filled, frozen on the first day."""
    assert here.root
    add(Wanted("quartier", house / "news"), here, trip)
    (here.root / "spiders" / "quartier.py").write_text(filled("quartier"), encoding="utf-8")
    monkeypatch.setattr(spiders, "__path__", [*spiders.__path__, str(here.root / "spiders")])
    source = read_register(here.register)["quartier"]
    assert freeze(source, Order(), here, trip)[1]
    house.asked.clear()
    yield source
    del sys.modules["spiders.quartier"]


LATER = "2026-11-21"
SECOND = news(
    ("2", "Une garderie", "20 novembre 2026"), ("3", "Une consultation", "20 novembre 2026")
)


def later(trip: Trip) -> Trip:
    return replace(trip, now=NOW + timedelta(days=1))


def golden_items(here: Place, name: str) -> list[str]:
    golden = json.loads((here.pages("quartier") / name).read_bytes())
    return [item["title"] for item in golden["items"]]


def test_a_page_frozen_again_shows_what_came_what_went_and_what_changed(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    house.pages["/news"] = replace(SECOND, headers=HTML)
    lines, well = freeze(quartier, Order(), here, later(trip))
    assert well
    assert lines == [
        f"figée\ttests/pages/quartier/{LATER}.html\t2 éléments\t+1, -1, ~1",
        f"+\tUne consultation\t2026-11-20T05:00:00+00:00\t{house / 'n/3'}",
        f"-\tDes places en CPE\t2026-11-18T05:00:00+00:00\t{house / 'n/1'}",
        "~\tUne garderie",
        f"\tpublished_at{SPACE}: 2026-11-19T05:00:00+00:00 → 2026-11-20T05:00:00+00:00",
        f"\tpublished_text{SPACE}: 19 novembre 2026 → 20 novembre 2026",
    ]
    assert house.paths() == ["/robots.txt", "/news"]


def test_the_older_day_stays_unless_it_is_replaced(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    house.pages["/news"] = replace(SECOND, headers=HTML)
    freeze(quartier, Order(), here, later(trip))
    assert golden_items(here, f"{DAY}.json") == ["Des places en CPE", "Une garderie"]
    assert golden_items(here, f"{LATER}.json") == ["Une garderie", "Une consultation"]
    freeze(quartier, Order(replace=True), here, later(trip))
    assert sorted(tree(here.pages("quartier"))) == [f"{LATER}.html", f"{LATER}.json"]


def test_a_dry_run_shows_the_difference_and_writes_nothing(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    before = tree(here.pages("quartier"))
    house.pages["/news"] = replace(SECOND, headers=HTML)
    lines, _ = freeze(quartier, Order(replace=True), here, later(trip), dry_run=True)
    assert lines[0].startswith("serait figée\t")
    assert lines[-1] == f"serait retirée\ttests/pages/quartier/{DAY}.html"
    assert tree(here.pages("quartier")) == before


def test_a_page_that_is_not_had_is_named_and_what_was_frozen_stays(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    before = tree(here.pages("quartier"))
    house.pages["/news"] = WALL
    lines, well = freeze(quartier, Order(replace=True), here, later(trip))
    assert not well
    assert "blocage" in lines[0]
    assert tree(here.pages("quartier")) == before


def test_a_layout_that_the_spider_does_not_know_is_frozen_and_waits_for_it(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    house.pages["/news"] = Page(b"<html><body><p>Tout est neuf</p></body></html>", headers=HTML)
    lines, well = freeze(quartier, Order(), here, later(trip))
    assert not well
    assert "li.nouvelle" in lines[0]
    golden = json.loads((here.pages("quartier") / f"{LATER}.json").read_bytes())
    assert "todo" in golden
    assert golden_items(here, f"{DAY}.json") == ["Des places en CPE", "Une garderie"]


def test_a_page_that_waits_is_filled_with_the_others(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    waits = here.pages("quartier") / "2026-11-01.json"
    waits.write_text(json.dumps({"url": house / "news", "todo": "…"}), encoding="utf-8")
    waits.with_suffix(".html").write_bytes(SECOND.body)
    assert freeze(quartier, Order(), here, trip)[1]
    assert golden_items(here, "2026-11-01.json") == ["Une garderie", "Une consultation"]


def test_a_file_is_frozen_without_network(
    quartier: Source, here: Place, house: House, trip: Trip, tmp_path: Path
) -> None:
    file = tmp_path / "saved.html"
    file.write_bytes(SECOND.body)
    assert freeze(quartier, Order(file=file), here, later(trip))[1]
    assert golden_items(here, f"{LATER}.json") == ["Une garderie", "Une consultation"]
    assert house.asked == []


def test_a_frozen_page_given_as_the_file_keeps_its_day(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    page = here.pages("quartier") / f"{DAY}.html"
    lines, _ = freeze(quartier, Order(file=page), here, later(trip))
    assert lines == [f"figée\ttests/pages/quartier/{DAY}.html\t2 éléments\trien de changé"]
    assert sorted(tree(page.parent)) == [f"{DAY}.html", f"{DAY}.json"]


def test_a_page_is_frozen_from_an_archive_without_network(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    archives = [*(trip.home / "archive").iterdir()]
    house.pages.clear()
    replay = replace(later(trip), replay=archives[0])
    assert freeze(quartier, Order(), here, replay)[1]
    assert golden_items(here, f"{LATER}.json") == ["Des places en CPE", "Une garderie"]
    assert house.asked == []
    assert [*(trip.home / "archive").iterdir()] == archives


def test_an_address_that_the_spider_does_not_read_is_refused(
    quartier: Source, here: Place, house: House, trip: Trip
) -> None:
    with pytest.raises(MisuseError, match="/other"):
        freeze(quartier, Order((house / "other",)), here, trip)
    assert house.asked == []


def test_an_address_said_twice_is_asked_once_and_a_file_is_the_page_of_one_alone(
    quartier: Source, here: Place, house: House, trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = (house / "news", house / "news")
    assert freeze(quartier, Order(twice), here, trip)[1]
    assert house.paths().count("/news") == 1
    monkeypatch.setattr(sys.modules["spiders.quartier"].QuartierSpider, "routes", {"parse": "/.*"})
    with pytest.raises(MisuseError, match="--file"):
        freeze(quartier, Order((house / "a", house / "b"), Path("a.html")), here, trip)


def test_a_golden_that_cannot_be_read_is_named(quartier: Source, here: Place, trip: Trip) -> None:
    (here.pages("quartier") / "2026-11-02.html").touch()
    with pytest.raises(DoorError, match=r"2026-11-02\.json"):
        freeze(quartier, Order(), here, trip)


ROOMS = """
from scrapy.http import Response
from spiders.base import SourceSpider
from spiders.page import one, text

class RoomsSpider(SourceSpider):
    name = "rooms"
    routes = {"parse_room": "/room/.+"}

    def parse_room(self, response: Response):
        yield self.item(url=response.url, title=text(one(response, "h1")))
"""


def test_two_pages_of_one_day_are_told_apart_and_stay_so(
    here: Place, house: House, trip: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.root
    (here.root / "spiders" / "rooms.py").write_text(ROOMS, encoding="utf-8")
    monkeypatch.setattr(spiders, "__path__", [*spiders.__path__, str(here.root / "spiders")])
    urls = tuple(house / f"room/{name}" for name in "ab")
    for name in "ab":
        body = f"<html><body><h1>{name}</h1></body></html>"
        house.pages[f"/room/{name}"] = Page(body.encode(), headers=HTML)
    source = Source("rooms", "Salles", house / "list", spider="rooms")
    assert freeze(source, Order(urls), here, trip)[1]
    names = [f"{DAY}-room-2.html", f"{DAY}-room-2.json", f"{DAY}-room.html", f"{DAY}-room.json"]
    assert sorted(tree(here.pages("rooms"))) == names
    lines, _ = freeze(source, Order(), here, trip)
    assert all(line.endswith("rien de changé") for line in lines)
    assert sorted(tree(here.pages("rooms"))) == names


def test_items_of_one_address_are_told_apart_by_their_words() -> None:
    def item(title: str, published: str) -> dict[str, object]:
        return {
            "key": "",
            "url": "u",
            "title": title,
            "published_text": published,
            "published_at": None,
            "facts": {"votes": [1], "bill": {"number": published}},
        }

    before = {"items": [item("a", "1"), item("b", "1")], "asks": ["x"], "tells": []}
    after = {"items": [item("a", "1"), item("c", "1")], "asks": [], "tells": [{"code": "odd"}]}
    assert compare(before, after) == [
        "+\tc\tsans date\tu",
        "-\tb\tsans date\tu",
        f"-\tdemande{SPACE}: x",
        f'+\tdit{SPACE}: {{"code": "odd"}}',
    ]
    only = {"items": [item("b", "2")], "asks": [], "tells": []}
    assert compare({**only, "items": [item("b", "1")]}, only) == [
        "~\tb",
        f"\tpublished_text{SPACE}: 1 → 2",
        f"\tfacts.bill.number{SPACE}: 1 → 2",
    ]


# The whole story, in a checkout


def clone(folder: Path) -> Path:
    """Copy what a newcomer clones, but for the rooms that no page goes through."""
    for room in ("alerts", "classifiers", "pipeline", "vigie", "scheduler.py"):
        (folder / room).symlink_to(ROOT / room)
    shutil.copytree(ROOT / "spiders", folder / "spiders")
    (folder / "tests" / "pages").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/frozen.py", "tests/test_pages.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


HOW_TO = (ROOT / "docs" / "how-to" / "add-a-source.md").read_text(encoding="utf-8")
EXAMPLE = "https://www.saint-exemple.example"


def blocks(language: str) -> list[str]:
    """Give the blocks of the how-to in a language, in its order."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```$", HOW_TO, re.MULTILINE | re.DOTALL)
    return [dedent(block) for block in found]


def test_a_newcomer_who_follows_the_how_to_sees_what_it_says(house: House, tmp_path: Path) -> None:
    root = clone(tmp_path)
    house.pages["/nouvelles"] = Page(blocks("html")[0].encode(), headers=HTML)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    ours |= {"VIGIE_HOME": str(root / "home"), "VIGIE_NOW": NOW.isoformat()}
    spider = root / "spiders" / "saint_exemple.py"
    for step in blocks("console"):
        command, *expected = step.splitlines()
        words = command.removeprefix("$ ").replace(EXAMPLE, house.address).split()
        words = words[1:] if words[0] == "python" else ["-m", *words]
        done = subprocess.run(
            [sys.executable, *words], cwd=root, env=ours, capture_output=True, text=True
        )
        said = (done.stdout + done.stderr).replace(house.address, EXAMPLE).replace("\t", " ")
        lines = iter(said.splitlines())
        for line in expected:  # each, in this order, whatever pytest says between them
            assert line.replace("\t", " ") in lines, said
        assert done.returncode == ("pytest" in command and bool(expected)), said
        if command.startswith("$ vigie new"):
            with (root / "spiders" / "sources.toml").open("a", encoding="utf-8") as register:
                register.write("delay = 0\n")  # its block is the last
        elif "test_pages" in command and "li.nouvelle" not in spider.read_text():
            spider.write_text(blocks("python")[0], encoding="utf-8")
