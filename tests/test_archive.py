"""Web archives: written safely, read whatever their state."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.archive import Answer, Archive, Recorder, outdated, prune, same_address
from spiders.errors import ArchiveError

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HTML = [("Content-Type", "text/html")]
URL = "https://maison.example/liste"


def written(folder: Path, *answers: tuple[str, Answer, datetime]) -> Path:
    recorder = Recorder(folder, NOON.date())
    for url, answer, at in answers:
        recorder.write(url, answer, at)
    return recorder.path


def page(words: str) -> Answer:
    return Answer(200, HTML, words.encode())


def foreign(path: Path, kind: str, headers: Sequence[tuple[str, str]], body: bytes) -> Path:
    """An archive as another tool would have written it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        http = StatusAndHeaders("200 OK", list(headers), protocol="HTTP/1.1")
        about = {"WARC-Date": "2026-11-20T12:00:00Z", "Content-Type": "text/css"}
        record = writer.create_warc_record(
            URL,
            kind,
            payload=BytesIO(body),
            http_headers=http if kind == "response" else None,
            warc_content_type="text/css",
            warc_headers_dict=about,
        )
        writer.write_record(record)
    return path


def test_an_answer_comes_back_as_it_was_written(tmp_path: Path) -> None:
    sent = Answer(404, [("Content-Type", "text/html"), ("ETag", '"e"')], "été".encode())
    archive = Archive(written(tmp_path, (URL, sent, NOON)))
    assert archive.answer(URL) == sent
    assert archive.addresses() == {URL}


def test_an_address_is_the_same_without_its_fragment_and_never_holds_a_password(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, ("https://qui:secret@Maison.example/liste#haut", page("a"), NOON))
    assert Archive(path).answer(f"{URL}#bas") == page("a")
    assert b"secret" not in gzip.decompress(path.read_bytes())
    assert same_address("https://maison.example/é?q=a b") == "https://maison.example/%C3%A9?q=a%20b"
    assert same_address("HTTPS://maison.example") == "https://maison.example/"


def test_cookies_are_not_kept(tmp_path: Path) -> None:
    path = written(tmp_path, (URL, Answer(200, [("Set-Cookie", "id=secret")], b"a"), NOON))
    assert b"secret" not in gzip.decompress(path.read_bytes())


def test_the_newest_answer_until_a_moment_is_given(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    answers = [(URL, page(word), NOON + hour * n) for n, word in ((2, "c"), (0, "a"), (1, "b"))]
    archive = Archive(written(tmp_path, *answers))
    assert archive.answer(URL) == page("c")
    assert archive.answer(URL, until=NOON + hour) == page("b")
    assert archive.answer(URL, until=NOON + hour * 1.5) == page("b")
    assert archive.answer(URL, until=NOON - hour) is None
    assert archive.answer("https://maison.example/autre") is None


def test_a_304_leaves_the_answer_before_it_standing(tmp_path: Path) -> None:
    after = (URL, Answer(304, [], b""), NOON + timedelta(hours=1))
    assert Archive(written(tmp_path, (URL, page("a"), NOON), after)).answer(URL) == page("a")


def test_a_cut_answer_stays_cut(tmp_path: Path) -> None:
    sent = Answer(200, HTML, b"<html>", cut=True)
    assert Archive(written(tmp_path, (URL, sent, NOON))).answer(URL) == sent


def test_a_packed_answer_is_given_unpacked(tmp_path: Path) -> None:
    sent = Answer(200, [("Content-Encoding", "gzip")], gzip.compress(b"une page"))
    assert Archive(written(tmp_path, (URL, sent, NOON))).answer(URL) == Answer(200, [], b"une page")


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_archives_of_other_tools_are_read(tmp_path: Path, name: str) -> None:
    chunked = [("Content-Type", "text/css"), ("Transfer-Encoding", "chunked")]
    path = foreign(tmp_path / name, "response", chunked, b"3\r\nune\r\n5\r\n page\r\n0\r\n\r\n")
    expected = Answer(200, [("Content-Type", "text/css")], b"une page")
    assert Archive(path).answer(URL) == expected
    path = foreign(tmp_path / f"file-{name}", "resource", [], b"une page")
    assert Archive(path).answer(URL) == expected


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_an_unfinished_record_spoils_none_before_it(tmp_path: Path, share: float) -> None:
    path = written(tmp_path, (URL, page("a"), NOON))
    last = written(tmp_path, (f"{URL}/2", page("b" * 500), NOON)).read_bytes()
    path.write_bytes(path.read_bytes() + last[: int(len(last) * share)])
    assert Archive(path).addresses() == {URL}
    assert Archive(path).answer(URL) == page("a")


def test_a_file_spoilt_in_its_middle_is_read_up_to_there(tmp_path: Path) -> None:
    path = written(tmp_path, (URL, page("a"), NOON))
    path.write_bytes(path.read_bytes() + b"\x1f\x8bxxxx\n\n")
    assert Archive(path).answer(URL) == page("a")


@pytest.mark.parametrize(
    "content",
    [b"", b"une lettre\n", gzip.compress(b"une lettre\n")],
    ids=["empty", "a letter", "a letter, packed"],
)
def test_a_file_that_is_no_archive_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lettre.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"lettre\.warc\.gz"):
        Archive(path)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"rien\.warc: No such file"):
        Archive(tmp_path / "rien.warc")


def test_an_archive_in_one_single_gzip_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = written(tmp_path, (URL, page("a"), NOON), (URL, page("b"), NOON))
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    with pytest.raises(ArchiveError, match="warcio recompress"):
        Archive(path)


def test_the_index_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    cache = tmp_path / "index"
    path = written(tmp_path, (URL, page("a"), NOON))
    assert Archive(path, cache).answer(URL) == page("a")
    (kept,) = cache.iterdir()
    kept.write_text("{broken")
    assert Archive(path, cache).answer(URL) == page("a")
    kept.write_text(kept.read_text().replace("liste", "autre"))
    assert Archive(path, cache).addresses() == {"https://maison.example/autre"}
    path.write_bytes(path.read_bytes() + written(tmp_path, (URL, page("b"), NOON)).read_bytes())
    assert Archive(path, cache).answer(URL) == page("b")


def test_what_was_written_survives_a_kill(tmp_path: Path) -> None:
    program = f"""
import os, signal
from tests.test_archive import *
written(Path({str(tmp_path)!r}), (URL, page("a"), NOON), (URL, page("b"), NOON))
os.kill(os.getpid(), signal.SIGKILL)
"""
    dead = subprocess.run([sys.executable, "-c", program], check=False)
    assert dead.returncode == -9
    (path,) = tmp_path.glob("2026-11-20-*.warc.gz")
    assert Archive(path).answer(URL) == page("b")


def test_any_reader_of_web_archives_reads_ours(tmp_path: Path) -> None:
    path = written(tmp_path, (URL, page("a"), NOON), (f"{URL}/2", Answer(500, [], b""), NOON))
    with path.open("rb") as file:
        records = [
            (record.rec_type, record.http_headers.statusline, record.digest_checker.passed)
            for record in ArchiveIterator(file, check_digests="raise")
            if record.content_stream().read() is not None
        ]
    assert records == [
        ("response", "200 OK", True),
        ("response", "500 Internal Server Error", True),
    ]


def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where a folder should be")
    with pytest.raises(ArchiveError, match="archive"):
        Recorder(tmp_path / "archive", NOON.date()).write(URL, page("a"), NOON)


def test_only_our_own_old_archives_are_outdated() -> None:
    names = [
        "2025-10-16-0a1b2c3d.warc.gz",
        "2025-10-15-0a1b2c3d.warc.gz",
        "2020-01-01.warc.gz",
        "2020-01-01-saison.warc.gz",
    ]
    assert outdated(names, date(2026, 11, 20), keep_days=400) == ["2025-10-15-0a1b2c3d.warc.gz"]


def test_old_archives_are_deleted(tmp_path: Path) -> None:
    path = written(tmp_path, (URL, page("a"), NOON))
    assert prune(tmp_path, NOON + timedelta(days=400)) == []
    assert prune(tmp_path, NOON + timedelta(days=401)) == [path]
    assert not path.exists()
    assert prune(tmp_path / "nowhere", NOON) == []
