"""Labelled texts: reads the corpus, refuses a wrong line by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.errors import CorpusError

BUNDLED = Path(__file__).with_name("corpus")
PROXIMITIES = ("direct", "indirect", "none")
FIELDS = {"id", "lang", "kind", "title", "text", "themes", "proximity"}


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and what a person says of it: its themes, and its proximity to the mission."""

    id: str
    lang: str
    kind: str
    title: str
    text: str
    themes: frozenset[str]
    proximity: str


def read_examples(path: Path, themes: Container[str]) -> list[LabelledText]:
    """Read the labelled texts of a file of JSON lines, or of each such file of a folder.

    Further fields of a line are left aside. Raises CorpusError naming the file, the line and why.
    """
    examples = []
    for file in _files(path):
        for number, line in enumerate(_lines(file), 1):
            examples.append(_example(f"{file}:{number}", line, themes))
    return examples


def fingerprint(*paths: Path) -> str:
    """Give the hash of the names and bytes of files, and of the files of folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in _files(path):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.jsonl")) if path.is_dir() else [path]


def _lines(file: Path) -> Iterator[str]:
    try:
        yield from file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{file}: {error}") from error


def _example(where: str, line: str, themes: Container[str]) -> LabelledText:
    try:
        values: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{where}: {error}") from error
    if not isinstance(values, dict) or FIELDS - values.keys():
        raise CorpusError(f"{where}: these fields are needed: {', '.join(sorted(FIELDS))}")
    if not all(isinstance(values[name], str) for name in FIELDS - {"themes"}):
        raise CorpusError(f"{where}: every field but themes must be words")
    if not isinstance(values["themes"], list):
        raise CorpusError(f"{where}: themes must be a list")
    for theme in values["themes"]:
        if theme not in themes:
            raise CorpusError(f"{where}: {theme!r}: no such theme")
    if values["proximity"] not in PROXIMITIES:
        raise CorpusError(f"{where}: proximity: {', '.join(PROXIMITIES)}")
    if values["proximity"] == "none" and values["themes"]:
        raise CorpusError(f"{where}: a text without proximity has no theme")
    known = {name: values[name] for name in FIELDS - {"themes"}}
    return LabelledText(**known, themes=frozenset(values["themes"]))
