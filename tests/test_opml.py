"""Lists of feeds: the register's goes out as OPML, anybody's comes in to be confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from spiders.sources import ADAPTIVE, Source, read_register, register_files
from tests.factories import make_source
from vigie import cli
from vigie.errors import DoorError
from vigie.opml import as_opml, import_opml


def opml(*outlines: str) -> bytes:
    return f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'.encode()


def feed(url: str = "https://a.example/rss", title: str = "Le fil de l’Été") -> str:
    return f'<outline type="rss" text="{title}" xmlUrl="{url}"/>'


def own(folder: Path) -> dict[str, Source]:
    bundled = read_register()
    found = read_register(*register_files(folder))
    return {id_: source for id_, source in found.items() if id_ not in bundled}


def add(folder: Path, *outlines: str) -> list[str]:
    return import_opml(opml(*outlines), "fils.opml", folder)


# Out


def test_the_feeds_in_service_go_out_by_kind_and_nothing_else() -> None:
    sources = [
        make_source("a", title="A & B"),
        make_source("b", kind="release"),
        make_source("c", spider="page_watch"),
        make_source("d", retired=True),
    ]
    root = etree.fromstring(as_opml({source.id: source for source in sources}))
    told = {
        group.get("text"): [(one.get("title"), one.get("xmlUrl")) for one in group]
        for group in root.iterfind("body/outline")
    }
    assert told == {
        "article": [("A & B", "https://a.example/rss")],
        "communiqué": [("B", "https://b.example/rss")],
    }


def test_what_goes_out_comes_in_again(tmp_path: Path) -> None:
    sources = {f"s{n}": make_source(f"s{n}", lang="en" if n else "fr") for n in range(3)}
    import_opml(as_opml(sources), "fils.opml", tmp_path)
    found = own(tmp_path).values()
    assert [(one.url, one.title, one.lang) for one in found] == [
        (one.url, one.title, one.lang) for one in sources.values()
    ]


# In


def test_each_feed_is_a_source_of_one_s_own_to_be_confirmed(tmp_path: Path) -> None:
    lines = add(tmp_path, f'<outline text="Presse">{feed()}</outline>')
    (source,) = own(tmp_path).values()
    assert (source.id, source.title) == ("le_fil_de_l_ete", "Le fil de l’Été")
    assert (source.url, source.schedule) == ("https://a.example/rss", ADAPTIVE)
    assert source.to_confirm
    assert lines == ["ajoutée\thttps://a.example/rss\t[le_fil_de_l_ete]"]


def test_addresses_followed_already_are_left_however_they_are_written(tmp_path: Path) -> None:
    known = read_register()["lactualite"]
    again = known.url.replace("https", "http").rstrip("/") + "?utm_source=opml"
    lines = add(tmp_path, feed(again), feed(), feed())
    assert list(own(tmp_path)) == ["le_fil_de_l_ete"]
    assert [line.partition("\t")[0] for line in lines] == ["déjà suivie", "ajoutée", "déjà suivie"]
    assert "lactualite" in lines[0]


def test_a_second_import_adds_to_the_first_and_repeats_nothing(tmp_path: Path) -> None:
    add(tmp_path, feed())
    add(tmp_path, feed(), feed("https://b.example/rss"))
    assert list(own(tmp_path)) == ["le_fil_de_l_ete", "le_fil_de_l_ete_2"]


@pytest.mark.parametrize(
    ("title", "id_"),
    [
        ("CSQ", "csq_2"),  # taken by the bundled press
        ("24 heures", "fil_24_heures"),
        ("日本", "fil"),
        ("", "a_example_rss"),
        ("x&quot;]&#10;[y]\\", "x_y"),
    ],
)
def test_any_title_makes_a_name_that_no_other_has(tmp_path: Path, title: str, id_: str) -> None:
    add(tmp_path, feed(title=title))
    assert list(own(tmp_path)) == [id_]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "a.example", "http://"]
)
def test_what_is_no_web_address_is_left_and_told(tmp_path: Path, url: str) -> None:
    (line,) = add(tmp_path, feed(url))
    assert line.startswith("laissée\t")
    assert not list(tmp_path.iterdir())


BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FILE = '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (
            f'{BOMB}<opml><body><outline text="&c;" xmlUrl="https://a.example/"/></body></opml>',
            "piéger",
        ),
        (f"{FILE}<opml><head><title>&a;</title></head></opml>", "piéger"),
        ("<rss/>", "<rss>"),
        ("<opml><body>", "n'est pas de l'OPML"),
        ("", "n'est pas de l'OPML"),
        ("<opml>" + "<outline>" * 100_000, "n'est pas de l'OPML"),
        (" " * 5_000_001, "trop"),
    ],
)
def test_a_hostile_or_foreign_file_is_refused_and_nothing_is_written(
    tmp_path: Path, body: str, named: str
) -> None:
    with pytest.raises(DoorError, match=named):
        import_opml(body.encode(), "fils.opml", tmp_path)
    assert not list(tmp_path.iterdir())


def test_without_a_folder_of_one_s_own_nothing_is_imported() -> None:
    with pytest.raises(DoorError, match="VIGIE_CONFIG"):
        import_opml(opml(feed()), "fils.opml", None)


# The commands


def test_the_commands_write_and_read_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIGIE_CONFIG", str(tmp_path))
    path = tmp_path / "fils.opml"
    assert cli.run(["sources", "--opml", str(path)]) == 0
    assert b"le-soleil" not in path.read_bytes()
    assert b"www.lesoleil.com" in path.read_bytes()
    assert cli.run(["import", str(path), "--dry-run"]) == 0
    assert {line.partition("\t")[0] for line in capsys.readouterr().out.splitlines()} == {
        "déjà suivie"
    }
    path.write_bytes(opml(feed()))
    assert cli.run(["import", str(path), "--dry-run"]) == 0
    assert own(tmp_path) == {}
    assert cli.run(["import", str(path)]) == 0
    assert list(own(tmp_path)) == ["le_fil_de_l_ete"]
