"""A Slack that listens on this machine: counts what it is asked, shows what was posted.

`python tests/slack_stub.py --counts FILE` prints its address and keeps FILE up to date:
{"calls": {method: n}, "posts": n, "alerts": {alert key: times posted}}. It ends when its input
closes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

CHANNEL = {"id": "C0VIGIE00", "name": "vigie"}


class SlackStub:
    """Slack as the tests see it. `plan` says how to misbehave at the next posts, one word a post.

    "ok"; "rate" (429); "500"; "lost": the line breaks, nothing is stored; "reset" and "slow": the
    message is stored, then the line breaks or a server error is answered, and the sender cannot
    know. Any other word is a refusal with that code.
    """

    def __init__(
        self, plan: tuple[str, ...] = (), *, retry_after: str = "0", page: int = 200
    ) -> None:
        self.plan = deque(plan)
        self.retry_after, self.page = retry_after, page
        self.calls: Counter[str] = Counter()
        self.tokens: set[str] = set()
        self.messages: list[dict[str, Any]] = []
        self.watch: Callable[[], None] = lambda: None
        self.watching = Lock()
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> SlackStub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address to give as VIGIE_SLACK_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    @property
    def posts(self) -> Counter[str]:
        """How many times each alert was posted, by its key."""
        return Counter(
            key
            for message in self.messages
            for key in message.get("metadata", {}).get("event_payload", {}).get("alerts", [])
        )

    def counts(self) -> dict[str, Any]:
        """Everything counted so far."""
        with self._lock:
            return {"calls": self.calls, "posts": len(self.messages), "alerts": self.posts}

    def answer(self, method: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        """Answer a call: status and body, or None to break the line."""
        with self._lock:
            self.calls[method] += 1
            if method == "chat.postMessage":
                return self._post(asked)
            if method == "conversations.list":
                return 200, {"ok": True, "channels": [CHANNEL]}
            if method == "conversations.history":
                return 200, self._history(asked)
            return 200, {"ok": False, "error": "unknown_method"}

    def _post(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        mood = self.plan.popleft() if self.plan else "ok"
        if mood == "rate":
            return 429, {"ok": False, "error": "ratelimited"}
        if mood == "500":
            return 500, {"ok": False, "error": "internal_error"}
        if mood == "lost":
            return None
        if mood not in ("ok", "reset", "slow"):
            return 200, {"ok": False, "error": mood}
        ts = f"{time.time() + len(self.messages):.6f}"
        self.messages.append({**asked, "ts": ts})
        if mood == "slow":
            return 500, {"ok": False, "error": "fatal_error"}
        return None if mood == "reset" else (200, {"ok": True, "channel": CHANNEL["id"], "ts": ts})

    def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("channel") != CHANNEL["id"]:
            return {"ok": False, "error": "channel_not_found"}
        newest = self.messages[::-1]
        start = int(asked.get("cursor") or 0)
        end = start + min(int(asked.get("limit", 100)), self.page)
        with_metadata = asked.get("include_all_metadata") in ("1", "true", True)
        shown = [
            {k: v for k, v in m.items() if k != "metadata" or with_metadata}
            for m in newest[start:end]
        ]
        cursor = str(end) if end < len(newest) else ""
        return {"ok": True, "messages": shown, "response_metadata": {"next_cursor": cursor}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                stub.tokens.add(self.headers.get("Authorization", "").removeprefix("Bearer "))
                if "json" in self.headers.get("Content-Type", "") and body.startswith(b"{"):
                    asked = json.loads(body)
                else:
                    asked = {k: v[0] for k, v in parse_qs(body.decode()).items()}
                answer = stub.answer(self.path.removeprefix("/api/"), asked)
                with stub.watching:
                    stub.watch()
                if answer is None:
                    self.connection.close()
                else:
                    with suppress(ConnectionError):  # the client was killed
                        self._reply(*answer)

            def _reply(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", stub.retry_after)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                return

        return Handler


def main() -> None:
    """Listen until the input closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=Path, required=True)
    parser.add_argument("--plan", default="", help="moods of the first posts, with commas between")
    args = parser.parse_args()
    with SlackStub(tuple(filter(None, args.plan.split(",")))) as stub:

        def write() -> None:
            fresh = args.counts.with_suffix(".new")
            fresh.write_text(json.dumps(stub.counts()), encoding="utf-8")
            fresh.replace(args.counts)

        stub.watch = write
        write()
        print(stub.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
