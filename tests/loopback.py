"""A web server on this machine alone, whose every page is what a test wants it to be."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import monotonic

os.environ["no_proxy"] = "127.0.0.1"  # whatever the machine's way out is


@dataclass
class Page:
    """An answer. `promised` is the length that it announces, that of its body when None."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None


Act = Callable[["Handler"], None]


@dataclass
class Asked:
    """A request as the server saw it."""

    path: str
    headers: Mapping[str, str]
    at: float


class House:
    """The server's pages by path, and what it was asked."""

    def __init__(self, server: ThreadingHTTPServer, scheme: str) -> None:
        self.address = f"{scheme}://127.0.0.1:{server.server_address[1]}"
        self.pages: dict[str, Page | Act] = {}
        self.asked: list[Asked] = []
        self.gone = Event()  # set when a client that was kept waiting has left

    def __truediv__(self, path: str) -> str:
        return f"{self.address}/{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


class Handler(BaseHTTPRequestHandler):
    """Answers with the page of the path; 404 when there is none."""

    protocol_version = "HTTP/1.1"
    house: House

    def do_GET(self) -> None:
        self.house.asked.append(Asked(self.path, dict(self.headers), monotonic()))
        page = self.house.pages.get(self.path, Page(status=404))
        if isinstance(page, Page):
            self.answer(page)
        else:
            page(self)

    def answer(self, page: Page) -> None:
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        length = len(page.body) if page.promised is None else page.promised
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(page.body)
        self.close_connection = length != len(page.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def reset(handler: Handler) -> None:
    """Break the connection off without a word."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def never_answer(handler: Handler) -> None:
    """Keep the client waiting until it leaves."""
    handler.connection.recv(1)
    handler.house.gone.set()
    handler.close_connection = True


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[House]:
    """Serve an empty house while the block lasts."""

    class OwnHandler(Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), OwnHandler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients may leave
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    OwnHandler.house = house = House(server, "https" if tls else "http")
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()
