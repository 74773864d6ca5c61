"""Runs one command line of Vigie and kills its own process, -9, at its Nth touch of the world.

`python -m tests.killer N FILE collect …`: a touch is a statement or a commit sent to the database,
or a request sent over the network whose answer is not read yet. With N = 0 it is never killed, and
writes to FILE how many touches there were.
"""

from __future__ import annotations

import http.client
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from vigie.cli import run

touches = 0


def touch(*_: Any) -> None:
    """Count one more touch; at the one that was asked for, die at once."""
    global touches
    touches += 1
    if touches == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Run the command line under watch."""
    event.listen(Engine, "before_cursor_execute", touch)
    event.listen(Engine, "commit", touch)
    answer = http.client.HTTPConnection.getresponse

    def watched(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
        touch()
        return answer(connection)

    setattr(http.client.HTTPConnection, "getresponse", watched)  # noqa: B010 - a method, on purpose
    code = run(sys.argv[3:])
    Path(sys.argv[2]).write_text(str(touches), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
