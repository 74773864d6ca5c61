"""Writes answers into a web archive (WARC): the same answers give the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import responses

RECORDS = uuid.UUID("6f1b0d0e-5a51-4c51-9d61-510251025102")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answers."""

    url: str
    body: bytes
    type: str = "text/html; charset=utf-8"
    status: int = 200


def records(pages: Iterable[Page], at: datetime) -> Iterator[bytes]:
    """Give the records of answers that came at this moment, each a gzip member of its own."""
    for page in pages:
        # No file time in it: warcio's own writer would give other bytes at every run.
        yield gzip.compress(_record(page, at), mtime=0)


def _record(page: Page, at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    answer = (
        f"HTTP/1.1 {page.status} {responses[page.status]}\r\n"
        f"Date: {format_datetime(moment, usegmt=True)}\r\n"
        f"Content-Type: {page.type}\r\n"
        f"Content-Length: {len(page.body)}\r\n\r\n"
    ).encode() + page.body
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(answer, usedforsecurity=False).hexdigest()
    head = (
        "WARC/1.1\r\n"
        "WARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(RECORDS, f'{page.url} {stamp} {digest}')}>\r\n"
        f"WARC-Date: {stamp}\r\n"
        f"WARC-Target-URI: {page.url}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    ).encode()
    return head + answer + b"\r\n\r\n"
