"""Lines in, lines out: what the commands read from files and print."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from vigie.errors import DoorError

BARS = "▁▂▃▄▅▆▇█"
STREAM = Path("-")


def say(line: str) -> None:
    """Print one line. A reader that has left (a closed pipe) ends the command quietly."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        sys.stdout = None  # nothing is flushed to it at exit
        raise SystemExit(0) from None


def say_json(value: Any) -> None:
    """Print one value as a line of JSON."""
    say(_json(value))


def answer(answers: Iterable[Mapping[str, Any]], output: Path) -> int:
    """Write the answers of a trial, name those that are errors on stderr; give the exit code.

    An error about a `line` of the file, or about a `path` that cannot be read, is no answer: it is
    only named.
    """
    failed = 0
    with writing(output) as write:
        for line in answers:
            if "error" in line:
                failed = 1
                where = line.get("file") or line.get("path") or f"ligne {line.get('line')}"
                print(f"vigie : {where} : {line['error']}", file=sys.stderr)
            if not {"line", "path"} & line.keys():
                write(line)
    return failed


def each_file(
    paths: Iterable[Path], read: Callable[[Path], Iterable[Mapping[str, Any]]]
) -> Iterator[Mapping[str, Any]]:
    """Give what is read of each file; one that cannot be read is an error, the others go on."""
    for path in paths:
        try:
            yield from read(path)
        except OSError as error:
            yield {"path": str(path), "error": error.strerror}


@contextmanager
def writing(output: Path) -> Iterator[Callable[[Any], None]]:
    """Give a way to write values as lines of JSON, to a file or, for `-`, to the screen."""
    if output == STREAM:
        yield say_json
        return
    try:
        with output.open("w", encoding="utf-8") as file:
            yield lambda value: print(_json(value), file=file)
    except OSError as error:
        raise DoorError(f"{output} : {error.strerror}") from error


def write_bytes(output: Path, body: bytes) -> None:
    """Write a file, or on the screen for `-`. Raises DoorError when it cannot be written."""
    if output == STREAM:
        say(body.decode())
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise DoorError(f"{output} : {error.strerror}") from error


def read_lines(path: Path) -> Iterator[str]:
    """Give the lines of a text file, or of `-`. Raises DoorError when it cannot be read."""
    try:
        yield from (sys.stdin if path == STREAM else path.open(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DoorError(f"{path} : {getattr(error, 'strerror', None) or error}") from error


def read_json(path: Path) -> Iterator[Any]:
    """Give the values of a file of JSON lines. Raises DoorError naming the line that is not one."""
    for number, line in enumerate(read_lines(path), 1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise DoorError(f"{path}, ligne {number} : {error}") from error


def read_bytes(path: Path) -> bytes:
    """Give a file whole. Raises DoorError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DoorError(f"{path} : {error.strerror}") from error


def bars(series: Sequence[float]) -> str:
    """Draw counts, oldest first, as a sparkline of one line."""
    top = max([*series, 1])
    return "".join(BARS[round((len(BARS) - 1) * value / top)] for value in series)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_iso)


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in JSON")
