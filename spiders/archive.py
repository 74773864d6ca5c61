"""Web archives (WARC): every answer is written before it is read, and can be asked for again."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from datetime import UTC, date, datetime, timedelta
from http.client import responses
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.errors import ArchiveError

log = logging.getLogger(__name__)
KEEP_DAYS = 400
OURS = re.compile(r"(\d{4}-\d\d-\d\d)-[0-9a-f]{8}\.warc\.gz")
# A cookie is a secret between the host and us; chunks are gone before we see a body.
NOT_KEPT = {"set-cookie", "set-cookie2", "transfer-encoding"}

# For each address, its records from the oldest: (moment, offset in the file).
Index = dict[str, list[tuple[float, int]]]


class Answer(NamedTuple):
    """What an address answered. `cut`: the connection ended before the body did."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    cut: bool = False


class Recorder:
    """Writes answers into one new file of a folder, each whole on disk before the next begins."""

    def __init__(self, folder: Path, day: date) -> None:
        self.path = folder / f"{day.isoformat()}-{secrets.token_hex(4)}.warc.gz"
        self._writer: Any = None

    def write(self, url: str, answer: Answer, at: datetime) -> None:
        """Write an answer received at that moment. Raises ArchiveError when the disk refuses."""
        try:
            writer = self._writer or self._open()
            writer.write_record(_record(writer, url, answer, at))
        except OSError as error:
            raise ArchiveError(f"{self.path}: {error}") from error

    def _open(self) -> Any:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = WARCWriter(self.path.open("xb"), gzip=True, warc_version="1.1")
        return self._writer


class Archive:
    """Answers from one file of records. `cache` is a folder where its index stays between uses."""

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        self.path = path
        try:
            self._index = _cached_index(path, cache) if cache else _read_index(path)
        except OSError as error:
            raise ArchiveError(f"{path}: {error.strerror or error}") from error
        if not self._index:
            raise ArchiveError(f"{path}: this file holds no answer of any address")

    def addresses(self) -> Set[str]:
        """Give every address that it answers, as `same_address` writes them."""
        return self._index.keys()

    def answer(self, url: str, until: datetime | None = None) -> Answer | None:
        """Give the newest answer of an address (recorded at or before a moment), None for none."""
        records = self._index.get(same_address(url), [])
        last = until.timestamp() if until else float("inf")
        known = bisect_right(records, last, key=itemgetter(0))
        if not known:
            return None
        with self.path.open("rb") as file:
            file.seek(records[known - 1][1])
            return _answer(next(ArchiveIterator(file)))


def same_address(url: str) -> str:
    """Write an address in the one way that its answers are kept under: no fragment or password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    parts = parts._replace(scheme=parts.scheme.lower(), netloc=host, path=parts.path or "/")
    return quote(parts._replace(fragment="").geturl(), safe="%/:=&?~+!$,;'@()*[]|{}^`\\<>\"")


def outdated(names: Iterable[str], today: date, keep_days: int) -> list[str]:
    """Choose, among names of files, the archives of ours that are older than this many days."""
    oldest = (today - timedelta(days=keep_days)).isoformat()
    return [name for name in names if (match := OURS.fullmatch(name)) and match[1] < oldest]


def prune(folder: Path, now: datetime, keep_days: int = KEEP_DAYS) -> list[Path]:
    """Delete the archives of a folder that are older than this many days, and name them."""
    names = [path.name for path in folder.glob("*.warc.gz")]
    old = [folder / name for name in outdated(names, now.date(), keep_days)]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def _record(writer: Any, url: str, answer: Answer, at: datetime) -> Any:
    about = {"WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    if answer.cut:
        about["WARC-Truncated"] = "disconnect"
    kept = [(name, value) for name, value in answer.headers if name.lower() not in NOT_KEPT]
    line = f"{answer.status} {responses.get(answer.status, '')}".strip()
    return writer.create_warc_record(
        same_address(url),
        "response",
        payload=BytesIO(answer.body),
        http_headers=StatusAndHeaders(line, kept, protocol="HTTP/1.1"),
        warc_headers_dict=about,
    )


def _answer(record: Any) -> Answer:
    body = record.content_stream().read()
    cut = record.rec_headers.get_header("WARC-Truncated") is not None
    if record.http_headers is None:  # a "resource": a file without the talk around it
        kind = record.rec_headers.get_header("Content-Type") or ""
        return Answer(200, [("Content-Type", kind)], body, cut)
    undone = set(BufferedReader.get_supported_decompressors())
    headers = [
        (name, value)
        for name, value in record.http_headers.headers
        if name.lower() not in NOT_KEPT
        and not (name.lower() == "content-encoding" and value.lower() in undone)
    ]
    return Answer(int(record.http_headers.get_statuscode()), headers, body, cut)


def _cached_index(path: Path, cache: Path) -> Index:
    state = path.stat()
    name = f"{path.resolve()} {state.st_size} {state.st_mtime_ns}"
    kept = cache / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.json"
    try:
        found: Index = json.loads(kept.read_bytes())
    except (FileNotFoundError, ValueError):
        found = _read_index(path)
        cache.mkdir(parents=True, exist_ok=True)
        new = kept.with_suffix(f".{secrets.token_hex(4)}")
        new.write_text(json.dumps(found))
        new.replace(kept)  # another process sees the whole index or none
    return found


def _read_index(path: Path) -> Index:
    index: Index = {}
    with path.open("rb") as file:
        for address, moment, offset in _records(path, file):
            index.setdefault(address, []).append((moment, offset))
    for records in index.values():
        records.sort()
    return index


def _records(path: Path, file: BinaryIO) -> Iterator[tuple[str, float, int]]:
    """Give address, moment and offset of each answer, up to where the file can be read."""
    records, read = ArchiveIterator(file), 0
    try:
        for record in records:
            read += 1
            offset = records.get_record_offset()
            if _is_answer(record):
                moment = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
                address = record.rec_headers.get_header("WARC-Target-URI")
                yield same_address(address), moment.timestamp(), offset
    except (ArchiveLoadFailed, AttributeError, TypeError, ValueError) as error:
        # A file is left so by a power cut: what was written before is still good.
        if not read or "non-chunked" in str(error):
            raise ArchiveError(f"{path}: not a web archive of single records: {error}") from error
        log.warning("%s: unreadable after %d records", path, read)


def _is_answer(record: Any) -> bool:
    """Tell a whole answer. A 304 is none: it says that the one before still holds."""
    whole = record.length is not None and record.raw_stream.limit == 0
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    if not whole or not address.startswith(("http://", "https://")):
        return False
    if record.rec_type == "response" and record.http_headers:
        return bool(record.http_headers.get_statuscode() != "304")
    return bool(record.rec_type == "resource")
